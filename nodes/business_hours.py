from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from runtime.core.contract import AnyOutcome, Context, Group, Next, Node, Way
from runtime.core.expressions import values
from runtime.core.fields import Part, PlainText, Selector, Ui, Variable, checked

AHEAD = 400  # days in which the next opening is looked for: every yearly holiday lies in them

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Day, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_DAY_NAMES = {day: day.capitalize() for day in DAYS}
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")

Hours = tuple[time, time]


def _written(value: Any) -> Any:
    """``9`` and ``9.30`` as ``09:00`` and ``09:30``; midnight at a day's end is ``00:00``."""
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return value
    hour, minute = int(found[1]), int(found[2] or 0)
    return f"{0 if (hour, minute) == (24, 0) else hour:02}:{minute:02}"


def _no_clock(value: str) -> str | None:
    return None if _clock(value) is not None else "write a time of day such as 09:00"


def _clock(value: str) -> time | None:
    try:
        return time.fromisoformat(value) if re.fullmatch(r"\d\d:\d\d", value) else None
    except ValueError:
        return None


def _no_date(value: str) -> str | None:
    return None if _date(value) else "write a date such as 2026-12-25"


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    except ValueError:
        return None


def _no_zone(name: str) -> str | None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, absolute or a folder
        return "write a time zone such as Europe/Oslo"
    return None


def _or_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Clock = Annotated[PlainText, BeforeValidator(_written), checked(_no_clock, "clock")]
OptionalClock = Annotated[Clock | None, BeforeValidator(_or_none)]
Stripped = Annotated[PlainText, StringConstraints(strip_whitespace=True)]


class Opening(Part):
    """Hours of one day, or of each day from ``day`` to ``to``, round the week's end as well.

    Hours that do not end after they begin end on the next day.
    """

    day: Annotated[Day, Field(title="Day"), Selector("select", labels=_DAY_NAMES)]
    to: Annotated[
        Annotated[Day, Selector("select", labels=_DAY_NAMES)] | None,
        Field(title="To", description="The last of several days; with none, just the one."),
    ] = None
    opens: Annotated[Clock, Field(title="Opens"), Ui(half=True, placeholder="09:00")]
    closes: Annotated[Clock, Field(title="Closes"), Ui(half=True, placeholder="17:00")]

    def holds(self, weekday: int) -> bool:
        first = DAYS.index(self.day)
        last = DAYS.index(self.to or self.day)
        return (weekday - first) % 7 <= (last - first) % 7


class Holiday(Part):
    """A date on which the usual hours do not hold: closed, or open at hours of its own."""

    date: Annotated[Stripped, checked(_no_date, "date"), Ui(placeholder="2026-12-25")]
    name: PlainText | None = None
    yearly: Annotated[bool, Field(title="Every year", description="On that day of that month.")] = (
        False
    )
    opens: Annotated[
        OptionalClock,
        Field(title="Opens", description="With none, it is closed all day."),
        Ui(half=True),
    ] = None
    closes: Annotated[OptionalClock, Field(title="Closes"), Ui(half=True)] = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.opens is None) != (self.closes is None):
            raise PydanticCustomError("hours", "give both hours of the day, or none")
        return self

    def falls_on(self, day: date) -> bool:
        own = _date(self.date) or date.min
        return own == day or (self.yearly and (own.month, own.day) == (day.month, day.day))


class BusinessHours(Node):
    """Goes one way while you are open, and another while you are closed or on holiday."""

    type: ClassVar[str] = "business_hours"
    label: ClassVar[str] = "Business hours"
    icon: ClassVar[str] = "store"
    example: ClassVar[dict[str, Any]] = {
        "schedule": [{"day": "monday", "to": "friday", "opens": "09:00", "closes": "17:00"}],
        "holidays": [{"date": "2026-12-25", "name": "Christmas Day", "yearly": True}],
    }
    group: ClassVar[Group] = "logic"
    ways: ClassVar[tuple[Way, ...]] = (
        Way(id="open", label="Open", kind="branch"),
        Way(id="closed", label="Closed", kind="branch"),
    )

    schedule: Annotated[
        tuple[Opening, ...],
        Field(
            title="Opening hours",
            description="Several for one day are possible; 22:00 to 02:00 ends on the next day.",
            min_length=1,
        ),
        Selector("list", item="Hours", title="day", add="Add hours"),
    ]
    timezone: Annotated[
        Annotated[Stripped, checked(_no_zone, "timezone")] | None,
        BeforeValidator(_or_none),
        Field(title="Time zone", description="Where these hours hold; empty: your workspace's."),
        Ui(placeholder="Europe/Oslo"),
    ] = None
    holidays: Annotated[
        tuple[Holiday, ...],
        Selector("list", item="Holiday", title="date", add="Add a holiday"),
    ] = ()
    opens_at: Annotated[
        Variable | None,
        Field(
            title="Store the next opening in",
            description='While closed. Say it with {{ date(opens_at, "EEEE HH:mm") }}.',
        ),
        Ui(more=True),
    ] = None

    def run(self, ctx: Context) -> AnyOutcome:
        zone = values.zone(self.timezone or ctx.facts.home or ctx.facts.timezone)
        here = ctx.now.astimezone(zone).replace(tzinfo=None)
        if self._is_open(here):
            return Next(port="open")
        if self.opens_at is None:
            return Next(port="closed")
        opening = self._next_opening(here)
        told = opening and opening.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        return Next(port="closed", set={self.opens_at: told.isoformat() if told else None})

    def _is_open(self, here: datetime) -> bool:
        """Whether the clock on the wall stands within hours of today, or of last night."""
        days = (here.date(), here.date() - timedelta(days=1))
        return any(opens <= here < closes for day in days for opens, closes in self._spans(day))

    def _next_opening(self, here: datetime) -> datetime | None:
        for ahead in range(AHEAD):
            day = here.date() + timedelta(days=ahead)
            if later := [opens for opens, _ in self._spans(day) if opens > here]:
                return min(later)
        return None

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """From when to when it is open, by the hours that begin on that day."""
        for opens, closes in self._hours(day):
            end = day if closes > opens else day + timedelta(days=1)
            yield datetime.combine(day, opens), datetime.combine(end, closes)

    def _hours(self, day: date) -> Iterator[Hours]:
        special = [holiday for holiday in self.holidays if holiday.falls_on(day)]
        usual = [opening for opening in self.schedule if opening.holds(day.weekday())]
        for hours in special or usual:
            opens, closes = _clock(hours.opens or ""), _clock(hours.closes or "")
            if opens is not None and closes is not None:
                yield opens, closes
