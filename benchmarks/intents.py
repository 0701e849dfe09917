"""Intents from few examples, by the local encoder: are they told apart, and from everything else.

Banking77: ten examples of each of 77 intents, asked with questions that were held out. CLINC150: a
hundred of each of 150, asked with its validation part; the bar is the one the product finds on the
examples alone.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import time
from collections.abc import Iterable, Sequence

from benchmarks.library import data
from benchmarks.report import Verdict
from connectors.knowledge.embedders import embedder
from connectors.understanding.elsewhere import SENTENCES
from connectors.understanding.model import Model
from connectors.understanding.training import train
from runtime.core.release import Example, Intent

SHOTS, HELD_OUT = 10, 20  # of each intent of Banking77
SEED = 77  # of the draw
TRAINED = 5.0  # seconds at most, for Banking77, when its vectors are there
RIGHT, IN_SCOPE, OUT_OF_SCOPE = 0.85, 0.92, 0.88

Labelled = Sequence[tuple[str, str]]  # text, intent


class Remembering:
    """The encoder, with what it has seen together beforehand."""

    name, size = "minilm", 384

    def __init__(self) -> None:
        self._local, self._known = embedder("minilm"), dict[str, list[float]]()

    def look_at(self, texts: Iterable[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(new, self._local.embed(new), strict=True))

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.look_at(texts)
        return [self._known[text] for text in texts]


def run(*, quick: bool) -> list[Verdict]:
    return [*banking(quick=quick), *clinc(quick=quick)]


def banking(*, quick: bool) -> list[Verdict]:
    known, asked = drawn(_banking(), SHOTS, 2 if quick else HELD_OUT)
    encoder = Remembering()
    encoder.embed(["warmed up", *SENTENCES["en"]])
    began = time.process_time()
    encoder.look_at(text for text, _ in known)
    seen = time.process_time()
    model = train(intents(known), "en", encoder)
    took = time.process_time() - seen
    print(f"intents: {len(known)} vectors made in {seen - began:.1f} s of CPU", flush=True)
    encoder.look_at(text for text, _ in asked)
    right = sum(_best(model, text, encoder)[0] == intent for text, intent in asked)
    share = right / len(asked)
    return [
        Verdict(f"Banking77, {SHOTS} examples of each intent, at least {RIGHT}",
                f"{share:.3f} of {len(asked):,} held-out questions", share >= RIGHT),
        Verdict(f"learnt within {TRAINED:.0f} s of one core, vectors apart", f"{took:.1f} s of CPU",
                took <= TRAINED),
    ]  # fmt: skip


def clinc(*, quick: bool) -> list[Verdict]:
    file = data("clinc150/train_val.json.gz", "150 intents and questions that have none")
    parts = json.loads(gzip.decompress(file.read_bytes()))
    known, _ = drawn([(text, intent) for text, intent in parts["train"]], 10 if quick else 100, 0)
    inside = parts["val"][:: 30 if quick else 1]
    outside = [text for name in ("oos_train", "oos_val") for text, _ in parts[name]]
    encoder = Remembering()
    model = train(intents(known), "en", encoder)
    encoder.look_at([text for text, _ in inside] + outside)
    bar = model.parts[0].threshold
    found = [(_best(model, text, encoder), intent) for text, intent in inside]
    right = sum(best == intent and score >= bar for (best, score), intent in found) / len(found)
    left = sum(_best(model, text, encoder)[1] < bar for text in outside) / len(outside)
    return [
        Verdict(f"CLINC150, in scope and above the bar, at least {IN_SCOPE}",
                f"{right:.3f} of {len(inside):,}", right >= IN_SCOPE),
        Verdict(f"CLINC150, out of scope and below the bar, at least {OUT_OF_SCOPE}",
                f"{left:.3f} of {len(outside):,}", left >= OUT_OF_SCOPE),
    ]  # fmt: skip


def drawn(labelled: Labelled, known: int, asked: int) -> tuple[list[tuple[str, str]], Labelled]:
    """Of each intent so many examples, and so many other questions."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in labelled:
        by_intent.setdefault(intent, []).append(text)
    draw = random.Random(SEED)
    examples, questions = list[tuple[str, str]](), list[tuple[str, str]]()
    for intent, texts in sorted(by_intent.items()):
        draw.shuffle(texts)
        examples += [(text, intent) for text in texts[:known]]
        questions += [(text, intent) for text in texts[known : known + asked]]
    return examples, questions


def intents(labelled: Labelled) -> list[Intent]:
    names = list(dict.fromkeys(intent for _, intent in labelled))
    return [
        Intent(name, name, tuple(Example(text, "en") for text, of in labelled if of == name))
        for name in names
    ]


def _banking() -> Labelled:
    file = data("banking77/train.csv", "questions of bank customers with their intents")
    with file.open(encoding="utf-8", newline="") as lines:
        return [(line["text"], line["category"]) for line in csv.DictReader(lines)]


def _best(model: Model, text: str, encoder: Remembering) -> tuple[str, float]:
    best = model.ask(text, "en", encoder).ranking[0]
    return best.flow, best.score
