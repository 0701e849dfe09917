from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from nodes.business_hours import BusinessHours
from runtime.core.contract import Next
from tests.core.context import context
from tests.core.talk import Talk, flow, node, release

EXAMPLE = {
    "schedule": [
        {"day": "monday", "to": "friday", "opens": "9", "closes": "17:30"},
        {"day": "saturday", "opens": "22:00", "closes": "02:00"},
    ],
    "timezone": "Europe/Oslo",
    "holidays": [
        {"date": "2026-12-25", "name": "Christmas", "yearly": True},
        {"date": "2026-12-24", "opens": "09:00", "closes": "12.00"},
    ],
    "opens_at": "opening",
}  # a configuration for test_contract

SHOP = BusinessHours.model_validate(EXAMPLE)
LUNCH = BusinessHours.model_validate(
    {
        "schedule": [
            {"day": "friday", "opens": "08:00", "closes": "12:00"},
            {"day": "friday", "opens": "13:00", "closes": "16:00"},
        ]
    }
)


def way(when, node_=SHOP, **about):
    """``when``: the clock in Oslo, where it is winter time unless said otherwise."""
    ctx = context()
    ctx.now = datetime.fromisoformat(f"{when}:00" if "+" in when else f"{when}:00+01:00")
    ctx.now = ctx.now.astimezone(UTC)
    ctx.facts = replace(ctx.facts, **about)
    outcome = node_.run(ctx)
    assert isinstance(outcome, Next)
    return outcome


@pytest.mark.parametrize(
    ("when", "port"),
    [
        ("2026-11-20T08:59", "closed"),  # a Friday
        ("2026-11-20T09:00", "open"),
        ("2026-11-20T17:29", "open"),
        ("2026-11-20T17:30", "closed"),
        ("2026-11-21T12:00", "closed"),
        ("2026-11-21T22:00", "open"),
        ("2026-11-22T01:59", "open"),  # Saturday's night
        ("2026-11-22T02:00", "closed"),
        ("2026-11-22T22:30", "closed"),
        ("2026-11-18T10:00", "open"),  # a Wednesday between from and to
        ("2026-12-25T10:00", "closed"),  # a Friday
        ("2028-12-25T10:00", "closed"),  # a Monday, years later
        ("2026-12-24T10:00", "open"),
        ("2026-12-24T12:00", "closed"),  # at its own hours
        ("2025-12-24T13:00", "open"),  # not every year
    ],
)
def test_hours_nights_and_holidays(when, port):
    assert way(when).port == port


@pytest.mark.parametrize(
    ("when", "port"),
    [("11:59", "open"), ("12:00", "closed"), ("12:59", "closed"), ("13:00", "open")],
)
def test_several_hours_a_day(when, port):
    assert way(f"2026-11-20T{when}", LUNCH, timezone="Europe/Oslo").port == port


def test_the_shops_zone_goes_before_the_visitors():
    late = "2026-11-20T07:30"  # 06:30 UTC, 15:30 in Tokyo
    assert way(late, LUNCH, home="Asia/Tokyo", timezone="UTC").port == "open"
    assert way(late, LUNCH, home=None, timezone="Asia/Tokyo").port == "open"
    assert way(late, LUNCH, home="UTC", timezone="Asia/Tokyo").port == "closed"
    assert way(late, SHOP, home="Asia/Tokyo", timezone="Asia/Tokyo").port == "closed"


def test_summer_time_moves_the_clock_on_the_wall():
    assert way("2026-07-17T09:30+02:00").port == "open"
    assert way("2026-07-17T08:30+02:00").port == "closed"


def test_round_the_clock_and_round_the_weeks_end():
    always = BusinessHours.model_validate(
        {"schedule": [{"day": "saturday", "to": "monday", "opens": "00:00", "closes": "24:00"}]}
    )
    ways = [way(f"2026-11-{day}T03:00", always, home="Europe/Oslo").port for day in range(20, 25)]
    assert ways == ["closed", "open", "open", "open", "closed"]


@pytest.mark.parametrize(
    ("when", "opening"),
    [
        ("2026-11-20T07:00", "2026-11-20T09:00:00+01:00"),
        ("2026-11-20T18:00", "2026-11-21T22:00:00+01:00"),
        ("2026-11-22T12:00", "2026-11-23T09:00:00+01:00"),
        ("2026-12-24T13:00", "2026-12-26T22:00:00+01:00"),  # over the holiday
        ("2026-03-29T12:00+02:00", "2026-03-30T09:00:00+02:00"),
    ],
)
def test_the_next_opening(when, opening):
    assert way(when) == Next(port="closed", set={"opening": opening})


def test_nothing_is_stored_unasked_or_while_open():
    assert way("2026-11-22T12:00", LUNCH) == Next(port="closed")
    assert way("2026-11-20T10:00") == Next(port="open")
    never = {**EXAMPLE, "schedule": [{"day": "sunday", "opens": "10:00", "closes": "11:00"}]}
    shut = [
        {"date": f"2026-{m:02}-{d:02}", "yearly": True} for m in range(1, 13) for d in range(1, 29)
    ]
    rest = [{"date": "2026-01-29"}, *({"date": f"2028-{m:02}-{d}", "yearly": True}
            for m in range(1, 13) for d in (29, 30, 31) if (m, d) not in
            {(2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31)})]  # fmt: skip
    node_ = BusinessHours.model_validate({**never, "holidays": shut + rest})
    assert way("2026-11-20T10:00", node_) == Next(port="closed", set={"opening": None})


def test_ports():
    assert [port.id for port in SHOP.ports()] == ["open", "closed"]
    assert SHOP.schedule[0].opens == "09:00"
    assert SHOP.holidays[1].closes == "12:00"


MONDAY = {"day": "monday", "opens": "09:00", "closes": "17:00"}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"schedule": []}, "at least 1"),
        ({"schedule": [{**MONDAY, "opens": ""}]}, "a time of day such as 09:00"),
        ({"schedule": [{**MONDAY, "opens": "25:00"}]}, "a time of day such as 09:00"),
        ({"schedule": [{**MONDAY, "closes": "nine"}]}, "a time of day such as 09:00"),
        ({"schedule": [{**MONDAY, "day": "mon"}]}, "'monday', 'tuesday'"),
        ({"schedule": [MONDAY], "timezone": "Oslo"}, "a time zone such as Europe/Oslo"),
        ({"schedule": [MONDAY], "holidays": [{"date": "25.12."}]}, "a date such as 2026-12-25"),
        ({"schedule": [MONDAY], "holidays": [{"date": "2026-02-30"}]}, "a date such as"),
        (
            {"schedule": [MONDAY], "holidays": [{"date": "2026-02-03", "opens": "9"}]},
            "both hours of the day, or none",
        ),
    ],
)
def test_wrong_configurations(config, message):
    with pytest.raises(ValidationError, match=message):
        BusinessHours.model_validate(config)


def test_emptied_fields_are_none():
    node_ = BusinessHours.model_validate(
        {
            "schedule": [MONDAY],
            "timezone": "",
            "holidays": [{"date": "2026-02-03", "opens": "", "closes": ""}],
        }
    )
    assert (node_.timezone, node_.holidays[0].opens) == (None, None)


def test_a_talk_says_when_it_opens():
    bot = release(
        flow(
            "main",
            node("hours", "business_hours", **EXAMPLE),
            node("here", "message", text="We are here."),
            node("away", "message", text='We open {{ date(opening, "EEEE HH:mm") }}.'),
            "hours.open > here",
            "hours.closed > away",
        ),
        variables=[{"name": "opening"}],
    )
    talk = Talk(bot, start=False, timezone="Europe/Oslo")
    assert talk.say("hi") == ["We are here."]  # it is Friday, 13:00 in Oslo
    later = Talk(bot, start=False, timezone="Europe/Oslo")
    later.wait(hours=5)
    assert later.say("hi") == ["We open Saturday 22:00."]
