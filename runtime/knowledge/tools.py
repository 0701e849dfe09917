"""What a reading needs, put together for one process."""

from __future__ import annotations

from dataclasses import dataclass

from runtime import services
from runtime.knowledge.embedding import Embedders
from runtime.settings import Settings
from storage.database import Database
from storage.files import FileStore

CONNECTIONS = 3  # of the reading, of its pulse, and one to spare


@dataclass(frozen=True)
class Tools:
    """``private`` are networks of one's own that crawls may reach."""

    database: Database
    files: FileStore
    embedders: Embedders
    private: tuple[str, ...] = ()


def tools_of(settings: Settings, embedders: Embedders) -> Tools:
    return Tools(
        Database(settings.database_url, pool_size=CONNECTIONS, max_overflow=0),
        services.file_store(settings.files),
        embedders,
        settings.knowledge_networks,
    )
