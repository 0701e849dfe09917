"""Every dialog of the pages beside those that `test_accessibility` opens on its way."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import BOTH_WAYS, Builder, document
from tests.browser.looks import Look

pytestmark = BOTH_WAYS


def opened(page: Page, look: Look, name: str) -> None:
    expect(page.get_by_role("dialog")).to_be_visible()
    look(page, name)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_of_bots_and_connections(person: Builder, look: Look) -> None:
    page = person.page
    person.add_bot(document(name="A bot with dialogs"))
    person.publish("The first")
    person.publish("The second")
    look(page, "bot-versions")
    page.get_by_role("button", name="Upload a new draft").click()
    person.choose('{"format": "flyt/1", "flows": [{"id": "main"}]}')
    expect(page.get_by_text("was not taken")).to_be_visible()
    opened(page, look, "replace-draft")
    person.visit()
    page.get_by_role("button", name="Actions for A bot with dialogs").first.click()
    page.get_by_role("menuitem", name="Rename").click()
    opened(page, look, "rename-bot")
    person.visit("/connections")
    page.locator("main a[href^='/connections/']").first.click()
    page.get_by_role("button", name="Rename").click()
    opened(page, look, "rename-chat")
    page.get_by_role("button", name="Delete").click()
    opened(page, look, "delete-chat")


def test_of_people_keys_and_workspaces(person: Builder, look: Look) -> None:
    page = person.visit("/settings")
    page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill("someone.with.a.long.name@example.org")
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.locator("code")).to_be_visible()
    opened(page, look, "invited")
    page.get_by_role("button", name="Actions for ada").click()
    page.get_by_role("menuitem", name="Remove from the workspace").click()
    opened(page, look, "remove-member")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#key-name-error")).not_to_be_empty()
    look(page, "key-refused")
    dialog.get_by_label("Name").fill("To be revoked")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_text("shown only this once")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Revoke the key To be revoked").first.click()
    opened(page, look, "revoke-key")
    page.get_by_role("button", name="Workspace ").click()
    page.get_by_role("menuitem", name="New workspace").click()
    opened(page, look, "new-workspace")
