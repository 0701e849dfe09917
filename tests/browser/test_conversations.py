"""The inbox: conversations appear and move while one looks, with the path each of them took."""

from __future__ import annotations

import itertools
import json
import secrets
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, Builder, Flyt
from tests.browser.looks import Look

HOSTILE = (
    "<img src=x onerror=alert(1)> **not bold here** "
    + "x" * 300
    + " مرحبا بالعالم \u202e reversed \u2066 🧑‍🚀👩‍👩‍👧‍👦 "
)
MARKDOWN = (
    "**Opening hours**\n- Monday to *Friday*: `9–17`\n- See [our page](https://example.org/hours)\n"
    "[do not](javascript:alert(1)) 1\\. <b>plain</b>"
)
RED, BLUE = {"id": "red", "label": "Red roses"}, {"id": "blue", "label": "Blue tulips"}


def shop(name: str = "Flower shop", greeting: str = MARKDOWN) -> dict[str, Any]:
    """Asks for a name and a choice, and thanks; with whoever wants tulips it fails."""
    ask = {"text": "What is your name?", "variable": "name"}
    choose = {"text": "Which ones?", "variable": "flowers", "options": [RED, BLUE]}
    nodes = [
        {"id": "hello", "type": "message", "title": "Welcome", "config": {"text": greeting}},
        {"id": "ask", "type": "ask.text", "config": ask},
        {"id": "choose", "type": "ask.choice", "config": choose},
        {"id": "bye", "type": "message", "config": {"text": "Thanks, {{ name }}. {{ flowers }}!"}},
    ]
    order = [node["id"] for node in nodes]
    edges = [
        {"source": source, "port": "next", "target": target}
        for source, target in itertools.pairwise(order)
    ]
    nodes.append({"id": "price", "type": "subflow", "config": {"flow": "wrong"}})
    edges.append({"source": "choose", "port": "blue", "target": "price"})
    price = {"assign": [{"variable": "price", "value": "{{ 10 / 0 }}"}]}
    divide = {"id": "divide", "type": "set", "title": "Work out the price", "config": price}
    wrong = {"id": "wrong", "name": "Price", "start": "divide", "nodes": [divide]}
    flow = {"id": "main", "name": "Main", "start": "hello", "nodes": nodes, "edges": edges}
    return {
        "format": "flyt/1",
        "name": name,
        "variables": [{"name": "name"}, {"name": "flowers"}, {"name": "price"}],
        "flows": [flow | {"triggers": [{"kind": "start"}]}, wrong],
    }


class Shop:
    """A published bot with its channel."""

    def __init__(self, flyt: Flyt, owner: Any, document: dict[str, Any]) -> None:
        cookies = {each["name"]: each["value"] for each in owner["cookies"]}
        self.admin = httpx.Client(base_url=f"{flyt.url}/api/v1", cookies=cookies, timeout=20)
        self.bot: str = self._post("/bots", document)["id"]
        self._post(f"/bots/{self.bot}/publish", {})
        channel = self._post("/channels", {"name": document["name"], "bot_id": self.bot})
        self.channel: str = channel["id"]
        self.url = f"{flyt.url}/api/v1/chat"
        self.key: str = channel["key"]

    def visitor(self, name: str = "", **opening: Any) -> Visitor:
        visitor = Visitor(self, opening)
        if name:
            visitor.say(text=name)
        return visitor

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.admin.post(path, json=body).raise_for_status().json()


class Visitor:
    def __init__(self, shop: Shop, opening: dict[str, Any]) -> None:
        body = {"client_id": secrets.token_hex(16)} | opening
        address = f"{shop.url}/{shop.key}/conversations"
        opened = httpx.post(address, json=body).raise_for_status().json()
        self.id: str = opened["conversation_id"]
        self.http = httpx.Client(
            base_url=f"{shop.url}/conversations/{self.id}",
            headers={"authorization": f"Bearer {opened['token']}"},
        )

    def say(self, **said: Any) -> None:
        body = {"client_id": secrets.token_hex(16)} | said
        self.http.post("/messages", json=body).raise_for_status()

    def upload(self, name: str, content: bytes) -> str:
        sent = self.http.post("/files", files={"file": (name, content)}).raise_for_status()
        return sent.json()["id"]


@pytest.fixture(scope="module")
def flowers(flyt: Flyt, owner: Any) -> Shop:
    return Shop(flyt, owner, shop())


def row(page: Page, visitor: Visitor) -> Locator:
    return page.locator(f'[data-id="{visitor.id}"]')


def transcript(page: Page) -> Locator:
    return page.get_by_role("log", name="Transcript")


def wrote(page: Page, text: str) -> Locator:
    """What the visitor wrote, and not where the path or the bot repeats it."""
    return transcript(page).locator(".inbox-said.visitor").get_by_text(text, exact=True)


def test_a_talk_appears_as_it_happens(builder: Builder, flowers: Shop) -> None:
    quiet = flowers.visitor("Quiet")
    page = builder.visit("/inbox")
    expect(row(page, quiet)).to_be_visible()
    visitor = flowers.visitor(
        page="https://example.org/roses", locale="en-GB", timezone="Europe/Oslo"
    )
    expect(page.locator(".inbox-lines > li").first).to_have_attribute("data-id", visitor.id)
    expect(row(page, visitor).get_by_label("Unread")).to_be_visible()
    row(page, visitor).get_by_role("link").click()
    talk = transcript(page)
    expect(talk.get_by_role("article").filter(has_text="What is your name?")).to_be_visible()
    expect(row(page, visitor).get_by_label("Unread")).to_have_count(0)

    for _ in range(20):  # as a widget does; a sign that nobody hears is lost
        visitor.http.post("/typing", json={"typing": True}).raise_for_status()
        page.wait_for_timeout(250)
        if page.get_by_text("The visitor is typing").count():
            break
    expect(page.get_by_text("The visitor is typing")).to_be_attached()
    visitor.say(text="Ada")
    expect(talk.get_by_role("article").filter(has_text="Ada").first).to_be_visible()
    expect(page.get_by_text("The visitor is typing")).to_have_count(0)
    visitor.say(choice="red")
    expect(talk.get_by_role("heading", name="Visitor pressed")).to_be_attached()
    expect(talk.get_by_text("Thanks, Ada.")).to_be_visible()
    expect(talk.locator(".inbox-event", has_text="Ended")).to_be_visible()
    expect(page.locator(".inbox-head .badge")).to_have_text("Ended")
    expect(row(page, visitor).locator(".badge")).to_have_text("Ended")

    about = page.get_by_role("complementary", name="About this conversation")
    for known in ("British English", "Europe/Oslo", "https://example.org/roses", "Red roses"):
        expect(about.get_by_text(known).first).to_be_visible()


def test_the_path_tells_what_changed_and_leads_to_the_editor(
    builder: Builder, flyt: Flyt, owner: Any
) -> None:
    document = shop("Path", "Hello")
    made = Shop(flyt, owner, document)
    visitor = made.visitor("Ada")
    flow = document["flows"][0]
    flow["nodes"] = [node for node in flow["nodes"] if node["id"] != "bye"]
    flow["edges"] = [edge for edge in flow["edges"] if edge["target"] != "bye"]
    draft = made.admin.get(f"/bots/{made.bot}/draft").json()
    body = {"version": draft["version"], "document": document}
    made.admin.put(f"/bots/{made.bot}/draft", json=body).raise_for_status()
    visitor.say(choice="red")
    page = builder.visit(f"/inbox?id={visitor.id}")
    talk = transcript(page)
    talk.get_by_text("2 steps").nth(1).click()
    link = talk.get_by_role("link", name="What is your name?").first
    address = f"/bots/{made.bot}/edit?flow=main&step=ask"
    expect(link).to_have_attribute("href", address)
    expect(talk.get_by_text("name = Ada")).to_be_visible()
    page.get_by_role("button", name="Path").click()
    expect(talk.get_by_role("link", name="Welcome")).to_be_visible()
    gone = talk.locator(".inbox-step", has_text="Thanks")
    expect(gone).to_be_visible()
    expect(gone.get_by_role("link")).to_have_count(0)


def test_whatever_is_said_is_only_text(builder: Builder, flowers: Shop) -> None:
    visitor = flowers.visitor(HOSTILE)
    page = builder.visit(f"/inbox?id={visitor.id}")
    talk = transcript(page)
    said = talk.get_by_role("article").filter(has_text="<img src=x onerror=alert(1)> **not bold")
    expect(said.first).to_be_visible()
    expect(talk.locator("img")).to_have_count(0)
    expect(talk.locator("strong", has_text="Opening hours")).to_be_visible()
    expect(talk.get_by_role("listitem").filter(has_text="Monday to Friday")).to_be_visible()
    expect(talk.get_by_role("link", name="our page")).to_have_attribute(
        "href", "https://example.org/hours"
    )
    expect(talk.get_by_text("<b>plain</b>")).to_be_visible()
    expect(talk.locator('[href^="javascript"]')).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"]


def test_a_file_is_named_and_can_be_fetched(builder: Builder, flowers: Shop) -> None:
    visitor = flowers.visitor()
    sent = visitor.upload("price list.txt", b"roses 5\n" * 300)
    visitor.say(files=[sent], text="Here it is")
    page = builder.visit(f"/inbox?id={visitor.id}")
    link = transcript(page).get_by_role("link", name="price list.txt")
    expect(link).to_contain_text("2.4 kB")
    with page.expect_download() as download:
        link.click()
    assert download.value.path().read_bytes() == b"roses 5\n" * 300


def test_filters_and_what_leaves_them(builder: Builder, flyt: Flyt, owner: Any) -> None:
    made = Shop(flyt, owner, shop("Filtered", "Hi"))
    ended, open_ = made.visitor("Ada"), made.visitor("Bea")
    ended.say(choice="red")
    page = builder.visit("/inbox")
    page.get_by_label("Bot", exact=True).select_option("Filtered")
    expect(page.locator(".inbox-lines > li")).to_have_count(2)
    page.get_by_label("Status", exact=True).select_option("Bot")
    expect(row(page, ended)).to_have_count(0)
    expect(row(page, open_)).to_be_visible()
    page.reload()
    expect(page.locator(".inbox-lines > li")).to_have_count(1)
    open_.say(choice="red")  # it ends, and so leaves this list while one looks
    expect(page.get_by_text("No conversation matches these filters.")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    expect(row(page, open_)).to_be_visible()
    page.get_by_label("Channel", exact=True).select_option("Filtered")
    page.get_by_label("Active", exact=True).select_option("Last 24 hours")
    expect(page.locator(".inbox-lines > li")).to_have_count(2)


def test_a_long_list_is_read_in_pages_and_stays_in_place(
    builder: Builder, flyt: Flyt, owner: Any
) -> None:
    made = Shop(flyt, owner, shop("Crowded", "Hi"))
    visitors = [made.visitor() for _ in range(60)]
    page = builder.visit(f"/inbox?bot={made.bot}")
    lines = page.locator(".inbox-lines > li")
    expect(lines).to_have_count(50)
    page.get_by_role("button", name="Older").click()
    expect(lines).to_have_count(60)
    expect(page.get_by_role("button", name="Older")).to_have_count(0)

    middle = row(page, visitors[30])
    middle.scroll_into_view_if_needed()
    middle.get_by_role("link").focus()
    before = middle.bounding_box()
    made.visitor()
    visitors[2].say(text="I am back")
    expect(lines.first).to_have_attribute("data-id", visitors[2].id)
    expect(lines).to_have_count(61)
    after = middle.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 2
    expect(middle.get_by_role("link")).to_be_focused()


def test_a_long_talk_opens_at_its_end(builder: Builder, flyt: Flyt, owner: Any) -> None:
    made = Shop(flyt, owner, shop("Long", "Hi"))
    visitor = made.visitor("Ada")
    for number in range(40):
        visitor.say(text=f"I do not know {number}")
    page = builder.visit(f"/inbox?id={visitor.id}")
    talk = transcript(page)
    expect(wrote(page, "I do not know 39")).to_be_in_viewport()
    expect(wrote(page, "I do not know 1")).to_have_count(0)
    oldest = talk.locator(".inbox-said.visitor .inbox-text").first
    oldest.scroll_into_view_if_needed()
    text = oldest.inner_text()
    page.get_by_role("button", name="Earlier messages").click()
    expect(oldest).not_to_have_text(text)  # there are earlier ones now
    expect(wrote(page, text)).to_be_in_viewport()

    visitor.say(text="Are you there?")  # who reads further up is told, and stays
    page.get_by_role("button", name="New messages").click()
    expect(wrote(page, "Are you there?")).to_be_in_viewport()
    visitor.say(text="And now?")
    expect(wrote(page, "And now?")).to_be_in_viewport()


def test_a_transcript_is_taken_along(builder: Builder, flowers: Shop) -> None:
    builder.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor = flowers.visitor("Ada")
    visitor.say(choice="red")
    page = builder.visit(f"/inbox?id={visitor.id}")
    page.get_by_role("button", name="Copy transcript").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    said = [line.partition("  ")[2] for line in text.splitlines() if "  " in line]
    assert said[-1] == "— Ended —"
    assert any(line.endswith(": Ada") for line in said)
    assert "Bot: Thanks, Ada. Red roses!" in said


def test_by_keyboard(builder: Builder, flowers: Shop) -> None:
    first, second = flowers.visitor("Ada"), flowers.visitor("Bea")
    page = builder.visit(f"/inbox?bot={flowers.bot}")
    row(page, second).get_by_role("link").focus()
    page.keyboard.press("ArrowDown")
    expect(row(page, first).get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row(page, first).get_by_role("link")).to_have_attribute("aria-current", "true")
    expect(transcript(page).get_by_text("Ada", exact=True).first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Choose a conversation")).to_be_visible()


def test_a_phone_shows_one_column_at_a_time(builder: Builder, flowers: Shop) -> None:
    visitor = flowers.visitor("Ada")
    builder.page.set_viewport_size({"width": 390, "height": 844})
    page = builder.visit("/inbox")
    row(page, visitor).get_by_role("link").click()
    expect(transcript(page)).to_be_visible()
    expect(row(page, visitor)).to_be_hidden()
    page.get_by_role("button", name="Details").click()
    expect(page.get_by_role("complementary", name="About this conversation")).to_be_visible()
    page.get_by_role("button", name="Details").click()
    page.get_by_role("link", name="All conversations").click()
    expect(row(page, visitor)).to_be_visible()
    expect(transcript(page)).to_have_count(0)


def test_what_is_not_here_is_said_so(builder: Builder) -> None:
    for name in ("01900000-0000-7000-8000-000000000000", "nonsense"):
        page = builder.visit(f"/inbox?id={name}")
        expect(page.get_by_role("heading", name="This conversation is not here")).to_be_visible()


def test_a_lost_connection_is_told_and_mended(builder: Builder, flowers: Shop) -> None:
    flowers.visitor("Ada")
    page = builder.visit("/inbox")
    expect(page.locator(".inbox-lines > li").first).to_be_visible()
    page.route("**/api/v1/inbox?*", lambda route: route.fulfill(status=429, body="{}"))
    expect(page.get_by_text("The list is not up to date.")).to_be_visible()
    page.unroute("**/api/v1/inbox?*")
    expect(page.get_by_text("The list is not up to date.")).to_have_count(0)


def test_looks(
    person: Builder, look: Look, flyt: Flyt, owner: Any, size: dict[str, int], theme: str
) -> None:
    made = Shop(flyt, owner, shop(f"Flowers {size['width']} {theme}"))
    visitors = [made.visitor(f"Visitor number {number}") for number in range(12)]
    visitors[3].say(choice="red")
    visitors[5].say(choice="blue")
    talker = made.visitor(HOSTILE, page="https://example.org/roses", locale="de")
    talker.say(text="ü" * 5_000)
    talker.say(files=[talker.upload("a rather long name of a price list.txt", b"roses")])
    talker.say(choice="red")
    page = person.visit(f"/inbox?bot={made.bot}")
    expect(page.locator(".inbox-lines > li")).to_have_count(13)
    look(page, "inbox")
    row(page, talker).get_by_role("link").click()
    expect(transcript(page).get_by_text("Ended")).to_be_visible()
    look(page, "inbox-conversation")
    page.get_by_role("button", name="Path").click()
    look(page, "inbox-path")
    page.get_by_role("button", name="Details").click()
    look(page, "inbox-details")
    page.goto(f"{flyt.url}/inbox?bot={made.bot}&id={visitors[5].id}")
    expect(page.locator(".inbox-head .badge")).to_have_text("Failed")
    look(page, "inbox-failed")
    page.goto(f"{flyt.url}/inbox?bot={made.bot}&status=human")
    expect(page.get_by_text("No conversation matches these filters.")).to_be_visible()
    look(page, "inbox-filtered")


def test_an_empty_inbox(person: Builder, look: Look) -> None:
    nothing = json.dumps({"items": [], "next": None, "mark": "2026-01-01T00:00:00Z"})
    person.page.route(
        "**/api/v1/inbox?*",
        lambda route: route.fulfill(status=200, body=nothing, content_type="application/json"),
    )
    page = person.visit("/inbox")
    expect(page.get_by_role("heading", name="Conversations will be here")).to_be_visible()
    look(page, "inbox-empty")
