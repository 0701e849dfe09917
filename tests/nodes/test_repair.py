from __future__ import annotations

from typing import get_args

import pytest
from pydantic import ValidationError

from nodes.repair import Mend
from runtime.core.contract import Repair, RepairAction
from tests.core.context import context

# A full configuration, which test_contract uses too.
EXAMPLE = {"action": "correct", "variable": "b"}


@pytest.mark.parametrize("action", get_args(RepairAction))
def test_every_action(action):
    assert Mend(action=action).run(context()) == Repair(action)
    assert Mend(action=action, variable="email").run(context()) == Repair(action, "email")
    assert action in Mend.model_json_schema()["properties"]["action"]["x-selector"]["labels"]


def test_an_unknown_action_is_refused():
    with pytest.raises(ValidationError):
        Mend.model_validate({"action": "explode"})


def test_it_has_no_ways_out():
    assert Mend(action="cancel").ports() == ()
