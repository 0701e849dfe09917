"""How certain a found passage is: a number between 0 and 1 that means the same for all of them."""

from __future__ import annotations

import math
from typing import Final, NamedTuple


class _Scale(NamedTuple):
    """Logarithm of the odds that a passage answers: a sum, fitted as decision 024 tells."""

    start: float
    coverage: float  # of the words of the question, from 0 to 1
    nearness: float  # the cosine


_BY_WORDS: Final = _Scale(-5.4, 6.7, 0.0)
_SCALES: Final = {
    "minilm": _Scale(-7.8, 3.1, 10.7),
    "ngrams": _Scale(-5.9, 4.1, 7.2),
}
_OF_A_MODEL: Final = _SCALES["minilm"]  # whose cosines lie much like those of other models


def of_passage(embedder: str | None, coverage: float, nearness: float | None) -> float:
    if embedder is None or nearness is None:
        return _chance(_BY_WORDS, coverage, 0.0)
    return _chance(_SCALES.get(embedder, _OF_A_MODEL), coverage, nearness)


def of_price(coverage: float, rest: float) -> float:
    """``coverage``: how much of the question the row has; ``rest``: how much of it was not asked.

    All words there is certain, whatever the row has besides.
    """
    return max(0.0, min(1.0, coverage * coverage - 0.02 * rest))


def _chance(scale: _Scale, coverage: float, nearness: float) -> float:
    odds = scale.start + scale.coverage * coverage + scale.nearness * nearness
    return 1 / (1 + math.exp(-odds))
