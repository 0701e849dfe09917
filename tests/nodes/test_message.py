from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodes.message import Say
from runtime.core.contract import Message, Next
from tests.core.context import context

EXAMPLE = {
    "text": "Hi",
    "variants": [{"text": "Hey", "where": {"all": [{"variable": "a", "op": "is_set"}]}}],
}  # a configuration for test_contract


def said(node, **more):
    outcome = node.run(context(**more))
    assert outcome == Next(say=outcome.say)
    (message,) = outcome.say
    return message.text


def test_it_speaks_and_goes_on():
    hello = Say(text="**Hello** {{ contact.name or 'there' }}, {{ v }}!")
    assert hello.run(context(v="*x*")) == Next(say=(Message(r"**Hello** Ada, \*x\*!"),))


def test_variants_with_a_condition_come_first():
    vip = {"text": "Hi VIP", "where": {"variable": "tags", "op": "contains", "value": "vip"}}
    late = {"text": "Hi again", "where": {"variable": "visits", "op": "gt", "value": 1}}
    node = Say.model_validate({"text": "Hi", "variants": [vip, late]})
    assert said(node, tags=["vip"], visits=2) == "Hi VIP"
    assert said(node, tags=[], visits=2) == "Hi again"
    assert said(node, tags=[], visits=1) == "Hi"


def test_variants_without_one_are_drawn_at_random_and_repeatably():
    node = Say.model_validate({"text": "Hi", "variants": [{"text": "One"}, {"text": "Two"}]})
    first = [said(node, position=position) for position in range(40)]
    assert first == [said(node, position=position) for position in range(40)]
    assert set(first) == {"One", "Two"}


def test_both_kinds_together():
    node = Say.model_validate(
        {
            "text": "Hi",
            "variants": [{"text": "Else"}, {"text": "VIP", "where": {"expression": "vip"}}],
        }
    )
    assert said(node, vip=True) == "VIP"
    assert said(node, vip=False) == "Else"


@pytest.mark.parametrize(
    "config", [{}, {"text": ""}, {"text": "{{"}, {"text": "x", "variants": [{"text": ""}]}]
)
def test_wrong_configurations(config):
    with pytest.raises(ValidationError):
        Say.model_validate(config)


def test_ports():
    assert [port.id for port in Say(text="x").ports()] == ["next"]
