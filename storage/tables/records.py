"""What is kept beside the conversation: files, analytics events, logs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Index, text

from storage.tables.base import (
    Identified,
    Owned,
    arrival_field,
    big_field,
    in_workspace,
    json_field,
    now_field,
    one_of,
    reference,
    word_field,
)

LogLevel = Literal["info", "warning", "error"]


class File(Identified, table=True):
    """A stored file; the bytes are in the file store under ``key``."""

    __table_args__ = (
        in_workspace(),
        reference("conversation", "conversation_id"),
        reference("contact", "contact_id"),
        Index(None, "workspace_id", "conversation_id"),
        Index(None, "workspace_id", "contact_id"),
        Index("ix_file_unsent", "created_at", postgresql_where=text("sent_at is null")),
    )

    conversation_id: UUID | None = None
    contact_id: UUID | None = None
    key: str
    name: str  # made safe for a download's header
    type: str  # sniffed, not what the sender claimed
    size: int = big_field()
    sha256: str
    created_at: datetime = now_field()
    sent_at: datetime | None = None  # unsent ones are swept after a day


class Event(Owned, table=True):
    """Something worth counting."""

    __table_args__ = (
        in_workspace(),
        reference("conversation", "conversation_id"),
        reference("contact", "contact_id"),
        reference("bot", "bot_id"),
        Index(None, "workspace_id", "name", "at"),
        Index(None, "workspace_id", "conversation_id"),
        Index(None, "workspace_id", "contact_id"),
    )

    id: int = arrival_field(primary_key=True)
    name: str
    conversation_id: UUID | None = None
    contact_id: UUID | None = None
    bot_id: UUID | None = None
    release: int | None = None
    node: str | None = None
    data: dict[str, Any] = json_field()
    at: datetime = now_field()


class Log(Owned, table=True):
    """A line of the log; rows of no workspace carry `NOWHERE`."""

    __table_args__ = (
        one_of("level", LogLevel),
        Index(None, "workspace_id", "type", "id"),
        Index(None, "at"),
        Index(
            "ix_log_grave",
            "workspace_id",
            "level",
            "id",
            postgresql_where=text("level <> 'info'"),
        ),
    )

    id: int = arrival_field(primary_key=True)
    level: str = word_field("info")
    type: str  # "request", "model", "warning", "error" …
    message: str
    at: datetime = now_field()
    request_id: str | None = None
    conversation_id: UUID | None = None  # no foreign key: a log line outlives what it is about
    data: dict[str, Any] = json_field()
