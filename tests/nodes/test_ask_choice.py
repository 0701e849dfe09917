from __future__ import annotations

import time

import pytest
from pydantic import ValidationError

from nodes.ask_choice import AskChoice
from runtime.core.contract import Chosen, Input, Message, Next, Option, Uploaded, UserSaid, Wait
from tests.core.context import context

EXAMPLE = {
    "text": "Q",
    "variable": "b",
    "options": [
        {"id": "x", "label": "X", "synonyms": ["ex"]},
        {"id": "y", "label": "Y", "value": 2},
    ],
}  # a configuration for test_contract

OPTIONS = [
    {"id": "demo", "label": "A demo", "synonyms": ["show me"], "image": "/demo.png"},
    {"id": "price", "label": "Prices", "value": "pricing"},
    {"id": "other", "label": "Something for {{ who }}", "value": {"other": True}},
]
NEED = AskChoice(text="What do you need?", variable="need", options=OPTIONS)
SEVERAL = AskChoice(text="Which?", variable="need", options=OPTIONS, multiple=True)
SLOTS = AskChoice(text="When?", variable="slot", options_from="found.slots")
CTX = context(attempt=1, who="*me*")


def test_it_asks_and_shows_its_buttons():
    assert NEED.run(context()) == Wait(on="reply", say=(Message("What do you need?"),))
    assert NEED.input(CTX) == Input(
        "choice",
        options=(
            Option("demo", "A demo", "A demo", "/demo.png"),
            Option("price", "Prices", "pricing"),
            Option("other", "Something for *me*", {"other": True}),
        ),
    )
    assert SEVERAL.input(CTX).multiple is True


@pytest.mark.parametrize(
    ("event", "port", "stored"),
    [
        (Chosen(("price",)), "price", "pricing"),
        (Chosen(("demo",)), "demo", "A demo"),
        (Chosen(("other",)), "other", {"other": True}),
        (UserSaid("pricing"), "price", "pricing"),
        (UserSaid("PRICES"), "price", "pricing"),
        (UserSaid("show me!"), "demo", "A demo"),
        (UserSaid("2"), "price", "pricing"),
        (UserSaid("the first"), "demo", "A demo"),
        (UserSaid("something for me"), "other", {"other": True}),
        (UserSaid("pricess"), "price", "pricing"),
        (Uploaded((), "prices"), "price", "pricing"),
    ],
)
def test_the_ladder_of_an_answer(event, port, stored):
    assert NEED.resume(CTX, event) == Next(port=port, set={"need": stored})


@pytest.mark.parametrize(
    "event",
    [Chosen(("gone",)), Chosen(()), Chosen(("demo", "price")), UserSaid("whatever else"),
     UserSaid(""), UserSaid("x" * 65_536)],
)  # fmt: skip
def test_anything_else_is_asked_again(event):
    begun = time.process_time()
    outcome = NEED.resume(CTX, event)
    assert time.process_time() - begun < 0.2
    assert outcome == Wait(on="reply", say=(Message("Please choose one of the options."),))


def test_it_gives_up_after_so_many_attempts():
    assert NEED.resume(context(attempt=3), UserSaid("?")) == Next(port="invalid")


def test_only_an_answer_by_name_is_claimed():
    assert NEED.claims(CTX, UserSaid("2")) is True
    assert NEED.claims(CTX, UserSaid("show me")) is True
    assert NEED.claims(CTX, Chosen(("demo",))) is True
    assert NEED.claims(CTX, UserSaid("pricess")) is False
    assert NEED.claims(CTX, UserSaid("cancel")) is False


def test_several_may_be_chosen():
    for event in (Chosen(("price", "demo")), UserSaid("prices and a demo"), UserSaid("2, 1")):
        assert SEVERAL.resume(CTX, event) == Next(set={"need": ["A demo", "pricing"]})
    assert SEVERAL.resume(CTX, UserSaid("prices")) == Next(set={"need": ["pricing"]})
    assert SEVERAL.resume(CTX, Chosen(("demo", "gone"))) == Wait(
        on="reply", say=(Message("Please choose from the options, one or more."),)
    )


@pytest.mark.parametrize(
    ("items", "options"),
    [
        (["10:00", "11:30"], (Option("1", "10:00", "10:00"), Option("2", "11:30", "11:30"))),
        ([5, True], (Option("1", "5", 5), Option("2", "true", True))),
        (
            [{"label": "Ten", "value": 10, "id": "x", "image": "/a"}, {"label": "Eleven"}],
            (Option("x", "Ten", 10, "/a"), Option("2", "Eleven", "Eleven")),
        ),
        ([{"value": 3}], (Option("1", "3", 3),)),
    ],
)
def test_options_from_a_list(items, options):
    ctx = context(found={"slots": items})
    assert SLOTS.input(ctx) == Input("choice", options=options)
    assert SLOTS.resume(ctx, UserSaid(options[0].label)) == Next(set={"slot": options[0].value})
    assert SLOTS.resume(ctx, Chosen((options[-1].id,))) == Next(set={"slot": options[-1].value})


@pytest.mark.parametrize("found", [{}, {"slots": []}, {"slots": "text"}, {"slots": None}])
def test_a_list_without_items_is_not_asked(found):
    assert SLOTS.run(context(found=found)) == Next(port="invalid")


def test_a_long_list_is_cut():
    ctx = context(found={"slots": [f"slot {n}" for n in range(500)]})
    assert len(SLOTS.input(ctx).options) == 100


def test_ports():
    fixed = ["next", "invalid", "no_reply", "cancelled"]
    assert [port.id for port in NEED.ports()] == ["demo", "price", "other", *fixed]
    assert [port.label for port in NEED.ports()][:2] == ["A demo", "Prices"]
    assert [port.id for port in SEVERAL.ports()] == fixed
    assert [port.id for port in SLOTS.ports()] == fixed


def test_it_can_skip_what_is_known():
    node = NEED.model_copy(update={"skip_if_known": True})
    assert node.run(context(need="pricing")) == Next(port="price")
    assert isinstance(node.run(context(need="gone")), Wait)
    several = SEVERAL.model_copy(update={"skip_if_known": True})
    assert several.run(context(need=["pricing", "A demo"])) == Next()
    assert isinstance(several.run(context(need=["gone"])), Wait)
    assert isinstance(several.run(context(need=[])), Wait)


def test_what_is_stored_does_not_depend_on_the_language():
    norwegian = NEED.with_texts({"options.demo.label": "En demo", "options.price.label": "Priser"})
    assert [option.label for option in norwegian.input(CTX).options][:2] == ["En demo", "Priser"]
    assert norwegian.resume(CTX, UserSaid("en demo")) == Next(port="demo", set={"need": "A demo"})
    assert norwegian.resume(CTX, UserSaid("priser")) == Next(port="price", set={"need": "pricing"})


def test_a_step_without_translations_stores_plain_values_in_any_language():
    untranslated = NEED.with_texts({})
    answer = untranslated.resume(CTX, UserSaid("a demo"))
    assert isinstance(answer, Next)
    assert [type(value) for value in answer.set.values()] == [str]
    assert answer == NEED.resume(CTX, UserSaid("a demo"))
    assert untranslated.input(CTX) == NEED.input(CTX)


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({}, "one_of"),
        ({"options": OPTIONS, "options_from": "found"}, "one_of"),
        ({"options": [{"id": "next", "label": "Next"}]}, "port_id"),
        ({"options": [{"id": "no_reply", "label": "x"}]}, "port_id"),
        ({"options": [OPTIONS[0], OPTIONS[0]]}, "repeated_id"),
        ({"options": [{"label": "x"}]}, "missing"),
    ],
)
def test_wrong_configurations(config, kind):
    with pytest.raises(ValidationError) as caught:
        AskChoice.model_validate({"text": "Q", "variable": "v", **config})
    assert [error["type"] for error in caught.value.errors()] == [kind]
