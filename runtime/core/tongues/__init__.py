"""Which of a bot's languages somebody writes in, told by rules and only where there is no doubt.

A conversation follows what this says, so a wrong guess costs more than none: names, addresses,
single words and mixtures say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from runtime.core.phrases import LANGUAGES, base_language
from runtime.core.tongues.words import FOREIGN, LETTERS, SMALL, SPEAKING, USUAL, WORDS

LOOKED_AT = 400  # characters: a language shows in its first sentences
TELLING = 6  # what two words tell that the language spoken now lacks
APART = 3  # what one word tells that a third language lacks
CLEARLY = 2.5  # times as much as speaks for another of the bot's languages
KNOWN = 0.3  # of the words: fewer are by chance

# Whoever speaks one of these would be taken for its neighbours, so these are not guessed beside it.
_NEIGHBOURS: Final[dict[str, frozenset[str]]] = {
    "da": frozenset({"nb", "sv"}),
    "fo": frozenset({"nb"}),
    "be": frozenset({"uk", "ru"}),
    "bg": frozenset({"ru", "uk"}),
    "mk": frozenset({"ru", "uk"}),
    "sr": frozenset({"ru", "uk"}),
}

Weights = Mapping[str, int]  # language -> how much a word speaks for it

_ADDRESS = re.compile(r"[@\d#]|://|www\.|^/")  # or a number, a code, a path
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ENDS = frozenset(".!?…:")
_CLOSING = "\"'»”)"
_APOSTROPHES = str.maketrans("’ʼ`´", "''''")


def written_in(text: str, languages: Sequence[str], current: str) -> str | None:
    """The one of ``languages`` (BCP 47) that ``text`` is clearly written in, if not ``current``."""
    if " " not in text.strip():
        return None
    words = list(_words(text[:LOOKED_AT]))
    points = _points(words)
    spoken, now = _spoken(tuple(languages)), base_language(current)
    tongue = max(spoken, key=lambda one: points.get(one, 0), default=now)
    if tongue == now or points.get(tongue, 0) < TELLING or not _is_enough(words, tongue):
        return None
    if now not in LANGUAGES and points[tongue] < 2 * TELLING:
        return None  # what speaks for the present language cannot be weighed: more is needed
    apart = all(_is_apart(words, tongue, other, spoken, now) for other in points)
    return spoken[tongue] if apart else None


@cache
def _spoken(languages: tuple[str, ...]) -> dict[str, str]:
    """The languages that can be told, with the name the bot has for each."""
    bases = [(base_language(language), language) for language in languages]
    near = frozenset[str]().union(*(_NEIGHBOURS.get(base, ()) for base, _ in bases))
    known = [(base, code) for base, code in bases if base in LANGUAGES and base not in near]
    return dict(reversed(known))


def _words(text: str) -> Iterator[Weights]:
    """What the words tell that are no names, nor part of an address: each word once."""
    shouting, begins = text.isupper(), True
    seen = set[str]()
    for piece in text.replace("\n", ". ").translate(_APOSTROPHES).split():
        for word in () if _ADDRESS.search(piece) else _WORD.findall(piece):
            if begins or shouting or not word[0].isupper() or word[:2] == "I'":
                folded = word.casefold()
                if folded not in seen:
                    seen.add(folded)
                    yield _WEIGHTS.get(folded.replace("ё", "е")) or _by_letters(folded)
            begins = False
        begins = begins or piece.rstrip(_CLOSING)[-1:] in _ENDS


def _by_letters(word: str) -> Weights:
    if word.isascii():
        return _NOTHING
    letters = {*word}
    if letters & FOREIGN:
        return _NOTHING
    return {tongue: SMALL for tongue, own in LETTERS.items() if letters & own}


def _points(words: Sequence[Weights]) -> dict[str, int]:
    points: dict[str, int] = {}
    for word in words:
        for tongue, weight in word.items():
            points[tongue] = points.get(tongue, 0) + weight
    return points


def _is_enough(words: Sequence[Weights], tongue: str) -> bool:
    """Whether enough of the words are known, and not only such as names have."""
    weights = [word[tongue] for word in words if tongue in word]
    return len(weights) > 1 and max(weights) > SMALL and len(weights) >= KNOWN * len(words)


def _is_apart(
    words: Sequence[Weights], tongue: str, other: str, spoken: Collection[str], now: str
) -> bool:
    """Whether the words speak clearly for one language rather than for another."""
    if tongue == other:
        return True
    for_it = sum(word[tongue] for word in words if tongue in word and other not in word)
    against = sum(word[other] for word in words if other in word and tongue not in word)
    if other not in spoken and other != now:
        return for_it >= against
    needed = TELLING if other == now else APART
    return for_it >= needed and for_it >= CLEARLY * against


def _weights() -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for tongue, lists in WORDS.items():
        for words, weight in zip(lists, (SPEAKING, USUAL, SMALL), strict=True):
            for word in words.split():
                table.setdefault(word, {}).setdefault(tongue, weight)
    return table


_WEIGHTS: Final = _weights()
_NOTHING: Final[Weights] = {}
