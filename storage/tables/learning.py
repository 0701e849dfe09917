"""What people think of what bots said."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from storage.tables.base import Owned, now_field, one_of, reference, word_field

Rating = Literal["good", "bad"]


class MessageRating(Owned, table=True):
    """What a colleague thinks of one message of a bot, and the answer that was put right.

    ``question`` is what the message answered. A row without a rating has only the right answer.
    """

    __table_args__ = (
        reference("message", "conversation_id", "seq", to=("conversation_id", "seq")),
        reference("knowledge_document", "reviewed_id", ondelete="SET NULL (reviewed_id)"),
        one_of("rating", Rating),
        Index(None, "workspace_id", "reviewed_id"),
    )

    conversation_id: UUID = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    rating: str | None = None
    note: str = word_field("")
    question: str = word_field("")
    author: str  # "user:<id>" or "key:<id>"
    name: str = word_field("")  # of the author, as colleagues see it
    at: datetime = now_field()
    reviewed_id: UUID | None = None
