from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from runtime.core.contract import Node, Way
from runtime.core.document import DocumentError, Parameter, parse, reading
from runtime.core.fields import Option
from tests.documents.documents import document, flow, node, shop

Change = Callable[[dict[str, Any]], Any]


def errors(data: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(DocumentError) as caught:
        parse(data)
    return [tuple(error) for error in caught.value.errors]


def test_a_sound_document_is_read_with_its_defaults() -> None:
    found = parse(json.dumps(shop()))
    assert found.language == "en"
    assert found.flows[1].inputs == (Parameter(name="topic"),)
    assert found.tests[0].talk[2].value == "demo"
    assert parse(found.model_dump(mode="json", exclude_defaults=True)) == found


def test_durations_are_iso_8601() -> None:
    trigger = {"kind": "inactivity", "after": "PT10M"}
    data = document(flow("main", node("a", "message", text="Hi"), triggers=[trigger]))
    assert parse(data).flows[0].triggers[0].after == timedelta(minutes=10)


def put(path: str, value: Any) -> Change:
    """A change that sets ``flows.0.start`` (dots, indexes as numbers) to a value."""

    def change(data: dict[str, Any]) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        at: Any = data
        for step in steps:
            at = at[step]
        at[last] = value

    return change


WRONG: list[tuple[Change, str, str, str]] = [
    (put("colour", "red"), "colour", "not known here", ""),
    (put("descripton", "x"), "descripton", "not known here", '"description"'),
    (
        put("flows.0.nodes.0.config", {"txt": "x"}),
        "flows[0].nodes[0].config.txt",
        "not known",
        '"text"',
    ),
    (
        put("flows.0.nodes.0.config", {}),
        "flows[0].nodes[0].config.text",
        '"Message" is missing',
        "Fill it in",
    ),
    (
        put("flows.0.nodes.0.config.text", 3),
        "flows[0].nodes[0].config.text",
        "must be text, not a number",
        "quotes",
    ),
    (
        put("flows.0.nodes.0.config.text", "{{ 1 + }}"),
        "flows[0].nodes[0].config.text",
        "cannot be read",
        "",
    ),
    (
        put("flows.0.nodes.0.type", "mesage"),
        "flows[0].nodes[0].type",
        'no kind of step "mesage"',
        '"message"',
    ),
    (put("flows.0.nodes.0.id", "has space"), "flows[0].nodes[0].id", "not possible", "64 letters"),
    (put("flows.0.nodes.0.id", "need"), "flows[0].nodes[1].id", "Two steps", "another id"),
    (put("flows.1.id", "main"), "flows[1].id", "Two flows", "another id"),
    (put("flows.0.start", "helo"), "flows[0].start", "not in this flow", '"hello"'),
    (put("flows.0.edges.0.target", "ned"), "flows[0].edges[0].target", 'no step "ned"', '"need"'),
    (
        put("flows.0.edges.0.source", "helo"),
        "flows[0].edges[0].source",
        'no step "helo"',
        '"hello"',
    ),
    (put("flows.0.edges.1.port", "dem"), "flows[0].edges[1].port", 'no way out "dem"', '"demo"'),
    (put("flows.0.edges.1.port", "demo"), "", "", ""),
    (put("flows.0.edges.1.source", "hello"), "flows[0].edges[1]", "Two connections", "Remove"),
    (
        put("flows.0.nodes.2.config.flow", "mial"),
        "flows[0].nodes[2].config.flow",
        "no flow",
        '"mail"',
    ),
    (
        put("flows.0.nodes.2.config.inputs", {"topik": 1}),
        "flows[0].nodes[2].config.inputs.topik",
        "no input",
        '"topic"',
    ),
    (
        put("flows.0.nodes.2.config.outputs", {"x": "y"}),
        "flows[0].nodes[2].config.outputs.x",
        "no output",
        "found",
    ),
    (
        put("flows.0.nodes.3", node("bye", "jump", node="hell")),
        "flows[0].nodes[3].config.node",
        'no step "hell"',
        '"hello"',
    ),
    (
        put("flows.0.nodes.1.config.options.1.id", "demo"),
        "flows[0].nodes[1].config.options[1].id",
        "demo",
        "",
    ),
    (
        put("flows.0.nodes.1.config.options.1.id", "invalid"),
        "flows[0].nodes[1].config.options[1].id",
        "invalid",
        "",
    ),
    (put("flows.0.triggers.0.kind", "begin"), "flows[0].triggers[0].kind", "not possible", "start"),
    (
        put("flows.0.triggers.0", {"kind": "inactivity", "after": "10 min"}),
        "flows[0].triggers[0].after",
        "duration",
        "PT10M",
    ),
    (put("flows.0.enabled", "yes"), "flows[0].enabled", "true or false", "no quotes"),
    (
        put("flows.0.nodes.0.position", {"x": "1", "y": 2}),
        "flows[0].nodes[0].position.x",
        "number",
        "",
    ),
    (put("main", "mian"), "main", "does not exist", '"main"'),
    (put("format", "flyt/9"), "format", '"flyt/9" is not known', "flyt/1"),
    (put("variables.0.name", "contact"), "variables[0].name", "contact", ""),
    (put("variables.0.name", "email"), "variables[1].name", "Two variables", "another name"),
    (put("variables.0.type", "string"), "variables[0].type", "not possible", "text"),
    (put("settings", {"confidence": 2}), "settings.confidence", "too large", "at most 1"),
    (put("settings", {"not_understood": "{{ ("}), "settings.not_understood", "never closed", ""),
    (
        put("languages.nb", {"flows.main.nodes.hello.config.txt": "x"}),
        'languages.nb["flows.main.nodes.hello.config.txt"]',
        "no text",
        '"text"',
    ),
    (
        put("languages.nb", {"flows.main.nodes.gone.config.text": "x"}),
        'languages.nb["flows.main.nodes.gone.config.text"]',
        "no text",
        "Paths look like",
    ),
    (
        put("languages.nb", {"flows.main.nodes.need.config.variable": "x"}),
        'languages.nb["flows.main.nodes.need.config.variable"]',
        "no text",
        "text",
    ),
    (
        put("languages.nb", {"flows.main.nodes.hello.config.text": "{{ x"}),
        'languages.nb["flows.main.nodes.hello.config.text"]',
        "never closed",
        "translation",
    ),
    (put("languages", {"en": {}}), "languages.en", "own texts", "Remove"),
    (put("tests.0.talk.0", {"bot": "x", "user": "y"}), "tests[0].talk[0]", "exactly one key", ""),
    (put("tests.0.talk.0", {"vars": None}), "tests[0].talk[0]", "Needs a value", ""),
    (put("tests.0.talk.0", {"says": "x"}), "tests[0].talk[0].says", "not known", ""),
    (
        put("tests.0.talk.0", {"node_reached": "helo"}),
        "tests[0].talk[0].node_reached",
        "no step",
        '"hello"',
    ),
    (put("tests.0.talk.0", {"wait": 5}), "tests[0].talk[0].wait", "duration", "PT10M"),
]


@pytest.mark.parametrize(("change", "path", "message", "hint"), WRONG, ids=[w[1] for w in WRONG])
def test_an_error_names_the_place_and_the_mend(
    change: Change, path: str, message: str, hint: str
) -> None:
    data = shop()
    change(data)
    if not path:
        assert parse(data)
        return
    found = errors(data)
    fitting = [e for e in found if e[0] == path and message in e[1]]
    assert fitting, found
    assert hint in fitting[0][2]


class Sorting(Node):
    """A plugin's node that does not look at the ids of its ways itself."""

    type: ClassVar[str] = "test.sorting"
    label: ClassVar[str] = "Sorting"
    icon: ClassVar[str] = "list"
    group: ClassVar[Any] = "logic"
    ways: ClassVar[tuple[Way, ...]] = (Way(each="bins", label="label"), Way(id="rest"))

    bins: tuple[Option, ...]


def test_a_way_out_that_stands_twice_is_named_by_the_id_that_makes_it() -> None:
    bins = [{"id": id_, "label": id_} for id_ in ("a", "rest", "b")]
    (found,) = errors(document(flow("main", node("s", "test.sorting", bins=bins))))
    assert found[:2] == (
        "flows[0].nodes[0].config.bins[1].id",
        'Two ways out of this step are called "rest".',
    )


def test_all_errors_come_at_once() -> None:
    data = shop()
    for path, value in {
        "colour": "red",
        "flows.0.nodes.0.config.text": 3,
        "flows.0.edges.0.target": "nowhere",
        "flows.1.nodes.0.type": "ask.mail",
        "main": "mian",
        "tests.0.talk.0": {"status": "fine"},
    }.items():
        put(path, value)(data)
    assert {error[0] for error in errors(data)} == {
        "colour",
        "flows[0].nodes[0].config.text",
        "flows[0].edges[0].target",
        "flows[1].nodes[0].type",
        "main",
        "tests[0].talk[0].status",
    }


def test_a_faulty_item_is_not_also_reported_as_a_short_list() -> None:
    data = shop()
    data["flows"] = [{**data["flows"][0], "nodes": [{"id": "hello", "type": 1}]}]
    assert not any("too short" in message for _, message, _ in errors(data))


LIMITS: list[tuple[Any, str, str]] = [
    ("[" * 100_000, "", "Nested deeper"),
    (json.dumps({"a": 1})[:-1], "", "line 1, column"),
    (b"\xff\xfe{}", "", "not UTF-8"),
    ("[]", "", "JSON object"),
    ('{"a": 1, "a": 2}', "", 'key "a" stands twice'),
    ('{"format": "flyt/1", "name": NaN}', "name", "too large, or none"),
    ('{"name": 1e999}', "name", "too large, or none"),
    ('{"name": ' + "9" * 5_000 + "}", "name", "too large, or none"),
    ('{"name": "\\u0000"}', "name", "cannot be stored"),
    ('{"name": "\\ud800"}', "name", "cannot be stored"),
    ('{"n": ' + "[" * 50 + "]" * 50 + "}", "n" + "[0]" * 40, "Nested deeper"),
    ('{"n": [' + "1," * 200_000 + "1]}", "", "more than 200,000 values"),
    (b" " * 5_000_001, "", "at most 5 MB"),
    ({"name": "x" * 5_000_001}, "", "at most 5 MB"),
    ({"name": object()}, "name", "no JSON"),
    ({1: 2}, "", "key must be text"),
    ({}, "format", "missing"),
]


@pytest.mark.parametrize(("data", "path", "message"), LIMITS)
def test_what_is_no_sane_json_is_refused_with_a_sentence(
    data: Any, path: str, message: str
) -> None:
    (found,) = errors(data)
    assert found[0] == path
    assert message in found[1]


def test_too_many_nodes_are_refused() -> None:
    nodes = [node(f"n{number}", "message", text="Hi") for number in range(2_001)]
    assert ("flows[0].nodes", "This list is too long.", "At most 2000; split it.") in errors(
        document(flow("main", *nodes))
    )


def test_thousands_of_errors_are_cut_short() -> None:
    edges = [f"n{number} > m{number}" for number in range(3_000)]
    with pytest.raises(DocumentError) as caught:
        parse(document(flow("main", node("a", "message", text="Hi"), *edges)))
    assert len(caught.value.errors) == 200


def test_an_older_format_is_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(old: dict[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in old.items() if key != "title"}
        return rest | {"format": "flyt/1", "name": old["title"]}

    monkeypatch.setitem(reading.MIGRATIONS, "flyt/0", renamed)
    old = {"format": "flyt/0", "title": "Old", "flows": shop()["flows"]}
    assert parse(old).name == "Old"
    assert old["format"] == "flyt/0"
