from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodes.set import Set
from runtime.core.contract import Next
from runtime.core.expressions import ExpressionError
from tests.core.context import context

EXAMPLE = {
    "assign": [{"variable": "a", "value": "{{ a + 1 }}"}]
}  # a configuration for test_contract


def stored(*assign, **values):
    node = Set.model_validate({"assign": [{"variable": v, "value": x} for v, x in assign]})
    outcome = node.run(context(**values))
    assert outcome == Next(set=outcome.set)
    return outcome.set


def test_values_keep_their_type():
    assert stored(
        ("text", "plain"),
        ("number", 5),
        ("nothing", None),
        ("list", ["{{ name }}", 1]),
        ("object", {"who": "{{ name }}"}),
        ("total", "{{ price * 2 }}"),
        ("greeting", "Hi {{ name }}, *you*"),
        name="Ada",
        price=6,
    ) == {
        "text": "plain",
        "number": 5,
        "nothing": None,
        "list": ["Ada", 1],
        "object": {"who": "Ada"},
        "total": 12,
        "greeting": "Hi Ada, *you*",
    }


def test_scores_lists_and_dates():
    assert stored(("score", "{{ score + 10 }}"), score=5) == {"score": 15}
    assert stored(("score", "{{ score + 10 }}")) == {"score": 10}
    assert stored(("cart", "{{ cart | append(item) }}"), cart=["a"], item="b") == {
        "cart": ["a", "b"]
    }
    assert stored(("due", "{{ today() + days(14) }}")) == {"due": "2026-12-04"}


def test_a_later_assignment_sees_an_earlier_one():
    assert stored(("a", "{{ a + 1 }}"), ("b", "{{ a * 10 }}"), ("a", "{{ b }}"), a=1) == {
        "a": 20,
        "b": 20,
    }


def test_what_cannot_be_worked_out_is_an_error():
    with pytest.raises(ExpressionError):
        stored(("a", "{{ 1 / zero }}"), zero=0)


@pytest.mark.parametrize(
    "assignment",
    [
        {"variable": "contact", "value": 1},
        {"variable": "a"},
        {"variable": "a", "value": "{{ 1 + }}"},
    ],
)
def test_wrong_configurations(assignment):
    with pytest.raises(ValidationError):
        Set.model_validate({"assign": [assignment]})
