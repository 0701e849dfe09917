"""What plain values mean to expressions and conditions: numbers, moments, order, text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from runtime.core.contract import Context

TEXT_LIMIT = 64 * 1024  # characters any expression may make
LIST_LIMIT = 5_000  # items any expression may go over
NUMBER_LIMIT = 2**63 - 1  # the largest whole number JSON readers agree on

_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,18})?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?")
_TIME = re.compile(r"\d\d:\d\d(?::\d\d)?")

Moment = date | time  # a datetime is a date


class ExpressionError(ValueError):
    """An expression cannot be read or worked out; the text says why and what to mend."""


def number(value: Any) -> int | float | None:
    """The number a value is, or that its text spells (``"12"``, ``"-3.5"``); None: neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value := value.strip()):
        return float(value) if "." in value else int(value)
    return None


def moment(value: Any, zone: tzinfo = UTC) -> Moment | None:
    """The date, date and time, or time of day that a value is, or that its ISO text spells.

    A date and time without an offset is one of ``zone``, so the result always has one.
    """
    if isinstance(value, str):
        value = _read_moment(value.strip())
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=zone)
    return value if isinstance(value, date | time) else None


def _read_moment(text: str) -> Moment | None:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        if _DATETIME.fullmatch(text):
            return datetime.fromisoformat(text)
        if _TIME.fullmatch(text):
            return time.fromisoformat(text)
    except ValueError:  # the 31st of November
        return None
    return None


@lru_cache(maxsize=512)
def zone(name: str) -> tzinfo:
    """The time zone of an IANA name; UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC


def ordered(left: Any, right: Any, zone: tzinfo = UTC) -> tuple[Any, Any] | None:
    """The two values as something ``<`` can compare: numbers, moments, durations or texts."""
    numbers = number(left), number(right)
    if None not in numbers:
        return numbers
    moments = moment(left, zone), moment(right, zone)
    if moments[0] is not None and moments[1] is not None:
        return _same_kind(moments[0], moments[1])
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return left, right
    if isinstance(left, str) and isinstance(right, str):
        return folded(left), folded(right)
    return None


def _same_kind(left: Moment, right: Moment) -> tuple[Moment, Moment] | None:
    """A day against a moment counts from its midnight, a time of day against the moment's own."""
    if isinstance(left, time) or isinstance(right, time):
        times = _time_of(left), _time_of(right)
        return None if times[0] is None or times[1] is None else (times[0], times[1])
    if isinstance(left, datetime) and not isinstance(right, datetime):
        return left, datetime.combine(right, time.min, left.tzinfo)
    if isinstance(right, datetime) and not isinstance(left, datetime):
        return datetime.combine(left, time.min, right.tzinfo), right
    return left, right


def _time_of(value: Moment) -> time | None:
    if isinstance(value, datetime):
        return value.time()
    return value.replace(tzinfo=None) if isinstance(value, time) else None


def equal(left: Any, right: Any, zone: tzinfo = UTC) -> bool:
    """Whether two values mean the same: texts without regard to case and surrounding space."""
    if isinstance(left, str) and isinstance(right, str):
        return folded(left) == folded(right)
    if left is None or right is None:
        return left is right
    if pair := ordered(left, right, zone):
        return bool(pair[0] == pair[1])
    if isinstance(left, str) or isinstance(right, str):
        return folded(text(left)) == folded(text(right))
    return bool(left == right)


def contains(whole: Any, part: Any, zone: tzinfo = UTC) -> bool:
    """Whether a list has an item equal to ``part``, an object such a key, or a text such a text."""
    if isinstance(whole, Mapping):
        return part in cast("Mapping[Any, Any]", whole)
    if isinstance(whole, list | tuple):
        return any(equal(item, part, zone) for item in cast("Sequence[Any]", whole))
    return folded(text(part)) in folded(text(whole))


def folded(value: str) -> str:
    return value.strip().casefold()


def is_empty(value: Any) -> bool:
    """Whether there is nothing in a value: none, blank text, an empty list or object."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, Mapping | list | tuple) and not value)


def text(value: Any) -> str:
    """A value as text: lists by commas, moments as ISO 8601. Raises `ExpressionError` if long."""
    written = _written(value)
    if len(written) > TEXT_LIMIT:
        raise ExpressionError("the text is longer than 64 kB")
    return written


def _written(value: Any, room: int = TEXT_LIMIT, depth: int = 0) -> str:
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return format(value, ".12g" if abs(value) < 1e12 else ".1f").removesuffix(".0")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return duration_text(value)
        case list() | tuple():
            return _joined(cast("Sequence[Any]", value), room, depth)
        case Mapping():
            items = cast("Mapping[str, Any]", value).items()
            return _joined(
                [f"{key}: {_written(item, room, depth + 1)}" for key, item in items], room
            )
        case _:
            return str(value)


def _joined(items: Sequence[Any], room: int, depth: int = 0) -> str:
    if depth > 20:
        raise ExpressionError("the value is nested too deeply to be written out")
    parts: list[str] = []
    for item in items:
        parts.append(_written(item, room, depth + 1))
        room -= len(parts[-1]) + 2
        if room < -2:
            raise ExpressionError("the text is longer than 64 kB")
    return ", ".join(parts)


def duration_text(value: timedelta) -> str:
    """A duration as ISO 8601, such as ``P1DT2H``."""
    minutes, seconds = divmod(abs(value).seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{abs(value).microseconds:06d}".rstrip("0") if value.microseconds else ""
    clock = "".join(
        f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M")) if amount
    ) + (f"{seconds}{fraction}S" if seconds or fraction else "")
    days = f"{abs(value).days}D" if abs(value).days else ""
    sign = "-" if value < timedelta() else ""
    return f"{sign}P{days}{'T' + clock if clock else ''}" if days or clock else "PT0S"


def plain(value: Any) -> Any:
    """A value as JSON can keep it: moments and durations become ISO text, tuples lists.

    Raises `ExpressionError` where it would take more than 256 kB.
    """
    room = [256 * 1024]
    return _plain(value, room)


def _plain(value: Any, room: list[int], depth: int = 0) -> Any:
    room[0] -= len(value) + 2 if isinstance(value, str) else 4
    if room[0] < 0 or depth > 50:
        raise ExpressionError("the value is larger than a conversation can hold (256 kB)")
    match value:
        case list() | tuple():
            return [_plain(item, room, depth + 1) for item in cast("Sequence[Any]", value)]
        case Mapping():
            items = cast("Mapping[str, Any]", value).items()
            return {_plain(str(key), room): _plain(item, room, depth + 1) for key, item in items}
        case str():
            return str(value)
        case date() | time() | timedelta():
            return text(value)
        case _:
            return value


def attribute(value: Any, key: Any) -> Any:
    """The part of a value that ``value.key`` names; None where there is none. Data only."""
    if isinstance(value, Mapping):
        return cast("Mapping[Any, Any]", value).get(key)
    if isinstance(value, list | tuple):
        items = cast("Sequence[Any]", value)
        index = int(key) if isinstance(key, str) and key.isdecimal() and len(key) < 10 else key
        if isinstance(index, int) and -len(items) <= index < len(items):
            return items[index]
    elif isinstance(value, str) and isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    elif key in _PARTS and isinstance(value, date | time | timedelta):
        return getattr(value, key, None)
    return None


def at(ctx: Context, path: str) -> Any:
    """The variable, or the part of one, that a dotted path such as ``order.total`` names."""
    root, *keys = path.split(".")
    value = ctx.get(root)
    for key in keys:
        value = attribute(value, key)
    return value


_PARTS = frozenset({"year", "month", "day", "hour", "minute", "second", "days", "seconds"})
