"""Bots: upload, publish, talk, roll back, rename, delete and undo."""

from __future__ import annotations

import secrets
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.browser.conftest import Builder, document
from tests.browser.looks import Look
from tests.exchange.exports import shoes


def greeting(builder: Builder, key: str) -> str:
    """What a new visitor of the channel is told first."""
    address = f"{builder.url}/api/v1/chat/{key}/conversations"
    answer = httpx.post(address, json={"client_id": secrets.token_hex(16)})
    assert answer.status_code == 201, answer.text
    return answer.json()["messages"][0]["text"]


def test_from_upload_to_roll_back(builder: Builder) -> None:
    page = builder.page
    builder.add_bot(document("Hello from the first version", "Journey"))
    builder.publish("The first words")
    builder.toast("Version 1 is live for new conversations.")
    key = page.locator("code").first.inner_text()
    assert greeting(builder, key) == "Hello from the first version"

    page.get_by_role("button", name="Upload a new draft").click()
    builder.choose(document("Hello from the second version", "Journey"))
    expect(page.get_by_text("Has changes to publish")).to_be_visible()
    assert greeting(builder, key) == "Hello from the first version"

    builder.publish()
    builder.toast("Version 2 is live for new conversations.")
    assert greeting(builder, key) == "Hello from the second version"

    page.get_by_role("button", name="Roll back to version 1").click()
    builder.toast("Version 1 is live again, as version 3.")
    assert greeting(builder, key) == "Hello from the first version"

    page.get_by_role("button", name="Undo").click()
    builder.toast("Version 2 is live again, as version 4.")
    assert greeting(builder, key) == "Hello from the second version"
    expect(page.get_by_role("row").filter(has_text="The first words")).to_be_visible()


def test_a_reload_shows_the_same_bot(builder: Builder) -> None:
    builder.add_bot(document(name="Reloaded"))
    builder.page.reload()
    expect(builder.page.get_by_role("heading", level=1)).to_have_text("Reloaded")


def test_a_document_with_errors_is_refused_with_places_and_mends(builder: Builder) -> None:
    wrong = document(name="Refused")
    wrong["flows"][0]["nodes"][0]["type"] = "mesage"
    page = builder.visit()
    page.get_by_role("button", name="Add bot").or_(
        page.get_by_role("button", name="Upload a document")
    ).first.click()
    builder.choose(wrong)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("flows[0].nodes[0].type")).to_be_visible()
    expect(dialog.get_by_text('Did you mean "message"?')).to_be_visible()
    builder.choose("{ no JSON")
    expect(dialog.get_by_text("flows[0].nodes[0].type")).to_be_hidden()
    expect(dialog.get_by_role("listitem").first).to_be_visible()
    builder.choose(document(name="Mended"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Mended")


def test_errors_forbid_publishing_and_warnings_do_not(builder: Builder) -> None:
    page = builder.page
    unwise = document(name="Unwise")
    lost = {"id": "lost", "type": "message", "config": {"text": "Nobody comes here"}}
    unwise["flows"][0]["nodes"].append(lost)
    builder.add_bot(unwise)
    expect(page.get_by_role("heading", name="Problems in the draft")).to_be_visible()
    builder.publish()
    wrong = document(name="Unwise")
    wrong["flows"][0]["nodes"][2]["config"]["text"] = "Thanks, {{ nickname }}."
    page.get_by_role("button", name="Upload a new draft").click()
    builder.choose(wrong)
    expect(page.get_by_text("Has changes to publish")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog", name="This draft can't be published yet")
    expect(dialog.get_by_text("nickname").first).to_be_visible()
    expect(dialog.get_by_role("button", name="Publish")).to_have_count(0)


def test_a_template_becomes_a_bot(builder: Builder) -> None:
    page = builder.visit()
    page.get_by_role("button", name="Add bot").or_(
        page.get_by_role("button", name="Upload a document")
    ).first.click()
    page.locator("dialog[open]").get_by_role("button", name="Use this template").first.click()
    expect(page.get_by_role("heading", name="Try it")).to_be_visible()
    builder.publish()
    builder.toast("Version 1 is live")


def test_the_channel_key_is_copied(builder: Builder) -> None:
    builder.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    builder.add_bot(document(name="Clipboard"))
    page = builder.visit()
    row = page.get_by_role("row").filter(has_text="Clipboard").first
    row.get_by_role("button", name="Copy").click()
    expect(row.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    key = page.evaluate("navigator.clipboard.readText()")
    assert key == row.locator("code").inner_text()


def test_rename(builder: Builder) -> None:
    builder.add_bot(document(name="Before"))
    page = builder.visit()
    _choose_action(page, "Before", "Rename")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("  ")
    dialog.get_by_role("button", name="Rename").click()
    expect(dialog.get_by_role("alert")).to_contain_text("A bot needs a name")
    dialog.get_by_label("Name").fill("After")
    dialog.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("link", name="After")).to_be_visible()


def test_a_deleted_bot_comes_back_with_its_channel(builder: Builder) -> None:
    builder.add_bot(document("Still here", "Regretted"))
    builder.publish()
    key = builder.page.locator("code").first.inner_text()
    page = builder.visit()
    _choose_action(page, "Regretted", "Delete")
    builder.toast("Regretted is deleted and answers no more.")
    expect(page.get_by_role("link", name="Regretted")).to_have_count(0)
    address = f"{builder.url}/api/v1/chat/{key}/conversations"
    assert httpx.post(address, json={"client_id": secrets.token_hex(16)}).is_client_error
    page.locator(".toast", has_text="Regretted").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Regretted")).to_be_visible()
    assert greeting(builder, key) == "Still here"


def test_an_unknown_bot_is_said_to_be_missing(builder: Builder) -> None:
    for address in ("/bots/01900000-0000-7000-8000-000000000000", "/bots/nonsense"):
        page = builder.visit(address)
        expect(page.get_by_role("heading", name="This bot is not here")).to_be_visible()


def test_the_menu_works_by_keyboard(builder: Builder) -> None:
    builder.add_bot(document(name="Keys"))
    page = builder.visit()
    button = page.get_by_role("button", name="Actions for Keys")
    button.press("Enter")
    for name in ("Open the editor", "Rename", "Delete"):
        expect(page.get_by_role("menuitem", name=name)).to_be_focused()
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(button).to_be_focused()


def _choose_action(page: Page, bot: str, action: str) -> Any:
    page.get_by_role("button", name=f"Actions for {bot}").click()
    page.get_by_role("menuitem", name=action).click()


def test_a_typebot_comes_with_a_word_on_each_piece_that_is_not_as_it_was(
    person: Builder, look: Look
) -> None:
    page = person.visit()
    page.get_by_role("button", name="Add bot").or_(
        page.get_by_role("button", name="Upload a document")
    ).first.click()
    person.choose(shoes())
    told = page.get_by_role("dialog", name="Shoes")
    expect(told).to_contain_text("9 of 10 pieces are as they were. These want a look:")
    expect(told.get_by_role("listitem")).to_have_count(1)
    expect(told.get_by_role("listitem")).to_contain_text("It ran code, which is never run here")
    look(page, "imported")
    told.get_by_role("button", name="Open it on the canvas").click()
    expect(page.locator(".editor-card", has_text="What is your name?")).to_be_visible()
    person.visit()
    expect(page.get_by_role("link", name="Shoes").first).to_be_visible()
