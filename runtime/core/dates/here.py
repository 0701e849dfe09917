"""Days and times as a question needs them: where the visitor is, in their language."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from babel.dates import format_date, format_time

from runtime.core.contract import Context
from runtime.core.dates import Reading, Wanted, read
from runtime.core.expressions import Expression, ExpressionError, values
from runtime.core.expressions.bounds import zone_of
from runtime.core.expressions.formats import locale_of


def read_here(text: str, ctx: Context, wanted: Wanted | None = None) -> Reading | None:
    """What a visitor's text says of days and times; see `read`."""
    return read(text, _locale(ctx), now_here(ctx), wanted)


def now_here(ctx: Context) -> datetime:
    return ctx.now.astimezone(zone_of(ctx))


def day_of(value: Any) -> date | None:
    """The day that a value is or spells as ``2026-03-05``; a moment is none."""
    found = values.moment(value)
    return found if isinstance(found, date) and not isinstance(found, datetime) else None


def time_of(value: Any) -> time | None:
    """The time of day that a value is or spells as ``17:30``, to the minute."""
    found = values.moment(value)
    return found.replace(second=0, microsecond=0) if isinstance(found, time) else None


def day_limit(limit: Expression | None, ctx: Context) -> date | None:
    """The day that a limit comes to; None: none is set, or it is no day, so nothing is refused."""
    found = _worked_out(limit, ctx)
    if isinstance(found, datetime):
        return found.astimezone(zone_of(ctx)).date()
    return found if isinstance(found, date) else None


def time_limit(limit: Expression | None, ctx: Context) -> time | None:
    """The time of day that a limit comes to; None as for `day_limit`."""
    found = _worked_out(limit, ctx)
    if isinstance(found, datetime):
        found = found.astimezone(zone_of(ctx)).time()
    return found.replace(tzinfo=None) if isinstance(found, time) else None


def _worked_out(limit: Expression | None, ctx: Context) -> values.Moment | None:
    if limit is None:
        return None
    try:
        return values.moment(limit.evaluate(ctx), zone_of(ctx))
    except ExpressionError:  # a visitor cannot mend a formula: the question goes on without it
        return None


def shown_day(day: date, ctx: Context) -> str:
    """A day as a person reads it within a sentence, without the "year" some languages add."""
    written = format_date(day, "long", locale=locale_of(_locale(ctx)))
    return written.removesuffix("р.").removesuffix("г.").strip()


def shown_time(at: time, ctx: Context) -> str:
    return format_time(at, "short", locale=locale_of(_locale(ctx)))


def _locale(ctx: Context) -> str:
    """The bot's language, with the visitor's region where they speak that language."""
    locale = ctx.facts.locale or ""
    return locale if locale.partition("-")[0] == ctx.language else ctx.language
