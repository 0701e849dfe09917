"""Which of several options a typed reply means: by value, label, synonym, number, likeness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from runtime.core.contract import Value
from runtime.core.phrases import FILLERS, ORDINALS

LOOKED_AT = 200  # characters: a longer text names no single option
ALIKE = 0.8  # of 1: below this two texts are not the same word misspelt
CLEARLY = 0.1  # by how much the best must beat the next

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_BETWEEN = re.compile(r"\s*(?:[,;\n&+]|(?<!\S)(?:and|og|och|і|й|та|и)(?!\S))\s*")


class Match(Value, frozen=True):
    """The place of the option meant. ``sure``: by its very name or number, not by likeness."""

    place: int
    sure: bool = True


def matched(text: str, names: Sequence[Sequence[str]]) -> Match | None:
    """The one option that ``text`` means; each has several names, the most telling first."""
    words = _words(text)
    if not words or len(text) > LOOKED_AT:
        return None
    called = [[_words(name) for name in of_one] for of_one in names]
    for rung in range(max(map(len, called), default=0)):
        for place, of_one in enumerate(called):
            if rung < len(of_one) and of_one[rung] == words:
                return Match(place)
    place = None if _names_a_number(words, called) else _by_number(words, len(called))
    return _alike(words, called) if place is None else Match(place)


def matched_all(text: str, names: Sequence[Sequence[str]]) -> list[Match]:
    """The options that an enumeration such as "red, blue and the last" means; empty: none."""
    one = matched(text, names)
    if len(text) > LOOKED_AT or (one and one.sure):
        return [one] if one else []
    found = [matched(part, names) for part in _BETWEEN.split(text) if part.strip()]
    known = [match for match in found if match]
    if known and len(known) == len(found):
        return known
    return [one] if one else []


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold())) or tuple(text.split())


def _names_a_number(words: tuple[str, ...], called: list[list[tuple[str, ...]]]) -> bool:
    """Whether a number in the reply is part of an option's name: then it counts no options."""
    numbers = {word for word in words if word.isdecimal()}
    return bool(numbers) and any(numbers & {*name} for of_one in called for name in of_one)


def _by_number(words: tuple[str, ...], count: int) -> int | None:
    """``2``, ``number 2``, ``the second`` and ``last``, counted from one."""
    telling = [word for word in words if word not in FILLERS]
    if len(telling) != 1:
        return None
    word = telling[0]
    number = int(word) if word.isdecimal() and len(word) < 4 else _ordinal(word)
    if number == -1:
        return count - 1
    return number - 1 if number and 1 <= number <= count else None


def _ordinal(word: str) -> int | None:
    for number, stems in ORDINALS:
        if any(word.startswith(stem) and len(word) <= len(stem) + 3 for stem in stems):
            return number
    return None


def _alike(words: tuple[str, ...], called: list[list[tuple[str, ...]]]) -> Match | None:
    """The option that is clearly more alike than any other."""
    scores = sorted(
        (max((_likeness(words, name) for name in of_one if name), default=0.0), -place)
        for place, of_one in enumerate(called[:LOOKED_AT])
    )
    if not scores or scores[-1][0] < ALIKE:
        return None
    if len(scores) > 1 and scores[-1][0] - scores[-2][0] < CLEARLY:
        return None
    return Match(-scores[-1][1], sure=False)


def _likeness(words: tuple[str, ...], name: tuple[str, ...]) -> float:
    """From 0 to 1; high where one contains the other's words, or where letters differ little."""
    said, wanted = " ".join(words), " ".join(name)
    if f" {wanted} " in f" {said} ":
        return 0.95
    if len(said) > 2 and f" {said} " in f" {wanted} ":
        return 0.92
    if len(wanted) > 2 * len(said) + 2 or len(said) > 2 * len(wanted) + 2:
        return 0.0
    matcher = SequenceMatcher(None, said, wanted, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0
