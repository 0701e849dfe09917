"""Checks that an operation asks for before it computes, each with its sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, cast

from runtime.core.expressions import values
from runtime.core.expressions.values import (
    LIST_LIMIT,
    NUMBER_LIMIT,
    TEXT_LIMIT,
    ExpressionError,
    number,
)

if TYPE_CHECKING:
    from runtime.core.contract import Context


def items_of(value: Any) -> Sequence[Any]:
    """A value as a list that may be gone over; nothing is an empty one."""
    if value is None:
        return ()
    if isinstance(value, Mapping):
        value = list(cast("Mapping[str, Any]", value))
    if not isinstance(value, list | tuple):
        raise ExpressionError(f"a list is needed here, not {shown(value)}")
    items = cast("Sequence[Any]", value)
    if len(items) > LIST_LIMIT:
        raise ExpressionError(f"the list has more than {LIST_LIMIT} items")
    return items


def sane(value: Any) -> Any:
    """A number that JSON can carry. Raises `ExpressionError` for others."""
    if isinstance(value, complex) or not math.isfinite(value) or abs(value) > NUMBER_LIMIT:
        raise ExpressionError("the number is too large")
    return value


def fits(length: int) -> None:
    if length > TEXT_LIMIT:
        raise ExpressionError("the text would be longer than 64 kB")


def shown(value: Any) -> str:
    shown = "an empty value" if value is None else repr(value)
    return shown if len(shown) <= 40 else f"{shown[:40]}…"


def whole(value: Any, default: int | None = None) -> int:
    """A value as a whole number, for counts and positions."""
    found = default if value is None else number(value)
    if found is None or found != int(found):
        raise ExpressionError(f"a whole number is needed here, not {shown(value)}")
    return int(found)


def zone_of(ctx: Context) -> tzinfo:
    return values.zone(ctx.facts.timezone)


def numbers(sign: str, left: Any, right: Any) -> tuple[int | float, int | float]:
    pair = number(left), number(right)
    if pair[0] is None or pair[1] is None:
        wrong = right if pair[1] is None else left
        raise ExpressionError(f"{shown(wrong)} is not a number, so '{sign}' cannot use it")
    return pair[0], pair[1]
