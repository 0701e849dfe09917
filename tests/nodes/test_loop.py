from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodes.loop import Loop
from runtime.core.contract import Each, Fail
from tests.core.context import context

# A full configuration, which test_contract uses too.
EXAMPLE = {"items": "list", "item": "one"}

LINES = Loop(items="order.lines", item="line")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["a", {"b": 1}], ("a", {"b": 1})),
        ({"x": 1, "y": 2}, (1, 2)),
        ([], ()),
        (None, ()),
        (list(range(300)), tuple(range(100))),
    ],
)
def test_it_goes_through_a_list(items, expected):
    assert LINES.run(context(order={"lines": items})) == Each(item="line", items=expected)


def test_the_limit():
    node = Loop(items="range(10)", item="n", limit=3)
    assert node.run(context()) == Each(item="n", items=(0, 1, 2))


def test_what_is_no_list_is_an_error():
    assert LINES.run(context(order={"lines": "abc"})) == Fail(
        "loop", "'order.lines' is 'abc', not a list to go through"
    )


def test_ports():
    assert [port.id for port in LINES.ports()] == ["each", "done"]


@pytest.mark.parametrize("more", [{"limit": 0}, {"limit": 1001}, {"item": "a.b"}, {"items": ""}])
def test_wrong_configurations(more):
    with pytest.raises(ValidationError):
        Loop.model_validate({"items": "a", "item": "b", **more})
