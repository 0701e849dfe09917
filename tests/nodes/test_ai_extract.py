from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from nodes.ai_extract import ExtractThem
from runtime.core.contract import EffectDone, EffectFailed, Fail, Next
from runtime.core.effects.ai import Extracted, ExtractValues, Wanted
from runtime.simulator import Simulator
from tests.core.context import NOW, context
from tests.core.talk import flow, node, release

EXAMPLE = {
    "text": "{{ mail }}",
    "fields": [
        {
            "variable": "order",
            "type": "text",
            "description": "the number of the order",
            "required": True,
        },
        {"variable": "size", "type": "choice", "options": ["small", "large"]},
    ],
    "instructions": "Orders begin with A.",
    "confidential": True,
}  # a configuration for test_contract

READ = ExtractThem.model_validate(EXAMPLE)


def test_everything_it_is_told_reaches_the_effect():
    effect = READ.run(context(mail="A1, large", language="nb")).effect
    wanted = (
        Wanted("order", "text", "the number of the order"),
        Wanted("size", "choice", options=("small", "large")),
    )
    place = (NOW, "nb", None, "Europe/Oslo")
    told = ExtractValues("A1, large", wanted, *place, "Orders begin with A.", confidential=True)
    assert effect == told


def test_values_are_stored_and_what_must_be_there_decides_the_way():
    done = EffectDone("t", {"values": {"order": "A1", "size": "large", "other": 1}})
    assert READ.resume(context(), done) == Next(set={"order": "A1", "size": "large"})
    half = EffectDone("t", {"values": {"size": "small"}, "by_rules": True})
    told = "by rules, no model was asked"
    assert READ.resume(context(), half) == Next("missing", set={"size": "small"}, note=told)
    assert READ.resume(context(order="A2"), half) == Next(set={"size": "small"}, note=told)


def test_with_nothing_to_read_nothing_is_asked():
    need = ExtractThem(fields=({"variable": "a", "type": "text", "required": True},))
    assert need.run(context()) == Next("missing")
    assert ExtractThem(fields=({"variable": "a", "type": "text"},)).run(context()) == Next()


def test_failures_take_the_error_way():
    assert READ.resume(context(), EffectFailed("t", "busy", "later")) == Fail("busy", "later")
    odd = READ.resume(context(), EffectDone("t", []))
    assert isinstance(odd, Fail)


def test_ports():
    assert [port.id for port in READ.ports()] == ["next", "missing", "error"]


@pytest.mark.parametrize(
    "config",
    [{}, {"fields": []}, {"fields": [{"variable": "a"}]},
     {"fields": [{"variable": "a", "type": "choice"}]},
     {"fields": [{"variable": "a", "type": "text"}] * 2},
     {"fields": [{"variable": "a", "type": "colour"}]}],
)  # fmt: skip
def test_wrong_configurations(config):
    with pytest.raises(ValidationError):
        ExtractThem.model_validate(config)


# --- Without a model --------------------------------------------------------------------------


def read(text: str, *wanted: Wanted, language: str = "en") -> dict[str, Any]:
    found = ExtractValues(text, wanted, NOW, language, timezone="Europe/Oslo").by_rules()
    assert isinstance(found, Extracted)
    assert found.by_rules
    return found.values


def test_rules_find_what_leaves_no_doubt():
    fields = (
        Wanted("who", "text"),
        Wanted("mail", "email"),
        Wanted("day", "date"),
        Wanted("at", "time"),
    )
    said = "I'm Ada, ada@example.com, tomorrow at 10:30"
    assert read(said, *fields) == {
        "who": "Ada", "mail": "ada@example.com", "day": "2026-11-21", "at": "10:30"
    }  # fmt: skip
    assert read("ring meg på 40612345", Wanted("tel", "phone"), language="nb") == {
        "tel": "+4740612345"
    }
    assert read("a large one", Wanted("size", "choice", options=("small", "large"))) == {
        "size": "large"
    }
    assert read("yes please", Wanted("ok", "yes_no")) == {"ok": True}
    assert read("12", Wanted("n", "number")) == {"n": 12}


def test_rules_leave_out_what_they_do_not_understand():
    fields = (Wanted("order", "text", "the number of the order"), Wanted("mail", "email"))
    assert read("I would like to know where my parcel is", *fields) == {}
    assert read("either a@example.com or b@example.com", Wanted("mail", "email")) == {}


def test_a_simulation_reads_by_the_same_rules():
    parts = [
        node(
            "read", "ai.extract", fields=[{"variable": "mail", "type": "email", "required": True}]
        ),
        node("yes", "message", text="{{ mail }}"),
        node("no", "message", text="No address."),
    ]
    bot = release(flow("main", *parts, "read.next > yes", "read.missing > no"))
    assert [m.text for m in Simulator(bot).say("write to ada@example.com")] == ["ada@example.com"]
    assert [m.text for m in Simulator(bot).say("hello there")] == ["No address."]
