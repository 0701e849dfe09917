"""What colleagues think of a bot's messages, and which answers they have put right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from storage import audit
from storage.errors import NotFound, Refused
from storage.knowledge import texts
from storage.tables import KnowledgeVersion, Message, MessageRating, Rating
from storage.transaction import workspace_of

MAX_NOTE = 2_000
PART = 500  # rated messages that are read at once

_ANSWERED = """
  select e.args->>'question' as question, e.args->'collections' as collections
    from flyt.inbox i
    join flyt.effect e on e.conversation_id = i.conversation_id
     and i.dedupe = 'effect:' || e.turn || ':' || e.n
   where i.conversation_id = :conversation and i.turn = :turn and e.kind = 'ai.answer'
     and e.turn < :turn
   order by e.turn desc, e.n desc limit 1
"""


@dataclass(frozen=True)
class Asked:
    """What a message of a bot answered. ``question`` may be empty: nobody had said anything.

    ``collections`` are those that the step looked in, by name.
    """

    question: str
    answer: str
    collections: Sequence[str]


@dataclass(frozen=True)
class Rated:
    """A message with what was thought of it; ``reviewed`` is the right answer, if there is one."""

    conversation_id: UUID
    seq: int
    question: str
    answer: str
    rating: str | None
    note: str
    at: datetime
    reviewed: tuple[str, str] | None  # question and answer


def rate(
    session: Session,
    conversation_id: UUID,
    seq: int,
    rating: Rating | None,
    *,
    note: str = "",
    actor: str,
    name: str = "",
) -> None:
    """Whoever rates last is who is believed; None takes a rating back. Raises `NotFound`."""
    asked = of_message(session, conversation_id, seq)
    if len(note) > MAX_NOTE:
        raise Refused(f"a note may have at most {MAX_NOTE} characters")
    _put(
        session, conversation_id, seq,
        rating=rating, note=note, author=actor, name=name, question=asked.question,
    )  # fmt: skip
    audit.record(
        session, actor, "message.rated", f"{conversation_id}:{seq}", rating=rating or "none"
    )


def correct(
    session: Session,
    conversation_id: UUID,
    seq: int,
    reviewed_id: UUID,
    *,
    actor: str,
    name: str = "",
) -> None:
    """Names the right answer to what a message answered; it counts as bad unless it was rated."""
    asked = of_message(session, conversation_id, seq)
    known = of(session, conversation_id, [seq]).get(seq)
    rating = (known.rating if known else None) or "bad"
    _put(
        session, conversation_id, seq,
        rating=rating, reviewed_id=reviewed_id, author=actor, name=name, question=asked.question,
    )  # fmt: skip


def of(session: Session, conversation_id: UUID, seqs: Sequence[int]) -> dict[int, MessageRating]:
    """By number of the message."""
    query = (
        select(MessageRating)
        .where(MessageRating.conversation_id == conversation_id, col(MessageRating.seq).in_(seqs))
        .execution_options(populate_existing=True)
    )
    return {one.seq: one for one in session.exec(query)}


def of_message(
    session: Session, conversation_id: UUID, seq: int, *, to_change: bool = False
) -> Asked:
    """What a message of a bot answered. ``to_change`` has a second colleague wait for the first.

    Raises `NotFound`, and `Refused` for a message of a person.
    """
    query = select(Message).where(Message.conversation_id == conversation_id, Message.seq == seq)
    if to_change:
        query = query.with_for_update(key_share=True)
    message = session.exec(query).one_or_none()
    if message is None:
        raise NotFound(f"conversation {conversation_id} has no message {seq}")
    if message.sender != "bot" or message.kind != "message" or message.deleted_at is not None:
        raise Refused("only what a bot has said can be rated or put right")
    answered = session.connection().execute(
        text(_ANSWERED), {"conversation": conversation_id, "turn": message.turn}
    )
    found = answered.first()
    said = str(message.body.get("text", ""))
    if found is not None and found.question:
        return Asked(found.question, said, [str(one) for one in found.collections or ()])
    return Asked(_said_before(session, conversation_id, seq), said, ())


def exported(session: Session) -> Iterator[Rated]:
    """Every message that was rated or put right, in the order of their conversations."""
    after: tuple[UUID, int] | None = None
    while rows := session.execute(_rated(after)).all():
        for rating, body in rows:
            yield _exported(session, rating, str(body.get("text", "")))
        after = rows[-1][0].conversation_id, rows[-1][0].seq


def _put(session: Session, conversation_id: UUID, seq: int, **values: Any) -> None:
    given = insert(MessageRating).values(
        workspace_id=workspace_of(session), conversation_id=conversation_id, seq=seq, **values
    )
    session.execute(
        given.on_conflict_do_update(
            index_elements=["workspace_id", "conversation_id", "seq"],
            set_={**values, "at": func.now()},
        )
    )


def _said_before(session: Session, conversation_id: UUID, seq: int) -> str:
    """The visitor's last words before a message."""
    said = col(Message.body)["text"].astext
    query = (
        select(said)
        .where(
            Message.conversation_id == conversation_id,
            Message.seq < seq,
            Message.sender == "visitor",
            Message.kind == "message",
            col(Message.deleted_at).is_(None),
            said != "",
        )
        .order_by(col(Message.seq).desc())
    )
    return session.exec(query.limit(1)).first() or ""


def _rated(after: tuple[UUID, int] | None) -> Any:
    query = (
        select(MessageRating, Message.body)
        .join(
            Message,
            (col(Message.conversation_id) == MessageRating.conversation_id)
            & (col(Message.seq) == MessageRating.seq),
        )
        .where(
            col(MessageRating.rating).is_not(None) | col(MessageRating.reviewed_id).is_not(None),
            col(Message.deleted_at).is_(None),
        )
        .order_by(col(MessageRating.conversation_id), col(MessageRating.seq))
    )
    if after is not None:
        place = func.row(MessageRating.conversation_id, MessageRating.seq)
        query = query.where(place > func.row(*after))
    return query.limit(PART)


def _exported(session: Session, rating: MessageRating, answer: str) -> Rated:
    reviewed = None
    if rating.reviewed_id is not None:
        query = (
            select(KnowledgeVersion.blocks)
            .where(KnowledgeVersion.document_id == rating.reviewed_id)
            .order_by(col(KnowledgeVersion.number).desc())
        )
        blocks = session.exec(query.limit(1)).first()
        reviewed = texts.pairs(blocks)[0] if blocks else None
    return Rated(
        rating.conversation_id, rating.seq, rating.question, answer, rating.rating, rating.note,
        rating.at, reviewed,
    )  # fmt: skip
