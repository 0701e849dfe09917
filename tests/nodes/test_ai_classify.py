from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodes.ai_classify import ClassifyIt
from runtime.core.contract import EffectDone, EffectFailed, Fail, Next
from runtime.core.effects.ai import Category, ClassifyText
from runtime.simulator import Simulator
from tests.core.context import context
from tests.core.talk import flow, node, release

EXAMPLE = {
    "text": "{{ mail }}",
    "categories": [
        {
            "id": "order",
            "label": "Order",
            "examples": ["Where is my parcel?", "When does it come?"],
        },
        {
            "id": "refund",
            "label": "Refund",
            "description": "Wants money back",
            "examples": ["Return shoes"],
        },
    ],
    "variable": "topic",
    "instructions": "Shoes are ours.",
    "threshold": 0.6,
    "confidential": True,
}  # a configuration for test_contract

SORT = ClassifyIt.model_validate(EXAMPLE)
TOPICS = (
    Category("order", "Order", "", ("Where is my parcel?", "When does it come?")),
    Category("refund", "Refund", "Wants money back", ("Return shoes",)),
)


def test_everything_it_is_told_reaches_the_effect():
    effect = SORT.run(context(mail="My parcel", language="nb")).effect
    told = ClassifyText("My parcel", TOPICS, "nb", 0.6, "Shoes are ours.", confidential=True)
    assert effect == told


@pytest.mark.parametrize(
    ("found", "port"), [("order", "order"), ("refund", "refund"), (None, "none"), ("gone", "none")]
)
def test_each_topic_is_a_way_out(found, port):
    told = SORT.resume(context(), EffectDone("t", {"category": found, "score": 0.8}))
    kept = {"topic": None if port == "none" else port}
    assert told == Next(port, set=kept, note="80% sure")


def test_with_nothing_said_it_is_none_of_them():
    assert SORT.run(context(mail="")) == Next("none", set={"topic": None})
    unstored = ClassifyIt(categories=({"id": "a", "label": "A"},))
    assert unstored.run(context()) == Next("none")


def test_failures_take_the_error_way():
    assert SORT.resume(context(), EffectFailed("t", "busy", "later")) == Fail("busy", "later")


def test_ports():
    assert [(p.id, p.label) for p in SORT.ports()] == [
        ("order", "Order"), ("refund", "Refund"), ("none", "None of them"), ("error", "If it fails")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "config",
    [{}, {"categories": []}, {"categories": [{"id": "none", "label": "N"}]},
     {"categories": [{"id": "a", "label": ""}]},
     {"categories": [{"id": "a", "label": "A"}], "threshold": 2},
     {"categories": [{"id": "a", "label": "A"}, {"id": "a", "label": "B"}]}],
)  # fmt: skip
def test_wrong_configurations(config):
    with pytest.raises(ValidationError):
        ClassifyIt.model_validate(config)


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("Refund", "refund"),
        ("refnd", "refund"),
        ("hello, where did my parcel go?", "order"),
        ("I would like to return the shoes I bought", "refund"),
        ("What a lovely day", None),
        ("", None),
        ("Order or refund", None),
    ],
)
def test_rules_go_by_names_and_words_and_say_so(said, topic):
    found = ClassifyText(said, TOPICS).by_rules()
    assert (found.category, found.by_rules) == (topic, True)
    assert 0 <= found.score <= 1


def test_a_simulation_sorts_by_the_same_rules():
    parts = [
        node("sort", "ai.classify", categories=EXAMPLE["categories"]),
        *(node(id_, "message", text=id_) for id_ in ("order", "refund", "none")),
    ]
    ways = [f"sort.{id_} > {id_}" for id_ in ("order", "refund", "none")]
    bot = release(flow("main", *parts, *ways))
    for said, topic in (("where is the parcel", "order"), ("refund", "refund"), ("hm", "none")):
        assert [m.text for m in Simulator(bot).say(said)] == [topic]
