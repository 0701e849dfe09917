"""Models of a bot's examples, made and asked in this process without a database.

Everything here takes milliseconds at least: call it in threads. What is heavy is loaded at the
first call, for most processes never need it.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from runtime.core.contract import Understood
from runtime.core.release import Release
from runtime.core.understanding import Understanding

if TYPE_CHECKING:
    from connectors.knowledge import Embedder
    from connectors.understanding.model import Answer, Model

MOST = 64  # models kept by a process, of some 1 MB each
VECTORS = 5_000  # kept by a process, of 1.5 kB each


class Kept:
    """Models by key, least recently used out first. Called from threads."""

    def __init__(self) -> None:
        self._models: OrderedDict[Hashable, Model] = OrderedDict()
        self._looking = Lock()
        self._making = Lock()  # one at a time: training takes a whole core

    def get(self, key: Hashable) -> Model | None:
        with self._looking:
            if key in self._models:
                self._models.move_to_end(key)
            return self._models.get(key)

    def get_or(self, key: Hashable, make: Callable[[], Model]) -> Model:
        """The model of this key; made once, whoever else asks meanwhile."""
        if model := self.get(key):
            return model
        with self._making:
            return self.get(key) or self._put(key, make())

    def _put(self, key: Hashable, model: Model) -> Model:
        with self._looking:
            self._models[key] = model
            if len(self._models) > MOST:
                self._models.popitem(last=False)
        return model


_in_memory = Kept()


class Remembering:
    """An `Embedder` that makes no vector twice: a changed draft has mostly the same examples."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.size, self._embedder = embedder.name, embedder.size, embedder
        self._known: dict[str, array[float]] = {}

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        known = self._known
        new = [text for text in dict.fromkeys(texts) if text not in known]
        made = {
            text: array("f", vector)
            for text, vector in zip(new, self._embedder.embed(new), strict=True)
        }
        found = [(made.get(text) or known[text]).tolist() for text in texts]
        if len(texts) > 1:  # examples; what a visitor says is seldom said again
            self._known = {**(known if len(known) < VECTORS else {}), **made}
        return found


@cache
def encoder() -> Embedder | None:
    """What tells English meanings on this machine; None where its weights are not installed."""
    from connectors.knowledge import embedders  # noqa: PLC0415

    if not embedders.minilm.is_installed():
        return None
    return Remembering(embedders.embedder(embedders.minilm.NAME))


def fingerprint(release: Release) -> str:
    from connectors.understanding.training import fingerprint as of  # noqa: PLC0415

    used = encoder()
    return of(release.intents, release.document.language, used.name if used else "")


def trained(release: Release) -> Model:
    """A new model of the release's examples."""
    from connectors.understanding.training import train  # noqa: PLC0415

    return train(release.intents, release.document.language, encoder())


def model_of(release: Release) -> Model:
    """The model of the release's examples, made at the first call."""
    return _in_memory.get_or(fingerprint(release), lambda: trained(release))


def ask(model: Model, wanted: Understanding) -> Answer:
    return model.ask(wanted.text, wanted.language, encoder())


def understand(release: Release, wanted: Understanding) -> Understood | None:
    answer = ask(model_of(release), wanted)
    return answer.understood(release.document.settings.intent_confidence)
