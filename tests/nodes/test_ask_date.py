from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from nodes.ask_date import AskDate
from runtime.core.contract import Chosen, Input, Message, Next, UserSaid, Wait
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

EXAMPLE = {
    "text": "Q",
    "variable": "b",
    "days": "tomorrow",
    "weekdays": "workdays",
    "earliest": "2026-12-01",
    "latest": "today() + days(30)",
}  # a configuration for test_contract

DAY = AskDate(text="When?", variable="day")  # it is Friday 20 November 2026


def stored(text, asked=DAY, **more):
    outcome = asked.resume(context(attempt=1, **more), UserSaid(text))
    return outcome.set.get("day") if isinstance(outcome, Next) else None


def said(asked, text, **more):
    outcome = asked.resume(context(attempt=1, **more), UserSaid(text))
    assert isinstance(outcome, Wait)
    return outcome.say[0].text


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("tomorrow", "en", "2026-11-21"),
        ("next Tuesday, please", "en", "2026-11-24"),
        ("5", "en", "2026-12-05"),
        ("Friday at 5", "en", "2026-11-27"),
        ("I'd like to come on 5 May", "en", "2027-05-05"),
        ("neste tirsdag", "nb", "2026-11-24"),
        ("nästa tisdag", "sv", "2026-11-24"),
        ("наступного вівторка", "uk", "2026-11-24"),
        ("в следующий вторник", "ru", "2026-11-24"),
        ("19.11.2026", "nb", "2026-11-19"),
        ("hello", "en", None),
        ("I have two cats", "en", None),
        ("31 November", "en", None),
        ("", "en", None),
    ],
)
def test_days_as_people_write_them(text, language, expected):
    assert stored(text, language=language) == expected


def test_a_typed_control_sends_a_day():
    ctx = context(attempt=1)
    assert DAY.resume(ctx, UserSaid("x", value="2026-03-05")) == Next(set={"day": "2026-03-05"})
    assert DAY.resume(ctx, UserSaid("tomorrow", value="tomorrow")).set == {"day": "2026-11-21"}
    for value in ("2026-02-30", 5, True, ["2026-03-05"], {"a": 1}):
        assert isinstance(DAY.resume(ctx, UserSaid("", value=value)), Wait)
    assert isinstance(DAY.resume(ctx, Chosen(("2026-03-05",))), Wait)


def test_the_day_is_the_visitors():
    """At 23:30 in London it is the next day in Oslo."""
    late = replace(context(attempt=1), now=context().now.replace(hour=23, minute=30))
    assert DAY.resume(late, UserSaid("today")).set == {"day": "2026-11-21"}


def test_the_visitors_region_tells_what_3_4_is():
    ctx = context(attempt=1)
    american = replace(ctx, facts=replace(ctx.facts, locale="en-US"))
    assert DAY.resume(american, UserSaid("3/4")).set == {"day": "2027-03-04"}
    assert DAY.resume(ctx, UserSaid("3/4")).set == {"day": "2027-04-03"}


def test_it_says_what_is_wrong():
    assert said(DAY, "soon") == "Please write a date, for example 24 December or next Tuesday."
    assert said(DAY, "next week") == "Which day exactly? Please name one."
    assert said(DAY, "5–8 May") == "Which day exactly? Please name one."


@pytest.mark.parametrize(
    ("limits", "text", "answer"),
    [
        ({"days": "today"}, "yesterday", "The earliest possible day is November 20, 2026."),
        ({"days": "tomorrow"}, "today", "The earliest possible day is November 21, 2026."),
        ({"days": "past"}, "tomorrow", "The latest possible day is November 20, 2026."),
        (
            {"days": "today", "latest": "today() + days(30)"},
            "24 December",
            "The day must be between November 20, 2026 and December 20, 2026.",
        ),
        ({"earliest": "2026-12-01"}, "today", "The earliest possible day is December 1, 2026."),
        ({"latest": "meeting"}, "tomorrow", "The latest possible day is November 20, 2026."),
        ({"weekdays": "workdays"}, "Saturday", "Please choose a day from Monday to Friday."),
        ({"weekdays": "not_sunday"}, "Sunday", "Please choose a day from Monday to Saturday."),
        ({"weekdays": "weekend"}, "Monday", "Please choose a Saturday or a Sunday."),
    ],
)  # fmt: skip
def test_limits(limits, text, answer):
    asked = AskDate(text="Q", variable="day", **limits)
    assert said(asked, text, meeting="2026-11-20T08:00:00+01:00") == answer


def test_a_day_within_the_limits():
    asked = AskDate(
        text="Q", variable="day", days="today", latest="2026-11-23", weekdays="workdays"
    )
    days = ("today", "tomorrow", "Monday", "Tuesday")
    assert [stored(text, asked) for text in days] == ["2026-11-20", None, "2026-11-23", None]
    assert stored("23.11.2026", asked, language="nb") == "2026-11-23"


def test_a_limit_that_comes_to_no_day_refuses_nothing():
    for formula in ("meeting", "5", "missing.day", "1 / 0"):
        asked = AskDate(text="Q", variable="day", earliest=formula)
        assert stored("yesterday", asked, meeting="soon") == "2026-11-19"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nb", "Den tidligste mulige dagen er 21. november 2026."),
        ("sv", "Den tidigaste möjliga dagen är 21 november 2026."),
        ("uk", "Найраніша можлива дата: 21 листопада 2026."),
        ("ru", "Самая ранняя возможная дата: 21 ноября 2026."),
    ],
)
def test_it_says_so_in_the_visitors_language(language, expected):
    asked = AskDate(text="Q", variable="day", days="tomorrow")
    assert said(asked, "20.11.2026", language=language) == expected


@pytest.mark.parametrize(
    "limit", ["2026-02-30", "24:00", "", "  ", "today() +", "next week", "today(", 5]
)
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(ValidationError):
        AskDate(text="Q", variable="day", earliest=limit)


def test_it_gives_up_after_so_many_attempts():
    assert DAY.resume(context(attempt=3), UserSaid("soon")) == Next(port="invalid")


def test_only_a_plain_day_is_claimed():
    for text in ("tomorrow", "next Tuesday, please", "5 May", "Friday at 5"):
        assert DAY.claims(context(), UserSaid(text)) is True
    for text in ("cancel my order of Friday", "cancel", "next week", "may I ask something"):
        assert DAY.claims(context(), UserSaid(text)) is False


def test_it_can_skip_what_is_known_and_fits():
    asked = AskDate(text="Q", variable="day", skip_if_known=True, days="today")
    assert asked.run(context(day="2026-11-20")) == Next()
    assert asked.run(context(day=date(2026, 11, 20))) == Next()
    for known in ("2026-11-19", "2026-11-20T10:00", "tomorrow", 5, None):
        assert isinstance(asked.run(context(day=known)), Wait)


def test_the_channel_is_told_what_is_wanted():
    assert DAY.input(context()) == Input("date")
    asked = AskDate(text="Q", variable="day", days="today", latest="today() + days(30)")
    assert asked.input(context()) == Input("date", earliest="2026-11-20", latest="2026-12-20")
    past = AskDate(text="Q", variable="day", days="past")
    assert past.input(context()) == Input("date", latest="2026-11-20")


def test_a_talk():
    talk = Talk(
        release(
            flow(
                "main",
                node("when", "ask.date", text="When?", variable="day", days="tomorrow"),
                node("done", "message", text="{{ day | date('EEEE') }}, {{ day < '2026-12-01' }}"),
                "when > done",
            ),
            variables=[{"name": "day", "type": "date"}],
        ),
        timezone="Europe/Oslo",
        locale="en-GB",
    )
    assert talk.say("today") == ["The earliest possible day is 21 November 2026."]
    assert talk.say("sometime next week") == ["Which day exactly? Please name one."]
    assert talk.say("ok, Tuesday then") == ["Tuesday, true"]
    assert talk.vars == {"day": "2026-11-24"}
    assert talk.status == "ended"


def test_it_asks():
    assert DAY.run(context()) == Wait(on="reply", say=(Message("When?"),))
