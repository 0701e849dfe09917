from __future__ import annotations

from collections import Counter

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from nodes.split import Splitting
from runtime.core.contract import Next
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

EXAMPLE = {
    "variants": [{"id": "a", "label": "New greeting", "weight": 3}, {"id": "b"}]
}  # a configuration for test_contract

PEOPLE = 20_000
TOLERANCE = 0.015  # of all people; four times the standard deviation at one half


def split(**weights):
    return Splitting.model_validate(
        {"variants": [{"id": i, "weight": w} for i, w in weights.items()]}
    )


def way(node_, person, place=("bot", "main", "test")):
    ctx = context()
    ctx.facts, ctx.place = replace(ctx.facts, contact={"id": person}), place
    outcome = node_.run(ctx)
    assert isinstance(outcome, Next)
    return outcome.port


def ways(node_, **more):
    return [way(node_, f"person {number}", **more) for number in range(PEOPLE)]


@pytest.mark.parametrize(
    ("weights", "shares"),
    [
        ({"a": 1, "b": 1}, {"a": 0.5, "b": 0.5}),
        ({"a": 90, "b": 10}, {"a": 0.9, "b": 0.1}),
        ({"a": 1, "b": 1, "c": 2}, {"a": 0.25, "b": 0.25, "c": 0.5}),
        ({"a": 1, "b": 0}, {"a": 1.0}),
    ],
)
def test_the_shares_are_those_of_the_weights(weights, shares):
    counts = Counter(ways(split(**weights)))
    assert counts.keys() == shares.keys()
    for id_, share in shares.items():
        assert abs(counts[id_] / PEOPLE - share) < TOLERANCE


def test_the_same_person_goes_the_same_way_whenever_and_wherever():
    ctx, later = context(), context(attempt=1, position=7, language="nb", x=1)
    for each in (ctx, later):
        each.facts = replace(each.facts, contact={"id": "ada"})
    later.facts = replace(later.facts, conversation="c2", turn=9, timezone="Asia/Tokyo")
    node_ = split(a=1, b=1, c=1, d=1, e=1)
    assert node_.run(ctx) == node_.run(later)


def test_who_has_no_id_keeps_the_way_within_the_conversation():
    node_ = split(a=1, b=1)

    def port(conversation):
        ctx = context()
        ctx.facts = replace(ctx.facts, conversation=conversation)
        return node_.run(ctx).port

    assert port("c1") == port("c1")
    assert {port(f"c{number}") for number in range(50)} == {"a", "b"}


def test_each_split_draws_for_itself():
    node_ = split(a=1, b=1)
    for other in (("bot", "main", "other"), ("bot", "extra", "test"), ("copy", "main", "test")):
        same = sum(x == y for x, y in zip(ways(node_), ways(node_, place=other), strict=True))
        assert abs(same / PEOPLE - 0.5) < TOLERANCE


def test_a_changed_share_only_moves_people_to_what_gained():
    moves = set(zip(ways(split(a=1, b=1, c=1)), ways(split(a=1, b=2, c=1)), strict=True))
    assert moves == {("a", "a"), ("b", "b"), ("c", "c"), ("a", "b"), ("c", "b")}


def test_order_and_names_change_nothing():
    turned = Splitting.model_validate(
        {"variants": [{"id": "b", "label": "B"}, {"id": "a", "label": "A"}]}
    )
    assert ways(turned) == ways(split(a=1, b=1))


def test_ports():
    ports = Splitting.model_validate(EXAMPLE).ports()
    assert [(port.id, port.label, port.kind) for port in ports] == [
        ("a", "New greeting", "branch"),
        ("b", "b", "branch"),
    ]


@pytest.mark.parametrize(
    ("variants", "kind"),
    [
        ([], "too_short"),
        ([{"id": "a"}], "too_short"),
        ([{"id": "a"}, {"id": "a"}], "repeated_id"),
        ([{"id": "a", "weight": 0}, {"id": "b", "weight": 0}], "no_share"),
        ([{"id": "a", "weight": -1}, {"id": "b"}, {"id": "c"}], "greater_than_equal"),
        ([{"id": "a", "weight": 0.5}, {"id": "b"}, {"id": "c"}], "int_from_float"),
    ],
)
def test_wrong_configurations(variants, kind):
    with pytest.raises(ValidationError) as caught:
        Splitting.model_validate({"variants": variants})
    assert [error["type"] for error in caught.value.errors()] == [kind]


def test_a_talk_knows_its_place():
    bot = release(
        flow(
            "main",
            node("test", "split", variants=[{"id": "a"}, {"id": "b"}]),
            node("old", "message", text="a"),
            node("new", "message", text="b"),
            "test.a > old",
            "test.b > new",
        )
    )
    people = [f"person {number}" for number in range(20)]
    said = [Talk(bot, contact={"id": each}).last.messages[0].text for each in people]
    assert said == [way(split(a=1, b=1), each) for each in people]
    assert set(said) == {"a", "b"}
