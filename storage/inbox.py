"""Conversations by their last activity, as people who look after them read the list.

The rows that a turn updates carry no index, so the list walks the ten minutes that conversations
were active in, newest first, and orders within those by the exact moment (an incremental sort).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, lateral, tuple_
from sqlalchemy import select as rows
from sqlmodel import Session as Transaction
from sqlmodel import col, true

from storage.tables import (
    Bot,
    Channel,
    Contact,
    Conversation,
    ConversationStatus,
    Message,
    Session,
)

MOST = 200  # rows in one answer
WORDS = 160  # characters of the last message


@dataclass(frozen=True)
class Line:
    """A conversation in the list. ``last`` is the beginning of its last message.

    ``last_seq`` is its number, ``last_kind`` its type or `deleted`, ``last_from`` its sender; all
    are None where nothing was said yet. ``seq`` also counts what nobody said, as that it was read.
    """

    id: UUID
    status: str
    seq: int
    last_at: datetime
    created_at: datetime
    bot_id: UUID
    bot_name: str
    channel_id: UUID
    channel_name: str
    channel_kind: str
    contact_id: UUID
    contact_name: str | None
    last: str | None
    last_seq: int | None
    last_kind: str | None
    last_from: str | None


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; None leaves a filter out."""

    status: str | None = None
    bot_id: UUID | None = None
    channel_id: UUID | None = None
    since: datetime | None = None


def listed(
    session: Transaction,
    wanted: Wanted,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> Sequence[Line]:
    """The newest activity first; ``before`` is moment and id of the line to go on from."""
    found = session.execute(_lines(_page(wanted, before, min(limit, MOST)).subquery("page")))
    return [Line(*row) for row in found]


def mark(session: Transaction) -> datetime:
    """The ``since`` to ask with for what changes from now on.

    It lies ten seconds back, for a turn that began earlier may be saved later.
    """
    return session.execute(
        rows(func.clock_timestamp() - func.make_interval(0, 0, 0, 0, 0, 0, 10))
    ).scalar_one()


def _page(wanted: Wanted, before: tuple[datetime, UUID] | None, limit: int) -> Any:
    """The rows of one page in their order; everything else is looked up for those alone."""
    active, last_at = col(ConversationStatus.active_at), col(Session.last_at)
    id_ = col(ConversationStatus.conversation_id)
    query = (
        rows(
            id_,
            col(ConversationStatus.workspace_id),
            col(ConversationStatus.status),
            active,
            col(Session.seq),
            last_at,
            *(col(getattr(Conversation, name)) for name in _OF_CONVERSATION),
        )
        .join(Session, _same(Session.workspace_id, Session.conversation_id))
        .join(Conversation, _same(Conversation.workspace_id, Conversation.id))
        .order_by(active.desc(), last_at.desc(), id_.desc())
        .limit(limit)
    )
    if wanted.since is not None:
        query = query.where(active >= func.flyt.activity(wanted.since), last_at > wanted.since)
    if before is not None:
        query = query.where(
            active <= func.flyt.activity(before[0]), tuple_(last_at, id_) < tuple_(*before)
        )
    filters = (
        (ConversationStatus.status, wanted.status),
        (Conversation.bot_id, wanted.bot_id),
        (Conversation.channel_id, wanted.channel_id),
    )
    return query.where(*(col(column) == value for column, value in filters if value is not None))


_OF_CONVERSATION = ("created_at", "bot_id", "channel_id", "contact_id")


def _same(workspace: Any, conversation: Any) -> Any:
    return (col(workspace) == ConversationStatus.workspace_id) & (
        col(conversation) == ConversationStatus.conversation_id
    )


def _lines(page: Any) -> Any:
    """The page with the names of whom and what it is about, and with the last words."""
    at = page.c
    last = lateral(
        rows(col(Message.seq), col(Message.body), col(Message.sender), col(Message.deleted_at))
        .where(
            col(Message.workspace_id) == at.workspace_id,
            col(Message.conversation_id) == at.conversation_id,
            col(Message.kind) == "message",
        )
        .order_by(col(Message.seq).desc())
        .limit(1)
    ).alias("last")
    body, gone = last.c.body, last.c.deleted_at.is_not(None)

    def named(table: Any, id_: Any) -> Any:
        return (col(table.workspace_id) == at.workspace_id) & (col(table.id) == id_)

    return (
        rows(
            at.conversation_id,
            at.status,
            at.seq,
            at.last_at,
            at.created_at,
            at.bot_id,
            col(Bot.name),
            at.channel_id,
            col(Channel.name),
            col(Channel.kind),
            at.contact_id,
            col(Contact.name),
            case((gone, ""), else_=func.left(body["text"].astext, WORDS)),
            last.c.seq,
            case((gone, "deleted"), else_=body["type"].astext),
            last.c.sender,
        )
        .select_from(page)
        .join(Bot, named(Bot, at.bot_id))
        .join(Channel, named(Channel, at.channel_id))
        .join(Contact, named(Contact, at.contact_id))
        .outerjoin(last, true())
        .order_by(at.active_at.desc(), at.last_at.desc(), at.conversation_id.desc())
    )
