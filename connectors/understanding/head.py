"""Multinomial logistic regression, fitted by L-BFGS with nothing but NumPy."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]

Loss = Callable[[Floats], tuple[float, Floats]]  # how wrong a point is, and its slope there

STEPS = 60  # at most
_ENOUGH = 1e-3  # of the first gradient's length: what is still gained then is no better answer
_REMEMBERED = 8  # steps, from which the curve of the loss is told
_LEAST_GAIN = 1e-4  # of what the slope promises, for a step to be taken


class Head(NamedTuple):
    """Weights (features, classes) and what each class starts from."""

    weights: Floats
    biases: Floats

    def logits(self, vectors: Floats) -> Floats:
        return vectors @ self.weights + self.biases


def softmax(logits: Floats) -> Floats:
    """Shares that add up to 1 in every line."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def fit(vectors: Floats, classes: Ints, count: int, costs: Floats, *, steps: int = STEPS) -> Head:
    """The head that tells ``count`` classes apart; a mistake on a line costs what ``costs`` say.

    The larger the costs, the closer it keeps to the examples and the less it generalises.
    """
    wanted = np.zeros((len(classes), count), np.float32)
    wanted[np.arange(len(classes)), classes] = 1

    def loss(point: Floats) -> tuple[float, Floats]:
        logits = vectors @ point[:-1] + point[-1]
        logits -= logits.max(axis=1, keepdims=True)
        shares = np.exp(logits)
        sums = shares.sum(axis=1, keepdims=True)
        lost = (np.log(sums)[:, 0] - (logits * wanted).sum(axis=1)) * costs
        away = (shares / sums - wanted) * costs[:, None]
        slope = np.vstack([vectors.T @ away + point[:-1], away.sum(axis=0)])
        return float(lost.sum() + (point[:-1] ** 2).sum() / 2), slope

    found = _descend(loss, np.zeros((vectors.shape[1] + 1, count), np.float32), steps)
    return Head(found[:-1], found[-1])


def _descend(loss: Loss, point: Floats, steps: int) -> Floats:
    past: deque[tuple[Floats, Floats, float]] = deque(maxlen=_REMEMBERED)
    value, slope = loss(point)
    enough = _ENOUGH * float(np.linalg.norm(slope))
    for _ in range(steps):
        if float(np.linalg.norm(slope)) <= enough:
            break
        way = _direction(slope, past)
        promised, size = float((slope * way).sum()), 1.0
        if not past:
            size = min(1.0, 1.0 / float(np.abs(slope).sum()))
        for _ in range(20):
            there: Floats = point + np.float32(size) * way
            new_value, new_slope = loss(there)
            if new_value <= value + _LEAST_GAIN * size * promised:
                break
            size /= 2
        else:
            break
        moved, turned = there - point, new_slope - slope
        bend = float((moved * turned).sum())
        if bend > 1e-10:
            past.append((moved, turned, 1 / bend))
        point, value, slope = there, new_value, new_slope
    return point


def _direction(slope: Floats, past: deque[tuple[Floats, Floats, float]]) -> Floats:
    """Down the slope, turned by how it has bent on the way here (the two loops of L-BFGS)."""
    way = -slope
    shares: list[float] = []
    for moved, turned, inverse in reversed(past):
        share = inverse * float((moved * way).sum())
        shares.append(share)
        way = way - np.float32(share) * turned
    if past:
        moved, turned, inverse = past[-1]
        way = way * np.float32(1 / (inverse * float((turned**2).sum())))
    for (moved, turned, inverse), share in zip(past, reversed(shares), strict=True):
        again = inverse * float((turned * way).sum())
        way = way + np.float32(share - again) * moved
    return way
