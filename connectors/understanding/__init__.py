"""Which intent a visitor's words mean: learnt from a few examples, without a language model.

`training.train` makes a `model.Model`; `model.understood` applies its bars. NumPy and the weights
of the encoder are loaded by those modules: import them where they are used, not with a process.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, Literal

import msgspec

Quality = Literal["meaning", "words"]


def certainty(told: Any) -> float:
    """How sure a model says it is, from 0 to 1; 0 for what is no number."""
    known = isinstance(told, int | float) and isfinite(told)
    return min(max(float(told), 0.0), 1.0) if known else 0.0


class Ranked(msgspec.Struct, frozen=True):
    """How surely words mean a flow, from 0 to 1, and the closest of its examples."""

    flow: str
    score: float
    nearest: str


class Pair(msgspec.Struct, frozen=True):
    """An example that was taken for another flow, and that flow's example it is close to."""

    text: str
    nearest: str


class Confusion(msgspec.Struct, frozen=True):
    """``share`` of a flow's examples that were taken for ``flow``."""

    flow: str
    share: float
    pairs: tuple[Pair, ...] = ()


class Recognised(msgspec.Struct, frozen=True):
    """How well a flow's examples are recognised, each asked as if it were not known.

    ``few``: too few to rely on these figures.
    """

    flow: str
    examples: int
    languages: dict[str, int]
    recognised: float
    few: bool
    confused_with: tuple[Confusion, ...] = ()


class LanguageReport(msgspec.Struct, frozen=True):
    code: str
    embedder: str
    quality: Quality
    threshold: float
    examples: int


class Report(msgspec.Struct, frozen=True):
    """How well all flows can be told apart, from each other and from what is none of them.

    ``in_scope`` and ``out_of_scope`` are None where there was nothing to measure them by.
    ``milliseconds`` are those of the training.
    """

    intents: tuple[Recognised, ...]
    languages: tuple[LanguageReport, ...]
    tuned: bool
    in_scope: float | None
    out_of_scope: float | None
    milliseconds: float
