"""What the parts of one web process share: `request.app.state.services`, made by `runtime.app`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from runtime import handlers, metrics, plugins
from runtime.cache import Caching
from runtime.engine import Engine
from runtime.knowledge.embedding import Embedders
from runtime.models import LanguageModels
from runtime.settings import ObjectStore, Settings
from runtime.streams import Streams
from runtime.streams.bell import Bell
from runtime.streams.rows import StreamRows
from runtime.understanding.trained import Understandings
from storage.database import Database
from storage.files import FileStore, FolderStore, Limits, S3Store

FILES = Limits()
THREADS = 10  # of handlers that wait for the database, and so its connections


@dataclass(frozen=True)
class Services:
    settings: Settings
    database: Database
    engine: Engine
    files: FileStore
    redis: Redis
    streams: Streams
    models: LanguageModels
    embedders: Embedders
    understandings: Understandings
    cache: Caching


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Services]:
    """Begins with the plugins, because documents may need their node types."""
    abilities = plugins.load(settings.plugins)
    database = Database(
        settings.database_url, pool_size=THREADS, max_overflow=THREADS, told=metrics.stated
    )
    redis: Redis = Redis.from_url(settings.redis_url, socket_connect_timeout=2)
    try:
        opening = handlers.running(settings, abilities, database, redis)
        async with opening as performing:
            streams = Streams(StreamRows(performing.engine.stage), Bell(redis))
            async with streams.running():
                yield Services(
                    settings, database, performing.engine, file_store(settings.files), redis,
                    streams, performing.models, performing.embedders,
                    performing.understandings, performing.cache,
                )  # fmt: skip
    finally:
        await redis.aclose()
        database.close()


def file_store(place: Path | ObjectStore) -> FileStore:
    """Where the settings say that files are kept."""
    if isinstance(place, Path):
        return FolderStore(place)
    return S3Store(
        place.bucket,
        endpoint=place.endpoint,
        region=place.region,
        access_key=place.access_key,
        secret_key=place.secret_key,
    )
