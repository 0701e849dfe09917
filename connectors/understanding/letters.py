"""Vectors of how texts are spelt: words, their beginnings, neighbours and letters. No weights.

Unlike `connectors.knowledge.embedders.ngrams` it learns from the examples which of these tell
something: what all of them say ("I would like to") counts for little.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

SIZE = 1024
_WORD = re.compile(r"\w+")
_LENGTHS = (3, 4)  # of the sequences of letters
_BEGINNING = 5  # letters by which a word's other forms are known


def counted(texts: Sequence[str]) -> Floats:
    """How often each place is hit, softened; one line a text, not yet weighed."""
    places = np.zeros((len(texts), SIZE), np.float32)
    for line, text in enumerate(texts):
        for feature, times in _features(text).items():
            hashed = zlib.crc32(feature.encode())
            sign = 1.0 if hashed & 1 else -1.0
            places[line, (hashed >> 1) % SIZE] += sign * (1 + math.log(times))
    return places


def weights(places: Floats) -> Floats:
    """What each place tells: the more, the fewer of these texts hit it."""
    hit = (places != 0).sum(axis=0)
    return np.log1p(len(places) / np.maximum(hit, 1)).astype(np.float32)


def weighed(places: Floats, by: Floats) -> Floats:
    """Vectors of length 1; of length 0 for a text without a word."""
    found = places * by
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def _features(text: str) -> Counter[str]:
    words = _WORD.findall(text.casefold())
    found = Counter(words)
    found.update(f"{word[:_BEGINNING]}*" for word in words)
    found.update(f"{one} {other}" for one, other in pairwise(words))
    for word in words:
        marked = f"_{word}_"
        for length in _LENGTHS:
            found.update(marked[at : at + length] for at in range(len(marked) - length + 1))
    return found
