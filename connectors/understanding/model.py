"""A trained model: asked for meanings, written as bytes and read again."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
import numpy as np

from connectors.knowledge import Embedder
from connectors.understanding import Ranked, Report
from connectors.understanding.head import Head
from connectors.understanding.parts import Part, Seen
from runtime.core.contract import Guess, Understood
from runtime.core.phrases import base_language

SHOWN = 5  # flows of a ranking


class BadModel(ValueError):
    """Bytes that are no model; it must be trained again."""


@dataclass(frozen=True)
class Answer:
    """``ranking`` has every flow of the part that was asked, the best first."""

    ranking: tuple[Ranked, ...]
    threshold: float
    clear: float
    language: str
    by: str

    def understood(self, bar: float | None = None) -> Understood:
        """``bar`` takes the place of the threshold that was found."""
        usual = self.threshold if bar is None else bar
        clear = self.clear if bar is None else min(max(self.clear, bar), 1.0)
        best = self.ranking[0] if self.ranking else None
        if best is None:
            return Understood(None, by=self.by)
        guesses = tuple(Guess(one.flow, round(one.score, 3)) for one in self.ranking[:3])
        flow = best.flow if best.score >= usual else None
        return Understood(flow, round(best.score, 3), best.score >= clear, guesses, self.by)


@dataclass(frozen=True)
class Model:
    """A part for each language that there are examples in; ``language`` is the bot's own."""

    language: str
    parts: tuple[Part, ...]
    report: Report

    def ask(self, text: str, language: str, encoder: Embedder | None) -> Answer:
        """What ``text`` means. ``encoder`` is the one it was trained with."""
        part = self.part(language)
        if part is None:
            return Answer((), 1.0, 1.0, base_language(language), "ngrams")
        meaning = None
        if part.seen.meaning is not None:
            if encoder is None:
                raise BadModel("it was trained with an encoder that is not here")
            meaning = np.array(encoder.embed([text])[0], np.float32)
        found, closest = part.ask(text, meaning)
        order = np.argsort(-found, kind="stable").tolist()
        ranking = tuple(
            Ranked(part.flows[place], float(found[place]), closest[place]) for place in order
        )
        return Answer(ranking, part.threshold, part.clear, part.language, part.embedder)

    def part(self, language: str) -> Part | None:
        """That of the language; else of the bot's own, else any."""
        wanted = (base_language(language), self.language, *self._by_language)
        return next((self._by_language[c] for c in wanted if c in self._by_language), None)

    @cached_property
    def _by_language(self) -> dict[str, Part]:
        return {part.language: part for part in self.parts}

    # As bytes ---------------------------------------------------------------

    def dump(self) -> bytes:
        """A file of NumPy arrays, never of Python objects; half precision is enough."""
        about = {
            "language": self.language,
            "report": self.report,
            "parts": [_described(part) for part in self.parts],
        }
        arrays: dict[str, Any] = {"about": np.frombuffer(msgspec.json.encode(about), np.uint8)}
        for number, part in enumerate(self.parts):
            named = {
                "owners": part.owners.astype(np.int32),
                "letters": part.seen.letters.astype(np.float16),
                "weights": part.weights,
                "head": part.head.weights.astype(np.float16),
                "biases": part.head.biases,
            }
            if part.seen.meaning is not None:
                named["meaning"] = part.seen.meaning.astype(np.float16)
            arrays |= {f"{number}.{name}": array for name, array in named.items()}
        file = io.BytesIO()
        np.savez_compressed(file, **arrays)
        return file.getvalue()

    @staticmethod
    def load(data: bytes) -> Model:
        """Raises `BadModel`."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                about = msgspec.json.decode(stored["about"].tobytes())
                parts = tuple(
                    _part(described, stored, number)
                    for number, described in enumerate(about["parts"])
                )
            return Model(about["language"], parts, msgspec.convert(about["report"], Report))
        except Exception as error:  # whatever NumPy makes of bytes that are not its own
            raise BadModel(str(error)) from error


_PLAIN = ("language", "embedder", "flows", "texts", "threshold", "clear")


def _described(part: Part) -> dict[str, Any]:
    return {name: getattr(part, name) for name in _PLAIN}


def _part(described: dict[str, Any], stored: Any, number: int) -> Part:
    def array(name: str) -> Any:
        return stored[f"{number}.{name}"]

    meaning = None
    if f"{number}.meaning" in stored.files:
        meaning = array("meaning").astype(np.float32)
    return Part(
        language=described["language"],
        embedder=described["embedder"],
        flows=tuple(described["flows"]),
        texts=tuple(described["texts"]),
        owners=array("owners").astype(np.int64),
        seen=Seen(array("letters").astype(np.float32), meaning),
        weights=array("weights"),
        head=Head(array("head").astype(np.float32), array("biases")),
        threshold=described["threshold"],
        clear=described["clear"],
    )
