"""What the cache has saved, counted here and written to the database every few seconds."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from contextlib import suppress
from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from connectors.ai.shelf import Kind, Spent
from storage import models, savings
from storage.database import Database
from storage.savings import Saved

Counted = dict[tuple[UUID, date, Kind], Saved]
Told = tuple[UUID, models.Call]

log = logging.getLogger("flyt.cache")

EVERY = 5.0  # seconds between two writings: what a killed process has not written is not counted


class StoredLedger:
    """A `connectors.ai.shelf.Ledger`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counted: defaultdict[tuple[UUID, date, Kind], Saved] = defaultdict(Saved)
        self._told: list[Told] = []
        self._writing = asyncio.Lock()

    async def spent(self, workspace: UUID, conversation: UUID, key: str) -> Spent:
        return await asyncio.to_thread(self._spent, workspace, conversation, key)

    def missed(self, workspace: UUID, kind: Kind) -> None:
        self._count(workspace, kind, Saved(misses=1))

    def saved(
        self,
        workspace: UUID,
        kind: Kind,
        spent: Spent,
        milliseconds: int,
        told: tuple[UUID, str, int] | None = None,
    ) -> None:
        cost = savings.exact(spent.cost)
        hit = Saved(1, 0, spent.tokens_in, spent.tokens_out, cost, milliseconds)
        self._count(workspace, kind, hit)
        if told is not None:
            conversation, key, took = told
            call = models.Call(
                purpose="answer",
                provider=spent.provider,
                model=spent.model,
                conversation=conversation,
                key=key,
                milliseconds=took,
                cache_hit=True,
            )
            self._told.append((workspace, call))

    async def run(self) -> None:
        """Writes until it is cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.write()

    async def write(self) -> None:
        """All that was counted here so far. What can't be written now is written later."""
        async with self._writing:
            counted, self._counted = self._counted, defaultdict(Saved)
            told, self._told = self._told, []
            try:
                await asyncio.to_thread(self._written, counted, told)
            except Exception as error:
                log.warning("what the cache has saved is not written yet: %s", error)
            finally:
                self._told = told + self._told
                for (workspace, month, kind), saved in counted.items():
                    self._counted[workspace, month, kind] += saved

    def _written(self, counted: Counted, told: list[Told]) -> None:
        """Takes away what it has written, or never can: a workspace that is gone saves nothing."""
        while told:
            workspace, call = told[-1]
            with suppress(IntegrityError), self._database.workspace(workspace) as session:
                models.write_call(session, call)
            told.pop()
        while counted:
            (workspace, month, kind), saved = next(iter(counted.items()))
            with suppress(IntegrityError), self._database.workspace(workspace) as session:
                savings.add(session, month, kind, saved)
            del counted[workspace, month, kind]

    def _count(self, workspace: UUID, kind: Kind, saved: Saved) -> None:
        self._counted[workspace, models.this_month(), kind] += saved

    def _spent(self, workspace: UUID, conversation: UUID, key: str) -> Spent:
        with self._database.workspace(workspace) as session:
            found = savings.spent(session, conversation, key)
        return Spent(
            found.tokens_in, found.tokens_out, float(found.cost), found.provider, found.model
        )
