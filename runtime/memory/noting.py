"""Reads conversations that are over, and notes what they tell of their contacts.

What a part told and that it has been read are one transaction under a lease: whoever dies on the
way leaves the part to the next, and no part is noted twice.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session

from connectors.ai import Houses, remembering
from connectors.ai.remembering import Found, Learnt, Spoken, Stands, Talk
from connectors.llm import ModelFailed, Models, NoModel, Purpose
from runtime import logs
from runtime.streams.notices import KNOWN, Notices
from runtime.transcripts import SPEAKERS
from storage import contact_facts, contact_readings
from storage.contact_facts import Noted
from storage.contact_readings import Claimed, LostLease, Part
from storage.database import Database
from storage.errors import NotFound
from storage.tables import ContactFact, FactKind, Message

log = logging.getLogger("flyt.memory")

LEASE = 120.0  # seconds: a model answers sooner, or not at all
AT_ONCE = 2  # conversations, so that answers go before
PAUSES = (60.0, 600.0, 3600.0, 6 * 3600.0)  # seconds between attempts
LATER = 1800.0  # seconds, where there is no money or no room for a call


@dataclass(frozen=True)
class Remembering:
    """Reads conversations one part after the other."""

    database: Database
    models: Models
    houses: Houses
    notices: Notices

    async def read(self, workspace: UUID, conversations: Iterable[UUID]) -> None:
        """Reads what waits in these; what fails is left to a later sweep."""
        room = asyncio.Semaphore(AT_ONCE)

        async def one(conversation: UUID) -> None:
            async with room:
                with logs.about(workspace=workspace, conversation=conversation):
                    while await self._part(workspace, conversation):
                        pass

        await asyncio.gather(*map(one, conversations))

    async def _part(self, workspace: UUID, conversation: UUID) -> bool:
        """Reads the next part; whether another follows it."""
        claimed, part, known = await asyncio.to_thread(self._taken, workspace, conversation)
        if claimed is None or part is None:
            return False
        purpose = Purpose("remember", workspace, conversation, confidential=part.confidential)
        house = await self.houses.rules(workspace)
        talk = _talk(part, known)
        try:
            learnt = await remembering.learn(self.models, house.prompts, purpose, talk)
            beside = await asyncio.to_thread(self._noted, workspace, claimed, part, learnt)
            await self.notices.aside(beside, KNOWN)
            return part.more
        except LostLease:
            log.info("the conversation is read by another process, or it is gone")
            return False
        except Exception as error:
            if not isinstance(error, NoModel | ModelFailed):
                log.exception("what a conversation told could not be noted")
            return await asyncio.to_thread(self._failed, workspace, claimed, part, error)

    def _taken(
        self, workspace: UUID, conversation: UUID
    ) -> tuple[Claimed | None, Part | None, Sequence[ContactFact]]:
        reader = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        with self.database.workspace(workspace) as session:
            claimed = contact_readings.claim(session, conversation, reader, LEASE)
            part = contact_readings.part(session, claimed) if claimed else None
            if claimed and part is None:  # nothing may be read of it
                last = contact_readings.last_seq(session, conversation)
                contact_readings.finish(session, claimed, last, more=False)
            known = contact_facts.standing(session, part.contact) if part else ()
        return claimed, part, known

    def _failed(self, workspace: UUID, claimed: Claimed, part: Part, error: Exception) -> bool:
        """Leaves the part to a later attempt, or goes on where none would help."""
        waits = isinstance(error, NoModel) and error.kind in ("over_budget", "busy")
        again = not isinstance(error, NoModel) and claimed.attempts <= len(PAUSES)
        with self.database.workspace(workspace) as session:
            if waits or again:
                pause = LATER if waits else PAUSES[claimed.attempts - 1]
                contact_readings.postpone(session, claimed, pause, counts=again)
                return False
            log.warning("a part of the conversation is not read: %s", error)
            contact_readings.finish(session, claimed, part.until, more=part.more)
        return part.more

    def _noted(
        self, workspace: UUID, claimed: Claimed, part: Part, learnt: Learnt
    ) -> Sequence[UUID]:
        """The conversations beside which it is to be seen. Raises `LostLease`."""
        with self.database.workspace(workspace) as session:
            contact_readings.finish(session, claimed, part.until, more=part.more)
            self._note(session, claimed, part, learnt)
            if not (learnt.found or learnt.kept):
                return ()
            return contact_facts.conversations_of(session, part.contact)

    @staticmethod
    def _note(session: Session, claimed: Claimed, part: Part, learnt: Learnt) -> None:
        said_at = {message.seq: message.at for message in part.messages}
        noted = [_noted(one, said_at[one.seq]) for one in learnt.found]
        try:
            new = contact_facts.note(
                session, part.contact, claimed.conversation, noted, learnt.kept,
                confidential=part.confidential,
            )  # fmt: skip
        except NotFound:
            return  # erased meanwhile
        if new:
            log.info("%d things are remembered of the contact", new)


def _noted(one: Found, said_at: datetime) -> Noted:
    return Noted(
        kind=one.kind,
        text=one.text,
        topic=one.topic,
        said_at=said_at,
        seq=one.seq,
        quote=one.quote,
        relation=one.relation,
        related=one.related,
        due=one.due,
        replaces=one.replaces,
    )


def _talk(part: Part, known: Sequence[ContactFact]) -> Talk:
    stands = tuple(
        Stands(
            fact.id, cast("FactKind", fact.kind), fact.text, fact.topic, fact.due,
            fact.status == "open",
        )
        for fact in sorted(known, key=lambda fact: fact.status != "open")
        if part.confidential or not fact.confidential
    )  # fmt: skip
    zone = _zone(part.zone)
    return Talk(tuple(_spoken(part.messages, zone)), tuple(_spoken(part.before, zone)), stands)


def _spoken(messages: Sequence[Message], zone: ZoneInfo) -> list[Spoken]:
    return [
        Spoken(one.seq, SPEAKERS[one.sender], text, one.at.astimezone(zone))
        for one in messages
        if one.kind == "message" and one.sender in SPEAKERS and not one.deleted_at
        and (text := str(one.body.get("text") or ""))
    ]  # fmt: skip


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
