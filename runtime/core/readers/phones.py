"""Telephone numbers, by the numbering plans of all countries."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from babel.core import get_global
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, PhoneNumberType

from runtime.core.contract import Facts
from runtime.core.readers import Found

LOOKED_AT = 1_000  # characters of a reply in which a number may stand
LONGEST = 40  # characters of a number alone
MOST = 8  # numbers that are looked for in one reply
UNKNOWN = "GB"  # whose example is shown where nobody knows where the visitor is

REGIONS: frozenset[str] = frozenset(phonenumbers.SUPPORTED_REGIONS)


def regions(facts: Facts, language: str) -> tuple[str, ...]:
    """Where the visitor may be, the likeliest first: by time zone, by locale, by language.

    The zone goes before the locale, because browsers that speak American English are everywhere;
    and English by itself tells nothing.
    """
    return _regions(facts.timezone, facts.locale or "", language)


def example(region: str | None) -> str:
    """A number of that country which nobody has, written as people there know it."""
    return _example(region or UNKNOWN)


def normalised(text: str, where: tuple[str, ...]) -> str | None:
    """The one number that ``text`` is, in E.164 (``+4740612345``); None: it is none.

    A number without a country's code is taken for one of the first country of ``where`` in which
    it can exist.
    """
    if len(text) > LONGEST:
        return None
    number = text.strip().removeprefix("tel:")
    if number.startswith("00"):
        number = f"+{number[2:]}"
    for region in where or (None,):
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed) and not _has_letters(number):
            return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return None


def numbers_in(text: str, where: tuple[str, ...]) -> list[Found]:
    """The numbers in a text, by the first country of ``where`` that finds any."""
    text = text[:LOOKED_AT]
    if sum(sign.isdigit() for sign in text) < 4:
        return []
    for region in where or (None,):
        matches = PhoneNumberMatcher(text, region, max_tries=MOST)
        if found := [
            Found(
                phonenumbers.format_number(one.number, PhoneNumberFormat.E164), one.start, one.end
            )
            for one in matches
        ]:
            return found
    return []


def _has_letters(number: str) -> bool:
    return any(sign.isalpha() for sign in number)


@lru_cache(maxsize=256)
def _regions(timezone: str, locale: str, language: str) -> tuple[str, ...]:
    found = [get_global("zone_territories").get(timezone, "")]
    parts = locale.replace("_", "-").split("-")[1:]
    found += [part.upper() for part in parts if len(part) == 2]
    for spoken in (locale, language):
        base = spoken.replace("_", "-").partition("-")[0].lower()
        if base != "en":
            found.append(get_global("likely_subtags").get(base, "").rpartition("_")[2])
    return tuple(dict.fromkeys(region for region in found if region in REGIONS))


@lru_cache(maxsize=256)
def _example(region: str) -> str:
    number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    number = number or phonenumbers.example_number(region)
    if number is None:
        return _example(UNKNOWN)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
