from __future__ import annotations

import time

import pytest
from pydantic import ValidationError

from nodes.ask_number import AskNumber
from runtime.core.contract import Chosen, Input, Message, Next, UserSaid, Wait
from tests.core.context import context

EXAMPLE = {
    "text": "Q",
    "variable": "b",
    "minimum": 1,
    "maximum": 9,
    "step": 0.5,
}  # a configuration for test_contract

AGE = AskNumber(text="How many?", variable="n")


def stored(text, language="en", node=AGE):
    outcome = node.resume(context(attempt=1, language=language), UserSaid(text))
    return outcome.set.get("n") if isinstance(outcome, Next) else None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("12", "en", 12),
        (" -5 ", "en", -5),
        ("−5", "en", -5),
        ("+7", "en", 7),
        ("1234.5", "en", 1234.5),
        ("1234,5", "en", 1234.5),
        ("1 234,5", "en", 1234.5),
        ("1,234.5", "nb", 1234.5),
        ("1.234,5", "en", 1234.5),
        ("1,234,567", "nb", 1234567),
        ("1.234.567", "en", 1234567),
        ("1\xa0234\xa0567", "nb", 1234567),
        ("1\u202f234", "uk", 1234),
        ("1'234'567.25", "en", 1234567.25),
        ("1,234", "en", 1234),
        ("1,234", "nb", 1.234),
        ("1.234", "en", 1.234),
        ("1.234", "nb", 1234),
        ("0,125", "en", 0.125),
        ("12,50", "en", 12.5),
        ("12.0", "en", 12),
        ("12 kr", "nb", 12),
        ("kr 12,50", "nb", 12.5),
        ("€12", "en", 12),
        ("15%", "en", 15),
        ("I have 12 apples", "en", 12),
        ("12.", "en", 12),
        ("0", "en", 0),
    ],
)
def test_numbers_as_people_write_them(text, language, expected):
    found = stored(text, language)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "text",
    ["", "many", "2026-11-20", "+47 12345678", "1 or 2", "1,23,456", "1.2.3.4", "12k", "3 million",
     "9" * 16, "1,2345,678", "12e5", "1" * 60_000, "1 " * 30_000, "1,1" * 20_000],
)  # fmt: skip
def test_what_is_no_number(text):
    begun = time.process_time()
    assert stored(text) is None
    assert time.process_time() - begun < 0.2


def test_a_typed_control_sends_a_number():
    ctx = context(attempt=1)
    assert AGE.resume(ctx, UserSaid("three", value=3)) == Next(set={"n": 3})
    assert AGE.resume(ctx, UserSaid("4", value="x")) == Next(set={"n": 4})
    assert isinstance(AGE.resume(ctx, UserSaid("", value=True)), Wait)
    assert isinstance(AGE.resume(ctx, UserSaid("", value=float("nan"))), Wait)
    assert isinstance(AGE.resume(ctx, Chosen(("1",))), Wait)


@pytest.mark.parametrize(
    ("limits", "text", "said"),
    [
        ({"minimum": 1}, "0", "The number must be at least 1."),
        ({"maximum": 9.5}, "10", "The number can be at most 9.5."),
        ({"minimum": 1, "maximum": 9}, "10", "The number must be between 1 and 9."),
        ({"minimum": 1, "maximum": 9}, "x", "Please write a number, for example 12."),
        ({"step": 0.1}, "0.35", "Please choose a number in steps of 0.1."),
        ({"minimum": 1, "step": 2}, "4", "Please choose a number in steps of 2."),
    ],
)
def test_limits(limits, text, said):
    node = AskNumber(text="Q", variable="n", **limits)
    outcome = node.resume(context(attempt=1), UserSaid(text))
    assert outcome == Wait(on="reply", say=(Message(said),))


def test_what_is_within_the_limits():
    node = AskNumber(text="Q", variable="n", minimum=1, maximum=9, step=0.1)
    assert [stored(text, node=node) for text in ("1", "9", "1.3", "0.7")] == [1, 9, 1.3, None]
    assert node.input(context()) == Input("number", minimum=1, maximum=9, step=0.1)
    with pytest.raises(ValidationError):
        AskNumber(text="Q", variable="n", minimum=2, maximum=1)
    with pytest.raises(ValidationError):
        AskNumber(text="Q", variable="n", step=0)


def test_it_gives_up_after_so_many_attempts():
    assert AGE.resume(context(attempt=3), UserSaid("x")) == Next(port="invalid")


def test_only_a_plain_number_is_claimed():
    assert AGE.claims(context(), UserSaid("12")) is True
    assert AGE.claims(context(), UserSaid("12 kr")) is True
    assert AGE.claims(context(), UserSaid("I would like to cancel order 12")) is False
    assert AGE.claims(context(), UserSaid("cancel")) is False


def test_it_can_skip_what_is_known_and_fits():
    node = AskNumber(text="Q", variable="n", skip_if_known=True, maximum=9)
    assert node.run(context(n=5)) == Next()
    assert node.run(context(n="5")) == Next()
    assert isinstance(node.run(context(n=10)), Wait)
    assert isinstance(node.run(context(n="x")), Wait)


@pytest.mark.parametrize("value", [{"a": 1}, [7]])
def test_an_object_or_a_list_is_no_number(value):
    outcome = AGE.resume(context(attempt=1), UserSaid("7", value=value))
    assert isinstance(outcome, Wait)
