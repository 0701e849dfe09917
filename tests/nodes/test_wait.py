from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from nodes.wait import Pause
from runtime.core.contract import Fail, Message, Next, Signal, TimedOut, Wait
from tests.core.context import NOW, context

EXAMPLE = {
    "event": "paid",
    "duration": "P1D",
    "meanwhile_text": "Soon",
}  # a configuration for test_contract


def test_for_a_while():
    node = Pause.model_validate({"duration": "PT2H"})
    assert node.run(context()) == Wait(on="time", until=NOW + timedelta(hours=2))
    assert node.resume(context(attempt=1), TimedOut("0", "t")) == Next()
    assert [port.id for port in node.ports()] == ["next"]


@pytest.mark.parametrize(
    ("until", "moment"),
    [
        ("meeting - hours(1)", datetime(2026, 11, 21, 12, tzinfo=UTC)),
        ("meeting", datetime(2026, 11, 21, 13, tzinfo=UTC)),
        ("day", datetime(2026, 11, 23, 23, tzinfo=UTC)),  # midnight in Oslo
        ("today() + days(1)", datetime(2026, 11, 20, 23, tzinfo=UTC)),
        ("'12:00'", datetime(2026, 11, 20, 11, tzinfo=UTC)),
        ("'09:00'", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("minutes(5)", NOW + timedelta(minutes=5)),
    ],
)
def test_until_a_moment(until, moment):
    node = Pause(until=until)
    ctx = context(meeting="2026-11-21T14:00+01:00", day="2026-11-24")
    assert node.run(ctx) == Wait(on="time", until=moment)
    assert node.resume(ctx, TimedOut("0", "t")) == Next()


def test_a_moment_that_is_over_is_not_waited_for():
    assert Pause(until="day").run(context(day="2026-11-20")) == Next()


def test_what_is_no_moment_is_an_error():
    assert Pause(until="day").run(context(day="soon")) == Fail(
        "wait", "'day' is 'soon', which is no moment to wait for"
    )
    assert isinstance(Pause(until="day").run(context()), Fail)


def test_until_an_event():
    paid = Pause.model_validate({"event": "paid", "duration": "P1D", "variable": "payment"})
    assert paid.run(context()) == Wait(on="signal", name="paid", until=NOW + timedelta(days=1))
    told = Signal(name="paid", data={"sum": 5})
    assert paid.resume(context(), told) == Next(set={"payment": {"sum": 5}})
    assert paid.resume(context(), TimedOut("0", "t")) == Next(port="timeout")
    assert [port.id for port in paid.ports()] == ["next", "timeout"]
    without_end = Pause(event="paid")
    assert without_end.run(context()) == Wait(on="signal", name="paid")
    assert without_end.resume(context(), told) == Next()


def test_what_is_said_meanwhile():
    node = Pause.model_validate({"event": "paid", "meanwhile_text": "Just a moment, {{ name }}"})
    assert node.meanwhile(context(name="Ada")) == (Message("Just a moment, Ada"),)
    assert Pause(event="paid").meanwhile(context()) == ()


@pytest.mark.parametrize(
    "config",
    [{}, {"until": "a", "duration": "P1D"}, {"until": "a", "event": "paid"}, {"duration": "P1M"},
     {"event": " "}, {"until": "1 +"}],
)  # fmt: skip
def test_wrong_configurations(config):
    with pytest.raises(ValidationError):
        Pause.model_validate(config)
