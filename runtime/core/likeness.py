"""How alike two texts are by their words alone: no meaning, no model. Pure.

Words count by how they begin, so that most endings of our languages do not matter; those that
everybody says (how, is, my) count for nothing, those that few of the compared texts have for more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import log, sqrt
from typing import Final

from runtime.core.tongues.words import WORDS

BEGINNING = 5  # letters by which a word is known
LOOKED_AT = 2_000  # characters

_WORD = re.compile(r"[^\W_]+")
_SAID_BY_ALL: Final = frozenset(
    word for speaking, _, small in WORDS.values() for word in (*speaking.split(), *small.split())
) | {"i", "in", "an"}
_APOSTROPHE = re.compile(r"['’ʼ`´]")


def words(text: str) -> list[str]:
    """The words of a text in their order, folded and without apostrophes."""
    return _WORD.findall(_APOSTROPHE.sub("", text[:LOOKED_AT].casefold()))


@lru_cache(maxsize=2048)
def telling(text: str) -> tuple[str, ...]:
    """How the words begin that say what a text is about; all of them where there are only small."""
    said = _WORD.findall(text[:LOOKED_AT].casefold())
    kept = [word for word in said if word not in _SAID_BY_ALL]
    return tuple(word[:BEGINNING] for word in kept or said)


def alike(one: str, other: str) -> float:
    """From 0 to 1; 1 where both have the same telling words."""
    return _cosine(Counter(telling(one)), Counter(telling(other)), {})


def closest(text: str, groups: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """How alike ``text`` is to the likest text of each group, from 0 to 1."""
    weights = _weights(groups.values())
    asked = Counter(telling(text))
    return {
        name: max((_cosine(asked, Counter(telling(one)), weights) for one in own), default=0.0)
        for name, own in groups.items()
    }


def _weights(groups: Iterable[Sequence[str]]) -> dict[str, float]:
    """What few groups say weighs more than what all of them say."""
    seen, count = Counter[str](), 0
    for own in groups:
        count += 1
        seen.update({stem for one in own for stem in telling(one)})
    return {stem: log(1 + count / groups_with) for stem, groups_with in seen.items()}


def _cosine(one: Counter[str], other: Counter[str], weights: Mapping[str, float]) -> float:
    def length(counted: Counter[str]) -> float:
        return sqrt(sum((weights.get(stem, 1.0) * n) ** 2 for stem, n in counted.items()))

    common = sum(weights.get(stem, 1.0) ** 2 * n * other[stem] for stem, n in one.items())
    return common / (length(one) * length(other)) if common else 0.0
