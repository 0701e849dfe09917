"""When two questions are one: what must be said alike for the same answer to do for both. Pure.

The words alone decide where they are the same but for courtesies (`Said.words`). Where they are
not, vectors may find two questions alike (`BAR`), but vectors hardly see a number, a name or a
"not", so these are compared by themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import msgspec
from babel.dates import get_day_names, get_month_names

from connectors.ai import grounds
from connectors.ai.sameness_words import IDLE, LEADING, NUMBERS, PALE, RELATIVE, TURNING
from runtime.core.likeness import telling
from runtime.core.phrases import LANGUAGES, base_language

BAR: Final[Mapping[str, float]] = {"minilm": 0.95}
"""From which cosine on, by embedder, two questions are alike: measured, see docs/benchmarks.md.

An embedder that is not here has no bar that would do: for its questions words alone decide.
"""

SEEING: Final[Mapping[str, frozenset[str]]] = {"minilm": frozenset({"en"})}
"""The languages whose meanings an embedder with a bar knows."""


class Said(msgspec.Struct, frozen=True):
    """A question as it is compared with others, in their language."""

    words: tuple[str, ...]  # in order, without courtesies and articles
    exact: tuple[str, ...]  # numbers, codes, days and months, in order
    turning: tuple[str, ...]  # what turns a meaning round: not, only, before, who; sorted
    names: tuple[str, ...]  # as words, in order
    about: tuple[str, ...]  # how its other telling words begin, in order


def read(question: str, language: str) -> Said:
    """``language`` is the question's, BCP 47."""
    speaks = base_language(language)
    said = _tokens(question)
    folded = [_plain(token) for token in said]
    kept = [word for word in folded if word not in _idle(speaks)]
    turning = _turning(speaks)
    return Said(
        words=tuple(kept or folded),
        exact=tuple(_exact(word, speaks) for word in folded if _is_exact(word, speaks)),
        turning=tuple(sorted(kind for word in folded if (kind := _turn(word, turning)))),
        names=tuple(_names(question, said)),
        about=telling(" ".join(word for word in kept if _tells(word, speaks))),
    )


def are_one(one: Said, other: Said) -> bool:
    """Whether nothing that vectors overlook tells two like questions apart."""
    return (
        one.exact == other.exact
        and one.turning == other.turning
        and _same_names(one, other)
        and not _swapped(one.about, other.about)
        and not _turned_about(one, other)
    )


def _same_names(one: Said, other: Said) -> bool:
    """Names may be written small on one side, but must be there, in the same order."""
    named = {*one.names, *other.names}
    here, there = ([word for word in said.words if word in named] for said in (one, other))
    return here == there


def _swapped(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether each has a telling word that the other lacks: "open" for "closed", one town for
    another.
    """
    return bool(set(one) - set(other)) and bool(set(other) - set(one))


def _turned_about(one: Said, other: Said) -> bool:
    """Whether the same words stand in another order: "A to B" is not "B to A"."""
    if Counter(one.words) == Counter(other.words):
        return one.words != other.words
    common = {*one.about} & {*other.about}
    here, there = ([word for word in said.about if word in common] for said in (one, other))
    return bool(LEADING & {*one.words} & {*other.words}) and here != there


def says_nothing(text: str) -> bool:
    """Whether a message is a mere greeting or thanks."""
    every = frozenset[str]().union(*map(_idle, LANGUAGES))
    return all(_plain(token) in every for token in _tokens(text))


def marks(text: str) -> frozenset[str]:
    """Its words with a capital or a digit: whatever may be somebody's name or number."""
    return frozenset(
        token
        for token in _tokens(text)
        if token[0].isupper() or any(sign.isdigit() for sign in token)
    )


# --- Words ------------------------------------------------------------------------------------

_APOSTROPHES = str.maketrans("’ʼ`´‘", "'''''")
_EDGES = ".,;:!?…\"'«»“”„()[]{}<>*_~¿¡–—"
_SMALL_SIGN = re.compile(r"^[^\w€$£¥₴₽%+#&@°]+$")


def _tokens(text: str) -> list[str]:
    """As written, but for the signs around them; "4.5", "C++" and "50%" stay what they are."""
    whole = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    stripped = (token.strip(_EDGES) for token in whole.split())
    return [token for token in stripped if token and not _SMALL_SIGN.match(token)]


def _plain(token: str) -> str:
    return token.casefold().replace("ё", "е")


@cache
def _idle(language: str) -> frozenset[str]:
    """Words that change no question."""
    return frozenset(IDLE.get(language, "").split())


# --- What is exact ----------------------------------------------------------------------------


@cache
def _counted(language: str) -> Mapping[str, str]:
    """Words that stand for a number, a day or a month."""
    found = {word: str(n) for n, word in enumerate(NUMBERS.get(language, "").split(), 2)}
    found |= {word: word for word in RELATIVE.get(language, "").split()}
    if language in LANGUAGES:
        for named, sign in ((get_day_names, "d"), (get_month_names, "m")):
            for width in ("wide", "abbreviated"):
                for context in ("format", "stand-alone"):
                    names: Mapping[int, str] = named(width, context, language)
                    found |= {
                        _plain(name.strip(".")): f"{sign}{number}" for number, name in names.items()
                    }
    return found


def _is_exact(word: str, language: str) -> bool:
    return any(sign.isdigit() for sign in word) or word in _counted(language)


def _tells(word: str, language: str) -> bool:
    return not _is_exact(word, language) and word not in _pale(language)


@cache
def _pale(language: str) -> frozenset[str]:
    """Words that are in any question, beside those that `telling` leaves out."""
    return frozenset(PALE.get(language, "").split())


def _exact(word: str, language: str) -> str:
    """1,299.00 and 1299 are one number; two and 2 as well."""
    if known := _counted(language).get(word):
        return known
    values = grounds.numbers(word)
    signs = re.sub(r"[\d.,:'\s]", "", word)
    return f"{signs}{'|'.join(sorted(values[0]))}" if len(values) == 1 else word


# --- What turns a meaning round ---------------------------------------------------------------

_NEGATED = re.compile(r"n't$")


@cache
def _turning(language: str) -> Mapping[str, str]:
    lines = TURNING.get(language, "").strip().splitlines()
    return {word: line.split()[0] for line in lines for word in line.split()}


def _turn(word: str, turning: Mapping[str, str]) -> str | None:
    return "not" if _NEGATED.search(word) else turning.get(word)


# --- Names ------------------------------------------------------------------------------------

_ENDS = (".", "!", "?", "…", ":")


def _names(question: str, said: Sequence[str]) -> list[str]:
    """What is written as a name: a capital inside a sentence, or after the first letter."""
    if question.isupper():
        return []
    starts = True
    found: list[str] = []
    written = iter(question.translate(_APOSTROPHES).split())
    for token in said:
        raw = next((one for one in written if token in unicodedata.normalize("NFKC", one)), token)
        capital = token[0].isupper() and not starts and token not in ("I", "I'm", "I'd", "I've")
        if capital or any(sign.isupper() for sign in token[1:]):
            found.append(_plain(token))
        starts = raw.endswith(_ENDS)
    return found
