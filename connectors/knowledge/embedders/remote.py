"""Vectors of an embedding model that is reached over the network."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

from connectors.llm import Models, Purpose

_BATCH = 64  # texts a request


def name_of(model: str, size: int) -> str:
    """The name that is stored with its vectors: another size is another embedder."""
    return f"remote:{size}:{model}"


def model_of(name: str) -> tuple[str, int] | None:
    """(model, size) of such a name; None for an embedder of another kind."""
    kind, _, rest = name.partition(":")
    size, _, model = rest.partition(":")
    return (model, int(size)) if kind == "remote" and size.isdigit() and model else None


class WrongSize(ValueError):
    """The model answered with vectors of another length than was agreed."""


class RemoteEmbedder:
    """`connectors.knowledge.Embedder` over `Models.embed`, on behalf of ``purpose``.

    On an event loop: ``await aembed(texts)``. In threads: ``embed(texts)``, with ``loop`` the
    running loop that ``models`` belongs to, as in a web process; a worker, which has none, leaves
    it out and gets a loop for each call. Raises what `Models.embed` raises, and `WrongSize`.
    """

    def __init__(
        self,
        models: Models,
        purpose: Purpose,
        model: str,
        size: int,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.name, self.size = name_of(model, size), size
        self._models, self._purpose, self._model, self._loop = models, purpose, model, loop

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if self._loop is None:
            return asyncio.run(self.aembed(texts))
        return asyncio.run_coroutine_threadsafe(self.aembed(texts), self._loop).result()

    async def aembed(self, texts: Sequence[str]) -> list[list[float]]:
        vectors: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            vectors += await self._models.embed(self._purpose, self._model, batch)
        return [self._of_length_one(vector) for vector in vectors]

    def _of_length_one(self, vector: list[float]) -> list[float]:
        if len(vector) != self.size:
            raise WrongSize(
                f"the model {self._model} answered with {len(vector)} numbers a text instead of"
                f" {self.size}: set the size in the AI settings to {len(vector)}"
            )
        length = math.sqrt(sum(value * value for value in vector)) or 1.0
        return [value / length for value in vector]
