"""The panel's own modules without a browser; its checks never say more than the server does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import nodes  # noqa: F401  # its import registers the types
from runtime.core.contract import Node
from runtime.core.document.catalogue import catalogue
from runtime.core.document.mistakes import place_of
from runtime.core.document.wording import ERRORS
from runtime.core.texts import step_into

HERE = Path(__file__).parent
NODE = str(Path(sys.executable).with_name("node"))  # from PyPI, as the build's
TYPES = {  # without those that other tests register
    each["type"]: each for each in catalogue()["types"] if not each["type"].startswith("test.")
}

ASK = {"text": "What?", "variable": "name"}
OPTION = {"id": "a", "label": "A"}
FIELD = {"variable": "a", "type": "text", "label": "A"}
HOURS = {"day": "monday", "opens": "09:00", "closes": "17:00"}
RULE = {"variable": "a", "op": "eq", "value": 1}


def branch(where: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"branches": [{"id": "a", "label": "A", "where": where, **more}]}


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("message", {"text": " "}),
    ("message", {"text": "{{ name"}),
    ("message", {"text": "Hi", "variants": [{"text": ""}]}),
    ("ask.text", {**ASK, "variable": "two words"}),
    ("ask.text", {**ASK, "variable": "contact"}),
    ("ask.text", {**ASK, "max_attempts": 0}),
    ("ask.text", {**ASK, "max_attempts": 21}),
    ("ask.text", {**ASK, "max_attempts": 1.5}),
    ("ask.text", {**ASK, "max_attempts": "many"}),
    ("ask.text", {**ASK, "timeout": "soon"}),
    ("ask.text", {**ASK, "timeout": "PT0S"}),
    ("ask.text", {**ASK, "timeout": "P9999D"}),
    ("ask.text", {**ASK, "retry_texts": ["Pardon?", ""]}),
    ("ask.number", {**ASK, "minimum": "low"}),
    ("ask.number", {**ASK, "step": 0}),
    ("ask.choice", {**ASK, "options": [{"id": "a", "label": ""}]}),
    ("ask.choice", {**ASK, "options": [{**OPTION, "value": "{{ x"}]}),
    ("ask.choice", {**ASK, "options": [OPTION], "options_from": "list"}),
    ("ask.choice", {**ASK}),
    ("condition", {"branches": []}),
    ("condition", branch({"variable": "", "op": "eq", "value": 1})),
    ("condition", branch({"all": [{"variable": "a", "op": "eq"}]})),
    ("condition", branch({"all": [RULE, {"any": [{"variable": "a", "op": "between"}]}]})),
    ("condition", branch({"expression": " "})),
    ("condition", branch(RULE, label="")),
    ("ask.rating", {**ASK, "scale": 11}),
    ("ask.rating", {**ASK, "style": "hearts"}),
    ("ask.file", {**ASK, "kinds": ["image", "program"]}),
    ("ask.file", {**ASK, "largest": 0}),
    ("ask.form", {**ASK, "fields": []}),
    ("ask.form", {**ASK, "fields": [{**FIELD, "label": ""}]}),
    ("ask.form", {**ASK, "fields": [{**FIELD, "type": "colour"}]}),
    ("ask.form", {**ASK, "fields": [{**FIELD, "variable": "two words"}]}),
    ("business_hours", {"schedule": []}),
    ("business_hours", {"schedule": [{**HOURS, "opens": ""}]}),
    ("business_hours", {"schedule": [{**HOURS, "day": "mon"}]}),
    ("cards", {"cards": []}),
    ("cards", {"cards": [{"id": "a", "title": ""}]}),
    ("cards", {"cards": [{"id": "a", "title": "A", "buttons": [{"id": "b", "label": " "}]}]}),
    ("media", {"kind": "image", "url": ""}),
    ("media", {"kind": "poster", "url": "https://example.com"}),
    ("split", {"variants": [{"id": "a"}]}),
    ("split", {"variants": [{"id": "a", "weight": -1}, {"id": "b"}]}),
    ("jump", {"node": ""}),
    ("loop", {"items": "", "item": "line"}),
    ("loop", {"items": "lines", "item": "line", "limit": 1001}),
    ("repair", {"action": "dance"}),
    ("set", {"assign": [{"variable": "", "value": 1}]}),
    ("subflow", {"flow": "", "inputs": {"a": "{{ x"}, "outputs": {"b": "two words"}}),
    ("ai.answer", {"threshold": 2}),
    ("ai.answer", {"question": "{{ x"}),
    ("ai.classify", {"categories": []}),
    ("ai.classify", {"categories": [{**OPTION, "label": " "}]}),
    ("ai.extract", {"fields": []}),
    ("ai.extract", {"fields": [{"variable": "two words", "type": "text"}]}),
    ("ai.rewrite", {"task": "sing", "variable": "a"}),
    ("knowledge.search", {"variable": "a", "top_k": 21}),
    ("wait", {}),
    ("wait", {"until": "tomorrow", "event": "paid"}),
    ("wait", {"event": "x" * 101}),
]
RIGHT: list[tuple[str, dict[str, Any]]] = [
    ("message", {"text": "{{ 'a}}' }}"}),
    ("ask.text", {**ASK, "variable": "størrelse", "timeout": "PT1H30M"}),
    ("ask.number", {**ASK, "minimum": -1.5, "step": 0.1}),
    ("ask.choice", {**ASK, "options": [{**OPTION, "value": None, "image": ""}]}),
    ("ask.choice", {**ASK, "options_from": "order.lines"}),
    ("condition", branch({"any": []})),
    ("condition", branch({"all": [{"variable": "a.b", "op": "is_set"}, {"expression": "a"}]})),
    ("condition", branch({"variable": "a", "op": "eq", "value": ""})),
    ("condition", branch({"variable": "a", "op": "in", "value": [1, "b"]})),
    ("ask.phone", {**ASK, "region": "NO"}),
    ("ask.rating", {**ASK, "scale": 10, "style": "numbers", "begins": "one"}),
    ("ask.file", {**ASK, "kinds": ["image"], "largest": 2.5, "most": 3}),
    ("ask.form", {**ASK, "fields": [FIELD, {**FIELD, "variable": "b", "required": True}]}),
    ("business_hours", {"schedule": [HOURS], "holidays": [{"date": "2026-12-25"}]}),
    ("business_hours", {"schedule": [{**HOURS, "to": "friday"}], "timezone": "Europe/Oslo"}),
    ("cards", {"cards": [{"id": "a", "title": "A", "buttons": [{**OPTION, "id": "b"}]}]}),
    ("media", {"kind": "image", "url": "https://example.com/{{ x }}", "caption": ""}),
    ("split", {"variants": [{"id": "a", "weight": 3, "label": "A"}, {"id": "b"}]}),
    ("end", {"result": {"a": [1, None, "{{ x }}"]}}),
    ("repair", {"action": "cancel"}),
    ("set", {"assign": [{"variable": "a", "value": None}]}),
    ("subflow", {"flow": "system.cancel"}),
    ("ai.answer", {"collections": ["Manuals"], "timeout": "PT5M", "variable": None}),
    ("ai.classify", {"categories": [{**OPTION, "examples": ["x"]}], "threshold": 0}),
    ("ai.extract", {"fields": [{"variable": "a", "type": "choice", "options": ["b"]}]}),
    ("ai.rewrite", {"task": "tone", "instructions": "warmer", "variable": "a"}),
    ("knowledge.search", {"variable": "a", "collections": []}),
    ("wait", {"event": "paid", "duration": "P1D", "variable": "a"}),
    ("wait", {"duration": "PT0.1S"}),
]


def test_units() -> None:
    command = [NODE, "--test", "--test-reporter=spec", str(HERE / "panel.test.ts")]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    assert "ℹ pass 0" not in ran.stdout


def test_what_is_right_for_the_server_is_right_for_the_panel() -> None:
    assert [_server(*case) for case in RIGHT] == [set()] * len(RIGHT)
    assert _panel(RIGHT) == [[]] * len(RIGHT)


def test_what_the_panel_finds_the_server_finds_at_the_same_place() -> None:
    for case, found in zip(WRONG, _panel(WRONG), strict=True):
        assert found, case
        server = _server(*case)
        for path, kind in found:
            assert f"error.{kind}" in catalogue()["texts"], kind
            whole = "" if kind == "one_of" else path  # the server says it of the whole form
            rule = path.rpartition(".")[0]  # what a rule compares with is said of the rule
            assert whole in server or rule in server, (case, path, kind, server)


def test_new_steps_are_unfinished_in_words() -> None:
    cases = [(each["type"], each["fresh"]) for each in TYPES.values()]
    for (type_, config), found in zip(cases, _panel(cases), strict=True):
        assert bool(found) <= bool(_server(type_, config)), type_
        assert {kind for _, kind in found} <= set(ERRORS)


def _server(type_: str, config: dict[str, Any]) -> set[str]:
    """The places where Python finds something wrong."""
    try:
        Node.registry[type_].model_validate(config)
    except ValidationError as error:
        return {
            _written(place_of(one["loc"], config, missing=one["type"] == "missing"))
            for one in error.errors()
        }
    return set()


def _written(steps: tuple[str | int, ...]) -> str:
    path = ""
    for step in steps:
        path = step_into(path, step)
    return path


def _panel(cases: list[tuple[str, dict[str, Any]]]) -> list[list[list[str]]]:
    asked = [
        {"schema": TYPES[type_]["schema"], "oneOf": TYPES[type_]["oneOf"], "config": config}
        for type_, config in cases
    ]
    command = [NODE, str(HERE / "check.mjs")]
    ran = subprocess.run(
        command, input=json.dumps(asked), check=True, capture_output=True, text=True, timeout=60
    )
    return json.loads(ran.stdout)
