"""Vectors of the letters of words: no weights, the same on every machine, any language.

Each word counts once by itself and once by each of its sequences of three and four letters; each
falls into one of the vector's places with a sign, as its hash says. Forms of a word and typing
mistakes share most of their sequences, so they lie close. Other words for the same do not.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b

NAME = "ngrams"
SIZE = 384
_WORD_WEIGHT = 2.0  # of a whole word, where a sequence of its letters weighs 1
_LENGTHS = (3, 4)
_TELLING = 5  # letters: words of fewer are mostly small words, in any language

_WORD = re.compile(r"\w+")


class Ngrams:
    """`connectors.knowledge.Embedder`."""

    name = NAME
    size = SIZE

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [_vector(text) for text in texts]


def _vector(text: str) -> list[float]:
    places = [0.0] * SIZE
    for feature, weight in _features(text).items():
        number = int.from_bytes(blake2b(feature.encode(), digest_size=8).digest(), "big")
        sign = 1.0 if number & 1 else -1.0
        places[(number >> 1) % SIZE] += sign * weight
    length = math.sqrt(sum(value * value for value in places))
    if length == 0:  # not a word in it: any direction, as long as it is always the same
        return [1.0, *places[1:]]
    return [value / length for value in places]


def _features(text: str) -> dict[str, float]:
    """Saturated, for a word that stands there ten times does not mean ten times as much."""
    weights: dict[str, float] = {}
    for word, times in Counter(_WORD.findall(text.casefold())).items():
        weight = (1 + math.log(times)) * min(1.0, len(word) / _TELLING)
        # A long word has more sequences, but is not more of a word.
        sequences = list(_sequences(word))
        for sequence in sequences:
            share = weight / math.sqrt(len(sequences))
            weights[sequence] = weights.get(sequence, 0.0) + share
        weights[word] = weights.get(word, 0.0) + _WORD_WEIGHT * weight / math.sqrt(len(sequences))
    return weights


def _sequences(word: str) -> Iterator[str]:
    """With marks at both ends: `_de`, `del`, …, `ery_`."""
    marked = f"_{word}_"
    for length in _LENGTHS:
        for start in range(max(1, len(marked) - length + 1)):
            yield marked[start : start + length]
