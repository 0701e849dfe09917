"""What is thrown away after a while: uploads nobody sent, old log rows, ended sign-ins."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from runtime.services import file_store
from runtime.settings import Settings
from storage import files, logs
from storage.accounts import sign_in
from storage.database import Database
from storage.files import FileStore

log = logging.getLogger("flyt.housekeeping")

EVERY = 600.0  # seconds
UNSENT = timedelta(hours=24)
LOGS = timedelta(days=90)


async def keeping(settings: Settings) -> None:
    """Tidies up at once and then every ten minutes; several processes may do so."""
    database = Database(settings.database_url, pool_size=1, max_overflow=0)
    store = file_store(settings.files)
    while True:
        try:
            await asyncio.to_thread(tidy, database, store, datetime.now(UTC))
        except Exception:
            log.exception("could not tidy up; the next round tries again")
        await asyncio.sleep(EVERY)


def tidy(database: Database, store: FileStore, now: datetime) -> None:
    unsent = files.sweep_unsent(database, store, now - UNSENT)
    rows = logs.prune(database, now - LOGS)
    sign_ins = sign_in.prune(database)
    if unsent or rows or sign_ins:
        log.info("threw away %d files, %d log rows, %d sign-ins", unsent, rows, sign_ins)
