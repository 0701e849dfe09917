"""The property panel beside the canvas, as a person uses it by keyboard and by pointer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import nodes  # noqa: F401  # its import registers the types
from runtime.core.document.catalogue import catalogue
from tests.browser.conftest import Builder
from tests.browser.looks import violations

VARIABLES = [
    {"name": "name"},
    {"name": "score", "type": "number", "default": 0},
    {"name": "paid", "type": "boolean", "default": False},
    {"name": "lines", "type": "list", "default": []},
]
OPTIONS = [{"id": word, "label": word.title()} for word in ("demo", "price", "person")]
MORE: dict[str, dict[str, Any]] = {  # than in their examples
    "ai.agent": {
        "instructions": "Help.",
        "tools": [
            {"id": "pay", "kind": "flow", "flow": "refund", "description": "Pays money back."}
        ],
    },
    "message": {"text": "Hello {{ contact.name or 'there' }}!"},
    "ask.choice": {"text": "What is it about?", "variable": "name", "options": OPTIONS},
    "ask.confirm": {"text": "Shall I?", "variable": "paid"},
    "ask.email": {"text": "Your address?", "variable": "name"},
    "ask.number": {"text": "How many?", "variable": "score", "minimum": 0, "maximum": 10},
    "ask.text": {"text": "Your name?", "variable": "name", "timeout": "PT10M"},
    "condition": {
        "branches": [
            {
                "id": "many",
                "label": "Many",
                "where": {
                    "all": [
                        {"variable": "score", "op": "gt", "value": 3},
                        {"any": [{"variable": "name", "op": "is_set"}]},
                    ]
                },
            },
        ]
    },
    "end": {"result": "done"},
    "jump": {"node": "message"},
    "loop": {"items": "lines", "item": "line"},
    "repair": {"action": "correct", "variable": "name"},
    "set": {"assign": [{"variable": "score", "value": 5}]},
    "subflow": {"flow": "refund", "inputs": {"reason": "{{ name }}"}, "outputs": {"sum": "score"}},
    "wait": {"event": "paid", "duration": "PT90M", "variable": "name"},
}
CONFIGS: dict[str, dict[str, Any]] = {
    each["type"]: MORE.get(each["type"], each["example"])
    for each in catalogue()["types"]
    if not each["type"].startswith("test.")
}


def document() -> dict[str, Any]:
    """A bot with a step of every type."""
    steps = [
        {
            "id": type_.replace(".", "_"),
            "type": type_,
            "config": config,
            "position": {"x": 280 * (number % 5), "y": 240 * (number // 5)},
        }
        for number, (type_, config) in enumerate(CONFIGS.items())
    ]
    refund = {
        "id": "refund",
        "name": "Refund",
        "start": "end",
        "inputs": ["reason"],
        "outputs": ["sum"],
        "nodes": [{"id": "end", "type": "end"}],
    }
    main = {
        "id": "main",
        "name": "Main",
        "start": "message",
        "triggers": [{"kind": "start"}],
        "nodes": steps,
        "edges": [{"source": "ask_choice", "port": "price", "target": "end"}],
    }
    return {
        "format": "flyt/1",
        "name": "Every step",
        "variables": VARIABLES,
        "flows": [main, refund],
    }


class Desk:
    """The editor of one bot with its panel."""

    def __init__(self, builder: Builder) -> None:
        builder.add_bot(document())
        self.page: Page = builder.page
        self.api = re.sub(r"/bots/", "/api/v1/bots/", self.page.url) + "/draft"
        builder.page.goto(f"{self.page.url}/edit")
        self.panel = self.page.locator(".panel")
        expect(self.page.locator(".react-flow__node").first).to_be_visible()

    def choose(self, step: str) -> None:
        self.page.locator(f'.react-flow__node[data-id="{step}"]').focus()
        self.page.keyboard.press("Enter")
        expect(self.panel.get_by_label("Title of the step")).to_be_visible()
        expect(self.panel.locator(".panel-plain")).to_have_count(0)  # the text editor is there

    def field(self, path: str) -> Locator:
        return self.panel.locator(f'[data-path="config.{path}"]')

    def stored(self, step: str) -> dict[str, Any]:
        """The configuration of a step as the server has it."""
        found = self.page.request.get(self.api).json()["document"]["flows"][0]["nodes"]
        return next(each["config"] for each in found if each["id"] == step)

    def becomes(self, step: str, read: Callable[[dict[str, Any]], Any], wanted: Any) -> None:
        for _ in range(40):
            if read(self.stored(step)) == wanted:
                return
            self.page.wait_for_timeout(100)
        assert read(self.stored(step)) == wanted


@pytest.fixture
def desk(builder: Builder) -> Desk:
    return Desk(builder)


def test_text_with_variables(desk: Desk) -> None:
    desk.choose("message")
    text = desk.field("text").get_by_role("textbox")
    expect(desk.field("text").locator(".panel-chip")).to_have_text("Customer name or 'there'")
    text.press("ControlOrMeta+End")
    text.press_sequentially(" Your score is {sc")
    expect(desk.page.get_by_role("option")).to_have_text(["scoreNumber"])
    text.press("Enter")
    text.press_sequentially("!")
    wanted = "Hello {{ contact.name or 'there' }}! Your score is {{ score }}!"
    desk.becomes("message", lambda config: config["text"], wanted)
    text.press("Backspace")
    text.press("Backspace")  # a chip goes as a whole
    desk.becomes("message", lambda config: config["text"], wanted.removesuffix("{{ score }}!"))
    text.press("ControlOrMeta+z")
    desk.becomes("message", lambda config: config["text"], wanted)
    assert text.evaluate("one => one === document.activeElement")


def test_bold_and_the_variable_button(desk: Desk) -> None:
    desk.choose("message")
    text = desk.field("text").get_by_role("textbox")
    text.press("ControlOrMeta+a")
    text.press_sequentially("Hi")
    text.press("ControlOrMeta+a")
    desk.field("text").get_by_role("button", name="Bold").click()
    text.press("End")
    desk.field("text").get_by_role("button", name="insert a variable").click()
    desk.page.get_by_role("option", name="paid").click()
    desk.becomes("message", lambda config: config["text"], "**Hi**{{ paid }}")


def test_options_in_another_order(desk: Desk) -> None:
    desk.choose("ask_choice")
    options = desk.field("options")

    def ids(config: dict[str, Any]) -> list[str]:
        return [option["id"] for option in config["options"]]

    grip = options.get_by_role("button", name="Move Option 1")
    grip.focus()
    desk.page.keyboard.press("Space")
    desk.page.wait_for_timeout(200)  # dnd-kit measures first
    desk.page.keyboard.press("ArrowDown")
    desk.page.wait_for_timeout(200)
    desk.page.keyboard.press("Space")
    desk.becomes("ask_choice", ids, ["price", "demo", "person"])
    first = options.locator(".panel-row").nth(0).locator(".panel-grip").bounding_box()
    last = options.locator(".panel-row").nth(2).locator(".panel-grip").bounding_box()
    assert first is not None
    assert last is not None
    desk.page.mouse.move(last["x"] + 5, last["y"] + 10)
    desk.page.mouse.down()
    desk.page.mouse.move(first["x"] + 5, first["y"] + 30, steps=6)
    desk.page.mouse.move(first["x"] + 5, first["y"] + 4, steps=4)
    desk.page.mouse.up()
    desk.becomes("ask_choice", ids, ["person", "price", "demo"])
    desk.page.keyboard.press("ControlOrMeta+z")
    desk.becomes("ask_choice", ids, ["price", "demo", "person"])


def test_options_come_and_go_with_their_connections(desk: Desk) -> None:
    desk.choose("ask_choice")
    options = desk.field("options")
    options.get_by_role("button", name="Actions for Option 1").click()
    desk.page.get_by_role("menuitem", name="Duplicate").click()
    desk.becomes(
        "ask_choice",
        lambda config: [option["label"] for option in config["options"]],
        ["Demo", "Demo", "Price", "Person"],
    )
    assert len({option["id"] for option in desk.stored("ask_choice")["options"]}) == 4
    options.get_by_role("button", name="Actions for Option 3").click()
    desk.page.get_by_role("menuitem", name="Remove").click()
    desk.becomes("ask_choice", lambda config: len(config["options"]), 3)
    flow = desk.page.request.get(desk.api).json()["document"]["flows"][0]
    assert flow["edges"] == []
    options.get_by_role("button", name="Add an option").click()
    row = options.locator(".panel-row").nth(3)
    row.get_by_role("textbox", name="Option 4").press_sequentially("Other")
    desk.becomes("ask_choice", lambda config: config["options"][3]["label"], "Other")


def test_one_of_two_and_back(desk: Desk) -> None:
    desk.choose("ask_choice")
    before = desk.stored("ask_choice")
    desk.panel.get_by_role("radio", name="A variable").check(force=True)
    desk.becomes("ask_choice", lambda config: config["options"], [])
    desk.field("options_from").get_by_role("combobox").fill("li")
    desk.page.get_by_role("option", name="lines").click()
    desk.becomes("ask_choice", lambda config: config.get("options_from"), "lines")
    desk.panel.get_by_role("radio", name="This list").check(force=True)
    desk.becomes("ask_choice", lambda config: config["options"], before["options"])
    assert "options_from" not in desk.stored("ask_choice")
    desk.page.keyboard.press("ControlOrMeta+z")
    desk.becomes("ask_choice", lambda config: config.get("options_from"), "lines")


def test_a_condition_in_a_condition(desk: Desk) -> None:
    desk.choose("condition")
    where = desk.field("branches[0].where")
    inner = where.get_by_role("group", name="Any of these holds")
    inner.get_by_role("button", name="Add a rule").click()
    rule = inner.get_by_role("group", name="Rule").nth(1)
    rule.get_by_role("combobox", name="Variable").fill("sco")
    desk.page.get_by_role("option", name="score").click()
    rule.get_by_role("combobox", name="Comparison").select_option("between")
    rule.get_by_label("Lowest").fill("5")
    rule.get_by_label("Highest").fill("7")
    wanted = {
        "all": [
            {"variable": "score", "op": "gt", "value": 3},
            {
                "any": [
                    {"variable": "name", "op": "is_set"},
                    {"variable": "score", "op": "between", "value": [5, 7]},
                ]
            },
        ]
    }
    desk.becomes("condition", lambda config: config["branches"][0]["where"], wanted)
    inner.get_by_role("button", name="Remove the rule").first.click()
    inner.get_by_role("button", name="Remove the rule").first.click()
    desk.becomes("condition", lambda config: len(config["branches"][0]["where"]["all"]), 1)
    where.get_by_role("button", name="Write an expression instead").click()
    where.get_by_label("expression").fill("score > 3 and paid")
    desk.becomes(
        "condition",
        lambda config: config["branches"][0]["where"],
        {"expression": "score > 3 and paid"},
    )


def test_a_duration_in_another_unit(desk: Desk) -> None:
    desk.choose("wait")
    duration = desk.field("duration")
    expect(duration.get_by_label("how many")).to_have_value("90")
    duration.get_by_label("how many").fill("2.5")
    expect(duration.get_by_label("unit")).to_have_value("M")
    duration.get_by_label("unit").select_option("H")
    desk.becomes("wait", lambda config: config["duration"], "PT150M")
    expect(duration.get_by_label("how many")).to_have_value("2.5")
    duration.get_by_label("how many").fill("2")
    duration.get_by_label("unit").select_option("D")
    desk.becomes("wait", lambda config: config["duration"], "P2D")
    duration.get_by_label("how many").fill("soon")
    expect(duration.locator(".field-error")).to_have_text("Write how long, as a number.")


def test_a_variable_made_on_the_spot(desk: Desk) -> None:
    desk.choose("ask_text")
    field = desk.field("variable").get_by_role("combobox")
    field.fill("order id")
    expect(desk.field("variable").get_by_role("status")).to_contain_text("One word of letters")
    field.fill("order_id")
    field.press("Enter")
    desk.becomes("ask_text", lambda config: config["variable"], "order_id")

    def declared() -> list[str]:
        found = desk.page.request.get(desk.api).json()["document"]["variables"]
        return [variable["name"] for variable in found]

    assert "order_id" in declared()
    field.press("ControlOrMeta+z")  # one step back for both
    desk.becomes("ask_text", lambda config: config["variable"], "name")
    assert "order_id" not in declared()


def test_what_is_wrong_stands_beside_its_field(desk: Desk) -> None:
    desk.choose("ask_number")
    text = desk.field("text")
    text.get_by_role("textbox").press("ControlOrMeta+a")
    text.get_by_role("textbox").press("Delete")
    expect(text.locator(".field-error")).to_have_count(0)  # unfinished is not wrong
    desk.field("minimum").get_by_role("textbox").fill("some")
    expect(desk.field("minimum").locator(".field-error")).to_have_text("Write a number.")
    expect(text.locator(".field-error")).to_have_text("Write something here.")
    text.get_by_role("textbox").press_sequentially("How many?")
    expect(text.locator(".field-error")).to_have_count(0)
    desk.field("minimum").get_by_role("textbox").fill("1,5")
    desk.becomes("ask_number", lambda config: config["minimum"], 1.5)
    expect(desk.field("minimum").locator(".field-error")).to_have_count(0)


def test_what_only_the_server_knows_stands_there_too(desk: Desk) -> None:
    desk.choose("message")
    text = desk.field("text")
    text.get_by_role("textbox").press("ControlOrMeta+a")
    text.get_by_role("textbox").press_sequentially("Hi {{ nobody }}")
    error = text.locator(".field-error")
    expect(error).to_be_visible(timeout=10_000)
    text.get_by_role("textbox").press("ControlOrMeta+a")
    text.get_by_role("textbox").press_sequentially("Hello")
    expect(error).to_have_count(0, timeout=1_000)  # stale at once


def test_title_actions_and_the_connection(desk: Desk) -> None:
    desk.choose("end")
    desk.panel.get_by_label("Title of the step").fill("Good bye")
    card = desk.page.locator('.react-flow__node[data-id="end"]')
    expect(card).to_contain_text("Good bye")
    desk.panel.get_by_role("button", name="Actions for this step").click()
    desk.page.get_by_role("menuitem", name="Delete").click()
    expect(card).to_have_count(0)
    expect(desk.panel.get_by_role("heading", name="Flow", exact=True)).to_be_visible()


def test_the_flow_and_the_variables(desk: Desk) -> None:
    panel = desk.panel
    expect(panel.get_by_role("heading", name="Flow", exact=True)).to_be_visible()
    panel.get_by_role("button", name="Add what starts the flow").click()
    desk.page.get_by_role("menuitem", name="Nothing is heard for a while").click()
    panel.get_by_label("For how long: how many").fill("3")
    panel.get_by_role("button", name="Add what starts the flow").click()
    desk.page.get_by_role("menuitem", name="The visitor writes certain words").click()
    words = panel.get_by_label("Add to: Words or phrases")
    words.fill("refund")
    words.press("Enter")
    panel.get_by_label("Name of a new variable").fill("reason")
    panel.get_by_role("button", name="Add", exact=True).click()
    panel.get_by_role("button", name="reason Text").click()
    expect(panel.get_by_text("No step uses it yet.")).to_be_visible()
    panel.get_by_role("listitem", name="reason").get_by_label("Type").select_option("date")
    desk.page.wait_for_timeout(1_000)
    stored = desk.page.request.get(desk.api).json()["document"]
    assert stored["flows"][0]["triggers"] == [
        {"kind": "start"},
        {"kind": "inactivity", "after": "PT3M"},
        {"kind": "keyword", "words": ["refund"]},
    ]
    assert stored["variables"][-1] == {"name": "reason", "type": "date"}
    panel.get_by_role("button", name="score Number").click()
    panel.get_by_role("button", name="Set variables").click()
    expect(panel.get_by_label("Title of the step")).to_have_attribute(
        "placeholder", "Set variables"
    )
    assert violations(desk.page, ".panel") == []


def test_collections_are_picked_or_typed(desk: Desk) -> None:
    items = [{"name": "Manuals"}, {"name": "Prices"}]
    desk.page.route(
        "**/api/v1/knowledge/collections*",
        lambda route: route.fulfill(json={"items": items, "next": None}),
    )
    desk.choose("knowledge_search")
    field = desk.field("collections")
    field.get_by_role("button", name="Remove Manuals").click()
    field.get_by_role("button", name="Add Prices").click()
    expect(field.get_by_role("button", name="Add Prices")).to_have_count(0)
    field.get_by_role("textbox").press_sequentially("Guides")
    field.get_by_role("textbox").press("Enter")
    wanted = ["Prices", "Guides"]
    desk.becomes("knowledge_search", lambda config: config["collections"], wanted)
    expect(field.get_by_role("button", name="Add Manuals")).to_be_visible()
    assert violations(desk.page, ".panel") == []
