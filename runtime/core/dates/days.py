"""What is said of days, and the calendar days meant by it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from runtime.core.contract import Value
from runtime.core.dates.words import Unit

Window = tuple[date, date]  # first and last day

SEARCHED = 9  # years ahead in which a 29 February must come


class Fixed(Value, frozen=True):
    """These very days."""

    first: date
    last: date


class Weekday(Value, frozen=True):
    """The next such weekday, not today; Monday is 0. ``weeks``: so many weeks after that one."""

    number: int
    weeks: int = 0


class MonthDay(Value, frozen=True):
    """The next such day; ``weekday``, where it was said, must be its own."""

    month: int
    day: int
    weekday: int | None = None


class DayOfMonth(Value, frozen=True):
    """The next day with this number, today included."""

    day: int


class Days(Value, frozen=True):
    """From one to the other."""

    first: Fixed | Weekday | MonthDay | DayOfMonth
    last: Fixed | Weekday | MonthDay | DayOfMonth


Day = Fixed | Weekday | MonthDay | DayOfMonth | Days


def window(day: Day, base: date) -> Window | None:
    """The days meant when ``base`` is the first that may be; None: there are none such."""
    match day:
        case Fixed():
            return day.first, day.last
        case Weekday():
            ahead = (day.number - base.weekday() - 1) % 7 + 1 + 7 * day.weeks
            return _one(base + timedelta(days=ahead))
        case MonthDay():
            years = range(base.year, base.year + SEARCHED)
            found = [real(year, day.month, day.day) for year in years]
            return _one(next((each for each in found if each and each >= base), None))
        case DayOfMonth():
            months = [shifted(base.replace(day=1), n) for n in range(3)]
            found = [real(month.year, month.month, day.day) for month in months]
            return _one(next((each for each in found if each and each >= base), None))
        case Days():
            first = window(day.first, base)
            last = window(day.last, first[0]) if first else None
            return (first[0], last[1]) if first and last and first[0] <= last[1] else None


def together(said: Sequence[Day], today: date) -> Window | None:
    """The days that all of ``said`` mean: "next week" and "Tuesday"; None: they contradict."""
    fixed = [window(day, today) for day in said if isinstance(day, Fixed | Days)]
    open_ones = [day for day in said if not isinstance(day, Fixed | Days)]
    if not fixed:
        open_ones.sort(key=lambda day: _EXACTNESS.index(type(day)))
        found = window(open_ones[0], today)
        return found if found and all(_fits(day, found[0]) for day in open_ones) else None
    if None in fixed:
        return None
    known = [each for each in fixed if each]
    first, last = max(each[0] for each in known), min(each[1] for each in known)
    if first > last or not open_ones:
        return None if first > last else (first, last)
    days = [first + timedelta(days=n) for n in range(min((last - first).days + 1, 366))]
    fitting = [day for day in days if all(_fits(each, day) for each in open_ones)]
    return _one(fitting[0]) if len(fitting) == 1 else None


_EXACTNESS: Final[list[type]] = [MonthDay, DayOfMonth, Weekday]


def _fits(day: Day, on: date) -> bool:
    match day:
        case Weekday():
            return on.weekday() == day.number
        case MonthDay():
            weekday = on.weekday() if day.weekday is None else day.weekday
            return (on.month, on.day, on.weekday()) == (day.month, day.day, weekday)
        case DayOfMonth():
            return on.day == day.day
        case _:
            return False


# --- The calendar ---------------------------------------------------------------------------


def real(year: int, month: int, day: int) -> date | None:
    """The day, where the calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def shifted(day: date, months: int) -> date:
    """The same day of another month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def moved(day: date, amount: int, unit: Unit) -> date:
    """So many days, weeks, months or years later. Raises `OverflowError` or `ValueError`."""
    if unit in ("month", "year"):
        return shifted(day, amount * (12 if unit == "year" else 1))
    return day + timedelta(days=amount * (7 if unit in ("week", "weekend") else 1))


def span(unit: Unit, offset: int, today: date) -> Fixed:
    """The week, weekend, month or year that is ``offset`` from this one."""
    monday = today - timedelta(days=today.weekday())
    match unit:
        case "week":
            start = monday + timedelta(weeks=offset)
            return Fixed(start, start + timedelta(days=6))
        case "weekend":
            start = monday + timedelta(weeks=offset, days=5)
            return Fixed(start, start + timedelta(days=1))
        case "month":
            start = shifted(today.replace(day=1), offset)
            return Fixed(start, shifted(start, 1) - timedelta(days=1))
        case "year":
            return Fixed(date(today.year + offset, 1, 1), date(today.year + offset, 12, 31))
        case _:
            return Fixed(moved(today, offset, unit), moved(today, offset, unit))


def month_of(month: int, year: int | None, today: date) -> Fixed:
    """A whole month: the running one or the next of that name, where no year is said."""
    year = year or today.year + (month < today.month)
    return Fixed(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _one(day: date | None) -> Window | None:
    return (day, day) if day else None


def _single(day: date | None) -> Fixed | None:
    return Fixed(day, day) if day else None


# --- Meanings -------------------------------------------------------------------------------

Said = dict[str, Any]  # what fills the gaps of a sentence


def _near(said: Said, today: date) -> Day:
    day = today + timedelta(days=said["near"])
    return Fixed(day, day)


def _weekday(said: Said, today: date) -> Day:
    return Weekday(said["weekday"])


def _this_weekday(said: Said, today: date) -> Day | None:
    return _single(today + timedelta(days=(said["weekday"] - today.weekday()) % 7))


def _next_weekday(said: Said, today: date) -> Day | None:
    """That of the next calendar week: the day after tomorrow is never "next Sunday"."""
    return _single(today + timedelta(days=7 - today.weekday() + said["weekday"]))


def _last_weekday(said: Said, today: date) -> Day | None:
    return _single(today - timedelta(days=(today.weekday() - said["weekday"] - 1) % 7 + 1))


def _weekday_later(said: Said, today: date) -> Day | None:
    weeks, rest = divmod(said.get("n", 1) * (1 if said.get("unit") == "day" else 7), 7)
    if rest or said.get("unit", "week") not in ("week", "day"):
        return None
    return Weekday(said["weekday"], weeks)


def _weekday_part(said: Said, today: date) -> Day:
    return Weekday(said["weekday_part"][0])


def _weekday_and_day(said: Said, today: date) -> Day | None:
    """Friday 27, where the next 27th is one."""
    found = window(DayOfMonth(said["number"]), today)
    return _single(found[0]) if found and found[0].weekday() == said["weekday"] else None


def _week_number(said: Said, today: date) -> Day | None:
    """A week by its ISO number: the running one, or the next of that number."""
    if said["n"] > 53:
        return None
    year = today.isocalendar().year
    weeks = [date.fromisocalendar(each, said["n"], 1) for each in (year, year + 1)]
    first = weeks[0] if weeks[0] + timedelta(days=6) >= today else weeks[1]
    return Fixed(first, first + timedelta(days=6))


def _in_time(said: Said, today: date) -> Day | None:
    if said["unit"] in ("minute", "hour"):
        return None
    return _single(moved(today, said.get("n", 1), said["unit"]))


def _ago(said: Said, today: date) -> Day | None:
    if said["unit"] in ("minute", "hour"):
        return None
    return _single(moved(today, -said.get("n", 1), said["unit"]))


def _holiday(said: Said, today: date) -> Day:
    month, day = said["holiday"]
    return MonthDay(month, day)


def _date(said: Said, today: date) -> Day | None:
    day, month, year = said["day"], said["month"], said.get("year")
    if year is None:
        return MonthDay(month, day, said.get("weekday"))
    found = real(year, month, day)
    wrong = found and said.get("weekday", found.weekday()) != found.weekday()
    return None if wrong else _single(found)


def _dates(said: Said, today: date) -> Day | None:
    year, month = said.get("year"), said["month"]
    if year is None:
        in_order = said.get("month2", month) != month or said["day"] < said["day2"]
        last_month = said.get("month2", month)
        return (
            Days(MonthDay(month, said["day"]), MonthDay(last_month, said["day2"]))
            if (in_order)
            else None
        )
    first = _single(real(year, month, said["day"]))
    last = _single(real(year, said.get("month2", month), said["day2"]))
    return Days(first, last) if first and last else None


def _days_of_month(said: Said, today: date) -> Day:
    return Days(DayOfMonth(_number(said)), DayOfMonth(_number(said, "2")))


def _day_of_month(said: Said, today: date) -> Day:
    return DayOfMonth(_number(said))


def _number(said: Said, which: str = "") -> int:
    return next(
        said[gap + which] for gap in ("day", "nth", "ordinal", "number") if gap + which in said
    )


def _written(said: Said, today: date) -> Day | None:
    day: Fixed = said["date"]
    weekday = said.get("weekday", day.first.weekday())
    return day if day.first.weekday() == weekday else None


def _short(said: Said, today: date) -> Day | None:
    month, day = said["short"]
    return MonthDay(month, day, said.get("weekday"))


def _span(said: Said, today: date) -> Day:
    return said["span"]


def _month(said: Said, today: date) -> Day:
    return month_of(said["month"], said.get("year"), today)


def _beginning(said: Said, today: date) -> Day:
    frame: Fixed = said["frame"]
    return Fixed(frame.first, frame.first + timedelta(days=_length(frame) // 3 - 1))


def _middle(said: Said, today: date) -> Day:
    frame: Fixed = said["frame"]
    start = frame.first + timedelta(days=_length(frame) // 3)
    return Fixed(start, frame.last - timedelta(days=(_length(frame) + 2) // 3))


def _end(said: Said, today: date) -> Day:
    """The last third: of a week from Friday on, of a month from the 21st."""
    frame: Fixed = said["frame"]
    return Fixed(frame.last - timedelta(days=(_length(frame) + 2) // 3 - 1), frame.last)


def _length(frame: Fixed) -> int:
    return (frame.last - frame.first).days + 1


MEANINGS: Final[dict[str, Callable[[Said, date], Day | None]]] = {
    "near": _near,
    "weekday": _weekday,
    "this weekday": _this_weekday,
    "next weekday": _next_weekday,
    "last weekday": _last_weekday,
    "weekday later": _weekday_later,
    "weekday part": _weekday_part,
    "weekday and day": _weekday_and_day,
    "week number": _week_number,
    "in time": _in_time,
    "ago": _ago,
    "holiday": _holiday,
    "date": _date,
    "dates": _dates,
    "days of month": _days_of_month,
    "day of month": _day_of_month,
    "bare day": _day_of_month,
    "bare days": _days_of_month,
    "written": _written,
    "short": _short,
    "span": _span,
    "month": _month,
    "beginning": _beginning,
    "middle": _middle,
    "end": _end,
}
"""What a language's sentences about days mean, by their name in its table."""
