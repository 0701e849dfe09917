"""What no table of ours understands, read by `dateparser`: chiefly dates in other languages.

It is imported when first needed: that takes a quarter of a second, and the first text in a
language up to as much again; later ones take a millisecond. It is asked only about a text that
is nothing but a date, because it finds days in "sun", "mar" and bare numbers; and it is told the
moment and the zone, so that no clock of this machine matters.
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any, Final

from runtime.core.contract import Value

LONGEST: Final = 60  # characters of a text that is nothing but a date
_DAY_AND_WORD = re.compile(r"(?=.*\d)(?=.*[^\W\d_]{3})[\w\s.,:'’-]+")
_WORDS = re.compile(r"(?=.*[^\W\d_]{4})[^\W_]+(?:[\s'’-]+[^\W_]+){0,3}[.!]?")


class Found(Value, frozen=True):
    """A moment, in the zone of the reading; without ``timed``, only its day was said."""

    at: datetime
    timed: bool


def read(text: str, language: str, now: datetime, *, own: bool) -> Found | None:
    """The day a whole text means; ``own``: in a language with a table, so nothing but a date
    with day and month is worth asking about.
    """
    text = text.strip()
    numbered = any(map(str.isdigit, text))
    asked = (_DAY_AND_WORD if numbered or own else _WORDS).fullmatch(text)
    if len(text) > LONGEST or not asked or now.tzinfo is None:
        return None
    settings = _SETTINGS | {
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "TIMEZONE": _name(now.tzinfo, now),
        "REQUIRE_PARTS": ["day", "month"] if numbered else [],
        "PARSERS": ["absolute-time"] if own else ["relative-time", "absolute-time"],
    }
    if not _known(language):
        return None
    from dateparser.date import DateDataParser  # noqa: PLC0415  heavy, and rarely needed

    found = DateDataParser(languages=[language], settings=settings).get_date_data(text)
    if found.date_obj is None:
        return None
    if found.period not in (("day", "time") if numbered else ("day",)):  # "Mai", "jetzt"
        return None
    return Found(found.date_obj.replace(tzinfo=now.tzinfo), found.period == "time")


_SETTINGS: Final[dict[str, Any]] = {
    "PREFER_DATES_FROM": "future",
    "RETURN_TIME_AS_PERIOD": True,
    "RETURN_AS_TIMEZONE_AWARE": False,
    "NORMALIZE": True,
}


@lru_cache(maxsize=64)
def _known(language: str) -> bool:
    """Whether dateparser has words of that language."""
    from dateparser.date import DateDataParser  # noqa: PLC0415  heavy, and rarely needed

    try:
        DateDataParser(languages=[language]).get_date_data("2000-01-01")
    except ValueError:
        return False
    return True


def _name(zone: tzinfo, now: datetime) -> str:
    """The zone as dateparser takes it: an IANA name, or an offset such as +0200."""
    return getattr(zone, "key", None) or now.strftime("%z") or "UTC"
