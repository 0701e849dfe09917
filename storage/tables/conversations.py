"""Who talks, what was said, and what is still to be done about it.

`Session` is the only row a turn updates, so no index stands on a column a turn changes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from runtime.core.effects import Lane, Retry
from runtime.core.session import Status
from storage.tables.base import (
    Identified,
    Owned,
    arrival_field,
    in_workspace,
    json_field,
    now_field,
    number_field,
    one_of,
    reference,
    word_field,
)

Sender = Literal["bot", "visitor", "agent", "system"]
MessageKind = Literal["message", "status", "edited", "deleted", "read"]
InboxState = Literal["queued", "annotating", "done"]
EffectState = Literal["todo", "doing", "done", "failed", "cancelled", "orphaned", "unknown", "dead"]
DeliveryState = Literal["todo", "doing", "done", "failed", "cancelled", "dead"]


class Contact(Identified, table=True):
    """A person who talks to bots."""

    __table_args__ = (
        in_workspace(),
        UniqueConstraint("workspace_id", "visitor_hash"),
    )

    visitor_hash: bytes | None = None  # SHA-256 of the secret in the visitor's browser
    name: str | None = None
    email: str | None = None
    phone: str | None = None  # E.164
    locale: str | None = None  # BCP 47
    timezone: str | None = None  # IANA
    attributes: dict[str, Any] = json_field()
    created_at: datetime = now_field()
    erased_at: datetime | None = None


class Identity(Owned, table=True):
    """How a channel knows a contact: a chat id, a phone number, an address."""

    __table_args__ = (
        reference("channel", "channel_id"),
        reference("contact", "contact_id"),
        Index(None, "workspace_id", "contact_id"),
    )

    channel_id: UUID = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    contact_id: UUID
    created_at: datetime = now_field()


class Conversation(Identified, table=True):
    """One thread of one contact on one channel. Never updated by a turn.

    ``attributes`` is what the channel told at the opening: page, campaign, verified identity.
    """

    __table_args__ = (
        reference("channel", "channel_id"),
        reference("contact", "contact_id"),
        reference("bot", "bot_id"),
        UniqueConstraint("workspace_id", "channel_id", "client_id"),
        Index(None, "workspace_id", "channel_id", "id"),
        Index(None, "workspace_id", "bot_id", "id"),
        Index(None, "workspace_id", "contact_id", "id"),
    )

    channel_id: UUID
    contact_id: UUID
    bot_id: UUID
    client_id: str | None = None  # of the request that opened it
    token_epoch: int = number_field()  # raising it revokes the visitor's token
    locale: str | None = None
    timezone: str | None = None
    attributes: dict[str, Any] = json_field()
    created_at: datetime = now_field()


class Session(Owned, table=True):
    """The state of a conversation: everything a turn changes, guarded by ``version``."""

    __table_args__ = (
        reference("conversation", "conversation_id"),
        one_of("status", Status),
        Index(None, "conversation_id"),  # streams ask for many of any workspaces
        {"postgresql_with": {"fillfactor": "70"}},
    )

    conversation_id: UUID = Field(primary_key=True)
    version: int = number_field()
    turn: int = number_field()
    seq: int = number_field()
    status: str = word_field("bot")
    last_at: datetime = now_field()
    data: str  # `runtime.core.session.Session` as JSON


class ConversationStatus(Owned, table=True):
    """Status and activity of a conversation, for lists: written by a trigger when they change."""

    __table_args__ = (
        reference("conversation", "conversation_id"),
        one_of("status", Status),
        Index(None, "workspace_id", "status", "conversation_id"),
        Index("ix_conversation_status_active", "workspace_id", "active_at", "conversation_id"),
        Index(
            "ix_conversation_status_active_by_status",
            "workspace_id",
            "status",
            "active_at",
            "conversation_id",
        ),
    )

    conversation_id: UUID = Field(primary_key=True)
    status: str
    since: datetime = now_field()
    active_at: datetime = now_field()  # the ten minutes that `Session.last_at` lies in


class Message(Owned, table=True):
    """A visible event, numbered within its conversation: something said, a status, a reading."""

    __table_args__ = (
        reference("conversation", "conversation_id"),
        one_of("sender", Sender),
        one_of("kind", MessageKind),
    )

    conversation_id: UUID = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    turn: int | None = None  # the turn that caused it
    kind: str = word_field("message")
    sender: str
    at: datetime = now_field()
    body: dict[str, Any] = Field(sa_type=JSONB, nullable=False)
    external_id: str | None = None  # the channel's own number for it
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


class Inbox(Owned, table=True):
    """An event waiting for its turn, or kept so that its repetition is recognised.

    Every kind of event queues here: visitors', results of effects, signals, timers. ``id`` is
    the order of arrival.
    """

    __table_args__ = (
        reference("conversation", "conversation_id"),
        one_of("state", InboxState),
        Index(
            "ix_inbox_waiting",
            "workspace_id",
            "conversation_id",
            "id",
            postgresql_where=text("state <> 'done'"),
        ),
    )

    conversation_id: UUID = Field(primary_key=True)
    dedupe: str = Field(primary_key=True)
    id: int = arrival_field(primary_key=False)
    state: str = word_field("queued")
    turn: int | None = None  # the turn that consumed it
    event: dict[str, Any] = Field(sa_type=JSONB, nullable=False)
    answer: str | None = None  # status, seq and input, for a repeat
    at: datetime = now_field()


class Trace(Owned, table=True):
    """What the interpreter did in one turn; a table of its own, with its own retention."""

    __table_args__ = (reference("conversation", "conversation_id"),)

    conversation_id: UUID = Field(primary_key=True)
    turn: int = Field(primary_key=True)
    visits: list[Any] = Field(sa_type=JSONB, nullable=False)
    at: datetime = now_field()


class Effect(Owned, table=True):
    """The outbox: something a turn wants done. Its key is ``<conversation>:<turn>:<n>``.

    One with ``due_at`` is done then; ``subject`` and ``slot`` let it be moved or cancelled.
    """

    __table_args__ = (
        reference("conversation", "conversation_id"),
        one_of("state", EffectState),
        one_of("lane", Lane),
        one_of("retry", Retry),
        Index(
            "ix_effect_leased",
            "leased_until",
            postgresql_where=text("done_at is null"),
        ),
        Index(
            "ix_effect_due",
            "due_at",
            postgresql_where=text("state = 'todo' and due_at is not null"),
        ),
        Index(
            "ix_effect_answers",
            "workspace_id",
            "created_at",
            postgresql_where=text("kind = 'ai.answer'"),
        ),
        Index(
            "uq_effect_subject_slot",
            "workspace_id",
            "subject",
            "slot",
            unique=True,
            postgresql_where=text("subject is not null"),
        ),
    )

    conversation_id: UUID = Field(primary_key=True)
    turn: int = Field(primary_key=True)
    n: int = Field(primary_key=True)
    kind: str
    args: dict[str, Any] = json_field()
    format: int = number_field(1)  # of ``args``, for migrations
    lane: str = word_field("background")
    retry: str = word_field("safe")
    node: str = word_field("")  # the node that asked for it
    token: str | None = None  # who is woken by the result, if anybody
    state: str = word_field("todo")
    attempts: int = number_field()
    due_at: datetime | None = None
    subject: str | None = None  # "appointment:<id>", "record:<id>"
    slot: str | None = None
    leased_until: datetime | None = None
    leased_by: str | None = None
    result: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    error: str | None = None  # a kind a flow can branch on
    error_message: str | None = None
    created_at: datetime = now_field()
    done_at: datetime | None = None


class Delivery(Owned, table=True):
    """A message on its way out through a channel that is not read by the visitor's browser."""

    __table_args__ = (
        reference("message", "conversation_id", "seq", to=("conversation_id", "seq")),
        reference("channel", "channel_id"),
        one_of("state", DeliveryState),
        Index(
            "ix_delivery_leased",
            "leased_until",
            postgresql_where=text("state in ('todo', 'doing')"),
        ),
        Index(
            "ix_delivery_waiting",
            "workspace_id",
            "conversation_id",
            "seq",
            postgresql_where=text("state in ('todo', 'doing')"),
        ),
    )

    conversation_id: UUID = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    channel_id: UUID
    epoch: int = number_field()  # of ownership: reread right before sending
    # What the bot waits for after this message.
    input: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    state: str = word_field("todo")
    attempts: int = number_field()
    due_at: datetime = now_field()  # not before; moves with every failed attempt
    leased_until: datetime | None = None
    leased_by: str | None = None
    external_id: str | None = None
    error: str | None = None
    created_at: datetime = now_field()
    done_at: datetime | None = None


class Timer(Owned, table=True):
    """When a conversation wants to be woken; one per slot, overwritten or deleted in a turn."""

    __table_args__ = (
        reference("conversation", "conversation_id"),
        Index(None, "workspace_id", "due"),
        Index(None, "due"),
    )

    conversation_id: UUID = Field(primary_key=True)
    slot: str = Field(primary_key=True)
    token: str
    due: datetime
    leased_until: datetime | None = None
