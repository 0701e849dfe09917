"""Exports of Typebot become bots that can be talked to; what can't come along is told."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import nodes  # noqa: F401  registers the node types
from runtime.cli import main
from runtime.core.document import DocumentError, parse
from runtime.exchange import Entry, NotImportable
from runtime.exchange.typebot import imported, is_export
from runtime.simulator import run_test
from tests.exchange.exports import block, edge, export, group, old, said, shoes, text


def play(plain: dict[str, Any], *talk: dict[str, Any]) -> None:
    bot = imported(text(plain)).bot
    bot["tests"] = [{"name": "talk", "talk": list(talk)}]
    document = parse(bot)
    result = run_test(document, document.tests[0])
    assert result.passed, (result.failures, result.transcript)


def steps(plain: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {node["id"]: node for node in imported(text(plain)).bot["flows"][0]["nodes"]}


def one(made: dict[str, Any], **more: Any) -> tuple[dict[str, Any] | None, Entry]:
    """The step that a single block becomes, and its line in the report."""
    found = imported(text(export(group("g", made), **more)))
    placed = found.bot["flows"][0]["nodes"]
    step = next((node for node in placed if node["id"] == found.report[0].node), None)
    return step, found.report[0]


# --- Talks ------------------------------------------------------------------------------------


def test_a_bot_can_be_talked_to_as_before():
    play(
        shoes(),
        {"bot": "Welcome to *Shoes*!"},
        {"bot": "What is your name?"},
        {"user": "Ada"},
        {"bot": "Which size, Ada?"},
        {"choose": "large"},
        {"bot": "Which size, Ada?"},
        {"user": "large"},
        {"bot": "Ada takes L."},
        {"vars": {"Score": 2, "First_name": "Ada"}},
        {"status": "ended"},
    )


def test_an_answer_with_an_edge_of_its_own_goes_there():
    play(
        shoes(), {"bot": "~Welcome"}, {"bot": "~name"}, {"user": "Bo"}, {"bot": "~size"},
        {"choose": "small"}, {"bot": "Bo takes Small."}, {"vars": {"Score": 0}},
    )  # fmt: skip


def test_an_old_version_begins_with_its_start_block():
    play(old(), {"bot": "Your e-mail?"}, {"user": "ada@example.com"}, {"status": "ended"})
    assert [entry.id for entry in imported(text(old())).report] == ["b1", "b2", "theme"]


def test_cards_and_shares_go_their_own_ways():
    card = {"id": "c", "title": "Boots", "paths": [{"id": "p", "text": "Buy"}]}
    split = block("ab", "AB test", options={"aPercent": 0}, items=[{"id": "a"}, {"id": "b"}])
    play(
        export(
            group("g", split),
            group("shop", block("cards", "cards", items=[card])),
            group("done", block("t", "text", content=said("Bought"))),
            edges=[edge("ab", "shop", item="b"), {
                "id": "e", "from": {"blockId": "cards", "pathId": "p"}, "to": {"groupId": "done"},
            }],
        ),
        {"bot": "~Boots"}, {"user": "Buy"}, {"bot": "Bought"},
    )  # fmt: skip


# --- Piece by piece ---------------------------------------------------------------------------

ASKED = {"text": "…", "variable": "First_name"}
TYPED = [
    ("email input", {}, "ask.email", {}),
    ("url input", {}, "ask.url", {}),
    ("time input", {}, "ask.time", {}),
    ("date input", {}, "ask.date", {}),
    ("number input", {"min": "1", "max": 9.5}, "ask.number", {"minimum": 1, "maximum": 9.5}),
    ("phone number input", {"defaultCountryCode": "no"}, "ask.phone", {"region": "NO"}),
    ("file input", {"isMultipleAllowed": True}, "ask.file", {"most": 10}),
    ("rating input", {"buttonType": "Icons"}, "ask.rating", {"scale": 5, "style": "stars"}),
    (
        "rating input",
        {"buttonType": "Numbers", "length": 5, "startsAt": 1},
        "ask.rating",
        {"scale": 5, "style": "numbers", "begins": "one"},
    ),
    (
        "text input",
        {"retryMessageContent": "Again, {{Score}}"},
        "ask.text",
        {"retry_texts": ["Again, {{ Score }}"]},
    ),
]


@pytest.mark.parametrize(("kind", "options", "type_", "config"), TYPED)
def test_questions(kind: str, options: dict[str, Any], type_: str, config: dict[str, Any]):
    step, entry = one(block("b", kind, options={"variableId": "v1", **options}))
    assert step is not None
    assert (step["type"], step["config"]) == (type_, ASKED | config)
    assert entry == Entry("b", kind, "approximated", entry.note, "b")
    assert entry.note.endswith("It had no question before it: write one.")


SET = [
    ("5", False, 5),
    ('["a", "b"]', False, ["a", "b"]),
    ("Hello there", False, "Hello there"),
    ('"quoted"', True, "quoted"),
    ("{{Score}} + 1", False, "{{ Score + 1 }}"),
    ("({{Score}} * 2) / {{First name}}", True, "{{ ( Score * 2) / First_name }}"),
    ("Dear {{First name}}", False, "Dear {{ First_name }}"),
    ("", False, ""),
]


@pytest.mark.parametrize(("source", "code", "value"), SET)
def test_values(source: str, code: bool, value: object):
    options = {"variableId": "v2", "expressionToEvaluate": source, "isCode": code}
    step, entry = one(block("b", "Set variable", options=options))
    assert step is not None
    assert step["config"] == {"assign": [{"variable": "Score", "value": value}]}
    assert entry.status == "kept"


@pytest.mark.parametrize(
    "source",
    [
        "const a = 1; return a",
        "[1, 2].map(n => n * 2)",
        "window.location.href",
        "{{Score}}.toFixed(2)",
        "new Date()",
        "process.exit()",
    ],
)
def test_code_is_never_run_but_shown_for_review(source: str):
    options = {"variableId": "v2", "expressionToEvaluate": source, "isCode": True}
    plain = export(
        group(
            "g", block("b", "Set variable", options=options), block("t", "text", content=said("x"))
        )
    )
    found = imported(text(plain))
    assert (found.report[0].status, found.report[0].node) == ("review", None)
    flow = found.bot["flows"][0]
    assert flow["start"] == "t"  # the talk goes on with what comes after
    assert "Score" in flow["notes"][0]["text"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("Today", "{{ today() }}"), ("Tomorrow", "{{ today() + days(1) }}"), ("Empty", None)],
)
def test_named_values(name: str, value: object):
    step, _ = one(block("b", "Set variable", options={"variableId": "v2", "type": name}))
    assert step is not None
    assert step["config"]["assign"] == [{"variable": "Score", "value": value}]


def test_what_is_added_to_a_list_follows_what_is_there():
    added = {"variableId": "v2", "type": "Append value(s)"}
    play(
        export(
            group(
                "g",
                block("a", "Set variable", options={**added, "item": "it's"}),
                block("b", "Set variable", options={**added, "item": "{{First name}}"}),
            ),
            variables=[
                {"id": "v1", "name": "First name", "value": "Ada"},
                {"id": "v2", "name": "Score"},
            ],
        ),
        {"vars": {"Score": ["it's", "Ada"]}},
    )


@pytest.mark.parametrize(
    ("block_", "type_", "config"),
    [
        (block("b", "Wait", options={"secondsToWaitFor": "3"}), "wait", {"duration": "PT3S"}),
        (
            block("b", "Wait", options={"secondsToWaitFor": "{{Score}}"}),
            "wait",
            {"until": "now() + seconds(Score)"},
        ),
        (
            block("b", "video", content={"type": "youtube", "id": "abc"}),
            "media",
            {"kind": "video", "url": "https://www.youtube.com/watch?v=abc"},
        ),
        (
            block("b", "image", content={"url": "http://x.example/{{First name}}.png"}),
            "media",
            {"kind": "image", "url": "https://x.example/{{ First_name }}.png"},
        ),
        (
            block(
                "b",
                "openai",
                options={
                    "action": "Create chat completion",
                    "messages": [
                        {"role": "system", "content": "Be brief"},
                        {"role": "user", "content": "{{First name}}"},
                    ],
                    "responseMapping": [{"item": "Message content", "variableId": "v2"}],
                },
            ),
            "ai.rewrite",
            {
                "task": "other",
                "text": "{{ First_name }}",
                "instructions": "Be brief",
                "variable": "Score",
            },
        ),
    ],
)
def test_other_steps(block_: dict[str, Any], type_: str, config: dict[str, Any]):
    step, _ = one(block_)
    assert step is not None
    assert (step["type"], step["config"]) == (type_, config)


@pytest.mark.parametrize(
    "kind", ["Webhook", "Email", "Google Sheets", "payment input", "Zapier", "Return of the block"]
)
def test_what_has_no_step_is_passed_over_and_told(kind: str):
    plain = export(group("g", block("b", kind), block("t", "text", content=said("after"))))
    play(plain, {"bot": "after"}, {"status": "ended"})
    assert imported(text(plain)).report[0].status == "review"


def test_marks_links_and_lists_stay_and_signs_stay_signs():
    rich = [
        {"type": "h1", "children": [{"text": "Prices"}]},
        {
            "type": "p",
            "children": [
                {"text": "2 * 3 is "},
                {"text": "six ", "bold": True, "italic": True},
                {"type": "a", "url": "https://x.example/{{Score}}", "children": [{"text": "here"}]},
            ],
        },
        {"type": "ul", "children": [{"type": "li", "children": [{"text": "a_b"}]}]},
        {"type": "p", "children": [{"text": "{% raw %} {{= 1 + {{Score}} =}}"}]},
    ]
    step, _ = one(block("b", "text", content={"richText": rich}))
    assert step is not None
    lines = step["config"]["text"].split("\n")
    assert lines[0] == "# Prices"
    assert lines[1] == r"2 \* 3 is ***six*** [here](https://x.example/{{ Score }})"
    assert lines[2].startswith("- a")


def test_cards_lie_where_groups_lay_and_carry_their_titles():
    found = steps(shoes())
    assert found["hello"]["title"] == "Hello"
    assert found["hello"]["position"] == {"x": 120, "y": 100}
    assert found["name"]["position"]["y"] > found["hello"]["position"]["y"]
    assert "title" not in found["size"]  # "Group #1" says nothing


def test_names_that_cannot_be_are_changed_everywhere():
    odd = [
        {"id": "v1", "name": "контакт"},
        {"id": "v2", "name": "contact"},
        {"id": "v3", "name": "9"},
    ]
    content = said("{{контакт}} {{contact}} {{9}} {{Unknown one}}")
    found = imported(text(export(group("g", block("b", "text", content=content)), variables=odd)))
    names = [each["name"] for each in found.bot["variables"]]
    assert len(set(names)) == 4
    said_ = found.bot["flows"][0]["nodes"][0]["config"]["text"]
    assert all(f"{{{{ {name} }}}}" in said_ for name in names)


# --- What is no sound export ------------------------------------------------------------------


@pytest.mark.parametrize("data", ["[]", "{}", '{"format": "flyt/1"}', '{"groups": 3, "edges": []}'])
def test_other_files_are_named_as_such(data: str):
    assert not is_export(data)
    with pytest.raises((NotImportable, DocumentError)):
        imported(data)


def test_an_empty_export_is_a_bot_that_ends():
    play({"groups": [], "edges": []}, {"status": "ended"})


def test_a_jump_round_and_round_ends():
    plain = export(group("g", block("b", "Jump", options={"groupId": "g"})))
    assert imported(text(plain)).bot["flows"][0]["nodes"][0]["type"] in ("jump", "end")
    pixel = export(group("g", block("b", "Pixel")), edges=[edge("b", "g")])
    play(pixel, {"status": "ended"})


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    for key, each in inner:
        nested = isinstance(each, dict | list)
        found += _places(each, (*path, key)) if nested else [(*path, key)]
    return found


PLACES = _places(shoes())
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.sampled_from(["{{", "}}", "{{=", "{% if %}", "g1", "size", "system.cancel", "a" * 3000]),
    st.just([]), st.just({}), st.lists(st.just({"id": "x"}), max_size=3),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=5))
def test_whatever_is_broken_gives_a_bot_or_is_refused(changes: list[tuple[Any, Any]]):
    plain = deepcopy(shoes())
    for path, junk in changes:
        holder: Any = plain
        for key in path[:-1]:
            if not (isinstance(holder, dict) and key in holder) and not (
                isinstance(holder, list) and isinstance(key, int) and key < len(holder)
            ):
                break
            holder = holder[key]
        else:
            if isinstance(holder, dict) or (isinstance(holder, list) and path[-1] < len(holder)):
                holder[path[-1]] = junk
    with suppress(NotImportable, DocumentError):
        parse(imported(json.dumps(plain)).bot)


# --- The command ------------------------------------------------------------------------------


def test_the_command_prints_bot_and_report(tmp_path: Path):
    file = tmp_path / "shoes.json"
    file.write_text(text(shoes()))
    told = CliRunner().invoke(main, ["import", "--from", "typebot", str(file)])
    assert told.exit_code == 0
    printed = json.loads(told.stdout)
    assert parse(printed["bot"]).name == "Shoes"
    assert {"id", "type", "status", "note"} <= set(printed["report"][0])
    file.write_text("{}")
    refused = CliRunner().invoke(main, ["import", "--from", "typebot", str(file)])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "no export of Typebot" in refused.stderr
