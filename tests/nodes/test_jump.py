from __future__ import annotations

from nodes.jump import Jump
from runtime.core.contract import Goto
from tests.core.context import context

# A full configuration, which test_contract uses too.
EXAMPLE = {"node": "hello"}


def test_it_goes_to_a_step_of_the_same_flow():
    node = Jump(node="hello")
    assert node.run(context()) == Goto("hello")
    assert node.jumps() == ("hello",)
    assert node.ports() == ()
