"""How a part would do on sentences it has not seen: its own examples and others, held out in turns.

From that come the bars: how sure it must be before a flow starts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connectors.understanding.head import fit, softmax
from connectors.understanding.parts import Floats, Ints, Seen, alike, nearest, scores

COST = 20.0  # of a mistake, for the head
STEPS = 30  # of a head that is only tried out
FOLDS = 5
MANY = 2_000  # examples: from here two folds tell enough
PRIOR = {True: 0.45, False: 0.4}  # the bar without any examples, with and without meanings
_PRIOR_WEIGHT = 15  # examples that outweigh it
_AT_ONCE = 256  # sentences asked together, for memory's sake
_LOST = 0.025  # share of the examples rightly recognised that the bar may cost
_KEPT_OUT = 0.8  # share of other sentences that must stay below it all the same
_HIGHEST = 0.85
_RARELY = 0.98  # share of other sentences that must stay below the clear bar
_CLEARER = 0.12  # by how much it lies above the usual one, at least


@dataclass(frozen=True)
class Trial:
    """``guessed`` and ``surely``: for each example the best flow and its score.

    ``masked`` is the best score of another flow than its own; ``others`` are the scores of
    sentences that belong to none.
    """

    guessed: Ints
    surely: Floats
    masked: Floats
    others: Floats


def nearest_of(asked: Seen, known: Seen, owners: Ints, count: int) -> Floats:
    found = np.zeros((len(asked.letters), count), np.float32)
    for start in range(0, len(found), _AT_ONCE):
        lines = np.arange(start, min(start + _AT_ONCE, len(found)))
        found[lines] = nearest(alike(asked.of(lines), known), owners, count)
    return found


def costs(owners: Ints, count: int, background: int) -> Floats:
    """Alike for all examples; everything else together weighs no more than a few flows."""
    each = len(owners) / max(count, 1)
    share = min(1.0, 4 * each / max(background, 1))
    return np.r_[np.full(len(owners), COST), np.full(background, COST * share)].astype(np.float32)


def attempt(seen: Seen, owners: Ints, count: int, elsewhere: Seen) -> Trial:
    """Trains on all but a fold, asks the fold; until each has been asked."""
    folds = FOLDS if len(owners) < MANY else 2
    turn, turn_elsewhere = _turns(owners, count) % folds, np.arange(len(elsewhere.letters)) % folds
    guessed, surely = np.full(len(owners), -1), np.zeros(len(owners), np.float32)
    masked, others = surely.copy(), np.zeros(len(turn_elsewhere), np.float32)
    for fold in range(folds):
        held, kept = np.flatnonzero(turn == fold), np.flatnonzero(turn != fold)
        if not len(held) or not len(kept):
            continue
        out, rest = np.flatnonzero(turn_elsewhere == fold), np.flatnonzero(turn_elsewhere != fold)
        vectors = np.vstack([seen.telling[kept], elsewhere.telling[rest]])
        classes = np.r_[owners[kept], np.full(len(rest), count)]
        price = costs(owners[kept], count, len(rest))
        head = fit(vectors, classes, count + 1, price, steps=STEPS)
        known, of = seen.of(kept), owners[kept]
        near = nearest_of(seen.of(held), known, of, count)
        logits = head.logits(seen.telling[held])
        found = scores(logits, near)
        guessed[held], surely[held] = found.argmax(axis=1), found.max(axis=1)
        masked[held] = _without(logits, near, owners[held])
        if len(out):
            asked = elsewhere.of(out)
            near = nearest_of(asked, known, of, count)
            others[out] = scores(head.logits(asked.telling), near).max(axis=1)
    return Trial(guessed, surely, masked, others)


def bars(trial: Trial, owners: Ints, *, meaning: bool) -> tuple[float, float]:
    """The usual bar and the clear one: most examples above the first, most other things below."""
    best = _bar(trial, trial.surely[trial.guessed == owners])
    share = len(owners) / (len(owners) + _PRIOR_WEIGHT)
    bar = share * best + (1 - share) * PRIOR[meaning]
    strangers = np.r_[trial.others, trial.masked] if len(trial.masked) else trial.others
    rare = float(np.quantile(strangers, _RARELY)) if len(strangers) else bar
    return round(bar, 3), round(min(max(bar + _CLEARER, rare), 0.9), 3)


def _bar(trial: Trial, right: Floats) -> float:
    """As high as loses hardly any example, but no higher than what keeps other things out."""
    if not len(right):
        return _HIGHEST
    low = float(np.quantile(right, _LOST))
    others = float(np.quantile(trial.others, _KEPT_OUT)) if len(trial.others) else 0.0
    return min(max(low, others), _HIGHEST)


def in_scope(trial: Trial, owners: Ints, bar: float) -> float:
    """Share of the examples that are understood rightly."""
    return float(((trial.guessed == owners) & (trial.surely >= bar)).mean())


def out_of_scope(trial: Trial, bar: float) -> float:
    """Share of other sentences that no flow takes."""
    return float(_left(trial, bar))


def _left(trial: Trial, bar: float) -> float:
    return float((trial.others < bar).mean()) if len(trial.others) else 1.0


def _without(logits: Floats, near: Floats, own: Ints) -> Floats:
    """The best score of a flow that is not its own, as if its own were not there."""
    lines = np.arange(len(own))
    hidden, others = logits.copy(), near.copy()
    hidden[lines, own] = -np.inf
    others[lines, own] = 0
    found = (softmax(hidden)[:, :-1] + others) / 2
    found[lines, own] = 0
    return found.max(axis=1)


def _turns(owners: Ints, count: int) -> Ints:
    """The place of each example among those of its flow, so that every fold has some of each."""
    places: NDArray[np.int64] = np.zeros(len(owners), np.int64)
    for flow in range(count):
        own = np.flatnonzero(owners == flow)
        places[own] = np.arange(len(own))
    return places
