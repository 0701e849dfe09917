"""Answers that are written while one waits, and what they are taken from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from builder.paths import ROOT
from runtime.processes import begin, end, free_port
from tests.browser.conftest import BOTH_WAYS, Builder, Flyt, sites_of, wait_for
from tests.browser.looks import Look
from tests.browser.shop import Sites
from tests.browser.test_test_panel import Desk
from tests.doubles.quoted import CITATIONS

BOT: dict[str, Any] = {
    "format": "flyt/1",
    "name": "Returns",
    "variables": [{"name": "question"}],
    "flows": [
        {
            "id": "main",
            "name": "Main",
            "start": "ask",
            "triggers": [{"kind": "start"}],
            "nodes": [
                {
                    "id": "ask",
                    "type": "ask.text",
                    "config": {
                        "text": "What is your name? Or your question?",
                        "variable": "question",
                    },
                },
                {"id": "answer", "type": "test.writing"},
            ],
            "edges": [
                {"source": "ask", "port": "next", "target": "answer"},
                {"source": "answer", "port": "next", "target": "ask"},
            ],
        }
    ],
}
FIRST = "You can return what you bought within 30 days"
LAST = "Sale goods are exchanged, not refunded."
QUOTED = "This does not apply to made-to-measure goods"

# Notes every text that a draft has had, and whether the bot was ever seen to type.
WATCH = """() => {
    const log = document.querySelector('flyt-chat').shadowRoot.querySelector('[role="log"]');
    window.drafts = [];
    window.typed = false;
    new MutationObserver(() => {
        const draft = log.querySelector('[inert]');
        if (draft && window.drafts.at(-1) !== draft.innerText) window.drafts.push(draft.innerText);
        window.typed ||= Boolean(log.querySelector('.writing'));
    }).observe(log, {childList: true, subtree: true, characterData: true});
}"""


@pytest.fixture(scope="module")
def writing(flyt: Flyt, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flyt]:
    """Another process of the same installation, with the plugin that writes."""
    folder = tmp_path_factory.mktemp("writing")
    url = f"http://localhost:{(port := free_port())}"
    more = {
        "FLYT_PORT": str(port),
        "FLYT_PUBLIC_URL": url,
        "FLYT_PLUGINS": "tests.doubles.writing",
        "FLYT_TEST_PACE": "0.5",
        "PYTHONPATH": str(ROOT),
    }
    environ = flyt.environ | more
    log: Path = folder / "web.log"
    command = [sys.executable, "-m", "runtime.cli", "web"]
    process = begin(command, environ=environ, folder=folder, log=log)
    wait_for(f"{url}/healthz", process, log)
    yield replace(flyt, url=url, log=log, environ=environ)
    end(process)


@pytest.fixture
def sites(writing: Flyt, owner: Any, chromium: Browser) -> Iterator[Sites]:
    yield from sites_of(writing, owner, chromium)


def answered(page: Page) -> None:
    expect(page.get_by_role("list", name="Sources")).to_be_visible()


def test_an_answer_is_seen_being_written(sites: Sites) -> None:
    visitor = sites.visit(sites.shop(bot=BOT))
    visitor.open()
    visitor.page.evaluate(WATCH)
    visitor.say("How do I return a coat?")
    answered(visitor.page)
    drafts = visitor.page.evaluate("window.drafts")
    assert [draft.strip().count("\n\n") for draft in drafts] == [0, 0, 1]
    assert drafts[0].startswith(FIRST)
    assert drafts[1].startswith(drafts[0].strip())
    assert LAST in drafts[2]
    assert visitor.page.evaluate("window.typed")
    assert visitor.page.locator("[inert]").count() == 0
    assert [words.count(FIRST) for words in visitor.said()] == [0, 0, 1, 0]
    visitor.page.evaluate("window.drafts.length = 0")
    visitor.say("Once again")
    expect(visitor.page.get_by_role("list", name="Sources")).to_have_count(2)
    lengths = [len(draft) for draft in visitor.page.evaluate("window.drafts")]
    assert lengths[0] < lengths[1] > lengths[2] < lengths[3] < lengths[4]


def test_other_tabs_and_a_reload_see_that_the_bot_types(sites: Sites) -> None:
    context = sites.browser()
    shop = sites.shop(bot=BOT)
    visitor = sites.visit(shop, context)
    visitor.open()
    other = sites.visit(shop, context)
    other.open()
    other.page.evaluate(WATCH)
    visitor.say("Twice again")
    expect(other.page.locator("[inert]")).to_contain_text(FIRST)
    visitor.page.reload()
    expect(visitor.page.locator(".writing, [inert]")).to_be_visible()
    answered(visitor.page)
    answered(other.page)
    expect(other.page.locator(".writing, [inert]")).to_have_count(0)
    assert visitor.said() == other.said()
    assert other.page.evaluate("window.typed")


@BOTH_WAYS
def test_sources_open_by_keyboard(
    sites: Sites, look: Look, size: dict[str, int], theme: str
) -> None:
    context = sites.browser(color_scheme=theme, viewport=size, reduced_motion="reduce")
    visitor = sites.visit(sites.shop(bot=BOT), context)
    page = visitor.page
    visitor.open()
    visitor.say("How do I return a coat?")
    expect(page.locator("[inert]")).to_contain_text("receipt")
    look(page, "answer-draft")
    answered(page)
    look(page, "answer-sources")
    mark = page.get_by_role("button", name=f"Source 1: {CITATIONS[0].title}")
    expect(page.get_by_text(QUOTED)).to_be_hidden()
    mark.focus()
    page.keyboard.press("Enter")
    source = page.get_by_role("list", name="Sources").get_by_role("button").first
    expect(source).to_be_focused()
    expect(source).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_text(QUOTED)).to_be_visible()
    link = page.get_by_role("link", name="shop.example/documents/terms-of-sale.pdf")
    expect(link).to_have_attribute("href", f"{CITATIONS[0].url}#page=3")
    expect(link).to_have_attribute("target", "_blank")
    assert "noopener" in (link.get_attribute("rel") or "")
    look(page, "answer-source")
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()
    expect(page.get_by_text(QUOTED)).to_be_hidden()
    page.get_by_role("button", name="2 Returns").click()
    expect(page.get_by_text("Please bring the receipt or the card.")).to_be_visible()
    expect(page.locator("a[href^=javascript]")).to_have_count(0)
    with page.expect_download() as kept:
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("menuitem", name="Save this conversation").click()
    saved = kept.value.path().read_text()
    assert f"\n  [1] {CITATIONS[0].title}, page 3 {CITATIONS[0].url}\n  [2] Returns" in saved


@BOTH_WAYS
def test_colleagues_read_the_sources_too(
    writing: Flyt,
    sites: Sites,
    open_builder: Any,
    owner: Any,
    look: Look,
    size: dict[str, int],
    theme: str,
) -> None:
    visitor = sites.visit(sites.shop(bot=BOT))
    visitor.open()
    visitor.say("How do I return a coat?")
    answered(visitor.page)
    page = staff(open_builder, owner, writing, size, theme).visit("/inbox")
    page.locator(".inbox-lines > li").first.get_by_role("link").click()
    answered(page)
    expect(page.locator("blockquote").first).to_have_text(LAST)
    page.get_by_role("button", name=f"Source 1: {CITATIONS[0].title}").click()
    expect(page.get_by_text(QUOTED)).to_be_visible()
    look(page, "inbox-source")
    page.keyboard.press("Escape")
    expect(page.get_by_text(QUOTED)).to_be_hidden()


@BOTH_WAYS
def test_who_tries_a_draft_sees_the_sources(
    writing: Flyt, open_builder: Any, owner: Any, look: Look, size: dict[str, int], theme: str
) -> None:
    desk = Desk(staff(open_builder, owner, writing, size, theme), BOT)
    desk.test()
    desk.say("How do I return a coat?")
    answered(desk.page)
    expect(desk.chat.locator("blockquote").first).to_have_text(LAST)
    mark = desk.page.get_by_role("button", name=f"Source 1: {CITATIONS[0].title}")
    mark.press("Enter")
    expect(desk.page.get_by_text(QUOTED)).to_be_visible()
    look(desk.page, "test-source")


def staff(open_builder: Any, owner: Any, flyt: Flyt, size: dict[str, int], theme: str) -> Builder:
    """The owner at this process."""
    person: Builder = open_builder(owner, color_scheme=theme, reduced_motion="reduce")
    person.page.set_viewport_size(size)
    return Builder(person.page, flyt.url)
