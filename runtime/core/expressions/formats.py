"""Numbers, sums, days, durations and plurals as the visitor's language writes them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_decimal_symbol
from babel.units import format_unit

from runtime.core.expressions import values
from runtime.core.expressions.bounds import fits, numbers, sane, shown, whole, zone_of
from runtime.core.expressions.values import ExpressionError, is_empty

if TYPE_CHECKING:
    from runtime.core.contract import Context

FORMS: Final = ("one", "few", "many", "other", "two", "zero")  # of a plural, by Unicode's names

_INSTEAD: Final = ("other", "many", "few", "one")  # of a form that the author left out
_TWO_FORMS: Final = frozenset({"one", "other"})
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9})(?:\.\d+)?S)?)?"
)


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale:
    """Babel's locale for a BCP 47 tag; English where it knows none."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


# --- Days and times -------------------------------------------------------------------------


def readable(value: Any, language: str) -> str:
    """A value as a person reads it: moments and durations in the words of their language."""
    locale = locale_of(language)
    match value:
        case datetime():
            pattern = str(locale.datetime_formats["medium"]).replace("'", "")
            at = format_time(value, "short", locale=locale)
            return pattern.replace("{0}", at).replace(
                "{1}", format_date(value, "long", locale=locale)
            )
        case date():
            return format_date(value, "long", locale=locale)
        case time():
            return format_time(value, "short", locale=locale)
        case timedelta():
            return _in_words(value, locale)
        case float():
            return values.text(value).replace(".", get_decimal_symbol(locale))
        case _:
            return values.text(value)


def by_pattern(ctx: Context, value: Any, pattern: str) -> str:
    """A moment by a pattern of Unicode's letters, such as ``EEEE d MMMM``."""
    if len(pattern) > 60:
        raise ExpressionError("the date pattern is longer than 60 characters")
    locale = locale_of(ctx.language)
    if isinstance(value, datetime):
        local = value.astimezone(zone_of(ctx))
        return format_datetime(local, pattern, tzinfo=zone_of(ctx), locale=locale)
    if isinstance(value, date):
        return format_date(value, pattern, locale=locale)
    return format_time(value, pattern, locale=locale)


def duration(ctx: Context, value: Any) -> str:
    """A duration in words: ``2 hours, 30 minutes``. Stored ones are texts such as PT2H30M."""
    if is_empty(value):
        return ""
    found = value if isinstance(value, timedelta) else _read(values.text(value).strip())
    if found is None:
        raise ExpressionError(f"{shown(value)} is not a duration such as PT30M or minutes(30)")
    return _in_words(found, locale_of(ctx.language))


def _read(text: str) -> timedelta | None:
    found = _DURATION.fullmatch(text)
    if not found or text[-1] in "PT":
        return None
    parts = found.groupdict(default="0")
    sign = -1 if parts.pop("sign") else 1
    return sign * timedelta(**{unit: int(amount) for unit, amount in parts.items()})


def _in_words(value: timedelta, locale: Locale) -> str:
    """The two largest units that there is something of; the others are too small to matter."""
    rest, parts = round(abs(value).total_seconds()), list[str]()
    for unit, size in _UNITS:
        amount, rest = divmod(rest, size)
        if amount and len(parts) < 2:
            parts.append(_amount(amount, unit, locale))
    if not parts:
        return _amount(0, "minute", locale)
    return ("−" if value < timedelta() else "") + format_list(parts, style="unit", locale=locale)


def _amount(amount: int, unit: str, locale: Locale) -> str:
    return str(format_unit(amount, f"duration-{unit}", locale=locale))


# --- Numbers --------------------------------------------------------------------------------


def decimal(ctx: Context, value: Any, digits: Any = None) -> str:
    """A number as the visitor's language writes it: ``1 234,5``."""
    pattern = None if digits is None else "#,##0." + "0" * min(max(whole(digits), 0), 12)
    amount = numbers("decimal", 0, value)[1]
    return format_decimal(amount, pattern and pattern.rstrip("."), locale=locale_of(ctx.language))


def money(ctx: Context, value: Any, currency: str) -> str:
    amount = numbers("money", 0, value)[1]
    return format_currency(amount, currency[:3].upper(), locale=locale_of(ctx.language))


def plural(ctx: Context, count: Any, **forms: Any) -> str:
    """The form that goes with ``count`` in the language of the conversation, ``#`` its number.

    A list counts its items. Of a form that is not given another takes the place.
    """
    if isinstance(count, list | tuple):
        count = len(cast("list[Any]", count))
    amount = sane(numbers("plural", 0, count)[1])
    if isinstance(amount, float) and amount.is_integer():
        amount = int(amount)
    locale = locale_of(ctx.language)
    form = values.text(_form(forms, amount, locale))
    number = format_decimal(amount, locale=locale)
    fits(len(form) + form.count("#") * len(number))
    return form.replace("#", number)


def _form(forms: dict[str, Any], amount: float, locale: Locale) -> Any:
    """Texts with two forms, shown in a language that has more, are not written in it."""
    rule = locale.plural_form
    if forms.keys() <= _TWO_FORMS and not rule.tags <= _TWO_FORMS:
        rule = Locale("en").plural_form
    wanted = rule(abs(amount))
    return next(forms[name] for name in (wanted, *_INSTEAD, *FORMS) if name in forms)
