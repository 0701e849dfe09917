"""What is kept in Redis so that it need not be made again: answers, searches, vectors.

`Caching` is made once a process; all of it may be lost at any time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from runtime.cache.ledger import StoredLedger
from runtime.cache.shelf import RedisShelf
from storage.database import Database

__all__ = ["Caching", "running"]


@dataclass(frozen=True)
class Caching:
    shelf: RedisShelf
    ledger: StoredLedger


@asynccontextmanager
async def running(database: Database, redis_url: str) -> AsyncIterator[Caching]:
    """For the event loop that it is entered in. What is counted is written at the end, too."""
    shelf, ledger = RedisShelf(redis_url), StoredLedger(database)
    writing = asyncio.create_task(ledger.run())
    try:
        yield Caching(shelf, ledger)
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await ledger.write()
        await asyncio.to_thread(shelf.close)
