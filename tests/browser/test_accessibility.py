"""axe finds nothing on any page or dialog, on a desk and on a phone, by day and by night.

Beside that each is kept as a picture in the test run's folder, under `screenshots`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from builder.paths import WEB
from tests.browser.conftest import DESKTOP, PHONE, Builder, document

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

Look = Callable[[Page, str], None]


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desk", "phone"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    return request.param


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def look(size: dict[str, int], theme: str, tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Takes a picture of a page and asserts that axe has nothing to say about it."""
    folder = tmp_path_factory.getbasetemp() / "screenshots" / f"{size['width']}-{theme}"
    folder.mkdir(parents=True, exist_ok=True)

    def looked(page: Page, name: str) -> None:
        page.wait_for_function("document.fonts.status === 'loaded'")
        page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")
        page.screenshot(path=folder / f"{name}.png")
        assert _violations(page) == [], name
        assert _wider_than_its_window(page) == 0, name

    return looked


@pytest.fixture
def person(
    open_builder: Callable[..., Builder], owner: Any, size: dict[str, int], theme: str
) -> Builder:
    """The owner, with a window of this size and in this theme."""
    builder = open_builder(owner, color_scheme=theme, reduced_motion="reduce")
    builder.page.set_viewport_size(size)
    return builder


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
    page.get_by_role("link", name="Demo").first.click()
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


def test_the_keyboard_reaches_the_content_first(person: Builder, size: dict[str, int]) -> None:
    page = person.visit()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def _violations(page: Page) -> list[str]:
    page.evaluate(Path(AXE).read_text())
    found = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return [
        f"{each['id']}: {node['html'][:200]} ({node['failureSummary'][:300]})"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def _wider_than_its_window(page: Page) -> int:
    """How many pixels one has to scroll sideways."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
