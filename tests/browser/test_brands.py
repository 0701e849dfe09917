"""Brands: added in the settings, chosen for a chat and for what is known."""

from __future__ import annotations

import secrets

from playwright.sync_api import expect

from tests.browser.conftest import BOTH_WAYS, Builder
from tests.browser.looks import Look


@BOTH_WAYS
def test_a_brand_has_chats_and_knowledge_of_its_own(person: Builder, look: Look) -> None:
    goods = f"Northern goods {secrets.token_hex(3)}"
    page = person.visit("/connections")
    page.get_by_role("button", name="Add website chat").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Northern chat")
    page.get_by_role("dialog").get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Northern chat")
    chat = page.url
    expect(page.get_by_label("Brand")).to_have_count(0)

    person.visit("/settings")
    page.get_by_role("button", name="Add a brand").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("North & Sons")
    dialog.get_by_label("Time zone").select_option("Europe/Oslo")
    look(page, "brand-dialog")
    dialog.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name="North & Sons")
    expect(row).to_contain_text("Europe/Oslo")
    page.get_by_role("button", name="Add a brand").click()
    dialog.get_by_label("Name").fill("North & Sons")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert").first).to_contain_text("a brand called North & Sons already")
    dialog.get_by_role("button", name="Cancel").click()
    look(page, "brands")

    person.visit(chat[chat.index("/connections") :])
    page.get_by_label("Brand").select_option(label="North & Sons")
    person.toast("for its brand")
    look(page, "brand-of-a-chat")

    person.visit("/knowledge?view=collections")
    page.get_by_role("button", name="New collection").click()
    dialog.get_by_label("Name").fill(goods)
    dialog.get_by_role("button", name="Make it").click()
    card = page.get_by_role("listitem").filter(has_text=goods)
    card.get_by_role("button", name=f"Actions for {goods}").click()
    page.get_by_role("menuitem", name="Choose the brand").click()
    dialog.get_by_label("Brand").select_option(label="North & Sons")
    dialog.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("For North & Sons only")
    look(page, "brand-of-a-collection")

    person.visit("/settings")
    page.get_by_role("button", name="Actions for North & Sons").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
