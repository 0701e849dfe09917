"""The functions, filters and tests an expression may use. Each gets our context first."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from runtime.core.expressions import values
from runtime.core.expressions.bounds import fits, items_of, numbers, sane, shown, whole, zone_of
from runtime.core.expressions.formats import by_pattern, decimal, duration, money, plural
from runtime.core.expressions.operators import Operation, add
from runtime.core.expressions.values import (
    LIST_LIMIT,
    ExpressionError,
    attribute,
    equal,
    is_empty,
    moment,
    number,
    ordered,
)

if TYPE_CHECKING:
    from runtime.core.contract import Context

# --- Moments --------------------------------------------------------------------------------


def now(ctx: Context) -> datetime:
    return ctx.now.astimezone(zone_of(ctx))


def today(ctx: Context) -> date:
    return now(ctx).date()


def to_moment(ctx: Context, value: Any, pattern: str | None = None) -> Any:
    """A date (with its time, where it has one) from ISO text; with a pattern, written by it."""
    found = moment(value, zone_of(ctx))
    if found is None and not is_empty(value):
        raise ExpressionError(f"{shown(value)} is not a date such as 2026-11-20")
    return found if pattern is None or found is None else by_pattern(ctx, found, pattern)


def _duration(unit: str) -> Operation:
    def duration(ctx: Context, amount: Any) -> timedelta:
        return timedelta(**{unit: numbers(unit, 0, amount)[1]})

    return duration


# --- Numbers --------------------------------------------------------------------------------


def to_number(ctx: Context, value: Any, default: Any = None) -> Any:
    found = number(value)
    if found is None and default is None and not is_empty(value):
        raise ExpressionError(f"{shown(value)} is not a number")
    return default if found is None else found


def to_whole(ctx: Context, value: Any) -> int:
    return int(sane(numbers("int", 0, value)[1]))


def absolute(ctx: Context, value: Any) -> Any:
    return abs(numbers("abs", 0, value)[1])


def rounded(ctx: Context, value: Any, digits: Any = 0) -> Any:
    places = whole(digits)
    if abs(places) > 12:
        raise ExpressionError("a number can be rounded to at most 12 digits")
    result = round(numbers("round", 0, value)[1], places)
    return int(result) if places <= 0 else result


def smallest(ctx: Context, *of: Any) -> Any:
    return _extreme(ctx, operator.lt, of)


def largest(ctx: Context, *of: Any) -> Any:
    return _extreme(ctx, operator.gt, of)


def _extreme(ctx: Context, better: Operation, of: Sequence[Any]) -> Any:
    best: Any = None
    for item in items_of(of[0]) if len(of) == 1 else of:
        pair = ordered(item, best, zone_of(ctx)) if best is not None else None
        if best is None or (pair is not None and better(*pair)):
            best = item
    return best


def total(ctx: Context, of: Any, attribute: str | None = None) -> Any:
    result: Any = 0
    for item in mapped(ctx, of, attribute):
        result = add(ctx, result, item)
    return result


def random_number(ctx: Context, low: Any, high: Any) -> int:
    return ctx.random.randint(whole(low), whole(high))


# --- Text -----------------------------------------------------------------------------------


def _on_text(change: Callable[[str], Any]) -> Operation:
    def operation(ctx: Context, value: Any) -> Any:
        return change(values.text(value))

    return operation


def _quoted(text: str) -> str:
    return quote(text, safe="")


def replaced(ctx: Context, value: Any, old: Any, new: Any) -> str:
    full, old, new = values.text(value), values.text(old), values.text(new)
    fits(len(full) + full.count(old) * (len(new) - len(old)))
    return full.replace(old, new)


def split(ctx: Context, value: Any, separator: Any = None) -> list[str]:
    parts = values.text(value).split(
        None if is_empty(separator) else values.text(separator), LIST_LIMIT
    )
    return list(items_of([part.strip() for part in parts]))


def shortened(ctx: Context, value: Any, length: Any = 100) -> str:
    full, size = values.text(value), max(whole(length), 1)
    return full if len(full) <= size else full[: size - 1].rstrip() + "…"


def starts_with(ctx: Context, value: Any, start: Any) -> bool:
    return values.folded(values.text(value)).startswith(values.folded(values.text(start)))


def ends_with(ctx: Context, value: Any, end: Any) -> bool:
    return values.folded(values.text(value)).endswith(values.folded(values.text(end)))


# --- Lists ----------------------------------------------------------------------------------


def length(ctx: Context, value: Any) -> int:
    return len(value) if isinstance(value, str) else len(items_of(value))


def first(ctx: Context, of: Any) -> Any:
    return attribute(of, 0)


def last(ctx: Context, of: Any) -> Any:
    return attribute(of, -1)


def mapped(ctx: Context, of: Any, attribute: str | None = None) -> list[Any]:
    """The named part of each item."""
    items = items_of(of)
    return list(items) if attribute is None else [values.attribute(i, attribute) for i in items]


def where(ctx: Context, of: Any, key: str, value: Any = True) -> list[Any]:
    """The items whose part named ``key`` equals ``value``."""
    return [i for i in items_of(of) if equal(attribute(i, key), value, zone_of(ctx))]


def appended(ctx: Context, of: Any, item: Any) -> list[Any]:
    return list(items_of([*items_of(of), item]))


def without(ctx: Context, of: Any, item: Any) -> list[Any]:
    return [i for i in items_of(of) if not equal(i, item, zone_of(ctx))]


def unique(ctx: Context, of: Any) -> list[Any]:
    found: dict[str, Any] = {}
    for item in items_of(of):
        found.setdefault(values.text(item), item)
    return list(found.values())


def in_order(
    ctx: Context, of: Any, attribute: str | None = None, reverse: bool = False
) -> list[Any]:
    def rank(item: Any) -> tuple[int, Any]:
        key = item if attribute is None else values.attribute(item, attribute)
        found = number(key)
        return (0, found) if found is not None else (1, values.folded(values.text(key)))

    return sorted(items_of(of), key=rank, reverse=bool(reverse))


def backwards(ctx: Context, of: Any) -> Any:
    return of[::-1] if isinstance(of, str) else list(items_of(of))[::-1]


def joined(ctx: Context, of: Any, separator: Any = ", ", attribute: str | None = None) -> str:
    parts = mapped(ctx, of, attribute)
    between = values.text(separator)
    fits(len(between) * len(parts))
    return between.join(map(values.text, _within(parts)))


def _within(parts: Sequence[Any]) -> Sequence[Any]:
    fits(sum(len(part) if isinstance(part, str) else 1 for part in parts))
    return parts


def picked(ctx: Context, of: Any) -> Any:
    """One item at random."""
    items = items_of(of)
    return ctx.random.choice(items) if items else None


def as_it_is(ctx: Context, value: Any) -> Any:
    return value


def otherwise(ctx: Context, value: Any, instead: Any = "") -> Any:
    return instead if is_empty(value) else value


def counted(ctx: Context, *bounds: Any) -> list[int]:
    """``range(3)`` is ``[0, 1, 2]``, ``range(1, 3)`` is ``[1, 2]``."""
    numbers = range(*(whole(bound) for bound in bounds))
    if len(numbers) > LIST_LIMIT:
        raise ExpressionError(f"the list would have more than {LIST_LIMIT} items")
    return list(numbers)


FUNCTIONS: dict[str, Operation] = {
    "now": now, "today": today, "date": to_moment, "time": to_moment,
    "weeks": _duration("weeks"), "days": _duration("days"), "hours": _duration("hours"),
    "minutes": _duration("minutes"), "seconds": _duration("seconds"),
    "len": length, "min": smallest, "max": largest, "sum": total, "round": rounded,
    "abs": absolute,
    "number": to_number, "int": to_whole, "text": _on_text(str), "range": counted,
    "random": random_number, "pick": picked, "plural": plural,
}  # fmt: skip

FILTERS: dict[str, Operation] = {
    **{name: FUNCTIONS[name] for name in (
        "date", "time", "min", "max", "sum", "round", "abs", "number", "int", "text", "pick")},
    "float": to_number, "string": _on_text(str), "decimal": decimal, "money": money,
    "duration": duration, "plural": plural,
    "upper": _on_text(str.upper), "lower": _on_text(str.lower), "title": _on_text(str.title),
    "capitalize": _on_text(str.capitalize), "trim": _on_text(str.strip),
    "strip": _on_text(str.strip), "replace": replaced, "split": split, "truncate": shortened,
    "startswith": starts_with, "endswith": ends_with,
    "urlencode": _on_text(_quoted),
    "length": length, "count": length, "first": first,
    "last": last, "map": mapped, "where": where,
    "append": appended, "without": without, "unique": unique, "sort": in_order,
    "reverse": backwards, "join": joined, "default": otherwise, "d": otherwise,
    "markdown": as_it_is,  # the template reads this and does not escape
}  # fmt: skip

METHODS = frozenset(
    {"upper", "lower", "title", "capitalize", "strip", "replace", "split", "startswith", "endswith"}
)

TESTS: dict[str, Callable[[Any], bool]] = {
    "defined": lambda value: value is not None,
    "undefined": lambda value: value is None,
    "none": lambda value: value is None,
    "empty": is_empty,
    "number": lambda value: number(value) is not None,
    "string": lambda value: isinstance(value, str),
    "list": lambda value: isinstance(value, list | tuple),
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "even": lambda value: number(value) is not None and whole(value) % 2 == 0,
    "odd": lambda value: number(value) is not None and whole(value) % 2 == 1,
}
