"""axe finds nothing on any page or dialog, on a desk and on a phone, by day and by night.

Beside that each is kept as a picture, see `tests/browser/looks.py`. The editor's states are in
`test_editor_states.py`, the widget's in `test_widget_states.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Builder, document
from tests.browser.looks import Look


def test_doors(
    open_builder: Callable[..., Builder], owner: Any, size: dict[str, int], theme: str, look: Look
) -> None:
    builder = open_builder(color_scheme=theme, reduced_motion="reduce")
    builder.page.set_viewport_size(size)
    page = builder.visit("/sign-in")
    look(page, "sign-in")
    builder.sign_in(password="")
    look(page, "sign-in-refused")
    builder.visit("/invite/none")
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "invitation-over")


def test_bots(person: Builder, look: Look) -> None:
    page = person.page
    unwise = document(name="A bot with a rather long name for the summer sale")
    lost = {"id": "lost", "type": "message", "config": {"text": "Nobody comes here"}}
    unwise["flows"][0]["nodes"].append(lost)
    person.add_bot(unwise)
    person.publish("With words for the summer sale")
    person.toast("is live")
    look(page, "bot")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look(page, "publish")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    person.visit()
    expect(page.get_by_role("table")).to_be_visible()
    look(page, "bots")
    page.get_by_role("button", name="Actions for").first.click()
    look(page, "bots-menu")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="You ada").click()
    look(page, "you")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add bot").click()
    person.choose('{"format": "flyt/1", "flows": [{"id": "main"}]}')
    expect(page.get_by_text("was not taken")).to_be_visible()
    look(page, "add-bot")


def test_settings(person: Builder, look: Look) -> None:
    page = person.visit("/settings")
    expect(page.get_by_role("heading", name="API keys")).to_be_visible()
    look(page, "settings")
    page.get_by_role("button", name="Invite").click()
    look(page, "invite")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Nightly script")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_text("shown only this once")).to_be_visible()
    look(page, "key")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Workspace ").click()
    look(page, "workspaces")


def test_connections(person: Builder, look: Look) -> None:
    page = person.visit("/connections")
    expect(page.get_by_role("table")).to_be_visible()
    look(page, "connections")
    page.get_by_role("button", name="Add website chat").click()
    page.get_by_role("dialog").get_by_role("button", name="Add").click()
    expect(page.get_by_role("dialog").get_by_role("alert").first).not_to_be_empty()
    look(page, "add-chat")
    page.keyboard.press("Escape")
    demo = page.locator("td a[href^='/connections/']", has_text="Demo")  # and not a bot's name
    demo.first.click()
    expect(page.get_by_role("heading", name="Look")).to_be_visible()
    look(page, "connection")
    page.get_by_label("Greeting above the button").fill("Can I help?")
    page.get_by_label("Colour", exact=True).fill("#ffd60a")
    page.get_by_label("Add a site").fill("*")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#origin-error")).not_to_be_empty()
    look(page, "connection-changed")
    page.get_by_role("button", name="Undo the changes").click()


def test_empty_and_missing(person: Builder, look: Look) -> None:
    page = person.visit("/bots/01900000-0000-7000-8000-000000000000")
    expect(page.get_by_role("heading", name="This bot is not here")).to_be_visible()
    look(page, "missing")
    person.visit("/no/such/page")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    look(page, "no-such-page")
    page.get_by_role("link", name="To your bots").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bots")


def test_the_keyboard_reaches_the_content_first(person: Builder, size: dict[str, int]) -> None:
    page = person.visit()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
