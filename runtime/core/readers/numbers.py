"""Numbers, with any of the signs that people put between thousands and before fractions."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from babel.numbers import get_decimal_symbol

from runtime.core.expressions.formats import locale_of
from runtime.core.readers import Found

LOOKED_AT = 100  # characters: a longer text is no answer to "how many?"
DIGITS = 15  # more cannot be kept exactly
_NUMBER = re.compile(r"[-+−]?\d(?:[\d.,' \u00a0\u202f]*\d)?")
_SPACES = re.compile(r"(?<=\d)[ '\u00a0\u202f](?=\d{3}(?!\d))")
_UNIT = re.compile(r"[^\W\d_]{0,10}[.$€£%]?|,-")
_MULTIPLIERS = ("k", "m", "mn", "mln", "mill", "thousand", "million", "tusen", "тис", "тыс", "млн")


@lru_cache(maxsize=64)
def decimal_sign(language: str) -> str:
    """What a language writes before fractions: a point or a comma."""
    return str(get_decimal_symbol(locale_of(language)))


def number_in(text: str, decimal: str, longest: int = LOOKED_AT) -> Found | None:
    """The one number in a text; ``decimal`` is the sign that language puts before fractions."""
    found = list(islice(_NUMBER.finditer(text), 2)) if len(text) <= longest else []
    if len(found) != 1:
        return None
    after = text[found[0].end() :].strip().casefold()
    if after.rstrip(".") in _MULTIPLIERS:
        return None
    value = _value(found[0][0].replace("−", "-"), decimal)
    return None if value is None else Found(value, found[0].start(), found[0].end())


def is_plain(text: str, found: Found) -> bool:
    """Whether there is nothing but a unit before and after the number."""
    around = (text[: found.start].strip(), text[found.end :].strip())
    return all(_UNIT.fullmatch(words) for words in around)


def _value(written: str, decimal: str) -> int | float | None:
    """A number written with any of the usual signs between thousands and before fractions."""
    written = _SPACES.sub("", written)
    signs = [sign for sign in written if sign in ".,"]
    if len(set(signs)) == 2:
        decimal = signs[-1]
    elif len(signs) == 1 and not re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", written):
        decimal = signs[0]
    elif len(signs) > 1:
        decimal = "," if signs[0] == "." else "."
    thousands = "," if decimal == "." else "."
    whole, _, fraction = written.partition(decimal)
    if not re.fullmatch(rf"[-+]?\d+|[-+]?\d{{1,3}}(\{thousands}\d{{3}})+", whole):
        return None
    whole = whole.replace(thousands, "")
    if len(whole) + len(fraction) > DIGITS or not re.fullmatch(r"\d*", fraction):
        return None
    return float(f"{whole}.{fraction}") if fraction.strip("0") else int(whole)
