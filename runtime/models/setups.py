"""What workspaces have decided about models, read from the database and kept for some seconds."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlmodel import Session

from connectors.ai import HouseRules, Policy
from connectors.llm.accounts import Account, Kind, Link, Price, Secret, Setup
from connectors.llm.plan import chain
from runtime.models import installed
from storage import models
from storage.database import Database
from storage.secrets import Unreadable, Vault
from storage.tables import ModelProvider, ModelSetup

log = logging.getLogger("flyt.models")

KEPT = 5.0  # seconds, in which another process may still go by what was
MOST = 1000  # workspaces remembered


@dataclass(frozen=True)
class _Kept:
    setup: Setup
    rules: HouseRules
    until: float


class StoredSetups:
    """The `Setups` of the middleware, and the `Houses` of those who ask it."""

    def __init__(self, database: Database, vault: Vault, shared: tuple[Account, ...]) -> None:
        self.database, self.vault, self.shared = database, vault, shared
        self._kept: dict[UUID, _Kept] = {}

    async def setup(self, workspace: UUID) -> Setup:
        return (await self._read(workspace)).setup

    async def rules(self, workspace: UUID) -> HouseRules:
        return (await self._read(workspace)).rules

    def forget(self, workspace: UUID) -> None:
        """What has just been changed here counts at once in this process."""
        self._kept.pop(workspace, None)

    async def _read(self, workspace: UUID) -> _Kept:
        kept = self._kept.get(workspace)
        if kept is None or kept.until < time.monotonic():
            began = time.monotonic()
            kept = await asyncio.to_thread(self._load, workspace, began + KEPT)
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[workspace] = kept
        return kept

    def _load(self, workspace: UUID, until: float) -> _Kept:
        with self.database.workspace(workspace) as session:
            decided = models.setup(session)
            own = [self.account(workspace, row) for row in models.providers(session)]
            setup = self.priced(session, of(decided, (*own, *self.shared), self.shared))
            texts = models.prompts(session)
        persona = decided.persona if decided else ""
        cache = decided.cache if decided else True
        policies = msgspec.convert(decided.policies if decided else [], tuple[Policy, ...])
        return _Kept(setup, HouseRules(persona, policies, texts, cache), until)

    def has_model(self, session: Session, workspace: UUID) -> bool:
        """Whether a model that talks is set up, however much of the budget is left."""
        own = [self.account(workspace, row) for row in models.providers(session)]
        setup = of(models.setup(session), (*own, *self.shared), self.shared)
        return any(link.account.enabled for link in chain(setup, "strong"))

    @staticmethod
    def priced(session: Session, setup: Setup) -> Setup:
        """The setup with the workspace's own prices."""
        own = {row.model: Price(row.taken, row.cached, row.given) for row in models.prices(session)}
        return replace(setup, prices=own)

    def account(self, workspace: UUID, row: ModelProvider) -> Account:
        """A stored provider with its key; one that can't be read is as good as none."""
        secret = ""
        if row.secret is not None:
            try:
                secret = self.vault.open(workspace, row.secret)
            except Unreadable as error:
                log.error("the key of model provider %s: %s", row.id, error)
        return Account(
            id=row.id,
            kind=cast("Kind", row.kind),
            name=row.name,
            base_url=row.base_url,
            secret=Secret(secret),
            settings=row.settings,
            region=row.region,
            local=row.local,
            enabled=row.enabled,
        )


def of(
    decided: ModelSetup | None, accounts: tuple[Account, ...], shared: tuple[Account, ...]
) -> Setup:
    """The setup as the middleware takes it; models of providers that are gone are left out.

    A workspace without any model of its own choice goes by the installation's; one that has made a
    choice goes by that alone, so that nothing of it reaches a provider it did not name.
    """
    usual = replace(installed.setup(shared), accounts=accounts)
    if decided is None:
        return usual
    by_id = {str(account.id): account for account in accounts}
    vectors = _links([decided.embedding] if decided.embedding else [], by_id)
    chosen = Setup(
        strong=_links(decided.strong, by_id),
        cheap=_links(decided.cheap, by_id),
        embedding=vectors[0] if vectors else None,
        accounts=accounts,
        per_minute=decided.per_minute,
        budget=decided.budget,
        currency=decided.currency,
        regions=frozenset(decided.regions),
    )
    if is_chosen(decided):
        return chosen
    return replace(chosen, strong=usual.strong, cheap=usual.cheap, embedding=usual.embedding)


def is_chosen(decided: ModelSetup | None) -> bool:
    """Whether the workspace names models of its own choice."""
    return decided is not None and bool(decided.strong or decided.cheap or decided.embedding)


def _links(given: Iterable[Any], by_id: Mapping[str, Account]) -> tuple[Link, ...]:
    return tuple(
        Link(by_id[link["provider"]], link["model"], link.get("size", 0))
        for link in given
        if link["provider"] in by_id
    )
