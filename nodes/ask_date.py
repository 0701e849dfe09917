from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Uploaded, UserSaid
from runtime.core.dates.here import day_limit, day_of, now_here, read_here, shown_day
from runtime.core.fields import Limit, Selector, Ui

Days = Literal["any", "today", "tomorrow", "past"]
Weekdays = Literal["all", "workdays", "not_sunday", "weekend"]

_DAYS: dict[Days, str] = {
    "any": "Any day",
    "today": "From today on",
    "tomorrow": "From tomorrow on",
    "past": "Up to today",
}
_WEEKDAYS: dict[Weekdays, str] = {
    "all": "All",
    "workdays": "Monday to Friday",
    "not_sunday": "Monday to Saturday",
    "weekend": "Saturday and Sunday",
}
_POSSIBLE: dict[Weekdays, range] = {
    "all": range(7),
    "workdays": range(5),
    "not_sunday": range(6),
    "weekend": range(5, 7),
}


class AskDate(Ask):
    """Asks for a day, understands "next Tuesday" and "5 May", and stores it as 2026-03-05."""

    type: ClassVar[str] = "ask.date"
    label: ClassVar[str] = "Date"
    icon: ClassVar[str] = "calendar"
    example: ClassVar[dict[str, Any]] = {
        "text": "Which day suits you?",
        "variable": "day",
        "days": "tomorrow",
    }

    days: Annotated[
        Days, Field(title="Possible days"), Selector("select", labels=_DAYS), Ui(half=True)
    ] = "any"
    weekdays: Annotated[
        Weekdays, Field(title="Weekdays"), Selector("select", labels=_WEEKDAYS), Ui(half=True)
    ] = "all"
    earliest: Annotated[
        Limit | None,
        Field(
            title="First possible day",
            description="A day such as 2026-12-24, or a formula such as today() + days(3).",
        ),
        Ui(more=True),
    ] = None
    latest: Annotated[
        Limit | None,
        Field(
            title="Last possible day",
            description="A day such as 2026-12-24, or a formula such as today() + days(60).",
        ),
        Ui(more=True),
    ] = None

    def input(self, ctx: Context) -> Input:
        earliest, latest = self._limits(ctx)
        return Input(
            "date",
            earliest=earliest.isoformat() if earliest else None,
            latest=latest.isoformat() if latest else None,
        )

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        typed = event.value if isinstance(event, UserSaid) else None
        if typed is not None and not isinstance(typed, str):
            return Unfit("retry_date")
        picked = day_of(typed)
        if picked:
            return self._unfit(picked, ctx) or Answer(picked.isoformat())
        found = read_here(said(event), ctx, "day")
        if found is None or found.first is None:
            return Unfit("retry_date")
        if not found.one_day:
            return Unfit("date_one")
        return self._unfit(found.first, ctx) or Answer(found.first.isoformat(), sure=found.sure)

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        known = day_of(value)
        return None if known is None or self._unfit(known, ctx) else Answer(known.isoformat())

    def _unfit(self, day: date, ctx: Context) -> Unfit | None:
        """What is wrong with a day, if anything."""
        earliest, latest = self._limits(ctx)
        low = earliest is not None and day < earliest
        high = latest is not None and day > latest
        if low or high:
            limits = {
                name: shown_day(limit, ctx)
                for name, limit in (("earliest", earliest), ("latest", latest))
                if limit is not None
            }
            key = "date_between" if len(limits) == 2 else "date_early" if low else "date_late"
            return Unfit(key, limits)
        if day.weekday() not in _POSSIBLE[self.weekdays]:
            return Unfit(f"date_{self.weekdays}")
        return None

    def _limits(self, ctx: Context) -> tuple[date | None, date | None]:
        """The first and the last day that are possible, as far as there are such."""
        today = now_here(ctx).date()
        first = {"today": today, "tomorrow": today + timedelta(days=1)}.get(self.days)
        last = today if self.days == "past" else None
        earliest, latest = day_limit(self.earliest, ctx), day_limit(self.latest, ctx)
        return (
            max((day for day in (first, earliest) if day), default=None),
            min((day for day in (last, latest) if day), default=None),
        )
