"""An engine that performs every effect that comes with the product, and what it needs for that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from redis.asyncio import Redis

from connectors.ai import Line
from connectors.ai.handlers import handlers
from runtime import engine, models
from runtime.core.effects.knowledge import Passage
from runtime.engine import Engine
from runtime.knowledge.embedding import Embedders
from runtime.models import LanguageModels
from runtime.perform import Handler
from runtime.plugins import Abilities
from runtime.settings import Settings
from storage import conversations
from storage.connections import Connections
from storage.database import Database
from storage.knowledge.search import Searches

_BY: Mapping[str, Literal["visitor", "bot", "person"]] = {
    "visitor": "visitor",
    "bot": "bot",
    "agent": "person",
}


@dataclass(frozen=True)
class Performing:
    engine: Engine
    models: LanguageModels
    embedders: Embedders


@asynccontextmanager
async def running(
    settings: Settings,
    abilities: Abilities,
    database: Database,
    redis: Redis,
    *,
    connections: int = 16,
) -> AsyncIterator[Performing]:
    """For the event loop that it is entered in. A plugin's handler stands before one of ours."""
    async with models.running(settings, database, redis) as language_models:
        asked = language_models.asked
        embedders = Embedders(asked, asyncio.get_running_loop())

        def built_in(hot_path: Connections) -> dict[str, Handler]:
            search, history = _Passages(hot_path, embedders), _Transcripts(database)
            return handlers(asked, search, history, language_models.setups)

        opening = engine.running(settings, abilities, built_in, connections=connections)
        async with opening as running_engine:
            yield Performing(running_engine, language_models, embedders)


class _Passages:
    """The `Search` of the handlers."""

    def __init__(self, hot_path: Connections, embedders: Embedders) -> None:
        self._hot_path, self._embedders = hot_path, embedders

    async def find(self, workspace: UUID, question: str, **wanted: Any) -> tuple[Passage, ...]:
        embed = self._embedders.for_questions(workspace)
        return await Searches(self._hot_path, embed).find(workspace, question, **wanted)


class _Transcripts:
    """The `History` of the handlers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, workspace: UUID, conversation: UUID, count: int) -> Sequence[Line]:
        return await asyncio.to_thread(self._read, workspace, conversation, count)

    def _read(self, workspace: UUID, conversation: UUID, count: int) -> list[Line]:
        with self._database.workspace(workspace) as session:
            events = conversations.latest(session, conversation, limit=2 * count)
        said = [
            Line(_BY[event.sender], str(event.body.get("text", "")))
            for event in events
            if event.kind == "message" and event.sender in _BY and not event.deleted_at
        ]
        return [line for line in said[:count] if line.text][::-1]
