"""Understanding with models that are kept in the database, and with language models if chosen."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec

from connectors.ai import Houses
from connectors.llm import Models
from connectors.understanding.asking import choose
from connectors.understanding.picking import pick
from runtime.core.contract import Choosing, Understood
from runtime.core.document import parse
from runtime.core.release import Release
from runtime.core.understanding import Understanding
from runtime.understanding import local
from storage import understanding as stored
from storage.database import Database

if TYPE_CHECKING:
    from connectors.understanding.model import Answer, Model

log = logging.getLogger("flyt.understanding")

PATIENCE = 5.0  # seconds that a visitor waits where a model must be made first


def learn_soon(database: Database, workspace: UUID, document: dict[str, Any]) -> None:
    """Learns what was just published in a thread of its own; nobody waits for it."""
    learn = Understandings(database).learn
    Thread(target=learn, args=(workspace, document), name="training", daemon=True).start()


class Understandings:
    """The `Understander` of a process. Without ``models`` no language model is ever asked."""

    def __init__(
        self, database: Database, models: Models | None = None, houses: Houses | None = None
    ) -> None:
        self._database, self._models, self._houses = database, models, houses
        self._kept = local.Kept()
        self._names: WeakKeyDictionary[Release, str] = WeakKeyDictionary()
        self._asking = ThreadPoolExecutor(2, "understanding")
        self._making = ThreadPoolExecutor(1, "training")

    async def understand(
        self, workspace: UUID, conversation: UUID | None, release: Release, wanted: Understanding
    ) -> Understood | None:
        try:
            if wanted.choice:
                return await self._picked(workspace, conversation, wanted, wanted.choice)
            if found := await self._by_language_model(workspace, conversation, release, wanted):
                return found
            answer = await self.answer(workspace, release, wanted)
        except Exception:  # a visitor is never left without an answer because of this
            log.exception("words were not understood")
            return None
        return answer.understood(release.document.settings.intent_confidence)

    async def answer(self, workspace: UUID, release: Release, wanted: Understanding) -> Answer:
        """What the examples say. Raises `TimeoutError` where the model takes long to make."""
        model = await self.model(workspace, release, PATIENCE)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._asking, local.ask, model, wanted)

    async def model(
        self, workspace: UUID, release: Release, patience: float | None = None
    ) -> Model:
        """The model of the release's examples: kept here, or stored, or made now."""
        name = self._names.get(release)
        if name and (model := self._kept.get((workspace, name))):
            return model
        loop = asyncio.get_running_loop()
        making = loop.run_in_executor(self._making, self.prepare, workspace, release)
        return await asyncio.wait_for(asyncio.shield(making), patience)

    def prepare(self, workspace: UUID, release: Release) -> Model:
        """The same for threads, which may wait."""
        name = self._names.setdefault(release, local.fingerprint(release))
        return self._kept.get_or((workspace, name), lambda: self._load(workspace, release, name))

    def learn(self, workspace: UUID, document: dict[str, Any]) -> None:
        """Makes the model of a document that was just published, before visitors need it."""
        try:
            release = Release(parse(document))
            if release.intents:
                self.prepare(workspace, release)
        except Exception:  # the first visitor's words try again
            log.exception("the examples of a new release could not be learnt")

    def close(self) -> None:
        self._asking.shutdown(wait=False, cancel_futures=True)
        self._making.shutdown(wait=False, cancel_futures=True)

    def _load(self, workspace: UUID, release: Release, name: str) -> Model:
        from connectors.understanding.model import BadModel, Model  # noqa: PLC0415

        with self._database.workspace(workspace) as session:
            found = stored.find(session, name)
        if found:
            try:
                return Model.load(found.model)
            except BadModel as error:
                log.warning("trained intents %s are made anew: %s", name, error)
        model = local.trained(release)
        with self._database.workspace(workspace) as session:
            stored.keep(session, name, model.dump(), msgspec.to_builtins(model.report))
        return model

    async def _by_language_model(
        self, workspace: UUID, conversation: UUID | None, release: Release, wanted: Understanding
    ) -> Understood | None:
        settings = release.document.settings
        if settings.understanding != "model" or self._models is None or self._houses is None:
            return None
        own, bar = (await self._houses.rules(workspace)).prompts, settings.intent_confidence
        return await choose(
            self._models, own, workspace, conversation, wanted, release.intents, bar
        )

    async def _picked(
        self, workspace: UUID, conversation: UUID | None, wanted: Understanding, choice: Choosing
    ) -> Understood | None:
        if self._models is None or self._houses is None:
            return None
        own = (await self._houses.rules(workspace)).prompts
        return await pick(self._models, own, workspace, conversation, wanted, choice)
