"""Reads sources in a thread of its own, so that no message waits until a site has been read."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from runtime.knowledge.tools import Tools

log = logging.getLogger("flyt.knowledge")

Waiting = tuple[UUID, UUID]  # workspace, source


class Reader:
    """One source after the other. What this process does not come to is found by a sweep."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._waiting: dict[Waiting, None] = {}  # in their order
        self._changed = threading.Condition()
        self._at_work = False
        threading.Thread(target=self._reading, name="reader", daemon=True).start()

    def take(self, workspace: UUID, sources: Iterable[UUID]) -> None:
        """Has these read soon."""
        with self._changed:
            self._waiting |= dict.fromkeys((workspace, source) for source in sources)
            self._changed.notify_all()

    def settle_down(self, patience: float) -> bool:
        """Waits until nothing is to be read any more; False after so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._at_work, patience)

    def _reading(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
                workspace, source = next(iter(self._waiting))
                del self._waiting[workspace, source]
                self._at_work = True
            try:
                # Loading what reads PDF and Office files takes longer than all of a worker's start.
                from runtime.knowledge.reading import read_source  # noqa: PLC0415

                read_source(self._tools, workspace, source)
            except (OperationalError, PoolTimeout) as error:
                log.warning("the database is away, a reading is left to a sweep: %s", error)
            except Exception:
                log.exception("a reading is left to a sweep")
            finally:
                with self._changed:
                    self._at_work = False
                    self._changed.notify_all()
