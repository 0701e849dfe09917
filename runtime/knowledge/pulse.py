"""Keeps the lease of a source while it is read, and tells how far it is."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.database import Database
from storage.knowledge import readings
from storage.knowledge.readings import Claimed, LostLease

log = logging.getLogger("flyt.knowledge")

LEASE = 15.0  # seconds
EVERY = 1.0  # seconds between two beats


class Pulse:
    """Beats in a thread of its own, so that a slow document does not cost the lease."""

    def __init__(self, database: Database, claimed: Claimed) -> None:
        self._database, self._claimed = database, claimed
        self._progress: dict[str, Any] = {"stage": "reading", "done": 0, "total": 0}
        self._ended, self._lost = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beating, name="pulse", daemon=True)

    def tell(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Raises `LostLease` where the work is somebody else's by now."""
        self._progress = {"stage": stage, "done": done, "total": max(done, total)}
        self.check()

    def check(self) -> None:
        """Raises `LostLease`."""
        if self._lost.is_set():
            raise LostLease

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _beating(self) -> None:
        while not self._ended.is_set() and not self._lost.is_set():
            self._beat()
            self._ended.wait(EVERY)

    def _beat(self) -> None:
        try:
            with self._database.workspace(self._claimed.source.workspace_id) as session:
                if not readings.renew(session, self._claimed, LEASE, self._progress):
                    self._lost.set()
        except (OperationalError, PoolTimeout) as error:
            log.warning("a lease could not be renewed: %s", error)
