from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodes.condition import Branching
from runtime.core.contract import Next, Port
from runtime.core.expressions import ExpressionError
from tests.core.context import context

EXAMPLE = {
    "branches": [{"id": "yes", "label": "Yes", "where": {"any": [{"expression": "a"}]}}]
}  # a configuration for test_contract

BIG = {"id": "big", "label": "Over 100", "where": {"variable": "total", "op": "gt", "value": 100}}
SOME = {"id": "some", "label": "Over 0", "where": {"expression": "total > 0"}}
AMOUNT = Branching.model_validate({"branches": [BIG, SOME]})


@pytest.mark.parametrize(
    ("total", "port"), [(120, "big"), ("101", "big"), (100, "some"), (0, "else"), (None, "else")]
)
def test_the_first_branch_that_holds(total, port):
    assert AMOUNT.run(context(total=total)) == Next(port=port)


def test_a_formula_that_cannot_be_worked_out_is_an_error():
    node = Branching.model_validate({"branches": [SOME | {"where": {"expression": "1 / total"}}]})
    with pytest.raises(ExpressionError, match="divided by zero"):
        node.run(context(total=0))


def test_ports():
    assert AMOUNT.ports() == (
        Port("big", "Over 100", "branch"),
        Port("some", "Over 0", "branch"),
        Port("else", "Otherwise"),
    )


def test_an_id_that_is_taken_is_named_by_its_place():
    branches = [BIG, BIG | {"id": "else"}, BIG]
    with pytest.raises(ValidationError) as caught:
        Branching.model_validate({"branches": branches})
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [
        (("branches", 1, "id"), "port_id"),
        (("branches", 2, "id"), "repeated_id"),
    ]


@pytest.mark.parametrize(
    "branches",
    [[], [BIG, BIG], [BIG | {"id": "else"}], [BIG | {"label": ""}], [{"id": "a", "label": "A"}]],
)
def test_wrong_configurations(branches):
    with pytest.raises(ValidationError):
        Branching.model_validate({"branches": branches})
