from __future__ import annotations

from datetime import time

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from nodes.ask_time import AskTime
from runtime.core.contract import Chosen, Input, Next, UserSaid, Wait
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

EXAMPLE = {
    "text": "Q",
    "variable": "b",
    "earliest": "9:00",
    "latest": "closing",
    "max_attempts": 2,
}  # a configuration for test_contract

TIME = AskTime(text="What time?", variable="at")
SHOP = AskTime(text="What time?", variable="at", earliest="9:00", latest="21:30")


def stored(text, asked=TIME, **more):
    outcome = asked.resume(context(attempt=1, **more), UserSaid(text))
    return outcome.set.get("at") if isinstance(outcome, Next) else None


def said(asked, text, **more):
    outcome = asked.resume(context(attempt=1, **more), UserSaid(text))
    assert isinstance(outcome, Wait)
    return outcome.say[0].text.replace("\u202f", " ")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("17:30", "en", "17:30"),
        ("5 pm", "en", "17:00"),
        ("5", "en", "17:00"),
        ("half past five", "en", "17:30"),
        ("05:00", "en", "05:00"),
        ("midnight", "en", "00:00"),
        ("tomorrow at 9", "en", "09:00"),
        ("we will be there at 7 pm", "en", "19:00"),
        ("17.30", "nb", "17:30"),
        ("10.12", "nb", "10:12"),
        ("halv fem", "nb", "16:30"),
        ("kvart i fem", "sv", "16:45"),
        ("о пів на п'яту", "uk", "16:30"),
        ("в половине пятого", "ru", "16:30"),
        ("25", "en", None),
        ("12:75", "en", None),
        ("tomorrow", "en", None),
        ("soon", "en", None),
        ("at 5 different shops", "en", None),
    ],
)
def test_times_as_people_write_them(text, language, expected):
    assert stored(text, language=language) == expected


def test_a_typed_control_sends_a_time():
    ctx = context(attempt=1)
    assert TIME.resume(ctx, UserSaid("x", value="17:30")) == Next(set={"at": "17:30"})
    assert TIME.resume(ctx, UserSaid("x", value="17:30:00")) == Next(set={"at": "17:30"})
    assert TIME.resume(ctx, UserSaid("x", value="00:00")) == Next(set={"at": "00:00"})
    for value in ("25:00", 5, True, ["17:30"], {"a": 1}):
        assert isinstance(TIME.resume(ctx, UserSaid("", value=value)), Wait)
    assert isinstance(TIME.resume(ctx, Chosen(("17:30",))), Wait)


def test_it_says_what_is_wrong():
    assert said(TIME, "soon") == "Please write a time, for example 14:30."
    for several in ("between 2 and 4", "in the morning", "after 5"):
        assert said(TIME, several) == "At what time exactly? Please name one."


def test_limits_tell_which_half_of_the_day_is_meant():
    assert stored("at 8") == "08:00"
    assert stored("at 8", AskTime(text="Q", variable="at", earliest="16:00")) == "20:00"
    assert stored("at 5", AskTime(text="Q", variable="at", latest="12:00")) == "05:00"
    assert stored("8 am", AskTime(text="Q", variable="at", earliest="16:00")) is None


@pytest.mark.parametrize(
    ("limits", "text", "answer"),
    [
        ({"earliest": "9:00"}, "08:30", "The earliest possible time is 9:00 AM."),
        ({"latest": "closing"}, "17:31", "The latest possible time is 5:30 PM."),
        (
            {"earliest": "09:00", "latest": "17:30"},
            "18:00",
            "The time must be between 9:00 AM and 5:30 PM.",
        ),
        (
            {"earliest": "18:00", "latest": "02:00"},
            "17:00",
            "The time must be between 6:00 PM and 2:00 AM.",
        ),
    ],
)
def test_limits(limits, text, answer):
    assert said(AskTime(text="Q", variable="at", **limits), text, closing="17:30") == answer


def test_a_time_within_the_limits():
    assert [stored(text, SHOP) for text in ("09:00", "21:30")] == ["09:00", "21:30"]
    bar = AskTime(text="Q", variable="at", earliest="18:00", latest="02:00")
    assert [stored(text, bar) for text in ("18:00", "23:59", "01:00")] == [
        "18:00",
        "23:59",
        "01:00",
    ]


def test_it_says_so_in_the_visitors_language():
    answer = said(SHOP, "22:00", language="uk")
    assert answer == "Час має бути від 09:00 до 21:30."
    british = context(attempt=1)
    british = replace(british, facts=replace(british.facts, locale="en-GB"))
    outcome = SHOP.resume(british, UserSaid("22:00"))
    assert outcome.say[0].text == "The time must be between 09:00 and 21:30."


@pytest.mark.parametrize("limit", ["24:00", "12:75", "", "nine o'clock", 9])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(ValidationError):
        AskTime(text="Q", variable="at", earliest=limit)


def test_it_gives_up_after_so_many_attempts():
    assert TIME.resume(context(attempt=3), UserSaid("soon")) == Next(port="invalid")


def test_only_a_plain_time_is_claimed():
    for text in ("5 pm", "17:30, please", "5", "half past five"):
        assert TIME.claims(context(), UserSaid(text)) is True
    for text in ("cancel my table at 7 pm", "cancel", "in the morning", "one moment please"):
        assert TIME.claims(context(), UserSaid(text)) is False


def test_it_can_skip_what_is_known_and_fits():
    asked = AskTime(text="Q", variable="at", skip_if_known=True, latest="17:30")
    assert asked.run(context(at="17:30")) == Next()
    assert asked.run(context(at=time(9))) == Next()
    for known in ("17:31", "at 5", "2026-11-20", 5, None):
        assert isinstance(asked.run(context(at=known)), Wait)


def test_the_channel_is_told_what_is_wanted():
    assert TIME.input(context()) == Input("time")
    assert SHOP.input(context()) == Input("time", earliest="09:00", latest="21:30")


def test_a_talk():
    talk = Talk(
        release(
            flow(
                "main",
                node("at", "ask.time", text="When?", variable="at", earliest="10:00"),
                node("done", "message", text="{{ at }} {{ at < time('18:00') }}"),
                "at > done",
            ),
            variables=[{"name": "at", "type": "time"}],
        )
    )
    assert talk.say("after lunch") == ["At what time exactly? Please name one."]
    assert talk.say("9 am") == ["The earliest possible time is 10:00\u202fAM."]
    assert talk.say("ok, half past four") == ["16:30 true"]
    assert talk.vars == {"at": "16:30"}
    assert talk.status == "ended"
