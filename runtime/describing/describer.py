"""Turns kept descriptions into bots, on the event loop of a worker's engine."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

import msgspec
from redis import RedisError
from sqlalchemy.exc import IntegrityError

from connectors.ai.drafting import NotDrafted, Stage
from connectors.ai.drafting.drafting import Drafting
from runtime import logs
from runtime.describing import Kept, LostLease
from runtime.describing.descriptions import Descriptions
from storage import bots, channels
from storage.database import Database

log = logging.getLogger("flyt.describe")

AT_ONCE = 2  # of one process
ATTEMPTS = 3  # workers that may die over one
BEAT = 1.0  # seconds
PATIENCE = 30  # beats that Redis may be away when something must be told

_INTERRUPTED = "The work was interrupted several times. Try again in a moment."
_DEFECT = "That did not work, and it is our fault. Try again in a moment."


class Describer:
    """What this process does not come to is found by the clock's sweep."""

    def __init__(self, descriptions: Descriptions, drafting: Drafting, database: Database) -> None:
        self._descriptions, self._drafting, self._database = descriptions, drafting, database
        self._running: dict[UUID, asyncio.Task[None]] = {}  # by description
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def take(self, workspace: UUID, ids: Iterable[UUID]) -> None:
        """Has these drafted soon, beside everything else that this loop does."""
        for id_ in ids:
            if id_ not in self._running:
                self._running[id_] = task = asyncio.create_task(self._one(workspace, id_))
                task.add_done_callback(lambda _, id_=id_: self._running.pop(id_, None))

    async def settle_down(self) -> None:
        """Waits until nothing is being drafted here."""
        while self._running:
            await asyncio.wait(self._running.values())

    async def _one(self, workspace: UUID, id_: UUID) -> None:
        async with self._slots:
            token = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
            with logs.about(workspace=workspace):
                try:
                    kept = await self._descriptions.claim(workspace, id_, token)
                    if kept is not None:
                        await self._under_lease(_Work(self._descriptions, kept, token))
                except LostLease:
                    log.info("the description %s is worked at elsewhere", id_)
                except (RedisError, OSError) as error:
                    log.warning("Redis is away, a description is left to a sweep: %s", error)

    async def _under_lease(self, work: _Work) -> None:
        beating = asyncio.create_task(work.beating())
        drafting = asyncio.create_task(self._draft(work))
        try:
            await asyncio.wait((beating, drafting), return_when=asyncio.FIRST_COMPLETED)
            for done in (drafting, beating):
                if done.done():
                    return done.result()
        finally:
            for task in (beating, drafting):
                task.cancel()
            with suppress(BaseException):
                await asyncio.gather(beating, drafting, return_exceptions=True)

    async def _draft(self, work: _Work) -> None:
        asked = work.kept.asked
        if await asyncio.to_thread(self._is_there, asked.workspace, asked.id):
            await work.tell(state="ready", progress=1.0, bot_id=asked.id)
            return
        if work.kept.attempts >= ATTEMPTS:
            await work.tell(state="failed", message=_INTERRUPTED)
            return
        await work.tell(state="working", attempts=work.kept.attempts + 1)
        try:
            drafted = await self._drafting.draft(asked, work.hear)
            await work.tell(stage="saving", progress=0.95, notes=drafted.notes)
            await asyncio.to_thread(self._save, work.kept, drafted.document)
        except NotDrafted as error:
            await work.tell(state="failed", message=str(error))
        except (LostLease, RedisError, OSError):
            raise
        except Exception:
            log.exception("a bot could not be drafted")
            await work.tell(state="failed", message=_DEFECT)
        else:
            await work.tell(state="ready", stage="", progress=1.0, bot_id=asked.id)

    def _is_there(self, workspace: UUID, id_: UUID) -> bool:
        with self._database.workspace(workspace) as session:
            return bots.exists(session, id_)

    def _save(self, kept: Kept, document: dict[str, object]) -> None:
        """The bot has the id of its description, so no second one can come of it."""
        with (
            suppress(IntegrityError),
            self._database.workspace(kept.asked.workspace) as session,
        ):
            bot = bots.create(session, document, actor=kept.actor, bot_id=kept.asked.id)
            channels.create(session, name=bot.name, bot_id=bot.id, actor=kept.actor)


class _Work:
    """One description under our lease."""

    def __init__(self, descriptions: Descriptions, kept: Kept, token: str) -> None:
        self.kept = kept
        self._descriptions, self._token = descriptions, token
        self._writing = asyncio.Lock()  # an older state never comes after a newer one

    def hear(self, stage: Stage, progress: float) -> None:
        """Told with the next beat, or with what is written first."""
        self.kept = msgspec.structs.replace(self.kept, stage=stage, progress=progress)

    async def tell(self, **changed: object) -> None:
        """Raises `LostLease`, and `RedisError` where Redis stays away."""
        self.kept = msgspec.structs.replace(self.kept, **changed)
        for _ in range(PATIENCE):
            try:
                return await self._write()
            except (RedisError, OSError):
                await asyncio.sleep(BEAT)
        return await self._write()

    async def beating(self) -> None:
        """Keeps the lease and tells how far it is. Raises `LostLease`."""
        while True:
            shown = self.kept
            await asyncio.sleep(BEAT)
            try:
                if self.kept is not shown:
                    await self._write()
                else:
                    asked = shown.asked
                    await self._descriptions.renew(asked.workspace, asked.id, self._token)
            except (RedisError, OSError) as error:
                log.warning("Redis is away, a description goes on: %s", error)

    async def _write(self) -> None:
        async with self._writing:
            await self._descriptions.put(self.kept, self._token)
