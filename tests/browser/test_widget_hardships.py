"""The chat where pages, browsers and lines are unkind: it comes, stays, and says what is wrong."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from runtime.processes import begin, end, free_port
from tests.browser.conftest import DESKTOP, PHONE, Flyt, wait_for
from tests.browser.shop import BOT, Shop, Sites, Visitor, streams

GREETING = ["Hello from the shop.", "What is your name?"]
HELP: dict[str, Any] = {
    "id": "help",
    "name": "Help",
    "start": "back",
    "triggers": [{"kind": "keyword", "words": ["refund", "return it", "stamp card"]}],
    "nodes": [{"id": "back", "type": "message", "config": {"text": "Bring it back."}}],
    "edges": [],
}


def to_the_end(visitor: Visitor) -> None:
    visitor.open()
    visitor.say("Ada")
    visitor.page.get_by_role("button", name="Plum").click()
    for words, answer in (("Candles", "Noted: Candles."), ("No", "See you on Saturday.")):
        expect(visitor.box).to_be_visible()
        visitor.say(words)
        expect(visitor.log).to_contain_text(answer)


@pytest.mark.parametrize("script", ["defer", "async", 'type="module"', "twice"])
def test_however_the_script_is_loaded_there_is_one_chat(
    sites: Sites, flyt: Flyt, script: str
) -> None:
    shop = sites.shop(script="" if script == "twice" else script)
    if script == "twice":
        shop.script = f'></script><script src="{flyt.url}/widget.js" data-channel="{shop.key}"'
    visitor = sites.visit(shop)
    visitor.open()
    expect(visitor.page.locator("flyt-chat")).to_have_count(1)


def test_a_page_that_exchanges_its_body_keeps_the_chat(sites: Sites) -> None:
    visitor = sites.visit(sites.shop())
    visitor.open()
    visitor.page.evaluate("document.body.innerHTML = '<main>The next page</main>'")
    expect(visitor.page.get_by_role("dialog")).to_be_visible()
    visitor.say("Ada")
    expect(visitor.log).to_contain_text("Which cake, Ada?")
    visitor.page.evaluate("Flyt.destroy()")
    visitor.page.wait_for_timeout(100)
    expect(visitor.page.locator("flyt-chat")).to_have_count(0)


def test_a_chat_that_is_taken_away_before_it_came_stays_away(sites: Sites) -> None:
    context = sites.browser()
    context.add_init_script(
        "document.addEventListener('readystatechange', () => Flyt.destroy(), { once: true })"
    )
    visitor = sites.visit(sites.shop(), context)
    visitor.page.wait_for_timeout(500)
    expect(visitor.page.locator("flyt-chat")).to_have_count(0)


def test_a_page_that_may_keep_nothing_has_a_chat_all_the_same(
    sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox refuses storage and locks; so do browsers that block what third parties keep."""
    sites.forgiven = ("status of 404",)  # the page's own picture for the tab
    monkeypatch.setattr(Shop, "policy", "sandbox allow-scripts")
    visitor = sites.visit(sites.shop())
    visitor.open()
    visitor.say("Ada")
    expect(visitor.log).to_contain_text("Which cake, Ada?")
    visitor.page.get_by_role("button", name="Plum").click()
    expect(visitor.log).to_contain_text("Plum it is.")


def test_nonsense_in_the_browsers_memory_does_no_harm(sites: Sites) -> None:
    sites.forgiven = ("status of 422",)
    shop = sites.shop()
    visitor = sites.visit(shop)
    visitor.page.evaluate(
        """(key) => {
          localStorage.setItem(`flyt:${key}:visitor`, JSON.stringify("x".repeat(5000)));
          localStorage.setItem(`flyt:${key}:outbox`, JSON.stringify([null, 7, { id: "half" }]));
          localStorage.setItem(`flyt:${key}:read`, "{broken");
        }""",
        shop.key,
    )
    visitor.page.reload()
    visitor.open()
    visitor.say("Ada")
    expect(visitor.log).to_contain_text("Which cake, Ada?")


def test_a_file_that_was_lost_is_fetched_at_the_next_click(sites: Sites) -> None:
    """Browsers never ask again for a module they did not get, so it has another address then."""
    sites.forgiven = ("ERR_FAILED",)
    context = sites.browser()
    lost = "**/widget/chat-*.js"
    context.route(lost, lambda route: route.abort())
    visitor = sites.visit(sites.shop(), context)
    visitor.page.get_by_role("button", name="Open chat").click()
    notice = visitor.page.get_by_role("button", name="The chat could not be loaded. Try again.")
    expect(notice).to_be_visible()
    context.unroute(lost)
    notice.click()
    expect(visitor.log).to_contain_text("What is your name?")


def test_a_server_that_starts_anew_is_waited_for(sites: Sites) -> None:
    sites.forgiven = ("status of 502", "ERR_FAILED")
    context = sites.browser()
    context.route("**/widget/stage-*.js", lambda route: route.abort(), times=1)
    context.route("**/config", lambda route: route.fulfill(status=502), times=1)
    visitor = sites.visit(sites.shop(), context)
    bubble = visitor.page.get_by_role("button", name="Open chat")
    expect(bubble).to_be_visible(timeout=15_000)


def test_how_it_was_is_asked_once_at_the_end(sites: Sites) -> None:
    visitor = sites.visit(sites.shop())
    to_the_end(visitor)
    ended = visitor.log.get_by_text("This conversation has ended.")
    question = visitor.log.get_by_text("How was this conversation?")
    expect(question).to_be_visible()
    visitor.page.reload()
    expect(ended).to_have_count(1)
    with visitor.page.expect_response("**/rating") as rating:
        visitor.page.get_by_role("button", name="4 of 5").click()
    assert (rating.value.status, rating.value.request.post_data_json) == (204, {"score": 8})
    expect(visitor.log.get_by_text("Thank you for telling us.")).to_be_focused()
    visitor.say("Once more")
    expect(visitor.log).to_contain_text("Once more")
    expect(ended).to_have_count(1)  # above the new words
    expect(visitor.log.get_by_text("The assistant is back")).to_have_count(0)
    expect(question).to_have_count(0)


def test_a_site_may_leave_the_question_out(sites: Sites) -> None:
    visitor = sites.visit(sites.shop(script='data-rating="off"'))
    to_the_end(visitor)
    expect(visitor.log.get_by_text("This conversation has ended.")).to_be_visible()
    visitor.page.wait_for_timeout(300)
    expect(visitor.log.get_by_text("How was this conversation?")).to_have_count(0)


def test_what_the_bot_knows_is_suggested_while_one_types(
    sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BOT, "flows", [*BOT["flows"], HELP])
    visitor = sites.visit(sites.shop())
    visitor.open()
    visitor.box.press_sequentially("re")
    suggestions = visitor.page.get_by_role("group", name="Suggestions").get_by_role("button")
    expect(suggestions).to_have_text(["refund", "return it"])
    visitor.box.fill("rex")
    expect(suggestions).to_have_count(0)
    visitor.page.wait_for_timeout(500)
    asked = len([url for url in visitor.requests if "/suggest" in url])
    visitor.box.press_sequentially(" and max", delay=30)
    visitor.page.wait_for_timeout(500)
    assert len([url for url in visitor.requests if "/suggest" in url]) == asked  # nothing is "rex…"
    visitor.box.fill("ref")
    suggestions.click()
    expect(visitor.log).to_contain_text("Bring it back.")


def test_what_is_too_long_is_told_before_it_is_sent(sites: Sites) -> None:
    visitor = sites.visit(sites.shop())
    visitor.open()
    send = visitor.page.get_by_role("button", name="Send", exact=True)
    visitor.box.fill("x" * 16_000)
    expect(send).to_be_enabled()
    visitor.box.fill("\N{GRINNING FACE}" * 5_000)
    expect(visitor.page.get_by_role("alert")).to_have_text("This is too long to be sent.")
    expect(send).to_be_disabled()
    visitor.page.keyboard.press("Enter")
    expect(visitor.box).not_to_be_empty()


def test_a_double_click_says_one_thing(sites: Sites) -> None:
    """On a card too, whose buttons stay."""
    sites.forgiven = ("ERR_FAILED",)
    said: list[Any] = []

    def show(route: Route) -> None:
        answer = route.fetch()
        opened = answer.json()
        card = {"id": "plum", "title": "Plum cake", "buttons": [{"id": "plum", "label": "Order"}]}
        opened["messages"][0] |= {"type": "cards", "cards": [card]}
        route.fulfill(response=answer, json=opened)

    def hear(route: Route) -> None:
        said.append(route.request.post_data_json)
        answer = {"status": "bot", "seq": 2, "messages": [], "input": None}
        route.fulfill(json=answer, headers={"access-control-allow-origin": "*"})

    context = sites.browser()
    context.route("**/conversations", show)
    context.route("**/messages", hear)
    context.route("**/stream?*", lambda route: route.abort())
    visitor = sites.visit(sites.shop(), context)
    visitor.open()
    visitor.page.get_by_role("button", name="Order").dblclick()
    visitor.page.wait_for_timeout(300)
    assert [each["choice"] for each in said] == ["plum"]


def test_a_keyboard_on_the_screen_covers_nothing(sites: Sites) -> None:
    """What it leaves free is told by `visualViewport`; the keyboard itself can't be had here."""
    context = sites.browser(viewport=PHONE, has_touch=True, reduced_motion="reduce")
    context.add_init_script(
        """const whole = { height: innerHeight, offsetTop: 0, scale: 1 };
        window.seen = Object.assign(new EventTarget(), whole);
        Object.defineProperty(window, 'visualViewport', { get: () => window.seen });"""
    )
    visitor = sites.visit(sites.shop(), context)
    visitor.open()
    visitor.page.evaluate(
        "Object.assign(seen, { height: 450, offsetTop: 60 }).dispatchEvent(new Event('resize'))"
    )
    panel = visitor.page.get_by_role("dialog")
    expect(panel).to_have_css("height", "450px")
    assert panel.bounding_box() == {"x": 0, "y": 60, "width": PHONE["width"], "height": 450}


def test_a_page_that_is_left_lets_go_of_its_stream(sites: Sites, flyt: Flyt) -> None:
    """So the browser may keep the page for Back, and another tab has the stream at once."""
    before = streams(flyt)
    visitor = sites.visit(sites.shop())
    visitor.open()
    visitor.say("Ada")
    expect(visitor.log).to_contain_text("Which cake, Ada?")
    assert streams(flyt) == before + 1
    leave = "dispatchEvent(new PageTransitionEvent('{}', {{ persisted: true }}))"
    visitor.page.evaluate(leave.format("pagehide"))
    _until(visitor.page, lambda: streams(flyt) == before)
    visitor.page.evaluate(leave.format("pageshow"))
    _until(visitor.page, lambda: streams(flyt) == before + 1)


def test_the_files_may_come_from_elsewhere(sites: Sites, flyt: Flyt) -> None:
    """A second server that names the first as the place of its files, as it would a CDN."""
    port = free_port()
    url = f"http://localhost:{port}"
    folder = flyt.log.parent
    environ = {**flyt.environ, "FLYT_ASSET_URL": flyt.url, "FLYT_PORT": str(port)}
    environ |= {"FLYT_PUBLIC_URL": url}
    log = folder / "elsewhere.log"
    command = [sys.executable, "-m", "runtime.cli", "web"]
    process = begin(command, environ=environ, folder=folder, log=log)
    try:
        wait_for(f"{url}/healthz", process, log)
        key = sites.channel()
        page = sites.browser(viewport=DESKTOP).new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: sites.complaints.append(message.text))
        page.goto(f"{url}/chat/{key}")
        expect(page.get_by_role("log")).to_contain_text("What is your name?")
        assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
    finally:
        end(process)
    files = [each for each in asked if "/widget/" in each]
    assert len(files) >= 4
    assert all(each.startswith(f"{flyt.url}/widget/") for each in files)
    calls = [each for each in asked if "/api/" in each]
    assert calls
    assert all(each.startswith(f"{url}/api/") for each in calls)


def _until(page: Page, true: Any) -> None:
    for _ in range(100):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to that")
