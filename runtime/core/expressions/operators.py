"""What ``+ - * / ~ < in`` and their like mean, bounded before they compute."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from runtime.core.expressions import values
from runtime.core.expressions.bounds import fits, items_of, numbers, sane, whole, zone_of
from runtime.core.expressions.values import (
    ExpressionError,
    contains,
    equal,
    moment,
    number,
    ordered,
)

if TYPE_CHECKING:
    from runtime.core.contract import Context

Operation = Callable[..., Any]


def add(ctx: Context, left: Any, right: Any) -> Any:
    """A sum of numbers, texts, lists or moments; an empty value adds nothing."""
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, timedelta) or isinstance(right, timedelta):
        return _shift(ctx, left, right)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return list(items_of([*items_of(left), *items_of(right)]))
    if isinstance(left, str) and isinstance(right, str):
        return join_text(ctx, left, right)
    return sane(operator.add(*numbers("+", left, right)))


def _shift(ctx: Context, left: Any, right: Any) -> Any:
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return left + right
    duration, start = (left, right) if isinstance(left, timedelta) else (right, left)
    start = moment(start, zone_of(ctx))
    if isinstance(start, datetime):
        if duration.seconds:  # hours are absolute, days keep the time on the clock
            return (start.astimezone(UTC) + duration).astimezone(start.tzinfo)
        return start + duration
    if isinstance(start, date):
        if duration.seconds:
            midnight = datetime.combine(start, time.min, zone_of(ctx))
            return _shift(ctx, midnight, duration)
        return start + duration
    raise ExpressionError("a duration can only be added to a date or another duration")


def subtract(ctx: Context, left: Any, right: Any) -> Any:
    if right is None:
        return left
    if isinstance(right, timedelta):
        return _shift(ctx, left, -right) if left is not None else -right
    pair = number(left or 0), number(right)
    if None in pair:
        moments = ordered(moment(left, zone_of(ctx)), moment(right, zone_of(ctx)))
        if moments and isinstance(moments[0], date):
            return moments[0] - moments[1]
    return sane(operator.sub(*numbers("-", left or 0, right)))


def multiply(ctx: Context, left: Any, right: Any) -> Any:
    if isinstance(left, timedelta):
        return left * numbers("*", 1, right)[1]
    if isinstance(left, str) and number(left) is None:
        fits(len(left) * abs(whole(right)))
        return left * whole(right)
    return sane(operator.mul(*numbers("*", left, right)))


def divide(ctx: Context, left: Any, right: Any) -> Any:
    dividend, divisor = _divisible("/", left, right)
    return sane(dividend / divisor)


def floor_divide(ctx: Context, left: Any, right: Any) -> Any:
    dividend, divisor = _divisible("//", left, right)
    return sane(dividend // divisor)


def modulo(ctx: Context, left: Any, right: Any) -> Any:
    dividend, divisor = _divisible("%", left, right)
    return sane(dividend % divisor)


def _divisible(sign: str, left: Any, right: Any) -> tuple[int | float, int | float]:
    pair = numbers(sign, left, right)
    if pair[1] == 0:
        raise ExpressionError("a number cannot be divided by zero")
    return pair


def power(ctx: Context, left: Any, right: Any) -> Any:
    base, exponent = numbers("**", left, right)
    if abs(exponent) > 1024 or abs(base) > 2**64:
        raise ExpressionError("the number is too large")
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        return sane(base**exponent)  # at most 64 kbit
    return sane(float(base) ** exponent)


def negative(ctx: Context, value: Any) -> Any:
    return -value if isinstance(value, timedelta) else -numbers("-", 0, value)[1]


def positive(ctx: Context, value: Any) -> Any:
    return numbers("+", 0, value)[1]


def join_text(ctx: Context, *parts: Any) -> str:
    written = [values.text(part) for part in parts]
    fits(sum(map(len, written)))
    return "".join(written)


def _comparison(operation: Operation) -> Operation:
    def compare(ctx: Context, left: Any, right: Any) -> bool:
        pair = ordered(left, right, zone_of(ctx))
        return pair is not None and bool(operation(*pair))

    return compare


def same(ctx: Context, left: Any, right: Any) -> bool:
    return equal(left, right, zone_of(ctx))


def different(ctx: Context, left: Any, right: Any) -> bool:
    return not equal(left, right, zone_of(ctx))


def inside(ctx: Context, part: Any, of: Any) -> bool:
    return of is not None and contains(of, part, zone_of(ctx))


def outside(ctx: Context, part: Any, of: Any) -> bool:
    return not inside(ctx, part, of)


def piece(ctx: Context, value: Any, start: Any, stop: Any, step: Any) -> Any:
    """``value[start:stop:step]`` of a text or a list."""
    of = value if isinstance(value, str) else list(items_of(value))
    bounds = [None if part is None else whole(part) for part in (start, stop, step)]
    return of[slice(*bounds)]


OPERATORS: dict[str, Operation] = {
    "+": add, "-": subtract, "*": multiply, "/": divide, "//": floor_divide, "%": modulo,
    "**": power, "neg": negative, "pos": positive, "~": join_text, "[:]": piece,
    "eq": same, "ne": different,
    "lt": _comparison(operator.lt), "lteq": _comparison(operator.le),
    "gt": _comparison(operator.gt), "gteq": _comparison(operator.ge),
    "in": inside, "notin": outside,
}  # fmt: skip
