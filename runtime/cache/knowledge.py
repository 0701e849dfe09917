"""Searches and vectors of questions that were made already, beside those that are made now."""

from __future__ import annotations

import asyncio
import unicodedata
from array import array
from collections.abc import Callable, Sequence
from hashlib import sha256
from time import perf_counter
from typing import Any
from uuid import UUID

import msgspec

from connectors.ai.shelf import Ledger, Spent, Standing, decoded
from runtime.cache.shelf import RedisShelf
from runtime.core.effects.knowledge import Passage
from runtime.knowledge.embedding import Embedders
from storage.connections import Connections
from storage.knowledge import search
from storage.knowledge.search import EmbedQuestion, Searches

FORMAT = 1  # of what is kept
SEARCHES, VECTORS = 86_400, 7 * 86_400  # seconds
NOTHING = Spent()


class FoundBefore(msgspec.Struct, frozen=True):
    passages: tuple[Passage, ...]
    milliseconds: int


class SeenBefore(msgspec.Struct, frozen=True):
    vector: bytes  # of 4-byte floats
    milliseconds: int


class KeptKnowledge:
    """The `Search` of the handlers, and the `Grounds` of what is kept.

    Belongs to the running event loop. Raises what `Searches` raises.
    """

    def __init__(
        self, hot_path: Connections, embedders: Embedders, shelf: RedisShelf, ledger: Ledger
    ) -> None:
        self._hot_path, self._embedders = hot_path, embedders
        self._shelf, self._ledger = shelf, ledger
        self._loop = asyncio.get_running_loop()

    async def standing(
        self, workspace: UUID, collections: Sequence[str], brand: str | None
    ) -> tuple[Standing, ...]:
        rows = await search.standing(self._hot_path, workspace, collections, brand)
        return tuple(Standing(*row) for row in rows)

    async def vector(
        self, workspace: UUID, embedder: str, text: str, *, confidential: bool = False
    ) -> Sequence[float] | None:
        embed = self._embedding(workspace, confidential)
        return await asyncio.to_thread(embed, embedder, text)

    async def find(self, workspace: UUID, question: str, **wanted: Any) -> tuple[Passage, ...]:
        began = perf_counter()
        standing = await self.standing(
            workspace, wanted.get("collections", ()), wanted.get("brand")
        )
        if not standing or not question.strip():
            return ()
        key = f"search:{_digest(standing, _folded(question), wanted)}"
        kept = decoded(await self._shelf.get(workspace, key), FoundBefore)
        if kept is not None:
            spared = max(0, kept.milliseconds - _milliseconds(began))
            self._ledger.saved(workspace, "searches", NOTHING, spared)
            return kept.passages
        self._ledger.missed(workspace, "searches")
        embed = self._embedding(workspace, wanted.pop("confidential", False))
        found = await Searches(self._hot_path, embed).find(workspace, question, **wanted)
        if not embed.was_blind:
            whole = FoundBefore(found, _milliseconds(began))
            await self._shelf.put(workspace, key, msgspec.msgpack.encode(whole), SEARCHES)
        return found

    def _embedding(self, workspace: UUID, confidential: bool) -> _Embedding:
        embed = self._embedders.for_questions(workspace, confidential=confidential)
        return _Embedding(workspace, embed, self._shelf, self._count)

    def _count(self, workspace: UUID, spared: int | None) -> None:
        """A vector that was there already, and what that has spared; None: it was not there."""
        count = self._loop.call_soon_threadsafe
        if spared is None:
            count(self._ledger.missed, workspace, "embeddings")
        else:
            count(self._ledger.saved, workspace, "embeddings", NOTHING, spared)


class _Embedding:
    """An `EmbedQuestion` for one search, called in its thread."""

    def __init__(
        self,
        workspace: UUID,
        embed: EmbedQuestion,
        shelf: RedisShelf,
        count: Callable[[UUID, int | None], None],
    ) -> None:
        self._workspace, self._embed = workspace, embed
        self._shelf, self._count = shelf, count
        self.was_blind = False  # an embedder could not be used: the search went by words alone

    def __call__(self, name: str, question: str) -> Sequence[float] | None:
        began = perf_counter()
        key = f"vector:{_digest(name, question)}"
        kept = decoded(self._shelf.get_now(self._workspace, key), SeenBefore)
        if kept is not None:
            self._count(self._workspace, max(0, kept.milliseconds - _milliseconds(began)))
            return array("f", kept.vector)
        self._count(self._workspace, None)
        vector = self._embed(name, question)
        if vector is None:
            self.was_blind = True
            return None
        seen = SeenBefore(array("f", vector).tobytes(), _milliseconds(began))
        self._shelf.put_now(self._workspace, key, msgspec.msgpack.encode(seen), VECTORS)
        return vector


def _folded(question: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", question).casefold().split())


def _digest(*parts: Any) -> str:
    return sha256(msgspec.json.encode((FORMAT, *parts), order="deterministic")).hexdigest()


def _milliseconds(began: float) -> int:
    return round((perf_counter() - began) * 1000)
