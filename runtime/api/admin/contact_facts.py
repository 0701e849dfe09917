"""What is known of a contact: read, added, corrected and forgotten by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import Session

from connectors.ai import guards
from runtime.api.access import Access, ServicesOf, may
from runtime.api.admin.models import refused
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import AfterId, Limit, Page, page
from runtime.streams.notices import KNOWN, Notices
from storage import contact_facts, contacts
from storage.accounts import keys, workspaces
from storage.contact_facts import READER, Known
from storage.tables import ContactFact, FactKind, PromiseStatus

router = APIRouter(tags=["contacts"], route_class=StrictRoute)

Reader = Annotated[Access, may("conversation.read")]
Writer = Annotated[Access, may("contact.edit")]


@dataclass(frozen=True)
class Telling:
    """Has colleagues who have the contact beside a conversation read it again."""

    notices: Notices
    background: BackgroundTasks

    def changed(self, session: Session, contact_id: UUID) -> None:
        beside = contact_facts.conversations_of(session, contact_id)
        self.background.add_task(self.notices.aside, beside, KNOWN)


def _telling(services: ServicesOf, background: BackgroundTasks) -> Telling:
    return Telling(services.engine.notices, background)


Tells = Annotated[Telling, Depends(_telling)]


def _no_numbers(value: str) -> str:
    if guards.masked(value, contacts=False).hidden:
        raise ValueError("numbers of cards, accounts and identity papers are not kept here")
    return value


def _words(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Sentence = Annotated[str, _words(500), AfterValidator(_no_numbers)]
Name = Annotated[str, _words(100), AfterValidator(_no_numbers)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Relation(_Body):
    name: Name = Field(description="What the other is to the contact.", examples=["sister"])
    to: Name = Field(description="Who the other is.", examples=["Anna Berg"])
    contact_id: UUID | None = Field(None, description="Where the other is a contact too.")


class RelationView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    to: str
    contact_id: UUID | None = Field(description="Where the other is a contact too.")
    conversation_id: UUID | None = Field(description="The latest conversation of that contact.")


class FactBody(_Body):
    kind: FactKind
    text: Sentence = Field(description="A whole sentence.", examples=["Lives in Oslo."])
    relation: Relation | None = Field(None, description="Of a relation, and of nothing else.")
    due: date | None = Field(None, description="Of a promise.")
    status: PromiseStatus | None = Field(None, description="Of a promise; without it, `open`.")


class FactChange(_Body):
    """Only the fields sent are changed."""

    text: Sentence | None = None
    relation: Relation | None = None
    due: date | None = Field(None, description="Null takes the day away.")
    status: PromiseStatus | None = None


class SourceView(BaseModel):
    conversation_id: UUID
    seq: int | None = Field(description="The number of the message.")
    quote: str | None


class EarlierView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    text: str
    said_at: datetime


class FactView(BaseModel):
    id: UUID
    kind: FactKind
    text: str
    relation: RelationView | None
    due: date | None
    status: PromiseStatus | None = Field(description="Of a promise.")
    source: SourceView | None = Field(description="Null where a person has added it.")
    said_at: datetime
    author: str = Field(description="`conversation`, or the name of the person who added it.")
    corrected: bool = Field(description="A person has changed it since.")
    confidential: bool = Field(
        description="Out of a confidential conversation: bots do not use it in answers."
    )
    earlier: list[EarlierView] = Field(description="What it took the place of, newest first.")


@router.get(
    "/contacts/{contact_id}/facts",
    summary="What is known of a contact, newest first",
    responses=problems(404),
)
def list_contact_facts(
    access: Reader, contact_id: UUID, limit: Limit = 50, cursor: AfterId = None
) -> Page[FactView]:
    with access.transaction() as session:
        found = contact_facts.listed(session, contact_id, before=cursor, limit=limit + 1)
        views = _views(session, found)
    return Page[FactView].model_validate(page(views, limit, lambda view: view.id))


@router.post(
    "/contacts/{contact_id}/facts",
    status_code=201,
    summary="Add something known of a contact",
    responses=problems(404),
)
def create_contact_fact(access: Writer, tells: Tells, contact_id: UUID, body: FactBody) -> FactView:
    fields = body.model_dump(include={"due", "status", "relation"}, exclude_none=True)
    if body.kind == "promise":
        fields.setdefault("status", "open")
    _check(body.kind, fields)
    if body.kind == "relation" and body.relation is None:
        raise refused({"relation": "say who the other is, and what they are to the contact"})
    with access.transaction() as session:
        fact = contact_facts.add(
            session,
            contact_id,
            kind=body.kind,
            text=body.text,
            actor=access.actor,
            **_columns(fields),
        )
        tells.changed(session, contact_id)
        return _views(session, [Known(fact)])[0]


@router.patch(
    "/contacts/{contact_id}/facts/{fact_id}",
    summary="Correct something known of a contact",
    responses=problems(404),
)
def change_contact_fact(
    access: Writer, tells: Tells, contact_id: UUID, fact_id: UUID, body: FactChange
) -> FactView:
    """What a person has corrected is never replaced by what is read out of a conversation."""
    fields = body.model_dump(exclude_unset=True)
    empty = {name for name, value in fields.items() if value is None and name != "due"}
    if empty:
        raise refused(dict.fromkeys(sorted(empty), "leave it out, or give a value"))
    with access.transaction() as session:
        _check(contact_facts.get(session, contact_id, fact_id).fact.kind, fields)
        known = contact_facts.change(
            session, contact_id, fact_id, actor=access.actor, **_columns(fields)
        )
        tells.changed(session, contact_id)
        return _views(session, [known])[0]


@router.delete(
    "/contacts/{contact_id}/facts",
    status_code=204,
    summary="Forget all that is known of a contact",
    responses=problems(404),
)
def delete_contact_facts(access: Writer, tells: Tells, contact_id: UUID) -> None:
    """For good: what was said up to now is not read again. The contact and the talks stay."""
    with access.transaction() as session:
        contact_facts.forget_all(session, contact_id, actor=access.actor)
        tells.changed(session, contact_id)


@router.delete(
    "/contacts/{contact_id}/facts/{fact_id}",
    status_code=204,
    summary="Forget something known of a contact",
    responses=problems(404),
)
def delete_contact_fact(access: Writer, tells: Tells, contact_id: UUID, fact_id: UUID) -> None:
    """It is gone for good, with all that it took the place of; the audit keeps no word of it."""
    with access.transaction() as session:
        contact_facts.forget(session, contact_id, fact_id, actor=access.actor)
        tells.changed(session, contact_id)


_ONLY_OF = {"relation": "relation", "due": "promise", "status": "promise"}


def _check(kind: str, fields: Mapping[str, Any]) -> None:
    """Raises `Problem` for what only another kind has."""
    wrong = {
        name: f"only a {owner} has this, and this is a {kind}"
        for name, owner in _ONLY_OF.items()
        if name in fields and kind != owner
    }
    if wrong:
        raise refused(wrong)


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    relation = fields.pop("relation", None)
    if relation is not None:
        fields |= {
            "relation": relation["name"],
            "related": relation["to"],
            "related_id": relation.get("contact_id"),
        }
    return fields


def _names(session: Session) -> dict[str, str]:
    """Of everybody who may have added something, by actor."""
    people = {f"user:{one.user_id}": one.name or one.email for one in workspaces.members(session)}
    return people | {f"key:{key.id}": key.name for key in keys.listed(session)}


def _views(session: Session, found: Sequence[Known]) -> list[FactView]:
    others = {known.fact.related_id for known in found if known.fact.related_id}
    latest = contacts.latest_conversations(session, others)
    names = _names(session)
    return [_view(known, names, latest) for known in found]


def _view(known: Known, names: Mapping[str, str], latest: Mapping[UUID, UUID]) -> FactView:
    fact = known.fact
    shown = {name: getattr(fact, name) for name in _AS_THEY_ARE}
    author = READER if fact.author == READER else names.get(fact.author, "a former member")
    earlier = [EarlierView.model_validate(one) for one in known.earlier]
    return FactView(
        **shown,
        relation=_relation(fact, latest),
        source=_source(fact),
        author=author,
        earlier=earlier,
    )


_AS_THEY_ARE = ("id", "kind", "text", "due", "status", "said_at", "corrected", "confidential")


def _relation(fact: ContactFact, latest: Mapping[UUID, UUID]) -> RelationView | None:
    if fact.relation is None or fact.related is None:
        return None
    other = fact.related_id
    there = latest.get(other) if other else None
    return RelationView(
        name=fact.relation, to=fact.related, contact_id=other, conversation_id=there
    )


def _source(fact: ContactFact) -> SourceView | None:
    if fact.conversation_id is None:
        return None
    return SourceView(conversation_id=fact.conversation_id, seq=fact.seq, quote=fact.quote)
