"""The editor's own modules, without a browser, and that Python and TypeScript see the same ways."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import nodes  # noqa: F401 (its import registers the types)
from builder import build
from builder.paths import ROOT
from runtime.core.contract import Node

HERE = Path(__file__).parent
NODE = [str(Path(sys.executable).parent / "node"), "--import", str(HERE / "packages.mjs")]


@pytest.fixture(scope="module", autouse=True)
def packages() -> None:
    """The build of the front is what installs npm's packages."""
    if not (ROOT / ".web" / "node_modules" / "@dagrejs").exists():
        build.build()


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.ts")), ids=lambda file: file.stem)
def test_units(file: Path) -> None:
    ran = subprocess.run(
        [*NODE, "--test", "--test-reporter=spec", str(file)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    assert "ℹ pass 0" not in ran.stdout


def test_python_and_the_browser_see_the_same_ways_out() -> None:
    cases = [(Node.registry[each["type"]], each["config"]) for each in _steps()]
    assert len({node.type for node, _ in cases}) >= 10
    asked = [{"type": _described(node), "config": config} for node, config in cases]
    ran = subprocess.run(
        [*NODE, str(HERE / "ports.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    for (node, config), seen in zip(cases, json.loads(ran.stdout), strict=True):
        ports = node.model_validate(config).ports()
        assert [(each["id"], each["kind"]) for each in seen] == [(p.id, p.kind) for p in ports]


def _steps() -> Iterator[dict[str, Any]]:
    """Every step of the templates, and the switches that these leave as they are."""
    for file in sorted((ROOT / "templates" / "flows").glob("*.json")):
        for flow in json.loads(file.read_text())["flows"]:
            yield from flow["nodes"]
    options = [{"id": "a", "label": "A {{ name }}"}, {"id": "b", "label": "B"}]
    ask = {"text": "Which?", "variable": "x"}
    yield {"type": "ask.choice", "config": {**ask, "options": options, "multiple": True}}
    yield {"type": "ask.choice", "config": {**ask, "options": options, "multiple": False}}
    yield {"type": "ask.choice", "config": {**ask, "options_from": "list"}}
    link = {"id": "c", "label": "Page", "url": "https://example.com"}
    cards = [{"id": "x", "title": "X", "buttons": [*options, link]}, {"id": "y", "title": "Y"}]
    yield {"type": "cards", "config": {"cards": cards}}
    yield {"type": "split", "config": {"variants": [{"id": "a"}, {"id": "b", "label": "B"}]}}
    yield {"type": "wait", "config": {"event": "paid"}}
    yield {"type": "wait", "config": {"duration": "PT5M"}}
    yield {"type": "loop", "config": {"items": "orders", "item": "order"}}
    yield {"type": "subflow", "config": {"flow": "main"}}
    yield {"type": "jump", "config": {"node": "a"}}
    yield {"type": "end", "config": {}}
    yield {"type": "repair", "config": {"action": "back"}}


def _described(node: type[Node]) -> dict[str, Any]:
    told = [
        {"id": w.id, "label": w.label, "kind": w.kind, "each": w.each, "unless": w.unless}
        | {"when": w.when, "lacking": w.lacking}
        for w in node.ways
    ]
    ways = [{name: value for name, value in way.items() if value is not None} for way in told]
    return {"type": node.type, "ways": ways, "schema": node.model_json_schema()}
