"""What was learnt in one language: its examples as vectors, and the head that tells them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.understanding import letters
from connectors.understanding.head import Head, softmax

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]

_LETTERS = 0.3  # of the likeness, where meaning can be told too


@dataclass(frozen=True)
class Seen:
    """Texts as vectors: how they are spelt, and what they mean where an encoder can tell."""

    letters: Floats
    meaning: Floats | None = None

    @property
    def telling(self) -> Floats:
        """What the head goes by."""
        return self.letters if self.meaning is None else self.meaning

    def of(self, lines: Ints) -> Seen:
        meaning = None if self.meaning is None else self.meaning[lines]
        return Seen(self.letters[lines], meaning)


def alike(asked: Seen, known: Seen) -> Floats:
    """How alike texts are, from 0 to 1: (asked, known)."""
    spelt = asked.letters @ known.letters.T
    if asked.meaning is None or known.meaning is None:
        return np.maximum(spelt, 0)
    meant = asked.meaning @ known.meaning.T
    return np.maximum((1 - _LETTERS) * meant + _LETTERS * spelt, 0)


def nearest(likeness: Floats, owners: Ints, count: int) -> Floats:
    """The likeness to the closest example of each flow: (asked, flows); 0 where it has none.

    ``owners`` ascend.
    """
    found = np.zeros((len(likeness), count), np.float32)
    starts = beginnings(owners)
    found[:, owners[starts]] = np.maximum.reduceat(likeness, starts, axis=1)
    return found


def beginnings(owners: Ints) -> Ints:
    """Where the examples of each flow begin."""
    return np.flatnonzero(np.diff(owners, prepend=-1))


def scores(logits: Floats, likeness: Floats) -> Floats:
    """How surely each flow is meant. The last class of the head is everything else.

    Half of it is the head's share, which knows what tells flows apart; half the likeness, which
    knows that a sentence is like none of them.
    """
    return ((softmax(logits)[:, :-1] + likeness) / 2).astype(np.float32)


@dataclass(frozen=True)
class Part:
    """``owners`` are places in ``flows`` and ascend; ``weights`` are those of the letters.

    From ``threshold`` a flow is meant, from ``clear`` so surely that it may interrupt.
    """

    language: str
    embedder: str
    flows: tuple[str, ...]
    texts: tuple[str, ...]
    owners: Ints
    seen: Seen
    weights: Floats
    head: Head
    threshold: float
    clear: float

    def ask(self, text: str, meaning: Floats | None) -> tuple[Floats, list[str]]:
        """The score of each flow, and the closest of its examples."""
        spelt = letters.weighed(letters.counted([text]), self.weights)
        asked = Seen(spelt, None if meaning is None else meaning[None])
        likeness = alike(asked, self.seen)
        found = scores(
            self.head.logits(asked.telling), nearest(likeness, self.owners, len(self.flows))
        )
        starts = beginnings(self.owners).tolist()
        closest = [
            self.texts[start + int(likeness[0, start:end].argmax())]
            for start, end in zip(starts, [*starts[1:], len(self.texts)], strict=True)
        ]
        return found[0], closest
