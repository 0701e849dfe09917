"""Every call of a model as a row, with the month's sum; and what was refused, for good."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from uuid import UUID

from connectors.llm.accounts import Called, Link
from runtime import logs
from runtime.models.setups import StoredSetups
from storage import audit, models
from storage.database import Database

WARNING = Decimal("0.8")  # of a budget


class StoredJournal:
    """A `Journal` of the middleware."""

    def __init__(self, database: Database, setups: StoredSetups) -> None:
        self._database, self._setups = database, setups

    async def write(self, workspace: UUID, called: Called) -> None:
        after = await asyncio.to_thread(self._written, workspace, called)
        if called.cost:
            await self._watch(workspace, after - called.cost, after)

    async def spent(self, workspace: UUID) -> Decimal:
        return await asyncio.to_thread(self._spent, workspace)

    async def refused(self, workspace: UUID, link: Link, why: str, purpose: str) -> None:
        await asyncio.to_thread(self._refused, workspace, link, why, purpose)

    def _written(self, workspace: UUID, called: Called) -> Decimal:
        with self._database.workspace(workspace) as session:
            return models.record_call(session, models.Call(**vars(called)))

    def _spent(self, workspace: UUID) -> Decimal:
        with self._database.workspace(workspace) as session:
            found = models.month(session, models.this_month())
            return found.cost if found else Decimal(0)

    def _refused(self, workspace: UUID, link: Link, why: str, purpose: str) -> None:
        with self._database.workspace(workspace) as session:
            audit.record(
                session,
                "system",
                "model.refused",
                link.account.id,
                why=why,
                purpose=purpose,
                provider=link.account.name,
                model=link.model,
                region=link.account.region,
            )

    async def _watch(self, workspace: UUID, before: Decimal, after: Decimal) -> None:
        """Tells once when four fifths of a budget are gone, and once when all of it is."""
        setup = await self._setups.setup(workspace)
        for share, words in ((WARNING, "80 % of"), (Decimal(1), "all of")):
            mark = setup.budget * share
            if before < mark <= after:
                with logs.about(workspace=workspace):
                    logs.event(
                        "model",
                        f"{words} this month's budget for language models is spent",
                        spent=f"{after:.4f}",
                        budget=f"{setup.budget:.2f}",
                        currency=setup.currency,
                    )
