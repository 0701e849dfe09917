"""Language models of one process: the middleware with its rows in our database.

`running` makes it; `connectors.llm.Models` is what handlers of effects see of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from connectors.llm.accounts import Account
from connectors.llm.middleware import Middleware
from runtime.models import installed
from runtime.models.journal import StoredJournal
from runtime.models.limits import SharedLimiter
from runtime.models.setups import StoredSetups
from runtime.settings import Settings
from storage.database import Database
from storage.secrets import Vault

__all__ = ["LanguageModels", "running"]


@dataclass(frozen=True)
class LanguageModels:
    """``asked`` is the `connectors.llm.Models`; ``shared`` comes from the installation."""

    asked: Middleware
    setups: StoredSetups
    vault: Vault
    shared: tuple[Account, ...]


@asynccontextmanager
async def running(
    settings: Settings, database: Database, redis: Redis
) -> AsyncIterator[LanguageModels]:
    """For the event loop that it is entered in. Nothing heavy is loaded before the first call."""
    vault, shared = Vault(settings.secret_key), installed.accounts(settings)
    setups = StoredSetups(database, vault, shared)
    middleware = Middleware(setups, StoredJournal(database, setups), SharedLimiter(redis))
    try:
        yield LanguageModels(middleware, setups, vault, shared)
    finally:
        await middleware.close()
