"""What is known of contacts: facts, with whom they belong, what they were promised.

What takes another's place keeps it behind it as history; what is forgotten is gone with its
history. A person's word outweighs what was read: nothing read takes its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from storage import audit, contact_readings
from storage.errors import NotFound, Refused
from storage.tables import Contact, ContactFact, ContactReading, Conversation, FactKind
from storage.transaction import workspace_of

READER = "conversation"
"""The author of what was read out of one; people's facts carry theirs."""

MOST = 500  # facts of one contact that stand at a time
OPEN = 100  # conversations of one contact that are told of a change
_CHANGEABLE = {"text", "relation", "related", "related_id", "due", "status"}
_CORRECTIONS = _CHANGEABLE - {"status"}


@dataclass(frozen=True)
class Known:
    """A fact that stands, with what stood in its place before, the newest first."""

    fact: ContactFact
    earlier: tuple[ContactFact, ...] = ()


@dataclass(frozen=True)
class Noted:
    """Something read out of a conversation. ``replaces`` is a fact that stands till then."""

    kind: FactKind
    text: str
    topic: str
    said_at: datetime
    seq: int
    quote: str
    relation: str | None = None
    related: str | None = None
    due: date | None = None
    replaces: UUID | None = None


def contact(session: Session, contact_id: UUID, *, to_change: bool = False) -> Contact:
    """Raises `NotFound`, also for one who has been erased."""
    query = select(Contact).where(Contact.id == contact_id, col(Contact.erased_at).is_(None))
    if to_change:
        query = query.with_for_update(key_share=True)
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound(f"there is no contact {contact_id}")
    return found


def contact_of(session: Session, conversation_id: UUID) -> UUID | None:
    """Whose conversation it is; None where it, or the contact, is gone."""
    query = (
        select(Contact.id)
        .join(Conversation, col(Conversation.contact_id) == Contact.id)
        .where(Conversation.id == conversation_id, col(Contact.erased_at).is_(None))
    )
    return session.exec(query).one_or_none()


def conversations_of(session: Session, contact_id: UUID) -> Sequence[UUID]:
    """The conversations that may be open somewhere with what is known beside them, newest first."""
    query = select(Conversation.id).where(Conversation.contact_id == contact_id)
    return session.exec(query.order_by(col(Conversation.id).desc()).limit(OPEN)).all()


def standing(session: Session, contact_id: UUID) -> Sequence[ContactFact]:
    """All that stands, newest first."""
    return session.exec(_standing(contact_id).limit(MOST)).all()


def listed(
    session: Session, contact_id: UUID, *, before: UUID | None = None, limit: int = 50
) -> list[Known]:
    """What stands, newest first; ``before`` is the id to go on from. Raises `NotFound`."""
    contact(session, contact_id)
    query = _standing(contact_id)
    if before is not None:
        query = query.where(ContactFact.id < before)
    return _with_history(session, session.exec(query.limit(limit)).all())


def get(session: Session, contact_id: UUID, fact_id: UUID) -> Known:
    """Raises `NotFound`."""
    return _with_history(session, [_fact(session, contact_id, fact_id)])[0]


def add(
    session: Session, contact_id: UUID, *, kind: FactKind, text: str, actor: str, **more: Any
) -> ContactFact:
    """A person's own word: ``relation``, ``related``, ``related_id``, ``due``, ``status``,
    ``said_at``. Raises `NotFound` and `Refused`.
    """
    contact(session, contact_id, to_change=True)
    _check_related(session, contact_id, more.get("related_id"))
    _check_room(session, contact_id)
    fact = ContactFact(
        workspace_id=workspace_of(session),
        contact_id=contact_id,
        kind=kind,
        text=text,
        author=actor,
        **{name: value for name, value in more.items() if value is not None},
    )
    session.add(fact)
    session.flush()
    session.refresh(fact)
    audit.record(session, actor, "contact_fact.added", fact.id, contact=str(contact_id), kind=kind)
    return fact


def change(
    session: Session, contact_id: UUID, fact_id: UUID, *, actor: str, **fields: Any
) -> Known:
    """Changes ``text``, ``relation``, ``related``, ``related_id``, ``due`` or ``status``.

    Whatever is not a promise's status makes it corrected. Raises `NotFound` and `Refused`.
    """
    if unknown := fields.keys() - _CHANGEABLE:
        raise Refused(f"a fact's {', '.join(sorted(unknown))} can't be changed")
    fact = _fact(session, contact_id, fact_id, to_change=True)
    _check_related(session, contact_id, fields.get("related_id"))
    changed = sorted(name for name, value in fields.items() if getattr(fact, name) != value)
    for name in changed:
        setattr(fact, name, fields[name])
    if changed:
        fact.corrected = fact.corrected or bool(_CORRECTIONS.intersection(changed))
        fact.updated_at = datetime.now(UTC)
        session.add(fact)
        session.flush()
        about = {"contact": str(contact_id), "fields": changed}
        audit.record(session, actor, "contact_fact.changed", fact_id, **about)
    return _with_history(session, [fact])[0]


def forget(session: Session, contact_id: UUID, fact_id: UUID, *, actor: str) -> None:
    """Deletes a fact with all that stood in its place before. Raises `NotFound`."""
    fact = _fact(session, contact_id, fact_id, to_change=True)
    kind = fact.kind
    session.delete(fact)
    session.flush()
    about = {"contact": str(contact_id), "kind": kind}  # not what it said: that is forgotten
    audit.record(session, actor, "contact_fact.forgotten", fact_id, **about)


def forget_all(session: Session, contact_id: UUID, *, actor: str) -> int:
    """Deletes all that is known of a contact; answers how many facts that were.

    What they have said up to now is never read for it again, and who reads it just now notes
    nothing. Raises `NotFound`.
    """
    contact(session, contact_id)
    contact_readings.skip(session, contact_id)  # first: it waits for those who are just noting
    count = _delete(session, contact_id)
    about = {"contact": str(contact_id), "count": count}  # not what they said: that is forgotten
    audit.record(session, actor, "contact_fact.all_forgotten", contact_id, **about)
    return count


def erase_of_contact(session: Session, contact_id: UUID) -> int:
    """Deletes all that is known of a person, and that anything was read; answers how many facts.

    Other people's relations to them stay, as what those have said, without pointing to them.
    """
    about = col(ContactFact.related_id) == contact_id
    session.execute(update(ContactFact).where(about).values(related_id=None))
    theirs = select(Conversation.id).where(Conversation.contact_id == contact_id)
    read = col(ContactReading.conversation_id).in_(theirs)
    session.execute(delete(ContactReading).where(read))
    return _delete(session, contact_id)


def _delete(session: Session, contact_id: UUID) -> int:
    mine = col(ContactFact.contact_id) == contact_id
    count = session.exec(select(func.count()).select_from(ContactFact).where(mine)).one()
    session.execute(delete(ContactFact).where(mine))
    return count


# --- What was read out of a conversation ------------------------------------------------------


def note(
    session: Session,
    contact_id: UUID,
    conversation_id: UUID,
    noted: Sequence[Noted],
    kept: Collection[UUID] = (),
    *,
    confidential: bool = False,
) -> int:
    """Notes what is new, and which promises were ``kept``; answers how many facts were new.

    ``confidential``: so is the conversation that told it.
    """
    contact(session, contact_id, to_change=True)
    there = {fact.id: fact for fact in standing(session, contact_id)}
    for fact_id in kept:
        promise = there.get(fact_id)
        if promise is not None and promise.status == "open":
            promise.status, promise.updated_at = "kept", datetime.now(UTC)
            session.add(promise)
    new = 0
    for one in noted:
        if len(there) >= MOST or any(_same(one, fact) for fact in there.values()):
            continue
        fact = _row(session, contact_id, conversation_id, one, confidential=confidential)
        for gone in _replaced(one, there):
            there.pop(gone.id).replaced_by = fact.id
            session.add(gone)
        there[fact.id] = fact
        new += 1
    session.flush()
    return new


def _row(
    session: Session, contact_id: UUID, conversation_id: UUID, one: Noted, *, confidential: bool
) -> ContactFact:
    fact = ContactFact(
        workspace_id=workspace_of(session),
        contact_id=contact_id,
        kind=one.kind,
        text=one.text,
        topic=one.topic,
        relation=one.relation,
        related=one.related,
        due=one.due,
        status="open" if one.kind == "promise" else None,
        conversation_id=conversation_id,
        seq=one.seq,
        quote=one.quote,
        said_at=one.said_at,
        author=READER,
        confidential=confidential,
    )
    session.add(fact)
    session.flush()
    return fact


def _same(one: Noted, fact: ContactFact) -> bool:
    """Whether it stands already, in the same words; a promise may be given anew on a later day."""
    said = " ".join(one.text.casefold().split()) == " ".join(fact.text.casefold().split())
    return said and one.kind == fact.kind and one.due == fact.due and fact.status != "kept"


def _replaced(one: Noted, there: Mapping[UUID, ContactFact]) -> list[ContactFact]:
    """What this takes the place of: the one that is named, or those about the same topic."""

    def gives_way(fact: ContactFact) -> bool:
        same = bool(one.topic) and fact.topic == one.topic
        read = fact.author == READER and not fact.corrected
        return read and fact.kind == one.kind and (same or fact.id == one.replaces)

    return [fact for fact in there.values() if gives_way(fact)]


# --- Rows -------------------------------------------------------------------------------------


def _standing(contact_id: UUID) -> Any:
    query = select(ContactFact).where(
        ContactFact.contact_id == contact_id, col(ContactFact.replaced_by).is_(None)
    )
    return query.order_by(col(ContactFact.id).desc())


def _fact(
    session: Session, contact_id: UUID, fact_id: UUID, *, to_change: bool = False
) -> ContactFact:
    contact(session, contact_id)
    query = _standing(contact_id).where(ContactFact.id == fact_id)
    found = session.exec(query.with_for_update() if to_change else query).one_or_none()
    if found is None:
        raise NotFound(f"nothing {fact_id} is known of this contact (any more)")
    return found


def _with_history(session: Session, facts: Sequence[ContactFact]) -> list[Known]:
    if not facts:
        return []
    query = select(ContactFact).where(
        ContactFact.contact_id == facts[0].contact_id, col(ContactFact.replaced_by).is_not(None)
    )
    behind: defaultdict[UUID | None, list[ContactFact]] = defaultdict(list)
    for old in session.exec(query.order_by(col(ContactFact.id).desc())):
        behind[old.replaced_by].append(old)

    def history(fact_id: UUID) -> list[ContactFact]:
        return [each for old in behind[fact_id] for each in (old, *history(old.id))]

    return [Known(fact, tuple(history(fact.id))) for fact in facts]


def _check_related(session: Session, contact_id: UUID, related_id: UUID | None) -> None:
    if related_id == contact_id:
        raise Refused("nobody belongs with themselves: name another contact, or none")
    if related_id is not None:
        contact(session, related_id)


def _check_room(session: Session, contact_id: UUID) -> None:
    if len(standing(session, contact_id)) >= MOST:
        raise Refused(f"{MOST} things are known of this contact: forget some of them first")
