"""An engine that performs every effect that comes with the product, and what it needs for that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from connectors.ai.handlers import handlers
from connectors.ai.shelf import Cache
from runtime import cache, engine, models
from runtime.cache import Caching
from runtime.cache.knowledge import KeptKnowledge
from runtime.digests import StoredDigests
from runtime.engine import Engine
from runtime.knowledge.embedding import Embedders
from runtime.memory.recall import StoredMemory
from runtime.models import LanguageModels
from runtime.perform import Handler
from runtime.plugins import Abilities
from runtime.settings import Settings
from runtime.transcripts import StoredTranscripts
from runtime.understanding.trained import Understandings
from storage.connections import Connections
from storage.database import Database


@dataclass(frozen=True)
class Performing:
    engine: Engine
    models: LanguageModels
    embedders: Embedders
    understandings: Understandings
    cache: Caching


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
    async with (
        models.running(settings, database, redis) as language_models,
        cache.running(database, settings.redis_url) as caching,
    ):
        asked = language_models.asked
        embedders = Embedders(asked, asyncio.get_running_loop())

        def built_in(hot_path: Connections) -> dict[str, Handler]:
            shelf, ledger, setups = caching.shelf, caching.ledger, language_models.setups
            search = KeptKnowledge(hot_path, embedders, shelf, ledger)
            kept, digests = Cache(shelf, search, ledger, setups), StoredDigests(redis)
            history, memory = StoredTranscripts(database), StoredMemory(database)
            return handlers(asked, search, history, setups, memory, digests, kept)

        understandings = Understandings(database, asked, language_models.setups)
        opening = engine.running(
            settings, abilities, built_in, connections=connections, understander=understandings
        )
        try:
            async with opening as running_engine:
                yield Performing(
                    running_engine, language_models, embedders, understandings, caching
                )
        finally:
            understandings.close()
