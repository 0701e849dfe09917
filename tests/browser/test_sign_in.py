"""First run, sign-in, sign-out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import EMAIL, PASSWORD, Builder, Flyt


def test_setup_is_over_once_somebody_has_an_account(stranger: Builder) -> None:
    page = stranger.visit("/setup")
    expect(page).to_have_url(f"{stranger.url}/sign-in")


def test_a_wrong_password_is_told_beside_the_field(stranger: Builder) -> None:
    page = stranger.visit()
    stranger.sign_in(password="not the password")
    field = page.get_by_label("Password")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_have_text(
        "The e-mail address or the password is not right."
    )
    expect(field).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_value(EMAIL)


def test_what_is_missing_is_told_before_anything_is_sent(stranger: Builder) -> None:
    page = stranger.visit()
    stranger.sign_in(email="no address", password="")
    expect(page.get_by_role("alert")).to_have_text(
        ["This is no e-mail address; it should look like ada@example.org.", "Fill this in."]
    )


def test_too_many_attempts_are_throttled(stranger: Builder) -> None:
    page = stranger.visit()
    for _ in range(11):
        with page.expect_response("**/auth/login"):
            stranger.sign_in(email="eve@example.org", password="a guess of many")
        expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
    expect(page.get_by_role("alert")).to_contain_text("Too many attempts to sign in")


def test_the_page_asked_for_comes_after_sign_in(stranger: Builder) -> None:
    page = stranger.visit("/settings")
    expect(page).to_have_url(f"{stranger.url}/sign-in?next=/settings")
    stranger.sign_in()
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_no_other_site_comes_after_sign_in(stranger: Builder) -> None:
    page = stranger.visit("/sign-in?next=https://evil.example/")
    stranger.sign_in()
    expect(page).to_have_url(f"{stranger.url}/")


def test_sign_out_ends_the_session(open_builder: Callable[..., Builder], flyt: Flyt) -> None:
    builder = open_builder()
    page = builder.visit()
    builder.sign_in()
    page.get_by_role("button", name="You ada").click()
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page).to_have_url(f"{flyt.url}/sign-in")
    page.go_back()
    expect(page).to_have_url(f"{flyt.url}/sign-in")
    assert httpx.get(f"{flyt.url}/auth/session", cookies=cookies).status_code == 401


def test_the_session_can_not_be_read_by_a_script(builder: Builder) -> None:
    page = builder.visit()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bots")
    assert page.evaluate("document.cookie") == ""
    [cookie] = [each for each in page.context.cookies() if each["name"] == "flyt_session"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


def test_a_reload_keeps_page_and_person(builder: Builder, owner: Any) -> None:
    page = builder.visit("/settings")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Corner shop")
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Corner shop")
    assert PASSWORD not in page.content()
