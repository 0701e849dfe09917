"""What is known of a contact beside the record's own fields, and how far talks were read for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from storage.tables.base import (
    Identified,
    Owned,
    in_workspace,
    now_field,
    number_field,
    one_of,
    reference,
    word_field,
)

FactKind = Literal["fact", "relation", "promise"]
PromiseStatus = Literal["open", "kept"]


class ContactFact(Identified, table=True):
    """One sentence about a contact: what is so, with whom they belong, what they were promised.

    ``topic`` says what it is about ("home city"): a later one about the same takes its place, and
    the earlier one stays behind it as history. What was read out of a conversation leaves with it.
    """

    __table_args__ = (
        in_workspace(),
        reference("contact", "contact_id"),
        reference("contact", "related_id", ondelete="SET NULL (related_id)"),
        reference("conversation", "conversation_id"),
        reference("contact_fact", "replaced_by"),
        one_of("kind", FactKind),
        one_of("status", PromiseStatus),
        Index(None, "workspace_id", "contact_id", "id"),
        Index(None, "workspace_id", "conversation_id"),
        Index(None, "workspace_id", "related_id"),
        Index(None, "workspace_id", "replaced_by"),
    )

    contact_id: UUID
    kind: str
    text: str
    topic: str = word_field("")  # empty: nothing takes its place
    relation: str | None = None  # what the other is to the contact: "sister", "employer"
    related: str | None = None  # who the other is, as was said
    related_id: UUID | None = None  # and which contact, where somebody has said so
    due: date | None = None  # of a promise
    status: str | None = None  # of a promise
    conversation_id: UUID | None = None
    seq: int | None = None
    quote: str | None = None
    said_at: datetime = now_field()
    author: str  # "conversation", "user:<id>" or "key:<id>"
    corrected: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    # Out of a confidential talk: for people, and for models at home.
    confidential: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    replaced_by: UUID | None = None
    created_at: datetime = now_field()
    updated_at: datetime = now_field()


class ContactReading(Owned, table=True):
    """How far a conversation has been read for what is to be remembered.

    ``due_at`` stands while there is something to read: nobody begins before it.
    """

    __table_args__ = (
        reference("conversation", "conversation_id"),
        Index("ix_contact_reading_due", "due_at", postgresql_where=text("due_at is not null")),
    )

    conversation_id: UUID = Field(primary_key=True)
    read_seq: int = number_field()  # of the last message that was read
    due_at: datetime | None = None
    attempts: int = number_field()
    leased_by: str | None = None
