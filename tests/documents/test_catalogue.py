"""The catalogue says everything the editor needs, in words and schemas it knows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

import nodes
from runtime.core.contract import Node
from runtime.core.document.catalogue import KEYWORDS, catalogue, fresh
from runtime.core.expressions.conditions import OPERATORS, OPPOSITES
from runtime.core.expressions.values import duration_text

NODE = Path(sys.executable).with_name("node")  # from PyPI, as the build's
PANEL = Path("builder/editor/panel")
TYPES: list[dict[str, Any]] = catalogue()["types"]
BY_NAME = {each["type"]: each for each in TYPES}


def schemas(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and all those within it."""
    yield part
    inner = [
        *part.get("properties", {}).values(),
        *part.get("$defs", {}).values(),
        *part.get("anyOf", ()),
        *(part[key] for key in ("items", "additionalProperties", "propertyNames") if key in part),
    ]
    for each in inner:
        if isinstance(each, dict):
            yield from schemas(each)


ALL = [(each["type"], part) for each in TYPES for part in schemas(each["schema"])]


def test_every_type_is_there_by_group() -> None:
    modules = {module.name for module in iter_modules(nodes.__path__)}
    assert {each["type"].replace(".", "_") for each in TYPES} >= modules
    groups = [each["group"] for each in TYPES]
    assert groups == sorted(groups, key=["talk", "ask", "logic", "ai", "do", "people"].index)
    assert all(each["help"].endswith(".") for each in TYPES)


def test_only_keywords_that_the_panel_knows() -> None:
    assert {key for _, part in ALL for key in part} <= KEYWORDS
    interface = re.search(
        r"interface JsonSchema \{(.*?)\n\}", (PANEL.parent / "catalogue.ts").read_text(), re.DOTALL
    )
    assert interface
    known = set(re.findall(r"^  \"?([$\w-]+)\"?\??:", interface[1], re.MULTILINE))
    assert known == KEYWORDS


def test_only_kinds_of_fields_and_hints_that_the_panel_knows() -> None:
    widgets = (PANEL / "widgets.tsx").read_text()
    table = re.search(r"export const WIDGETS.*?\{(.*?)\n\};", widgets, re.DOTALL)
    assert table
    known = {*re.findall(r"^  (\w+):", table[1], re.MULTILINE), "id"}
    assert {part["x-selector"]["kind"] for _, part in ALL if "x-selector" in part} <= known
    for name, key in (("Selector", "x-selector"), ("Ui", "x-ui")):
        text = (PANEL.parent / "catalogue.ts").read_text()
        interface = re.search(rf"interface {name} \{{(.*?)\n\}}", text, re.DOTALL)
        assert interface
        hints = set(re.findall(r"^  (\w+)\??:", interface[1], re.MULTILINE))
        assert {hint for _, part in ALL for hint in part.get(key, {})} <= hints


def test_every_field_has_a_name_in_words() -> None:
    for name, part in ALL:
        for field, schema in part.get("properties", {}).items():
            title = schema["title"]
            assert title[0].isupper(), (name, field)
            assert "_" not in title, (name, field)
            assert not re.search(r" [A-Z]", title), (name, field, "sentence case")


def test_conditions_are_left_to_the_panel() -> None:
    assert "Rule" not in json.dumps(BY_NAME["condition"]["schema"])
    branch = BY_NAME["condition"]["schema"]["$defs"]["Branch"]
    assert branch["properties"]["where"]["x-selector"] == {"kind": "condition"}


def test_a_field_stands_where_it_wants() -> None:
    assert list(BY_NAME["ask.choice"]["schema"]["properties"])[:4] == [
        "text",
        "options",
        "options_from",
        "variable",
    ]


@pytest.mark.parametrize("node", Node.registry.values(), ids=lambda node: node.type)
def test_a_new_step_lacks_only_what_its_author_must_say(node: type[Node]) -> None:
    made = fresh(node)
    required = {name for name, field in node.model_fields.items() if field.is_required()}
    assert required <= set(made)
    assert json.loads(json.dumps(made)) == made
    for name, field in node.model_fields.items():
        if name in made and name not in required:
            assert json.loads(json.dumps(field.default, default=duration_text)) == made[name]
        assert name in made or field.default is None


def test_a_new_condition_has_a_branch_to_fill_in() -> None:
    branch = {"id": "first", "label": "", "where": {"all": [{"variable": "", "op": "eq"}]}}
    assert BY_NAME["condition"]["fresh"] == {"branches": [branch]}


def test_words_for_every_operator() -> None:
    texts = catalogue()["texts"]
    assert all(texts[f"operator.{name}"] for name in {*OPERATORS, *OPPOSITES})


def test_everything_said_is_translated() -> None:
    """What reaches the reader went through ``translate``; names of fields and types did not."""
    told = json.dumps(catalogue(lambda text: f"<{text}>"))
    for words in ("Question", "Says something and goes straight on.", "This list", "At most"):
        assert f'"<{words}>"' in told
    assert '"<Add an option>"' in told
    assert '"<Go back to the last answer>"' in told
    assert "<ask.choice>" not in told
    ways = next(each for each in json.loads(told)["types"] if each["type"] == "ask.choice")["ways"]
    assert [way["label"] for way in ways[:2]] == ["label", "<Next>"]  # a field's name, a word


def test_patterns_mean_something_in_a_browser() -> None:
    patterns = sorted({part["pattern"] for _, part in ALL if "pattern" in part})
    assert patterns
    program = "for (const one of JSON.parse(process.argv[1])) new RegExp(one, 'u')"
    subprocess.run([NODE, "-e", program, json.dumps(patterns)], check=True, timeout=30)
