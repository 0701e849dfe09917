"""Whether what a model says stands in the passages it names. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Set
from functools import cache
from typing import Final

from babel.dates import get_month_names

from runtime.core.phrases import LANGUAGES

SHORTEST = 3  # characters of a quote
SHORTEST_PART = 8  # of each side of an omission

_MARKS = re.compile(r"[*_`~|#>\\]+")
_SIGNS = str.maketrans("’ʼ`´‘“”„«»‹›–—−‑\u00a0\u202f", '\'\'\'\'\'"""""""----  ')
_OMITTED = re.compile(r"\.{3}|…")
_EDGES = " \t\n.,;:!?\"'()[]-"


def plain(text: str) -> str:
    """A text as quotes are compared: folded, without Markdown, with one kind of each sign."""
    folded = unicodedata.normalize("NFKC", text).translate(_SIGNS).casefold()
    return " ".join(_MARKS.sub(" ", folded).split())


def stands_in(quote: str, text: str) -> bool:
    """Whether a quote is there word by word; what it leaves out in between must be marked."""
    whole = plain(text)
    parts = [plain(part).strip(_EDGES) for part in _OMITTED.split(quote)]
    parts = [part for part in parts if part]
    shortest = SHORTEST if len(parts) == 1 else SHORTEST_PART
    place = 0
    for part in parts:
        found = _at_word(part, whole, place)
        if len(part) < shortest or found < 0:
            return False
        place = found + len(part)
    return bool(parts)


def holds(value: str, text: str) -> bool:
    """Whether a value, however short, is there word by word."""
    wanted = plain(value).strip(_EDGES)
    return bool(wanted) and _at_word(wanted, plain(text), 0) >= 0


def _at_word(part: str, whole: str, place: int) -> int:
    """Where ``part`` stands as whole words: 49 is no part of 149."""
    found = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)").search(whole, place)
    return found.start() if found else -1


# --- Numbers ----------------------------------------------------------------------------------

_NUMBER = re.compile(r"\d{1,3}(?:[ '’\u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d\d)(?!\d)")  # 10:30 is 10.30 elsewhere
_LISTED = re.compile(r"(?m)^\s*\d{1,2}[.)]\s")
_MARK = re.compile(r"\[\d{1,2}\]")


def numbers(text: str) -> list[frozenset[str]]:
    """Each number with the values it may have: 1.299 is 1299, or a little more than one."""
    bare = _MARK.sub(" ", _LISTED.sub(" ", unicodedata.normalize("NFKC", text)))
    clocks = _CLOCK.sub(r"\1.\2", bare)
    return [_readings(found[0]) for found in _NUMBER.finditer(clocks)]


@cache
def _readings(written: str) -> frozenset[str]:
    parts = re.split(r"[^\d]", written)
    seps = re.findall(r"[^\d]", written)
    if not seps:
        return frozenset({_value(written, "")})
    found = set[str]()
    grouped = all(len(part) == 3 for part in parts[1:]) and 1 <= len(parts[0]) <= 3
    if grouped and len(set(seps)) == 1:
        found.add(_value("".join(parts), ""))
    if seps[-1] in ".," and all(len(part) == 3 for part in parts[1:-1]) and len(set(seps[:-1])) < 2:
        found.add(_value("".join(parts[:-1]), parts[-1]))
    return frozenset(found) if found else frozenset({".".join(str(int(part)) for part in parts)})


def _value(whole: str, fraction: str) -> str:
    rest = fraction.rstrip("0")
    return f"{int(whole)}.{rest}" if rest else str(int(whole))


def unknown_number(text: str, known: Iterable[str]) -> bool:
    """Whether a number of ``text`` stands in none of the ``known`` texts."""
    values = _figures(known)
    return any(not _is_known(readings, values) for readings in numbers(text))


def _is_known(readings: frozenset[str], values: Set[str]) -> bool:
    """A date such as 24.12.2026 is known too where all its parts are."""
    if readings & values:
        return True
    dates = [one.split(".") for one in readings if one.count(".") > 1]
    return any(all(part in values for part in parts) for parts in dates)


def _figures(known: Iterable[str]) -> Set[str]:
    """Every value that the numbers of texts may have; a date's parts too, as people say them."""
    found = set[str]()
    for readings in (readings for one in known for readings in numbers(one)):
        found |= readings
        found |= {part for one in readings if one.count(".") > 1 for part in one.split(".")}
    return found


# --- Money, months, addresses -----------------------------------------------------------------

_MONEY: Final = (
    re.compile(r"€|\beur(?:o|os|oa)?\b|євро|евро", re.IGNORECASE),
    re.compile(r"\$|\busd\b|\bdollar|долар|доллар", re.IGNORECASE),
    re.compile(r"£|\bgbp\b|\bpound", re.IGNORECASE),
    re.compile(r"\bkr\b|\b(?:nok|sek|dkk)\b|\bkron|крон|,-", re.IGNORECASE),
    re.compile(r"₴|\buah\b|грн|гривен|гривн", re.IGNORECASE),
    re.compile(r"₽|\brub\b|руб", re.IGNORECASE),
    re.compile(r"%|\bpercent|\bprosent|\bprocent|відсот|процент", re.IGNORECASE),
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s)\]>\"'|]+|[\w.+-]+@[\w-]+\.[\w.-]+\w", re.IGNORECASE
)


def unknown_sign(text: str, known: Iterable[str]) -> bool:
    """Whether a currency or per cent is named that none of the ``known`` texts names."""
    whole = " ".join(known)
    return any(sign.search(text) and not sign.search(whole) for sign in _MONEY)


def is_money(text: str) -> bool:
    """Whether a text names a currency or per cent."""
    return any(sign.search(text) for sign in _MONEY)


def unknown_month(text: str, known: Iterable[str]) -> bool:
    """Whether a day is said of a month that none of the ``known`` texts has, name or number."""
    texts = list(known)
    there = {month for one in texts for month in _months(one, beside_number=False)}
    figures = _figures(texts)
    return any(
        month not in there and str(month) not in figures
        for month in _months(text, beside_number=True)
    )


def _months(text: str, *, beside_number: bool) -> list[int]:
    words = re.findall(r"[^\W_]+", plain(text))
    found: list[int] = []
    for place, word in enumerate(words):
        near = (*words[max(0, place - 1) : place], *words[place + 1 : place + 2])
        month = _month_names().get(word)
        if month and (not beside_number or any(one[0].isdigit() for one in near)):
            found.append(month)
    return found


@cache
def _month_names() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in get_month_names(width, context, language).items():
                    bare = plain(name).strip(".")
                    if len(bare) > 2:
                        names.setdefault(bare, month)
    return names


def unknown_address(text: str, known: Iterable[str]) -> bool:
    """Whether a link or an e-mail address is given that none of the ``known`` texts has."""
    whole = " ".join(known).casefold()
    return any(
        found[0].casefold().rstrip(".,;:!?/") not in whole for found in _ADDRESS.finditer(text)
    )
