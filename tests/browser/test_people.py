"""Workspaces, invitations, roles, keys."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Builder, document

BO_PASSWORD = "a sentence of my own"


def invite(builder: Builder, email: str, role: str) -> str:
    """Makes an invitation; answers its link."""
    page = builder.visit("/settings")
    page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("E-mail").fill(email)
    dialog.get_by_label("Role").select_option(role)
    dialog.get_by_role("button", name="Make the link").click()
    return dialog.locator("code").inner_text()


def test_an_invited_viewer_joins_and_can_only_look(
    builder: Builder, open_builder: Callable[..., Builder]
) -> None:
    builder.add_bot(document(name="Shown to viewers"))
    link = invite(builder, "bo@example.org", "viewer")
    bo = open_builder()
    page = bo.page
    page.goto(link)
    expect(page.get_by_text("Corner shop")).to_be_visible()
    page.get_by_label("Password").fill(BO_PASSWORD)
    page.get_by_role("button", name="Join the workspace").click()
    expect(page.get_by_role("link", name="Shown to viewers")).to_be_visible()
    expect(page.get_by_role("button", name="Add bot")).to_have_count(0)
    page.get_by_role("link", name="Shown to viewers").click()
    expect(page.get_by_role("heading", name="Versions", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    page.get_by_role("link", name="Connections").click()
    expect(page.get_by_role("button", name="Add website chat")).to_have_count(0)
    page.get_by_role("link", name="Shown to viewers").first.click()
    expect(page.get_by_label("Bot that answers")).to_be_disabled()
    for change in ("Switch off", "Save the look", "Save the words", "Add"):
        expect(page.get_by_role("button", name=change, exact=True)).to_have_count(0)
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_text("An owner can change these.")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("was used, withdrawn or has expired")


def test_a_withdrawn_invitation_opens_nothing(
    builder: Builder, open_builder: Callable[..., Builder]
) -> None:
    link = invite(builder, "eve@example.org", "owner")
    page = builder.page
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    page.get_by_role("button", name="Withdraw the invitation of eve@example.org").click()
    builder.toast("its link works no more")
    stranger = open_builder().page
    stranger.goto(link)
    expect(stranger.get_by_role("alert")).to_contain_text("was used, withdrawn or has expired")


def test_the_last_owner_can_not_step_down(builder: Builder) -> None:
    page = builder.visit("/settings")
    role = page.get_by_label("Role of ada@example.org")
    role.select_option("viewer")
    builder.toast("A workspace needs an owner")
    expect(role).to_have_value("owner")


def test_a_key_is_shown_once_and_works_until_revoked(builder: Builder) -> None:
    page = builder.visit("/settings")
    page.get_by_role("button", name="Make a key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make the key").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Give the key a name")
    dialog.get_by_label("Name").fill("Deploy script")
    dialog.get_by_role("button", name="Make the key").click()
    key = dialog.locator("code").inner_text()
    headers = {"authorization": f"Bearer {key}"}
    assert httpx.get(f"{builder.url}/api/v1/bots", headers=headers).status_code == 200
    dialog.get_by_role("button", name="Close").last.click()
    page.reload()
    expect(page.get_by_role("row").filter(has_text="Deploy script")).to_be_visible()
    assert key not in page.content()
    page.get_by_role("button", name="Revoke the key Deploy script").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    builder.toast("is revoked and works no more")
    assert httpx.get(f"{builder.url}/api/v1/bots", headers=headers).status_code == 401


def test_settings_are_kept(builder: Builder) -> None:
    page = builder.visit("/settings")
    page.get_by_label("Language").select_option("nb")
    page.get_by_label("Time zone").select_option("Europe/Oslo")
    page.get_by_role("button", name="Save", exact=True).click()
    builder.toast("The settings are saved.")
    page.reload()
    expect(page.get_by_label("Language")).to_have_value("nb")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Oslo")
    page.get_by_label("Name", exact=True).fill(" ")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="A workspace needs a name")).to_be_visible()


def test_another_workspace_has_bots_of_its_own(builder: Builder) -> None:
    builder.add_bot(document(name="Stays behind"))
    page = builder.visit()
    page.get_by_role("button", name="Workspace ").click()
    page.get_by_role("menuitem", name="New workspace").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Second shop")
    page.get_by_role("dialog").get_by_role("button", name="Make the workspace").click()
    expect(page.get_by_role("heading", name="Your bots will be here")).to_be_visible()
    page.get_by_role("button", name="Workspace ").click()
    page.get_by_role("menuitemradio", name="Corner shop").click()
    expect(page.get_by_role("link", name="Stays behind")).to_be_visible()


def test_the_theme_is_kept(builder: Builder) -> None:
    page = builder.visit()
    page.get_by_role("button", name="You ada").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    expect(page.locator("html")).to_have_class("dark")
    page.reload()
    expect(page.locator("html")).to_have_class("dark")
