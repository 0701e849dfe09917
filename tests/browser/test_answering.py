"""People answer in the inbox while the visitor has the chat open, from word to word."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import BOTH_WAYS, DESKTOP, PASSWORD, Builder, Flyt
from tests.browser.looks import Look
from tests.browser.test_conversations import Shop, Visitor, row, shop, transcript

Open = Callable[..., Builder]


@pytest.fixture(scope="module")
def flowers(flyt: Flyt, owner: Any) -> Shop:
    return Shop(flyt, owner, shop("Answered", "Hello"))


def member(flyt: Flyt, flowers: Shop, name: str, role: str) -> Any:
    """The cookies of somebody of this name and role."""
    email = f"{secrets.token_hex(4)}@example.org"
    invited = flowers.admin.post("/invitations", json={"email": email, "role": role})
    token = invited.raise_for_status().json()["token"]
    body = {"name": name, "password": PASSWORD}
    joined = httpx.post(f"{flyt.url}/auth/invitation/{token}", json=body).raise_for_status()
    cookies = [
        {"name": name, "value": value, "domain": "localhost", "path": "/", "expires": -1}
        | {"httpOnly": True, "secure": False, "sameSite": "Lax"}
        for name, value in joined.cookies.items()
    ]
    return {"cookies": cookies, "origins": []}


@pytest.fixture
def anna(open_builder: Open, flyt: Flyt, flowers: Shop) -> Builder:
    return open_builder(member(flyt, flowers, "Anna Berg", "agent"))


class Desk:
    """The conversation as it is open in the inbox."""

    def __init__(self, builder: Builder, id_: str) -> None:
        self.page = builder.visit(f"/inbox?id={id_}")
        self.part = self.page.get_by_role("region", name="Answer")
        self.box = self.part.get_by_role("textbox", name="Your answer")

    def press(self, name: str) -> None:
        self.part.get_by_role("button", name=name, exact=True).click()

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def said(self, who: str, text: str) -> Locator:
        return transcript(self.page).locator(f".inbox-said.{who}", has_text=text)

    def status(self) -> Locator:
        return self.page.locator(".inbox-head .badge")


@pytest.fixture
def visiting(chromium: Browser) -> Iterator[Page]:
    """A browser of the visitor's own."""
    context = chromium.new_context(viewport=DESKTOP, locale="en-GB")
    yield context.new_page()
    context.close()


def chat(page: Page, flyt: Flyt, key: str) -> Locator:
    """The chat on a page of its own; its log."""
    page.goto(f"{flyt.url}/chat/{key}")
    log = page.get_by_role("log")
    expect(log).to_contain_text("What is your name?")
    return log


def write(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Write a message")
    box.fill(text)
    box.press("Enter")


def test_a_person_takes_over_answers_and_hands_back(
    anna: Builder, flyt: Flyt, flowers: Shop, visiting: Page
) -> None:
    page = visiting
    log = chat(page, flyt, flowers.key)
    write(page, "Ada")
    expect(log).to_contain_text("Which ones?")
    inbox = anna.visit(f"/inbox?bot={flowers.bot}")
    inbox.locator(".inbox-lines > li").first.get_by_role("link").click()
    expect(inbox).to_have_url(re.compile("id="))
    desk = Desk(anna, inbox.url.rpartition("id=")[2])
    expect(desk.part).to_contain_text("The bot is talking. Take over to answer.")
    expect(desk.box).to_have_count(0)

    desk.press("Take over")
    expect(desk.box).to_be_focused()
    expect(desk.part).to_contain_text("You are talking; the bot is silent.")
    expect(desk.status()).to_have_text("Needs a person")
    expect(log).to_contain_text("Anna Berg joined")
    desk.box.fill("I am Anna.")
    desk.box.press("Shift+Enter")
    desk.box.press_sequentially("How can I help?")
    desk.box.press("Enter")
    expect(desk.box).to_have_value("")
    expect(desk.said("agent", "How can I help?")).to_have_count(1)
    expect(desk.status()).to_have_text("With a person")
    expect(log.locator(".row", has_text="How can I help?")).to_contain_text("Anna Berg")

    write(page, "Roses, for tomorrow")
    expect(desk.said("visitor", "Roses, for tomorrow")).to_be_visible()
    expect(desk.status()).to_have_text("Needs a person")
    desk.say("Of course.")
    expect(log).to_contain_text("Of course.")

    page.reload()  # what came and went stays
    expect(log).to_contain_text("Anna Berg joined")
    desk.press("Hand back to the bot")
    expect(desk.part).to_contain_text("The bot is talking.")
    expect(desk.status()).to_have_text("Bot")
    expect(log).to_contain_text("The assistant is back")
    expect(log.locator(".row", has_text="Which ones?")).to_have_count(2)
    page.get_by_role("button", name="Red roses").click()
    expect(log).to_contain_text("Thanks, Ada.")
    page.reload()
    expect(log).to_contain_text("The assistant is back")


def test_a_visitor_asks_for_a_person_and_the_bot_goes_on_afterwards(
    anna: Builder, flyt: Flyt, flowers: Shop, visiting: Page
) -> None:
    page = visiting
    log = chat(page, flyt, flowers.key)
    write(page, "Can I talk to a person?")
    expect(log).to_contain_text("I've asked a colleague to take over.")
    expect(log).to_contain_text("A person will answer you here")
    inbox = anna.visit(f"/inbox?bot={flowers.bot}&status=human")
    first = inbox.locator(".inbox-lines > li").first
    expect(first).to_contain_text("Needs a person")
    first.get_by_role("link").click()
    expect(inbox).to_have_url(re.compile("id="))
    desk = Desk(anna, inbox.url.rpartition("id=")[2])
    desk.say("Anna here. What is it about?")
    expect(log).to_contain_text("Anna here.")
    desk.press("Hand back to the bot")
    expect(log.locator(".row", has_text="What is your name?")).to_have_count(2)
    write(page, "Ada")
    expect(log).to_contain_text("Which ones?")


def test_two_colleagues_see_who_answers(builder: Builder, anna: Builder, flowers: Shop) -> None:
    visitor = flowers.visitor("Ada")
    hers, mine = Desk(anna, visitor.id), Desk(builder, visitor.id)
    hers.press("Take over")
    expect(mine.part).to_contain_text("Anna Berg is talking. You may help out, or take over.")
    expect(transcript(mine.page)).to_contain_text("Anna Berg took over")
    mine.say("One moment, she looks it up.")
    expect(hers.said("agent", "One moment")).to_contain_text("ada")
    expect(hers.part).to_contain_text("You are talking")
    mine.press("Take over")
    expect(mine.part).to_contain_text("You are talking")
    expect(hers.part).to_contain_text("ada is talking.")
    mine.press("End")
    for desk in (mine, hers):
        expect(desk.status()).to_have_text("Ended")
        expect(desk.part).to_contain_text("This conversation has ended. An answer opens it again.")
    hers.say("One more thing.")
    expect(hers.status()).to_have_text("With a person")
    expect(mine.part).to_contain_text("Anna Berg is talking.")


def test_a_change_while_the_page_loads_is_seen(anna: Builder, flowers: Shop) -> None:
    """The conversation is read before a colleague takes it over, its messages afterwards."""
    visitor = flowers.visitor("Ada")
    waiting: list[Route] = []

    def messages(route: Route) -> None:
        waiting.append(route)

    def conversation(route: Route) -> None:
        before = route.fetch()
        post(flowers, visitor, "take-over")
        waiting.pop().continue_()
        route.fulfill(response=before)

    anna.page.route("**/messages/latest*", messages, times=1)
    anna.page.route(re.compile(rf"/conversations/{visitor.id}\?$"), conversation, times=1)
    desk = Desk(anna, visitor.id)
    expect(transcript(desk.page)).to_contain_text("took over")
    expect(desk.part).to_contain_text("is talking. You may help out, or take over.")
    assert not waiting


def answer_is_lost(route: Route) -> None:
    """The server has taken it, and the browser is never told."""
    route.fetch()
    route.abort()


def test_nothing_that_was_written_is_lost(anna: Builder, flowers: Shop) -> None:
    first, second = flowers.visitor("Ada"), flowers.visitor("Bea")
    desk = Desk(anna, first.id)
    desk.press("Take over")
    desk.box.fill("Half a sent")
    page = anna.page
    page.goto(page.url.replace(first.id, second.id))
    desk.press("Take over")
    expect(desk.box).to_have_value("")
    page.go_back()
    expect(desk.box).to_have_value("Half a sent")

    page.context.set_offline(True)
    desk.say("Half a sentence.")
    desk.say("And another.")
    expect(transcript(page)).to_contain_text("Not sent yet. Trying again…")
    page.context.set_offline(False)
    expect(transcript(page).get_by_text("Not sent yet.")).to_have_count(0)
    page.route("**/messages", answer_is_lost, times=1)
    desk.say("A third.")
    expect(transcript(page)).to_contain_text("A third.")
    page.reload()
    expect(desk.said("agent", "A third.")).to_have_count(1)
    page.wait_for_timeout(1_000)
    texts = transcript(page).locator(".inbox-said.agent .inbox-text").all_inner_texts()
    assert texts == ["Half a sentence.", "And another.", "A third."]


def test_what_is_refused_is_told_and_can_be_sent_again(anna: Builder, flowers: Shop) -> None:
    desk = Desk(anna, flowers.visitor("Ada").id)
    page = desk.page
    desk.press("Take over")
    desk.box.fill("ü" * 8_193)
    expect(desk.part).to_contain_text("This is too long to be sent.")
    expect(desk.part.get_by_role("button", name="Send")).to_be_disabled()
    refusal = {"detail": "The role viewer may not do this."}
    page.route("**/messages", lambda route: route.fulfill(status=403, json=refusal), times=1)
    desk.say("Hello?")
    failed = transcript(page).get_by_role("alert")
    expect(failed).to_contain_text("The role viewer may not do this.")
    page.reload()
    failed.get_by_role("button", name="Try again").click()
    expect(failed).to_have_count(0)
    expect(desk.said("agent", "Hello?")).to_have_count(1)
    page.route("**/hand-back", lambda route: route.abort(), times=1)
    desk.press("Hand back to the bot")
    expect(desk.part.get_by_role("alert")).to_contain_text("Check the connection")
    desk.press("Hand back to the bot")
    expect(desk.part).to_contain_text("The bot is talking.")


def test_a_viewer_only_reads(open_builder: Open, flyt: Flyt, flowers: Shop) -> None:
    visitor = flowers.visitor("Ada")
    viewer = open_builder(member(flyt, flowers, "Vera", "viewer"))
    page = viewer.visit(f"/inbox?id={visitor.id}")
    expect(transcript(page)).to_contain_text("Ada")
    expect(page.get_by_role("region", name="Answer")).to_have_count(0)


def test_visitors_see_the_name_one_goes_by(open_builder: Open, flyt: Flyt, flowers: Shop) -> None:
    bo = open_builder(member(flyt, flowers, "bo.1997", "agent"))
    page = bo.visit("/settings")
    name = page.get_by_label("Your name")
    expect(name).to_have_value("bo.1997")
    name.fill(" ")
    page.get_by_role("button", name="Save your name").click()
    expect(page.get_by_text("Write a name")).to_be_visible()
    name.fill("Bo  Lind")
    page.get_by_role("button", name="Save your name").click()
    bo.toast("Your name is saved.")
    visitor = flowers.visitor("Ada")
    desk = Desk(bo, visitor.id)
    desk.press("Take over")
    desk.say("Hello.")
    expect(desk.said("agent", "Hello.")).to_contain_text("Bo Lind")
    page.goto(f"{flyt.url}/settings")
    expect(name).to_have_value("Bo Lind")


def test_who_waits_catches_the_eye(anna: Builder, flowers: Shop) -> None:
    visitor = flowers.visitor("Ada")
    body = {"client_id": "1", "text": "Hello."}
    page = anna.visit("/inbox")
    expect(row(page, visitor).locator(".badge")).to_have_text("Bot")
    post(flowers, visitor, "take-over")
    expect(row(page, visitor).locator(".badge")).to_have_text("Needs a person")
    expect(row(page, visitor).locator(".waits")).to_have_count(1)
    post(flowers, visitor, "messages", body)
    expect(row(page, visitor).locator(".badge")).to_have_text("With a person")
    expect(row(page, visitor)).to_contain_text("Staff: Hello.")
    expect(row(page, visitor).locator(".waits")).to_have_count(0)
    visitor.say(text="Are you there?")
    expect(row(page, visitor).locator(".waits")).to_have_count(1)


def post(flowers: Shop, visitor: Visitor, call: str, body: Any = None) -> None:
    flowers.admin.post(f"/conversations/{visitor.id}/{call}", json=body).raise_for_status()


@BOTH_WAYS
def test_looks(person: Builder, look: Look, flowers: Shop, chromium: Browser, flyt: Flyt) -> None:
    visitor, waiting = flowers.visitor("Ada"), flowers.visitor("Bea")
    post(flowers, waiting, "take-over")
    waiting.say(text="Is anybody there?")
    desk = Desk(person, visitor.id)
    expect(desk.part).to_contain_text("The bot is talking.")
    look(desk.page, "answer-bot")
    desk.press("Take over")
    expect(desk.box).to_be_focused()
    visitor.say(text="Can you deliver **tomorrow**?")
    desk.say("Yes, until **noon**. See [our hours](https://example.org/hours).")
    expect(desk.said("agent", "until noon")).to_be_visible()
    desk.box.fill("We deliver\n- roses\n- tulips\n\nWhich ones would you like?")
    look(desk.page, "answer-mine")
    refusal = {"detail": "The role viewer may not do this."}
    desk.page.route("**/messages", lambda route: route.fulfill(status=403, json=refusal), times=1)
    desk.box.press("Enter")
    expect(transcript(desk.page).get_by_role("alert")).to_be_visible()
    look(desk.page, "answer-refused")
    post(flowers, visitor, "end")
    expect(desk.part).to_contain_text("This conversation has ended.")
    look(desk.page, "answer-ended")
    desk.page.goto(f"{flyt.url}/inbox?bot={flowers.bot}")
    expect(row(desk.page, waiting)).to_be_visible()
    look(desk.page, "answer-list")
