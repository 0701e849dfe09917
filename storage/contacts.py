"""Finding contacts: by what people know of them, and the conversation that shows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col, select

from storage.tables import Contact, Conversation

WORDS = 8  # of a search that count


@dataclass(frozen=True)
class Found:
    """A contact; ``conversation_id`` is their latest conversation, None where there is none."""

    id: UUID
    name: str | None
    email: str | None
    conversation_id: UUID | None


def search(session: Session, words: str, *, limit: int) -> Sequence[Found]:
    """Those whose name or e-mail holds each of the words, in whatever case; newest first.

    Without words: all who have a name or an e-mail.
    """
    query = select(Contact).where(
        col(Contact.erased_at).is_(None),
        or_(col(Contact.name).is_not(None), col(Contact.email).is_not(None)),
    )
    for word in words.split()[:WORDS]:
        query = query.where(or_(_holds(Contact.name, word), _holds(Contact.email, word)))
    found = session.exec(query.order_by(col(Contact.id).desc()).limit(limit)).all()
    latest = latest_conversations(session, [one.id for one in found])
    return [Found(one.id, one.name, one.email, latest.get(one.id)) for one in found]


def latest_conversations(session: Session, contacts: Collection[UUID]) -> Mapping[UUID, UUID]:
    """The newest conversation of each contact that has one."""
    if not contacts:
        return {}
    query = (
        select(Conversation.contact_id, Conversation.id)
        .where(col(Conversation.contact_id).in_(contacts))
        .ext(distinct_on(col(Conversation.contact_id)))
        .order_by(col(Conversation.contact_id), col(Conversation.id).desc())
    )
    return dict(map(tuple, session.execute(query)))


def _holds(field: Any, word: str) -> Any:
    return func.lower(field).contains(word.lower(), autoescape=True)
