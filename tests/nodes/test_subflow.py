from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodes.subflow import Subflow
from runtime.core.contract import Call, Next, Returned
from tests.core.context import context

EXAMPLE = {
    "flow": "other",
    "inputs": {"n": "{{ a }}"},
    "outputs": {"m": "b"},
}  # a configuration for test_contract

DOUBLE = Subflow.model_validate(
    {"flow": "double", "inputs": {"n": "{{ a + 1 }}", "kind": "plain"}, "outputs": {"twice": "got"}}
)


def test_it_calls_with_its_inputs_worked_out():
    assert DOUBLE.run(context(a=1)) == Call("double", {"n": 2, "kind": "plain"})
    assert Subflow(flow="other").run(context()) == Call("other")


def test_it_takes_the_outputs_it_wants():
    returned = Returned(result="x", outputs={"twice": 4, "more": 5})
    assert DOUBLE.resume(context(), returned) == Next(set={"got": 4})
    assert DOUBLE.resume(context(), Returned()) == Next(set={"got": None})
    assert Subflow(flow="other").resume(context(), returned) == Next()


def test_ports():
    assert [port.id for port in DOUBLE.ports()] == ["next", "cancelled", "error"]


@pytest.mark.parametrize(
    "config",
    [{}, {"flow": "a b"}, {"flow": "a", "inputs": {"n": "{{ 1 + }}"}},
     {"flow": "a", "outputs": {"x": "contact"}}, {"flow": "a", "inputs": {"": 1}}],
)  # fmt: skip
def test_wrong_configurations(config):
    with pytest.raises(ValidationError):
        Subflow.model_validate(config)
