"""What counts as a change between two documents."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from runtime.difference import Change, Field, difference
from tests.api.conftest import DOCUMENT

MAIN = DOCUMENT["flows"][0]


def edited(**main: Any) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    document["flows"][0] |= main
    return document


def test_the_same_document_and_a_moved_or_reordered_node_are_no_change():
    moved = [node | {"position": {"x": 1, "y": 2}} for node in reversed(MAIN["nodes"])]
    assert difference(DOCUMENT, DOCUMENT) == []
    assert difference(DOCUMENT, edited(nodes=moved)) == []


@pytest.mark.parametrize(
    ("after", "change"),
    [
        (
            edited(nodes=MAIN["nodes"][:-1]),
            Change("removed", "node", "flows.main.nodes.bye", "bye"),
        ),
        (
            edited(edges=[*MAIN["edges"], {"source": "bye", "port": "next", "target": "ask"}]),
            Change("added", "edge", "flows.main.edges.bye.next", "bye.next"),
        ),
        (
            edited(edges=[MAIN["edges"][0] | {"target": "bye"}, *MAIN["edges"][1:]]),
            Change(
                "changed",
                "edge",
                "flows.main.edges.hello.next",
                "hello.next",
                (Field("target", "ask", "bye"),),
            ),
        ),
        (
            edited(enabled=False),
            Change("changed", "flow", "flows.main", "Main", (Field("enabled", None, False),)),
        ),
        (
            DOCUMENT | {"settings": {"confidence": 0.7}},
            Change("added", "setting", "settings.confidence", "confidence"),
        ),
        (
            DOCUMENT | {"name": "Greta"},
            Change("changed", "setting", "name", "name", (Field("", "Greeter", "Greta"),)),
        ),
        (
            DOCUMENT | {"variables": [*DOCUMENT["variables"], {"name": "age"}]},
            Change("added", "variable", "variables.age", "age"),
        ),
        (
            DOCUMENT | {"languages": {"nb": {"flows.main.nodes.hello.config.text": "Hei!"}}},
            Change("added", "translation", "languages.nb", "nb"),
        ),
    ],
)
def test_an_edit_is_one_change(after, change):
    assert difference(DOCUMENT, after) == [change]
