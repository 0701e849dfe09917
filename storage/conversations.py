"""Conversations as people read them: lists, transcripts, traces, counts.

A list is ordered by the conversation's id, which is its beginning, and filtered by columns that no
turn changes; the status comes from its own small table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import orjson
from sqlalchemy import func
from sqlalchemy import select as rows
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from storage import audit
from storage.errors import NotFound
from storage.tables import (
    Contact,
    Conversation,
    ConversationStatus,
    Message,
    Session,
    Status,
    Trace,
)

MOST = 200  # rows in one answer
CONFIDENTIAL = "confidential"  # the attribute that steps go by


@dataclass(frozen=True)
class Line:
    """A conversation in a list; ``last`` is the body of its last message.

    ``owner`` is the person who answers, as {id, name}.
    """

    id: UUID
    bot_id: UUID
    channel_id: UUID
    contact_id: UUID
    contact_name: str | None
    contact_email: str | None
    status: str
    since: datetime  # of the status
    turn: int
    seq: int
    last_at: datetime
    created_at: datetime
    last: dict[str, Any] | None
    owner: dict[str, str] | None
    confidential: bool  # only models marked local may read it


def listed(
    session: Transaction,
    *,
    status: str | None = None,
    channel_id: UUID | None = None,
    bot_id: UUID | None = None,
    contact_id: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> Sequence[Line]:
    """Newest first; ``before`` is the id to go on from."""
    query = _lines()
    if status is not None:
        query = query.where(ConversationStatus.status == status)
    filters = (
        (Conversation.channel_id, channel_id),
        (Conversation.bot_id, bot_id),
        (Conversation.contact_id, contact_id),
    )
    for column, wanted in filters:
        if wanted is not None:
            query = query.where(col(column) == wanted)
    if before is not None:
        # Said of both tables, so that either's index can begin there.
        query = query.where(Conversation.id < before, ConversationStatus.conversation_id < before)
    order = ConversationStatus.conversation_id if status else Conversation.id
    query = query.order_by(col(order).desc()).limit(min(limit, MOST))
    return [_line(*row) for row in session.execute(query)]


def get(session: Transaction, conversation_id: UUID) -> Line:
    """Raises `NotFound`."""
    row = session.execute(_lines().where(col(Conversation.id) == conversation_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    return _line(*row)


def mark(session: Transaction, conversation_id: UUID, *, confidential: bool, actor: str) -> None:
    """From the next step on only models marked local may read it, or all. Raises `NotFound`."""
    query = select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    conversation = session.exec(query).one_or_none()
    if conversation is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    others = {key: v for key, v in conversation.attributes.items() if key != CONFIDENTIAL}
    conversation.attributes = {**others, CONFIDENTIAL: True} if confidential else others
    session.add(conversation)
    session.flush()
    audit.record(session, actor, "conversation.marked", conversation_id, confidential=confidential)


def state(session: Transaction, conversation_id: UUID) -> Session:
    """The session with its variables, as the last turn left it. Raises `NotFound`."""
    query = select(Session).where(Session.conversation_id == conversation_id)
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    return found


def transcript(
    session: Transaction, conversation_id: UUID, *, after: int = 0, limit: int = MOST
) -> Sequence[Message]:
    """The visible events in order; ``after`` is the seq to go on from."""
    query = select(Message).where(Message.conversation_id == conversation_id, Message.seq > after)
    return session.exec(query.order_by(col(Message.seq)).limit(min(limit, MOST))).all()


def latest(
    session: Transaction, conversation_id: UUID, *, before: int | None = None, limit: int = MOST
) -> Sequence[Message]:
    """The visible events from the newest back; ``before`` is the seq to go on from."""
    query = select(Message).where(Message.conversation_id == conversation_id)
    if before is not None:
        query = query.where(Message.seq < before)
    return session.exec(query.order_by(col(Message.seq).desc()).limit(min(limit, MOST))).all()


def trace(session: Transaction, conversation_id: UUID, turn: int) -> Trace:
    """What the interpreter did in one turn. Raises `NotFound`."""
    query = select(Trace).where(Trace.conversation_id == conversation_id, Trace.turn == turn)
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound(f"conversation {conversation_id} has no trace of turn {turn}")
    return found


def traces(
    session: Transaction, conversation_id: UUID, *, after: int = 0, limit: int = MOST
) -> Sequence[Trace]:
    """Turn by turn; ``after`` is the turn to go on from."""
    query = select(Trace).where(Trace.conversation_id == conversation_id, Trace.turn > after)
    return session.exec(query.order_by(col(Trace.turn)).limit(min(limit, MOST))).all()


def counts(session: Transaction) -> dict[str, int]:
    """How many conversations have each status."""
    query = select(ConversationStatus.status, func.count()).group_by(ConversationStatus.status)
    return dict.fromkeys(get_args(Status), 0) | dict(iter(session.exec(query)))


def _lines() -> Any:
    last = (
        select(Message.body)
        .where(
            Message.workspace_id == Conversation.workspace_id,
            Message.conversation_id == Conversation.id,
            Message.kind == "message",
        )
        .order_by(col(Message.seq).desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        rows(Conversation, ConversationStatus, Session, col(Contact.name), col(Contact.email), last)
        .join(ConversationStatus, _of_conversation(ConversationStatus))
        .join(Session, _of_conversation(Session))
        .join(
            Contact,
            (col(Contact.workspace_id) == Conversation.workspace_id)
            & (col(Contact.id) == Conversation.contact_id),
        )
    )


def _of_conversation(table: type[ConversationStatus] | type[Session]) -> Any:
    return (col(table.workspace_id) == Conversation.workspace_id) & (
        col(table.conversation_id) == Conversation.id
    )


def _line(
    conversation: Conversation,
    status: ConversationStatus,
    session: Session,
    name: str | None,
    email: str | None,
    last: dict[str, Any] | None,
) -> Line:
    return Line(
        id=conversation.id,
        bot_id=conversation.bot_id,
        channel_id=conversation.channel_id,
        contact_id=conversation.contact_id,
        contact_name=name,
        contact_email=email,
        status=status.status,
        since=status.since,
        turn=session.turn,
        seq=session.seq,
        last_at=session.last_at,
        created_at=conversation.created_at,
        last=last,
        owner=_owner(session.data) if status.status == "human" else None,
        confidential=conversation.attributes.get(CONFIDENTIAL) is True,
    )


def _owner(data: str) -> dict[str, str] | None:
    """The owner in a session's JSON, which leaves out an empty name; None: unreadable, too."""
    try:
        owner = orjson.loads(data).get("owner")
    except orjson.JSONDecodeError:
        return None
    return {"name": ""} | owner if owner else None
