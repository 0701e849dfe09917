"""The chat on a page of another origin, under a strict policy: nothing lost, nothing doubled."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from builder.paths import ROOT
from tests.browser.conftest import PHONE, Flyt
from tests.browser.looks import violations
from tests.browser.shop import Sites, streams

GREETING = ["Hello from the shop.", "What is your name?"]


def test_a_visitor_chats_reloads_and_goes_on(sites: Sites, flyt: Flyt) -> None:
    shop = sites.shop()
    visitor = sites.visit(shop)
    visitor.open()
    assert visitor.said() == GREETING
    visitor.say("Ada")
    expect(visitor.log).to_contain_text("Which cake, Ada?")
    so_far = [*GREETING, "Ada", "Which cake, Ada?"]
    assert visitor.said() == so_far
    visitor.page.reload()
    expect(visitor.log).to_contain_text("Which cake, Ada?")
    assert visitor.said() == so_far
    visitor.page.get_by_role("button", name="Plum").click()
    expect(visitor.log).to_contain_text("Plum it is.")
    visitor.say("A candle")
    visitor.say("Two candles")
    expect(visitor.log).to_contain_text("See you on Saturday.")
    wishes = ["Plum it is. Any wishes?", "A candle", "Noted: A candle. More?", "Two candles"]
    expected = [*so_far, "Plum", *wishes, "See you on Saturday."]
    assert sorted(visitor.said()) == sorted(expected)
    visitor.page.reload()
    expect(visitor.log).to_contain_text("See you on Saturday.")
    assert visitor.said() == expected
    assert {url.split("/")[2] for url in visitor.requests} == {
        flyt.url.split("/")[2],
        shop.url.split("/")[2],
    }


def test_what_is_said_offline_is_sent_once_when_back(sites: Sites) -> None:
    sites.forgiven = ("ERR_INTERNET_DISCONNECTED",)
    context = sites.browser()
    visitor = sites.visit(sites.shop(), context)
    visitor.open()
    context.set_offline(True)
    expect(visitor.page.get_by_role("status")).to_contain_text("You are offline")
    visitor.say("Ada")
    visitor.say("Lemon")
    expect(visitor.page.get_by_text("Waiting to be sent")).to_have_count(2)
    context.set_offline(False)
    expect(visitor.log).to_contain_text("Lemon it is.")
    expect(visitor.page.get_by_text("Waiting to be sent")).to_have_count(0)
    expect(visitor.page.get_by_role("status")).to_have_count(0)
    expected = sorted([*GREETING, "Ada", "Which cake, Ada?", "Lemon", "Lemon it is. Any wishes?"])
    assert sorted(visitor.said()) == expected
    visitor.page.reload()
    expect(visitor.log).to_contain_text("Lemon it is.")
    assert sorted(visitor.said()) == expected


def test_words_that_wait_survive_the_page(sites: Sites) -> None:
    """The page is closed before the server is there again."""
    sites.forgiven = ("ERR_FAILED", "ERR_INTERNET_DISCONNECTED")
    context = sites.browser()
    shop = sites.shop()
    visitor = sites.visit(shop, context)
    visitor.open()
    context.route("**/messages", lambda route: route.abort())
    visitor.say("Ada")
    expect(visitor.page.locator(".waiting")).to_have_count(1)
    visitor.page.close()
    context.unroute("**/messages")
    again = sites.visit(shop, context)
    again.page.get_by_role("button", name="Open chat").click()
    expect(again.log).to_contain_text("Which cake, Ada?")
    assert again.said() == [*GREETING, "Ada", "Which cake, Ada?"]


def test_an_answer_that_was_lost_is_not_asked_for_twice(sites: Sites) -> None:
    """The server has heard the words, but its answer never arrives; the page sends them again."""
    sites.forgiven = ("ERR_FAILED",)
    visitor = sites.visit(sites.shop())
    visitor.open()
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().text())
            route.abort()

    visitor.page.route("**/messages", lose)
    visitor.say("Ada")
    expect(visitor.log).to_contain_text("Which cake, Ada?")
    expect(visitor.page.locator(".waiting")).to_have_count(0, timeout=10_000)
    assert visitor.said() == [*GREETING, "Ada", "Which cake, Ada?"]


def test_eight_tabs_show_the_same_and_hold_one_stream(sites: Sites, flyt: Flyt) -> None:
    context = sites.browser()
    shop = sites.shop()
    before = streams(flyt)
    first = sites.visit(shop, context)
    first.open()
    tabs = [first, *(sites.visit(shop, context) for _ in range(7))]
    for tab in tabs[1:]:
        tab.open()
    first.say("Ada")
    for tab in tabs:
        expect(tab.log).to_contain_text("Which cake, Ada?")
    tabs[5].page.get_by_role("button", name="Plum").click()
    for tab in tabs:
        expect(tab.log).to_contain_text("Plum it is.")
    said = [*GREETING, "Ada", "Which cake, Ada?", "Plum", "Plum it is. Any wishes?"]
    assert [tab.said() for tab in tabs] == [said] * 8
    assert streams(flyt) - before == 1
    assert sum("/stream" in url for tab in tabs for url in tab.requests) == 1
    first.page.close()  # another tab takes the stream over and misses nothing
    tabs[1].say("Berries")
    for tab in tabs[1:]:
        expect(tab.log).to_contain_text("Noted: Berries.")
    assert streams(flyt) - before == 1


def test_the_keyboard_opens_closes_and_comes_back(sites: Sites) -> None:
    visitor = sites.visit(sites.shop())
    bubble = visitor.page.get_by_role("button", name="Open chat")
    expect(bubble).to_have_attribute("aria-expanded", "false")
    visitor.page.keyboard.press("Tab")
    expect(bubble).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("dialog", name="Corner shop")).to_be_visible()
    expect(visitor.box).to_be_focused()
    menu = visitor.page.get_by_role("button", name="Menu")
    menu.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("menuitem").first).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("menu")).to_have_count(0)
    expect(menu).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.get_by_role("dialog")).to_be_hidden()
    expect(bubble).to_be_focused()


def test_unread_messages_are_counted_while_the_chat_is_closed(sites: Sites) -> None:
    context = sites.browser()
    shop = sites.shop()
    reader, writer = sites.visit(shop, context), sites.visit(shop, context)
    reader.open()
    reader.page.get_by_role("button", name="Close chat").first.click()
    writer.open()
    writer.page.get_by_role("button", name="Close chat").first.click()
    reader.page.evaluate("Flyt.send('Ada')")
    badge = writer.page.get_by_role("button", name="Open chat (1)")
    expect(badge).to_be_visible()
    expect(writer.page.locator(".preview")).to_contain_text("Which cake, Ada?")
    badge.click()
    expect(writer.page.get_by_role("button", name="Close chat").first).to_be_visible()
    expect(writer.page.locator(".badge")).to_be_hidden()


def test_the_page_steers_the_chat(sites: Sites) -> None:
    visitor = sites.visit(sites.shop())
    heard = visitor.page.evaluate(
        """async () => {
          const heard = [];
          await Flyt.ready;
          for (const name of ['open', 'close', 'start']) Flyt.on(name, () => heard.push(name));
          Flyt.on('message', (message) => heard.push(message.text));
          Flyt.set({ wish: 'From the page' });
          await Flyt.open();
          await Flyt.send('Ada');
          while (!heard.includes('Which cake, Ada?')) await new Promise((r) => setTimeout(r, 20));
          Flyt.toggle();
          return heard;
        }"""
    )
    assert heard[0] == "open"
    assert heard[-1] == "close"
    assert sorted(heard[1:-1]) == sorted(
        ["start", "Hello from **the shop**.", "What is your name?", "Which cake, Ada?"]
    )
    visitor.page.evaluate("Flyt.destroy()")
    expect(visitor.page.locator("flyt-chat")).to_have_count(0)
    assert visitor.page.evaluate("typeof Flyt") == "undefined"


INPUTS: dict[str, dict[str, Any]] = {
    "date": {"type": "date"},
    "few days": {"type": "date", "earliest": "2099-03-10", "latest": "2099-03-20"},
    "time": {"type": "time"},
    "number": {"type": "number", "minimum": 1, "maximum": 60},
    "scale": {"type": "number", "minimum": 0, "maximum": 10, "step": 1},
    "rating": {"type": "rating", "minimum": 1, "maximum": 5},
    "list": {
        "type": "choice",
        "options": [{"id": f"o{n}", "label": f"Street {n}"} for n in range(1, 41)],
    },
    "form": {
        "type": "form",
        "fields": [
            {"variable": "name", "type": "text", "label": "Name", "required": True},
            {"variable": "guests", "type": "number", "label": "Guests", "required": False},
        ],
    },
}


def pick_date(page: Page) -> None:
    page.get_by_role("button", name="Next month").click()
    page.locator("td button:not(.other)", has_text="17").click()


def pick_possible_date(page: Page) -> None:
    expect(page.locator("td button[tabindex='0']")).to_have_text("10")
    early = page.locator("td button:not(.other)", has_text="9").first
    expect(early).to_be_disabled()
    early.click(force=True)
    page.locator("td button", has_text="17").click()


def pick_time(page: Page) -> None:
    page.get_by_label("Choose a time").fill("14:30")
    page.get_by_role("button", name="Send").click()


def write_number(page: Page) -> None:
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="More").click()
    page.keyboard.press("Enter")


def search_list(page: Page) -> None:
    page.get_by_role("combobox").fill("street 27")
    page.keyboard.press("Enter")


def fill_form(page: Page) -> None:
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Please fill this in.")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_focused()
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Guests").fill("1 200,5")
    page.get_by_role("button", name="Send").click()


ANSWERS: dict[str, tuple[Callable[[Page], None], Callable[[Any], bool]]] = {
    "date": (pick_date, lambda said: said["value"].endswith("-17")),
    "few days": (pick_possible_date, lambda said: said["value"] == "2099-03-17"),
    "time": (pick_time, lambda said: said["value"] == "14:30"),
    "number": (write_number, lambda said: said["value"] == 2),
    "scale": (
        lambda page: page.get_by_role("button", name="7", exact=True).click(),
        lambda said: said["value"] == 7,
    ),
    "rating": (
        lambda page: page.get_by_role("button", name="4 of 5").click(),
        lambda said: said["value"] == 4,
    ),
    "list": (search_list, lambda said: said["choice"] == "o27"),
    "form": (fill_form, lambda said: said["value"] == {"name": "Ada", "guests": 1200.5}),
}


@pytest.mark.parametrize("kind", list(INPUTS))
def test_each_input_has_a_control(sites: Sites, kind: str) -> None:
    """The bot's question is replaced on its way, for its bot can't ask all of them."""
    sites.forgiven = ("ERR_FAILED",)
    asked = {**INPUTS[kind], "token": "the-question"}
    said: list[Any] = []

    def ask(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "input": asked})

    def hear(route: Route) -> None:
        said.append(route.request.post_data_json)
        answer = {"status": "bot", "seq": 2, "messages": [], "input": None}
        headers = {"access-control-allow-origin": "*"}
        route.fulfill(json=answer, headers=headers)

    context = sites.browser(viewport=PHONE, reduced_motion="reduce")
    context.route("**/conversations", ask)
    context.route("**/messages", hear)
    context.route("**/stream?*", lambda route: route.abort())
    visitor = sites.visit(sites.shop(), context)
    visitor.open()
    expect(visitor.page.get_by_role("button", name="Write instead")).to_be_visible()
    assert violations(visitor.page) == []
    small = "button:visible, input:visible, [role=option]:visible"
    for target in visitor.page.locator(".dock").locator(small).all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= 44 or target.get_attribute("type") == "checkbox"
    answer, right = ANSWERS[kind]
    with visitor.page.expect_response("**/messages"):
        answer(visitor.page)
    expect(visitor.box).to_be_visible()
    [only] = said
    assert only["input_token"] == "the-question"
    assert right(only), only


def test_files_are_uploaded_and_sent(sites: Sites, flyt: Flyt) -> None:
    visitor = sites.visit(sites.shop())
    visitor.open()
    visitor.page.get_by_role("button", name="Add files").click()
    file = {"name": "cake.txt", "mimeType": "text/plain", "buffer": b"Like this one."}
    visitor.page.locator("flyt-chat input[type=file]").set_input_files(file)
    visitor.page.get_by_role("button", name="Send").click()
    expect(visitor.log.get_by_text("cake.txt")).to_be_visible()
    visitor.page.reload()
    expect(visitor.log.get_by_text("cake.txt")).to_have_count(1)
    with visitor.page.expect_response("**/files/*-*") as answer, visitor.page.expect_popup():
        visitor.log.get_by_role("button", name="cake.txt").click()
    link = answer.value.json()["url"]
    assert httpx.get(f"{flyt.url}{link}").content == b"Like this one."


def test_an_answer_is_shown_as_it_comes(sites: Sites) -> None:
    """The stream is made up, for no bot of today answers word by word."""
    context = sites.browser()
    parts = ["event: typing\ndata: {}\n\n".replace("{}", json.dumps({"from": "bot"}))]
    for i, text in enumerate(("Lemon ", "and **plum**.")):
        told = json.dumps({"key": "k", "attempt": 1, "i": i, "text": text})
        parts.append(f"event: token\ndata: {told}\n\n")
    headers = {"access-control-allow-origin": "*", "content-type": "text/event-stream"}
    context.route("**/stream?*", lambda route: route.fulfill(body="".join(parts), headers=headers))
    visitor = sites.visit(sites.shop(), context)
    visitor.open()
    expect(visitor.log.get_by_text("Lemon and plum.")).to_be_visible()
    expect(visitor.log.locator("strong", has_text="plum")).to_be_visible()
    visitor.say("Ada")  # the finished answer takes its place
    expect(visitor.log).to_contain_text("Which cake, Ada?")


def test_a_new_conversation_can_be_left_again(sites: Sites) -> None:
    context = sites.browser()
    shop = sites.shop()
    visitor, beside = sites.visit(shop, context), sites.visit(shop, context)
    visitor.open()
    beside.open()
    visitor.say("Ada")
    expect(beside.log).to_contain_text("Which cake, Ada?")
    visitor.page.get_by_role("button", name="Menu").click()
    visitor.page.get_by_role("menuitem", name="Start a new conversation").click()
    for tab in (visitor, beside):
        expect(tab.log).not_to_contain_text("Ada")
        expect(tab.log).to_contain_text("What is your name?")
    visitor.page.get_by_role("button", name="Menu").click()
    visitor.page.get_by_role("menuitem", name="Back to the earlier conversation").click()
    for tab in (visitor, beside):
        expect(tab.log).to_contain_text("Which cake, Ada?")
        assert tab.said() == [*GREETING, "Ada", "Which cake, Ada?"]


def test_a_visitor_who_was_erased_comes_in_anew(sites: Sites) -> None:
    """What the browser remembers leads nowhere any more; nobody is left before a closed door."""
    sites.forgiven = ("status of 401", "status of 404")
    visitor = sites.visit(sites.shop())
    visitor.open()
    gone = {"status": 404, "detail": "There is no such conversation."}
    headers = {"access-control-allow-origin": "*"}
    visitor.page.route(
        "**/messages",
        lambda route: route.fulfill(status=404, json=gone, headers=headers),
        times=1,
    )
    visitor.say("Ada")
    expect(visitor.log).to_contain_text("Which cake, Ada?", timeout=10_000)
    assert visitor.said() == [*GREETING, "Ada", "Which cake, Ada?"]


def test_a_page_right_to_left_in_norwegian(sites: Sites) -> None:
    shop = sites.shop(script='data-language="nb"', page='dir="rtl"')
    visitor = sites.visit(shop, sites.browser(viewport=PHONE))
    visitor.page.get_by_role("button", name="Åpne chatten").click()
    panel = visitor.page.get_by_role("dialog")
    expect(panel.get_by_role("textbox", name="Skriv en melding")).to_be_visible()
    close = panel.get_by_role("button", name="Lukk chatten").bounding_box()
    assert close
    assert close["x"] < PHONE["width"] / 2
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_channel_says_where_it_may_stand(sites: Sites, flyt: Flyt) -> None:
    sites.forgiven = ("status of 403", "does not answer here")
    shop = sites.shop(allowed_origins=["https://shop.example"])
    visitor = sites.visit(shop)
    told = visitor.page.evaluate("Flyt.ready.then(() => '', (error) => error.message)")
    assert told == (
        f"Flyt: the channel {shop.key} does not answer here."
        f" This channel may not be used from {shop.url}."
    )
    expect(visitor.page.locator("flyt-chat")).to_be_empty()
    headers = httpx.get(f"{flyt.url}/chat/{shop.key}").headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'self' https://shop.example" in policy
    assert "unsafe" not in policy


def test_the_full_page_is_a_chat(sites: Sites, flyt: Flyt) -> None:
    key = sites.channel(look={"title": "Cakes & <more>", "accent": "#0a7d33"})
    page = sites.browser().new_page()
    page.on("console", lambda message: sites.complaints.append(message.text))
    page.goto(f"{flyt.url}/chat/{key}")
    expect(page).to_have_title("Cakes & <more>")
    expect(page.get_by_role("log")).to_contain_text("What is your name?")
    page.get_by_role("textbox").fill("Ada")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Which cake, Ada?")
    assert violations(page) == []


def test_the_full_page_without_javascript_and_without_a_channel(sites: Sites, flyt: Flyt) -> None:
    plain = sites.browser(java_script_enabled=False).new_page()
    plain.goto(f"{flyt.url}/chat/{sites.channel()}")
    expect(plain.locator("noscript p")).to_be_visible()
    assert "This chat needs JavaScript." in plain.content()
    lost = sites.browser().new_page()
    answer = lost.goto(f"{flyt.url}/chat/nowhere")
    assert answer
    assert answer.status == 404
    expect(lost.get_by_role("heading")).to_have_text("This chat is not here")
    assert violations(lost) == []


def test_files_are_kept_for_ever_and_the_loader_for_minutes(flyt: Flyt) -> None:
    manifest = json.loads((ROOT / ".widget" / "manifest.json").read_text())
    loader = httpx.get(f"{flyt.url}/widget.js")
    assert loader.headers["cache-control"] == "public, max-age=300"
    assert loader.headers["access-control-allow-origin"] == "*"
    known = {"if-none-match": loader.headers["etag"]}
    assert httpx.get(f"{flyt.url}/widget.js", headers=known).status_code == 304
    for name in manifest["start"][1:]:
        part = httpx.get(f"{flyt.url}/widget/{name}")
        assert "immutable" in part.headers["cache-control"]
        assert part.headers["content-encoding"] == "gzip"
        assert name in part.request.url.path
    [stage] = [name for name in manifest["sizes"] if name.startswith("stage-")]
    earlier = httpx.get(f"{flyt.url}/widget/stage-AAAAAAAA.js")  # a page from before an update
    assert (earlier.status_code, earlier.headers["location"]) == (307, stage)
    assert earlier.headers["cache-control"] == "no-store"
    for name in ("widget.js", "none-12345678.js", "..%2Fbuild.mjs"):
        assert httpx.get(f"{flyt.url}/widget/{name}").status_code == 404


def test_the_budget_holds(flyt: Flyt) -> None:
    """What is sent, not what the build says."""
    manifest = json.loads((ROOT / ".widget" / "manifest.json").read_text())

    def weight(path: str) -> int:
        with httpx.stream("GET", f"{flyt.url}/{path}") as answer:
            return len(b"".join(answer.iter_raw()))

    loader = weight("widget.js")
    assert loader <= 3_000
    rest = sum(weight(f"widget/{name}") for name in manifest["start"][1:])
    assert loader + rest <= 30_000
