"""How far conversations were read for what is to be remembered: queued, leased, read.

A part is read once: what was found in it and how far one has come are one transaction, guarded by
the lease.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from storage import models
from storage.connections import Connections
from storage.tables import Contact, Conversation, Message

MESSAGES = 60  # of one part


class LostLease(Exception):
    """Another process reads this conversation by now, or it is gone."""


class WaitingMemories:
    """Conversations of all workspaces that wait to be read: ``sql/77_memory.sql``."""

    def __init__(self, connections: Connections) -> None:
        self._fetch = connections.fetch

    async def found(
        self, since: datetime, quiet: float, *, most: int, each: int, lease: float
    ) -> list[tuple[UUID, UUID]]:
        """(workspace, conversation) of those active ``since`` then and silent for ``quiet``
        seconds; ``each``: of one workspace. Raises `Unavailable` while the database is away.
        """
        query = "select * from flyt.waiting_memories_1($1, $2, $3, $4, $5)"
        rows = await self._fetch(query, since, quiet, most, each, lease)
        return [(workspace, conversation) for workspace, conversation in map(tuple, rows)]


@dataclass(frozen=True)
class Claimed:
    """A conversation under the lease of ``reader``."""

    conversation: UUID
    reader: str
    attempts: int
    read_seq: int


@dataclass(frozen=True)
class Part:
    """What is to be read next. ``more`` follows it; ``before`` helps to understand it.

    ``confidential``: only models at home may see it.
    """

    contact: UUID
    zone: str | None  # IANA
    messages: Sequence[Message]
    before: Sequence[Message]
    until: int  # the number of the last event of the part
    more: bool
    confidential: bool


def claim(session: Session, conversation_id: UUID, reader: str, lease: float) -> Claimed | None:
    """Takes a conversation that waits; None where somebody else has it, or nothing waits."""
    found = session.execute(
        text(
            "update flyt.contact_reading set leased_by = :reader, attempts = attempts + 1,"
            " due_at = clock_timestamp() + make_interval(secs => :lease)"
            " where conversation_id = :id and due_at is not null"
            " and (leased_by is null or due_at <= clock_timestamp())"
            " returning attempts, read_seq"
        ),
        {"id": conversation_id, "reader": reader, "lease": lease},
    ).one_or_none()
    return Claimed(conversation_id, reader, *found) if found else None


def part(session: Session, claimed: Claimed) -> Part | None:
    """None where nothing may be read: remembering is off, or the contact has been erased."""
    setup = models.setup(session)
    query = (
        select(Conversation, Contact)
        .join(Contact, col(Contact.id) == Conversation.contact_id)
        .where(Conversation.id == claimed.conversation, col(Contact.erased_at).is_(None))
    )
    found = session.exec(query).one_or_none()
    if found is None or setup is None or setup.remember_since is None:
        return None
    conversation, contact = found
    last = last_seq(session, claimed.conversation)
    events = select(Message).where(Message.conversation_id == claimed.conversation)
    new = session.exec(
        events.where(
            Message.seq > claimed.read_seq,
            Message.seq <= last,
            Message.at >= setup.remember_since,
        )
        .order_by(col(Message.seq))
        .limit(MESSAGES + 1)
    ).all()
    more = len(new) > MESSAGES
    before = session.exec(
        events.where(
            Message.seq <= claimed.read_seq,
            Message.at >= setup.remember_since,
            Message.kind == "message",
        )
        .order_by(col(Message.seq).desc())
        .limit(6)
    ).all()
    return Part(
        contact=contact.id,
        zone=contact.timezone or conversation.timezone,
        messages=new[:MESSAGES],
        before=before[::-1],
        until=new[MESSAGES - 1].seq if more else last,
        more=more,
        confidential=_confidential(session, conversation),
    )


def last_seq(session: Session, conversation_id: UUID) -> int:
    """The number of the last event of a conversation; 0 where there is none."""
    query = select(func.max(Message.seq)).where(Message.conversation_id == conversation_id)
    return session.exec(query).one() or 0


def _confidential(session: Session, conversation: Conversation) -> bool:
    """Whether it is so as a whole, a step or an answer of it was, or its bot asks for such things.

    What a visitor said to a confidential variable stands in the transcript like all else.
    """
    mine = {"id": conversation.id, "bot": conversation.bot_id}
    told = session.execute(
        text(
            "select exists (select from flyt.effect where conversation_id = :id"
            """   and (args @> '{"confidential": true}' or args @> '{"discreet": true}'))"""
            " or exists (select from flyt.message where conversation_id = :id"
            """   and body @> '{"citations": [{"confidential": true}]}')"""
            " or exists (select from flyt.release where bot_id = :bot"
            """   and document @> '{"variables": [{"confidential": true}]}')"""
        ),
        mine,
    )
    return conversation.attributes.get("confidential") is True or told.scalar_one()


def finish(session: Session, claimed: Claimed, until: int, *, more: bool) -> None:
    """Ends the reading of a part; with ``more`` the next one is due at once. Raises `LostLease`."""
    done = session.execute(
        text(
            "update flyt.contact_reading set leased_by = null, attempts = 0,"
            " read_seq = greatest(read_seq, :until),"
            " due_at = case when :more then clock_timestamp() end"
            " where conversation_id = :id and leased_by = :reader returning read_seq"
        ),
        {"id": claimed.conversation, "reader": claimed.reader, "until": until, "more": more},
    )
    if done.first() is None:
        raise LostLease


def skip(session: Session, contact_id: UUID) -> None:
    """What a contact has said up to now is not read any more; whoever reads it loses the lease."""
    session.execute(
        text(
            "insert into flyt.contact_reading as r (workspace_id, conversation_id, read_seq)"
            " select c.workspace_id, c.id, coalesce((select max(m.seq) from flyt.message m"
            "   where m.workspace_id = c.workspace_id and m.conversation_id = c.id), 0)"
            " from flyt.conversation c where c.contact_id = :contact order by c.id"
            " on conflict on constraint pk_contact_reading do update"
            " set read_seq = greatest(r.read_seq, excluded.read_seq),"
            "     leased_by = null, due_at = null, attempts = 0"
        ),
        {"contact": contact_id},
    )


def postpone(session: Session, claimed: Claimed, pause: float, *, counts: bool = True) -> None:
    """Leaves it to a later attempt; it is as if this one had not been, unless it ``counts``."""
    session.execute(
        text(
            "update flyt.contact_reading set leased_by = null,"
            " attempts = case when :counts then attempts else greatest(attempts - 1, 0) end,"
            " due_at = clock_timestamp() + make_interval(secs => :pause)"
            " where conversation_id = :id and leased_by = :reader"
        ),
        {
            "id": claimed.conversation,
            "reader": claimed.reader,
            "pause": pause,
            "counts": counts,
        },
    )
