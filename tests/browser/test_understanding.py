"""Flows that start by what a visitor means: their sentences, and what the bot understands."""

from __future__ import annotations

import copy
import re
import secrets
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import BOTH_WAYS, Builder
from tests.browser.looks import Look
from tests.browser.test_editor import make

SIDE = ".editor-side"
LEARNING = 120_000  # milliseconds: the first time, a machine that is busy takes long
ORDER = [
    "Where is my order?",
    "When does my parcel arrive?",
    "Has my package been sent yet?",
    "Track my delivery",
    "My order has not arrived",
]
REFUND = [
    "I want my money back",
    "How do I get a refund?",
    "Can you pay back what I paid?",
    "Please refund my order",
    "Refund for a broken item",
]
CANCEL = ["Please cancel my order", "I do not want my order any more"]


def flow(id_: str, name: str, *triggers: dict[str, Any]) -> dict[str, Any]:
    step = {"id": "say", "type": "message", "config": {"text": f"About: {name}"}}
    return {"id": id_, "name": name, "start": "say", "triggers": list(triggers), "nodes": [step]}


def intent(*examples: str) -> dict[str, Any]:
    return {"kind": "intent", "examples": list(examples)}


def document() -> dict[str, Any]:
    return {
        "format": "flyt/1",
        "name": "Understands",
        "main": "main",
        "flows": [
            flow("main", "Main", {"kind": "start"}),
            flow("order", "Order status", intent(*ORDER)),
            flow("refund", "Refund", {"kind": "keyword", "words": ["chargeback"]}, intent(*REFUND)),
            flow("cancel", "Cancel an order", intent(*CANCEL)),
        ],
    }


class Desk:
    """The editor of a bot, with its side."""

    def __init__(self, builder: Builder, document: dict[str, Any]) -> None:
        self.url = builder.url
        self.bot = make(builder.page, self.url, document)
        self.page: Page = builder.visit(f"/bots/{self.bot}/edit")
        expect(self.page.locator(".react-flow__node").first).to_be_visible()

    @property
    def side(self) -> Locator:
        return self.page.locator(SIDE)

    @property
    def new(self) -> Locator:
        return self.side.get_by_role("textbox", name="Add a sentence")

    @property
    def lines(self) -> Locator:
        return self.side.get_by_role("textbox", name=re.compile(r"^Sentence \d+$"))

    def tab(self, name: str) -> None:
        wanted = self.page.get_by_role("tab", name=re.compile(f"^{name}"))
        if not wanted.is_visible():
            self.page.get_by_role("button", name="Test", exact=True).click()
        wanted.click()

    def flow(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()

    def try_out(self, text: str) -> Locator:
        self.side.get_by_role("textbox", name="What might a visitor write?").fill(text)
        self.page.keyboard.press("Enter")
        found = self.side.locator('.understanding-found[data-waiting="false"]')
        expect(found).to_be_visible(timeout=LEARNING)
        return found

    def learnt(self) -> None:
        expect(self.side).to_contain_text("How well they are recognised", timeout=LEARNING)

    def flows(self) -> dict[str, Any]:
        """The flows as the server has them, by their ids."""
        draft = self.page.request.get(f"{self.url}/api/v1/bots/{self.bot}/draft").json()
        return {each["id"]: each for each in draft["document"]["flows"]}

    def becomes(self, flow: str, examples: list[str]) -> None:
        found = None
        for _ in range(60):
            found = [
                each["examples"] for each in self.flows()[flow]["triggers"] if "examples" in each
            ]
            if found == [examples]:
                return
            self.page.wait_for_timeout(100)
        assert found == [examples]


def paste(field: Locator, text: str) -> None:
    field.evaluate(
        """(field, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const how = { clipboardData, bubbles: true, cancelable: true };
            field.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        text,
    )


def test_sentences_are_written_as_a_list(builder: Builder) -> None:
    at = Desk(builder, document())
    keys = at.page.keyboard
    at.side.get_by_role("button", name="Add what starts the flow").click()
    at.page.get_by_role("menuitem", name="The visitor means…").click()
    at.new.click()
    keys.type("Are you open?\nWhen do you close\nwhere is my ORDER\n")
    refused = at.side.locator(".panel-sentences-refused")
    expect(refused).to_contain_text("already an example of “Order status”")
    expect(at.new).to_have_value("where is my ORDER")
    keys.press("Escape")
    expect(refused).to_be_empty()
    paste(at.new, "- Opening hours\n- are you open\n- Open on Sunday?")
    expect(refused).to_contain_text("“are you open” stands here already, as sentence 1.")
    expect(at.side).to_contain_text("4 examples. Add more")
    at.becomes("main", ["Are you open?", "When do you close", "Opening hours", "Open on Sunday?"])

    keys.press("Escape")
    keys.press("ArrowUp")
    keys.press("Alt+ArrowUp")  # the last goes before the third
    expect(at.lines.nth(2)).to_have_value("Open on Sunday?")
    expect(at.lines.nth(2)).to_be_focused()
    keys.type(" Or Monday?\n")
    expect(at.lines.nth(3)).to_be_focused()
    keys.press("Control+a")
    keys.press("Backspace")
    keys.press("Backspace")
    expect(at.lines).to_have_count(3)
    at.side.get_by_role("button", name="Remove “When do you close”").click()
    at.becomes("main", ["Are you open?", "Open on Sunday? Or Monday?"])
    keys.press("Control+z")
    at.becomes("main", ["Are you open?", "When do you close", "Open on Sunday? Or Monday?"])


def test_what_is_tried_can_be_taught(builder: Builder) -> None:
    at = Desk(builder, document())
    at.flow("Order status")
    at.side.get_by_role("button", name="Try a sentence").click()
    expect(at.side.get_by_role("textbox", name="What might a visitor write?")).to_be_focused()
    at.learnt()
    found = at.try_out("When will my parcel arrive?")
    expect(found).to_contain_text("Starts “Order status”")
    expect(found.locator(".understanding-guess").first).to_contain_text(
        "Closest: “When does my parcel arrive?”"
    )
    found = at.try_out("The chargeback, please")
    expect(found).to_contain_text("A keyword starts “Refund”")
    found = at.try_out("Do elephants dream of the moon?")
    expect(found).to_contain_text("None of them")
    found.get_by_role("button", name="Add as an example of “Cancel an order”").click()
    expect(found).to_contain_text("Starts “Cancel an order”", timeout=LEARNING)
    expect(found.get_by_role("button", name="Is an example of “Cancel an order”")).to_be_focused()
    at.becomes("cancel", [*CANCEL, "Do elephants dream of the moon?"])
    at.page.get_by_role("button", name="Undo").click()
    at.becomes("cancel", CANCEL)

    sure = at.side.get_by_role("slider", name="How sure it must be")
    expect(at.side).to_contain_text("Automatic:")
    sure.fill("97")
    expect(at.side).to_contain_text("Set by hand.")
    at.try_out("Something about parcels")
    expect(at.side.locator(".understanding-verdict")).to_contain_text("97% is needed")
    at.side.get_by_role("button", name="Automatic").click()
    expect(at.side).to_contain_text("Automatic:")
    few = at.side.locator(".understanding-intent", has_text="Cancel an order")
    expect(few).to_contain_text("Few:")
    few.get_by_role("button", name="Cancel an order").click()
    expect(at.lines).to_have_count(2)
    expect(at.lines.first).to_be_focused()


@BOTH_WAYS
def test_looks(person: Builder, look: Look) -> None:
    at = Desk(person, {**document(), "flows": [flow("main", "Main", {"kind": "start"})]})
    at.tab("Understanding")
    expect(at.side).to_contain_text("No flow starts by meaning yet")
    look(at.page, "understanding-none", SIDE)
    at.side.get_by_role("button", name="Choose a flow for it").click()
    at.page.get_by_role("menuitem", name="Main").click()
    expect(at.new).to_be_focused()
    look(at.page, "sentences-none", SIDE)
    paste(at.new, "\n".join(ORDER))
    paste(at.new, f"{ORDER[0]}\nAnd where on earth is the parcel that I ordered three weeks ago?")
    expect(at.lines).to_have_count(6)
    look(at.page, "sentences", SIDE)

    mixed = copy.deepcopy(document())
    mixed["flows"][3]["triggers"][0]["examples"] += ["Refund my order", "Money back for my order"]
    at = Desk(person, mixed)
    at.tab("Understanding")
    at.learnt()
    at.try_out("Where is the thing I ordered?")
    at.page.set_viewport_size({**at.page.viewport_size, "height": 2000})  # pyright: ignore
    look(at.page, "understanding", SIDE)


def test_a_viewer_tries_but_changes_nothing(
    builder: Builder, open_builder: Callable[..., Builder]
) -> None:
    at = Desk(builder, document())
    viewer = open_builder()
    url, headers = builder.url, {"origin": builder.url}
    body = {"email": f"{secrets.token_hex(4)}@example.org", "role": "viewer"}
    answer = at.page.request.post(f"{url}/api/v1/invitations", data=body, headers=headers)
    joins, body = viewer.page.request, {"name": "Vera", "password": "a long enough one"}
    invitation = f"{url}/auth/invitation/{answer.json()['token']}"
    assert joins.post(invitation, data=body, headers=headers).ok
    before = at.flows()
    at.page = viewer.visit(f"/bots/{at.bot}/edit")
    at.flow("Order status")
    expect(at.lines.first).not_to_be_editable()
    expect(at.new).to_have_count(0)
    at.tab("Understanding")
    at.learnt()
    found = at.try_out("When will my parcel arrive?")
    expect(found).to_contain_text("Starts “Order status”")
    expect(found.get_by_role("button", name="Add as an example")).to_have_count(0)
    expect(at.side.get_by_role("slider", name="How sure it must be")).to_be_disabled()
    at.page.route("**/understand", lambda route: route.abort(), times=1)
    at.side.get_by_role("button", name="Try", exact=True).click()
    expect(at.side).to_contain_text("Flyt did not answer")
    at.side.get_by_role("button", name="Try again").click()
    expect(at.side).not_to_contain_text("Flyt did not answer")
    assert at.flows() == before
