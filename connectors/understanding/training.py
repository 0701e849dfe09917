"""Learns intents from their examples: a part for each language, and how well it does."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

import msgspec
import numpy as np

from connectors.knowledge import Embedder
from connectors.understanding import (
    Confusion,
    LanguageReport,
    Pair,
    Recognised,
    Report,
    letters,
    trials,
)
from connectors.understanding.elsewhere import SENTENCES
from connectors.understanding.head import fit
from connectors.understanding.model import Model
from connectors.understanding.parts import Floats, Ints, Part, Seen, alike
from runtime.core.phrases import base_language
from runtime.core.release import Intent

VERSION = 1  # of what is learnt: another one makes new models of the same examples
FEW = 5  # examples of a flow: with fewer, little can be said
PAIRS = 3  # shown of each confusion
_LIKE_ONE_OF_OURS = 0.6  # likeness from which a sentence from elsewhere is left out


def fingerprint(intents: Sequence[Intent], language: str, embedder: str) -> str:
    """Another one for other examples, another encoder or another way of training."""
    plain = [VERSION, embedder, language, [(one.flow, one.examples) for one in intents]]
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()


def train(intents: Sequence[Intent], language: str, encoder: Embedder | None) -> Model:
    """A model of these intents, for a bot of this ``language``.

    ``encoder`` knows English meanings; without it English goes by its words as well.
    """
    began = time.perf_counter()
    lines = sorted(
        {
            (base_language(example.language), place, example.text)
            for place, intent in enumerate(intents)
            for example in intent.examples
        }
    )
    learnt = [
        _learn(code, [line[1:] for line in own], intents, encoder)
        for code, own in groupby(lines, key=lambda line: line[0])
    ]
    parts = tuple(part for part, _ in learnt)
    took = (time.perf_counter() - began) * 1000
    return Model(base_language(language), parts, _report(intents, learnt, took))


def _learn(
    code: str, lines: Sequence[tuple[int, str]], intents: Sequence[Intent], encoder: Embedder | None
) -> tuple[Part, trials.Trial]:
    used = encoder if code == "en" else None
    texts = tuple(text for _, text in lines)
    present = sorted({place for place, _ in lines})
    owners = np.array([present.index(place) for place, _ in lines], np.int64)
    spelt = letters.counted(texts)
    by = letters.weights(spelt)
    seen = Seen(letters.weighed(spelt, by), _meanings(used, texts))
    elsewhere = _elsewhere(code, by, used, seen)
    count = len(present)
    trial = trials.attempt(seen, owners, count, elsewhere)
    bar, clear = trials.bars(trial, owners, meaning=used is not None)
    vectors = np.vstack([seen.telling, elsewhere.telling])
    classes = np.r_[owners, np.full(len(elsewhere.letters), count)]
    head = fit(vectors, classes, count + 1, trials.costs(owners, count, len(elsewhere.letters)))
    part = Part(
        language=code,
        embedder=used.name if used else "ngrams",
        flows=tuple(intents[place].flow for place in present),
        texts=texts,
        owners=owners,
        seen=seen,
        weights=by,
        head=head,
        threshold=bar,
        clear=clear,
    )
    return part, trial


def _meanings(encoder: Embedder | None, texts: Sequence[str]) -> Floats | None:
    return np.array(encoder.embed(texts), np.float32) if encoder else None


def _elsewhere(code: str, by: Floats, encoder: Embedder | None, own: Seen) -> Seen:
    """What belongs to no flow, without what a flow of this very bot is about."""
    texts = SENTENCES.get(code, ())
    if not texts:
        texts = tuple(text for known in SENTENCES.values() for text in known)
    found = Seen(letters.weighed(letters.counted(texts), by), _kept_meanings(encoder, texts))
    near = alike(found, own).max(axis=1)
    return found.of(np.flatnonzero(near < _LIKE_ONE_OF_OURS))


@lru_cache(maxsize=4)
def _kept_meanings(encoder: Embedder | None, texts: tuple[str, ...]) -> Floats | None:
    """Of sentences that are the same at every training."""
    return _meanings(encoder, texts)


# --- How well it does -------------------------------------------------------------------------

Learnt = Sequence[tuple[Part, trials.Trial]]


def _report(intents: Sequence[Intent], learnt: Learnt, took: float) -> Report:
    asked = sum(len(part.texts) for part, _ in learnt)
    inside = sum(
        trials.in_scope(trial, part.owners, part.threshold) * len(part.texts)
        for part, trial in learnt
    )
    outside = [trials.out_of_scope(trial, part.threshold) for part, trial in learnt]
    return Report(
        intents=tuple(_recognised(intent, learnt) for intent in intents),
        languages=tuple(_language(part) for part, _ in learnt),
        tuned=all(len(part.texts) >= FEW * max(len(part.flows), 2) for part, _ in learnt),
        in_scope=round(inside / asked, 3) if asked else None,
        out_of_scope=round(sum(outside) / len(outside), 3) if outside else None,
        milliseconds=round(took, 1),
    )


def _language(part: Part) -> LanguageReport:
    return LanguageReport(
        part.language,
        part.embedder,
        "words" if part.seen.meaning is None else "meaning",
        part.threshold,
        len(part.texts),
    )


def _recognised(intent: Intent, learnt: Learnt) -> Recognised:
    languages = Counter(example.language for example in intent.examples)
    asked = right = 0
    taken: dict[str, list[Pair]] = {}
    for part, trial in learnt:
        if intent.flow not in part.flows:
            continue
        place = part.flows.index(intent.flow)
        own = np.flatnonzero(part.owners == place)
        asked += len(own)
        guessed, surely = trial.guessed[own], trial.surely[own]
        right += int(((guessed == place) & (surely >= part.threshold)).sum())
        for flow, pair in _mistaken(part, own[(guessed != place) & (guessed >= 0)], trial.guessed):
            taken.setdefault(flow, []).append(pair)
    by_share = sorted(taken.items(), key=lambda found: (-len(found[1]), found[0]))
    return Recognised(
        flow=intent.flow,
        examples=asked,
        languages=dict(languages),
        recognised=round(right / asked, 3) if asked else 0.0,
        few=any(count < FEW for count in languages.values()),
        confused_with=tuple(
            Confusion(flow, round(len(pairs) / asked, 3), tuple(pairs[:PAIRS]))
            for flow, pairs in by_share
        ),
    )


def _mistaken(part: Part, lines: Ints, guessed: Ints) -> Iterator[tuple[str, Pair]]:
    for line in lines.tolist():
        other = int(guessed[line])
        theirs = np.flatnonzero(part.owners == other)
        likeness = alike(part.seen.of(np.array([line])), part.seen.of(theirs))
        nearest = part.texts[int(theirs[int(likeness[0].argmax())])]
        yield part.flows[other], Pair(part.texts[line], nearest)
