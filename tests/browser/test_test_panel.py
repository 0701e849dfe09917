"""Talking to the draft beside the canvas, mending what is wrong, publishing with a note."""

from __future__ import annotations

import copy
import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from builder.paths import ROOT
from runtime import terminal
from tests.browser.conftest import Builder
from tests.browser.looks import Look, violations
from tests.browser.test_people import invite

LEAD = json.loads((ROOT / "templates" / "flows" / "lead-qualification.json").read_text())


def reminding() -> dict[str, Any]:
    """Asks, waits two hours, comes back with a question."""
    options = [{"id": "red", "label": "Red"}, {"id": "blue", "label": "Deep blue"}]
    colour = {"text": "Which colour?", "variable": "colour", "options": options}
    nodes: list[dict[str, Any]] = [
        {
            "id": "mail",
            "type": "ask.email",
            "title": "Address",
            "config": {"text": "Your e-mail?", "variable": "email"},
        },
        {"id": "later", "type": "wait", "title": "Two hours", "config": {"duration": "PT2H"}},
        {"id": "colour", "type": "ask.choice", "title": "Colour", "config": colour},
        {"id": "bye", "type": "message", "title": "Thanks", "config": {"text": "{{ colour }}!"}},
    ]
    for place, node in enumerate(nodes):
        node["position"] = {"x": 0, "y": 200 * place}
    steps = [node["id"] for node in nodes]
    edges = [
        {"source": source, "port": "next", "target": target}
        for source, target in itertools.pairwise(steps)
    ]
    flow = {"id": "main", "name": "Main", "start": "mail", "triggers": [{"kind": "start"}]}
    names = [{"name": "email", "personal": True}, {"name": "colour"}]
    nb = {"flows.main.nodes.mail.config.text": "Din e-post?"}
    return {
        "format": "flyt/1",
        "name": "Reminder",
        "language": "en",
        "languages": {"nb": nb},
        "variables": names,
        "flows": [flow | {"nodes": nodes, "edges": edges}],
    }


class Desk:
    """The editor with its side, as somebody uses it who tests a bot."""

    def __init__(self, builder: Builder, document: dict[str, Any]) -> None:
        self.page: Page = builder.page
        builder.add_bot(document)
        self.bot = self.page.url.rstrip("/").rsplit("/", 1)[-1]
        self.api = f"{builder.url}/api/v1/bots/{self.bot}"
        self.page.goto(f"{builder.url}/bots/{self.bot}/edit")
        expect(self.page.locator(".react-flow__node").first).to_be_visible()

    def open(self, name: str) -> None:
        tab = self.page.get_by_role("tab", name=name)
        if not tab.is_visible():
            self.page.get_by_role("button", name="Test", exact=True).click()
        tab.click()

    def test(self) -> None:
        self.open("Test")
        expect(self.said("bot").first).to_be_visible()

    def say(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Write as the visitor")
        box.fill(text)
        box.press("Enter")

    def press(self, name: str) -> None:
        self.chat.get_by_role("button", name=name, exact=True).click()

    @property
    def chat(self) -> Locator:
        return self.page.get_by_role("log", name="Conversation")

    def said(self, by: str) -> Locator:
        return self.chat.locator(f".test-said[data-from={by}]")

    @property
    def steps(self) -> Locator:
        return self.page.locator(".test-visit")

    def behind(self, name: str) -> None:
        self.page.locator(".test-views").get_by_role("button", name=name).click()

    def draft(self) -> dict[str, Any]:
        return self.page.request.get(f"{self.api}/draft").json()["document"]

    def replace_node(self, document: dict[str, Any], node: dict[str, Any]) -> None:
        nodes = document["flows"][0]["nodes"]
        nodes[:] = [node if each["id"] == node["id"] else each for each in nodes]
        self.replace(document)

    def replace(self, document: dict[str, Any]) -> None:
        """As somebody else would do it meanwhile."""
        version = self.page.request.get(f"{self.api}/draft").json()["version"]
        body = {"version": version, "document": document}
        origin = {"origin": self.api.split("/api/")[0]}
        answer = self.page.request.put(f"{self.api}/draft", data=body, headers=origin)
        assert answer.ok, answer.text()


@pytest.fixture
def desk(builder: Builder) -> Callable[[dict[str, Any]], Desk]:
    return lambda document: Desk(builder, document)


def test_a_talk_with_a_wrong_address_a_wait_and_a_choice(desk: Any) -> None:
    at = desk(reminding())
    at.test()
    expect(at.said("bot").last).to_contain_text("Your e-mail?")
    at.say("ada at example")
    expect(at.said("bot")).to_have_count(2)
    at.say("ada@example.org")
    at.press("Jump over the wait (2 hours)")
    expect(at.said("bot").last).to_contain_text("Which colour?")
    at.press("Deep blue")
    expect(at.said("visitor").last).to_contain_text("Deep blue")
    expect(at.chat.locator(".test-turn")).to_have_text("2 hours later")
    expect(at.chat).to_contain_text("The conversation has ended.")

    expect(at.steps.locator(".test-visit-name")).to_have_text(
        ["Address"] * 3 + ["Two hours"] * 2 + ["Colour"] * 2 + ["Thanks"]
    )
    row = at.steps.filter(has_text="Heard “ada@example.org”")
    expect(row.locator(".test-changed")).to_have_text("email “ada@example.org”")
    expect(row.locator(".test-took")).to_contain_text("μs")
    expect(at.steps.filter(has_text="Heard “Deep blue”")).to_contain_text("Deep blue")
    moments = at.page.locator(".test-cause")
    expect(moments.filter(has_text="2 hours later").locator("time")).to_have_text("02:00 PM")

    at.behind("Variables")
    colour = at.page.locator(".test-variables > div", has_text="colour")
    expect(colour).to_contain_text("Text")
    expect(colour).to_contain_text("“Deep blue”")

    at.page.get_by_role("button", name="Restart").first.click()
    expect(at.said("visitor")).to_have_count(0)
    expect(at.said("bot")).to_have_count(1)


def test_the_path_lights_up_and_a_step_of_it_leads_to_its_card(desk: Any) -> None:
    at = desk(LEAD)
    at.test()
    card = at.page.locator(".react-flow__node[data-id='name']")
    at.say("Ann")
    expect(at.steps).to_have_count(4)
    expect(at.page.locator(".editor-card[data-traced=true]")).to_have_count(3)
    expect(at.page.locator(".editor-edge.traced")).to_have_count(2)
    at.steps.filter(has_text="Heard “Ann”").click()
    expect(card).to_have_class(re.compile("selected"))
    at.press("A quote")
    at.say("8000")
    at.press("This month")
    expect(at.steps.filter(has_text="E-mail")).to_have_count(1)
    at.steps.filter(has_text="E-mail").click()
    expect(at.page.get_by_role("tab", name="How to reach you")).to_have_attribute(
        "aria-selected", "true"
    )


def test_a_changed_draft_is_played_anew_and_a_line_that_no_longer_fits_is_shown(desk: Any) -> None:
    at = desk(reminding())
    at.test()
    at.say("ada@example.org")
    at.press("Jump over the wait (2 hours)")
    at.press("Red")
    expect(at.chat).to_contain_text("The conversation has ended.")
    document = at.draft()
    document["flows"][0]["nodes"][2]["config"]["options"][0] |= {"id": "green", "label": "Green"}
    at.replace(document)
    misfit = at.page.locator(".test-misfit")
    expect(misfit).to_contain_text('no button "red"', timeout=15_000)
    misfit.get_by_role("button", name="Answer anew from here").click()
    at.press("Green")
    expect(at.said("bot").last).to_contain_text("Green!")


def test_a_draft_that_cannot_run_says_why_and_leads_there(desk: Any) -> None:
    at = desk(reminding())
    at.test()
    at.say("ada@example.org")
    expect(at.said("visitor")).to_have_count(1)
    document = at.draft()
    bye = document["flows"][0]["nodes"][3]
    at.replace_node(document, bye | {"config": {"text": "{{ colour"}})
    hindered = at.page.locator(".test-hindered")
    expect(hindered).to_contain_text("The draft can't run yet.", timeout=15_000)
    expect(at.said("visitor")).to_have_count(1)
    hindered.get_by_role("button", name="Show the step").click()
    expect(at.page.locator(".react-flow__node.selected[data-id='bye']")).to_be_attached()
    expect(at.page.get_by_role("tab", name="Step")).to_have_attribute("aria-selected", "true")
    at.replace_node(at.draft(), bye)
    at.open("Test")
    expect(hindered).to_be_hidden(timeout=15_000)
    at.press("Jump over the wait (2 hours)")
    expect(at.said("bot").last).to_contain_text("Which colour?")


def test_language_channel_and_a_later_beginning(desk: Any) -> None:
    at = desk(reminding())
    at.test()
    at.page.get_by_label("Language").select_option("nb")
    expect(at.said("bot").last).to_contain_text("Din e-post?")
    at.page.get_by_label("Channel").select_option("sms")
    expect(at.said("bot")).to_have_count(1)
    at.page.locator(".react-flow__node[data-id='colour']").click()
    at.open("Test")
    at.page.get_by_role("button", name="Test from “Colour”").click()
    expect(at.said("bot").last).to_contain_text("Which colour?")
    expect(at.page.get_by_role("button", name="Save as test")).to_be_disabled()
    at.page.get_by_role("button", name="Begin where conversations begin").click()
    expect(at.said("bot").last).to_contain_text("Din e-post?")


def test_a_talk_is_kept_as_a_test_that_passes(desk: Any, tmp_path: Path) -> None:
    at = desk(LEAD)
    at.test()
    at.say("Ann")
    at.press("A quote")
    at.say("8000")
    at.press("This month")
    at.say("ann at example")
    at.say("ann@example.org")
    expect(at.chat).to_contain_text("The conversation has ended.")
    at.page.get_by_role("button", name="Save as test").click()
    dialog = at.page.get_by_role("dialog", name="Save as test")
    dialog.get_by_label("Name").fill(LEAD["tests"][0]["name"])
    expect(dialog).to_contain_text("There is a test of this name already")
    dialog.get_by_label("Name").fill("Ann wants a quote")
    dialog.get_by_role("button", name="Save test").click()
    expect(dialog).to_be_hidden()
    expect(at.page.locator(".editor-saved")).to_have_attribute("data-kind", "saved")
    expect(at.page.locator(".editor-saved")).to_contain_text(re.compile(r"Saved \d"))
    document = at.draft()
    kept = document["tests"][-1]
    assert kept["name"] == "Ann wants a quote"
    assert {"choose": "quote"} in kept["talk"]
    assert kept["talk"][-1] == {"status": "ended"}
    file = tmp_path / "bot.json"
    file.write_text(json.dumps(document))
    assert terminal.test([file]) == 0
    worse = copy.deepcopy(document)
    worse["flows"][1]["nodes"][0]["config"]["retry_texts"] = ["Once more?"]
    file.write_text(json.dumps(worse))
    assert terminal.test([file]) == 1


def test_a_problem_leads_to_its_step_and_errors_keep_from_publishing(desk: Any) -> None:
    wrong = reminding()
    wrong["flows"][0]["nodes"][3]["config"]["text"] = "{{ shade }}!"
    wrong["flows"][0]["nodes"].append(
        {"id": "lost", "type": "message", "config": {"text": "Nobody comes here"}}
    )
    at = desk(wrong)
    at.open("Problems")
    panel = at.page.locator(".problems-panel")
    headings = [re.compile("Errors 1"), re.compile("Warnings [1-9]")]
    expect(panel.get_by_role("heading")).to_have_text(headings)
    at.page.get_by_role("button", name="Publish").click()
    dialog = at.page.get_by_role("dialog", name="This draft can't be published yet")
    expect(dialog.get_by_role("button", name="Publish")).to_have_count(0)
    dialog.get_by_role("button", name="shade").click()
    expect(dialog).to_be_hidden()
    expect(at.page.locator(".react-flow__node.selected[data-id='bye']")).to_be_attached()
    expect(at.page.get_by_role("tab", name="Step")).to_have_attribute("aria-selected", "true")


def test_what_takes_a_secret_is_marked_with_one_click(desk: Any) -> None:
    told = reminding()
    told["variables"] = [{"name": "secret", "confidential": True}]
    take = {"assign": [{"variable": "note", "value": "About {{ secret }}"}]}
    told["flows"][0]["nodes"].append({"id": "take", "type": "set", "config": take})
    tell = {"text": "{{ note }}", "task": "summarise", "variable": "short"}
    told["flows"][0]["nodes"].append({"id": "tell", "type": "ai.rewrite", "config": tell})
    at = desk(told)
    at.open("Problems")
    lines = at.page.locator(".problems-list > li")
    copy = lines.filter(has_text='"note" takes what is in the confidential "secret".')
    home = lines.filter(has_text='"note" is confidential, so only local models will be asked here.')
    expect(copy.get_by_role("button", name="Mark note as confidential")).to_be_visible()
    assert violations(at.page, ".problems-panel") == []
    copy.get_by_role("button", name="Mark note as confidential").click()
    expect(copy).to_have_count(0)
    home.get_by_role("button", name="Keep it at home", exact=True).click()
    expect(home).to_have_count(0)
    short = lines.filter(has_text='"short" takes what is in the confidential "note".')
    expect(short).to_have_count(1)
    draft = at.draft()
    marked = {"name": "note", "type": "any", "confidential": True}
    assert draft["variables"] == [{"name": "secret", "confidential": True}, marked]
    steps = {node["id"]: node for node in draft["flows"][0]["nodes"]}
    assert steps["tell"]["config"] == tell | {"confidential": True}


def test_publishing_keeps_the_note_and_tells_what_changed(desk: Any) -> None:
    at = desk(reminding())
    publish = at.page.get_by_role("button", name="Publish", exact=True)
    publish.click()
    dialog = at.page.get_by_role("dialog")
    expect(dialog).to_contain_text("This is the first version")
    dialog.get_by_label("Note").fill("The first words")
    dialog.get_by_role("button", name="Publish").click()
    expect(at.page.get_by_role("heading", name="Version 1 is live")).to_be_visible()
    at.page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    (release,) = at.page.request.get(f"{at.api}/releases").json()["items"]
    assert (release["number"], release["note"]) == (1, "The first words")
    publish.click()
    expect(dialog).to_contain_text("The draft is the same as version 1")
    at.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    changed = at.draft()
    changed["flows"][0]["nodes"][0]["config"]["text"] = "Where do we write to?"
    at.replace(changed)
    publish.click()
    expect(dialog.get_by_role("listitem")).to_contain_text("Step “Address” changed")
    expect(dialog.get_by_role("listitem")).to_contain_text("Where do we write to?")


def test_a_viewer_may_talk_but_neither_publish_nor_save(
    builder: Builder, open_builder: Callable[..., Builder], desk: Any
) -> None:
    at = desk(reminding() | {"name": "Only to look at"})
    link = invite(builder, "vera@example.org", "viewer")
    vera = open_builder().page
    vera.goto(link)
    vera.get_by_label("Password").fill("a sentence of my own")
    vera.get_by_role("button", name="Join the workspace").click()
    expect(vera.get_by_role("link", name="Only to look at")).to_be_visible()
    vera.goto(f"{builder.url}/bots/{at.bot}/edit")
    vera.get_by_role("button", name="Test", exact=True).click()
    box = vera.get_by_role("textbox", name="Write as the visitor")
    box.fill("vera@example.org")
    box.press("Enter")
    expect(vera.get_by_role("button", name="Jump over the wait (2 hours)")).to_be_visible()
    expect(vera.get_by_role("button", name="Publish")).to_have_count(0)
    expect(vera.get_by_role("button", name="Save as test")).to_have_count(0)


def test_the_panels_please_axe(person: Builder, look: Look) -> None:
    unwise = copy.deepcopy(LEAD)
    lost = {"id": "lost", "type": "message", "config": {"text": "Nobody comes here"}}
    unwise["flows"][0]["nodes"].append(lost)
    at = Desk(person, unwise)
    at.test()
    look(at.page, "test-opening")
    at.say("Ann")
    at.press("A quote")
    at.say("much")
    expect(at.said("visitor")).to_have_count(3)
    look(at.page, "test-talk")
    at.behind("Variables")
    look(at.page, "test-variables")
    at.page.get_by_role("button", name="Save as test").click()
    look(at.page, "test-save")
    at.page.keyboard.press("Escape")
    at.open("Problems")
    expect(at.page.get_by_role("heading", name="Warnings")).to_be_visible()
    look(at.page, "problems")
    close = at.page.get_by_role("button", name="Close", exact=True)
    if close.is_visible():
        close.click()
    at.page.get_by_role("button", name="Publish", exact=True).click()
    expect(at.page.get_by_role("dialog").get_by_label("Note")).to_be_visible()
    look(at.page, "publish-note")


def test_a_person_hands_back(builder: Builder) -> None:
    document = reminding()
    handed = {"id": "later", "type": "handoff", "config": {"text": "One moment."}}
    nodes = document["flows"][0]["nodes"]
    nodes[:] = [node | handed if node["id"] == "later" else node for node in nodes]
    desk = Desk(builder, document)
    desk.test()
    desk.say("ada@example.org")
    expect(desk.said("bot").last).to_have_text(re.compile("One moment.$"))
    expect(desk.page.get_by_text("A person has the conversation now.")).to_be_visible()
    desk.page.get_by_role("button", name="Hand back to the bot").click()
    expect(desk.said("bot").last).to_contain_text("Which colour?")
    expect(desk.chat.get_by_text("A colleague hands back to the bot")).to_be_visible()
