"""Collections of sources. Steps name them; each is searched by the vectors of one embedder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, func, or_
from sqlalchemy import delete as delete_rows
from sqlalchemy import select as select_rows
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from storage import audit, brands, files
from storage.errors import NotFound, Refused
from storage.files import FileStore
from storage.identifiers import uuid7
from storage.knowledge import index, readings
from storage.tables import (
    Brand,
    KnowledgeCollection,
    KnowledgeDocument,
    KnowledgeSource,
    KnowledgeVector,
)
from storage.transaction import workspace_of

GENERAL = "General"
MAX_NAME = 200


class NameTaken(Refused):
    """There is a collection of this name already."""


class NoSuchCollection(Refused):
    """A collection that is named but not there."""


@dataclass(frozen=True)
class Summary:
    """A collection and how much is in it; ``embedded`` counts vectors of the next embedder.

    ``chunks`` are passages, ``prices`` rows of price lists, which need no vectors.
    """

    id: UUID
    name: str
    embedder: str
    next_embedder: str | None
    brand: tuple[UUID, str] | None
    version: int
    created_at: datetime
    sources: int
    documents: int
    chunks: int
    prices: int
    embedded: int
    confidential: bool


def create(session: Session, name: str, *, embedder: str, actor: str) -> KnowledgeCollection:
    """Raises `NameTaken`."""
    made = _made(session, _name(name), embedder, actor)
    if made is None:
        raise NameTaken(f"there is a collection called {name.strip()} already")
    return made


def named(session: Session, name: str | None, *, embedder: str, actor: str) -> KnowledgeCollection:
    """The collection of this name; without one General, which is made with the first source.

    Raises `NoSuchCollection`.
    """
    wanted = GENERAL if name is None else name.strip()
    if wanted == GENERAL:
        _made(session, GENERAL, embedder, actor)
    query = select(KnowledgeCollection).where(KnowledgeCollection.name == wanted)
    found = session.exec(query).one_or_none()
    if found is None:
        raise NoSuchCollection(f"there is no collection called {wanted}: add it first")
    return found


def id_of(session: Session, given: str) -> UUID | None:
    """Of a collection that is named by its name or its id."""
    query = select(KnowledgeCollection.id).where(
        or_(
            col(KnowledgeCollection.name) == given.strip(),
            cast(KnowledgeCollection.id, Text) == given.lower(),
        )
    )
    return session.exec(query).first()


def get(session: Session, collection_id: UUID, *, to_change: bool = False) -> KnowledgeCollection:
    """``to_change`` keeps others from changing it until the transaction ends. Raises `NotFound`."""
    query = select(KnowledgeCollection).where(KnowledgeCollection.id == collection_id)
    if to_change:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    collection = session.exec(query).one_or_none()
    if collection is None:
        raise NotFound(f"there is no collection {collection_id}")
    return collection


def summary(session: Session, collection_id: UUID) -> Summary:
    """Raises `NotFound`."""
    get(session, collection_id)
    query = _summaries().where(KnowledgeCollection.id == collection_id)
    return _summary(*session.execute(query).one())


def listed(session: Session, *, after: str | None = None, limit: int = 100) -> Sequence[Summary]:
    """By name; ``after`` is the name to go on from."""
    query = _summaries().order_by(col(KnowledgeCollection.name)).limit(limit)
    if after is not None:
        query = query.where(KnowledgeCollection.name > after)
    return [_summary(*row) for row in session.execute(query)]


def change(
    session: Session,
    collection_id: UUID,
    *,
    actor: str,
    name: str | None = None,
    embedder: str | None = None,
    confidential: bool | None = None,
    **more: UUID | None,
) -> Sequence[UUID]:
    """Renames or marks it, or has another embedder see it while the vectors there go on serving.

    ``brand_id`` keeps it for the channels of one brand; None gives it to all of them.
    Answers the sources to wake a worker for. Raises `NotFound`, `NameTaken`.
    """
    _lock_sources(session, collection_id)
    collection = get(session, collection_id, to_change=True)
    if name is not None:
        collection.name = _free_name(session, collection, name)
    if confidential is not None:
        collection.confidential = confidential
    waiting: Sequence[UUID] = ()
    if embedder is not None and embedder != (collection.next_embedder or collection.embedder):
        collection.next_embedder = None if embedder == collection.embedder else embedder
        _forget_others(session, collection)
        waiting = readings.queue_indexing(session, collection_id=collection_id)
    if "brand_id" in more:
        if more["brand_id"] is not None:
            brands.get(session, more["brand_id"])
        collection.brand_id = more["brand_id"]
    session.add(collection)
    session.flush()
    index.settle_embedder(session, collection_id)  # at once where there is nothing in it
    audit.record(
        session,
        actor,
        "collection.changed",
        collection_id,
        name=name,
        embedder=embedder,
        confidential=confidential,
    )
    return waiting


def delete(session: Session, store: FileStore, collection_id: UUID, *, actor: str) -> None:
    """With all its sources and their files; nothing of it is found any more. Raises `NotFound`."""
    _lock_sources(session, collection_id)
    collection = get(session, collection_id, to_change=True)
    query = select(KnowledgeSource.file_id).where(KnowledgeSource.collection_id == collection_id)
    kept = [file_id for file_id in session.exec(query) if file_id]
    session.delete(collection)
    session.flush()
    for file_id in kept:
        files.remove(session, store, file_id)
    audit.record(session, actor, "collection.deleted", collection_id, name=collection.name)


def _lock_sources(session: Session, collection_id: UUID) -> None:
    """Before the collection, as everywhere, so that no two wait for each other."""
    query = select(KnowledgeSource.id).where(KnowledgeSource.collection_id == collection_id)
    session.exec(query.order_by(col(KnowledgeSource.id)).with_for_update()).all()


def _forget_others(session: Session, collection: KnowledgeCollection) -> None:
    """Deletes the vectors of embedders that are neither searched nor next."""
    wanted = [name for name in (collection.embedder, collection.next_embedder) if name]
    session.execute(
        delete_rows(KnowledgeVector).where(
            col(KnowledgeVector.collection_id) == collection.id,
            col(KnowledgeVector.embedder).not_in(wanted),
        )
    )


def _made(session: Session, name: str, embedder: str, actor: str) -> KnowledgeCollection | None:
    """None where the name is taken, also by one that is being made at this moment."""
    found = session.execute(
        insert(KnowledgeCollection)
        .values(workspace_id=workspace_of(session), id=uuid7(), name=name, embedder=embedder)
        .on_conflict_do_nothing()
        .returning(col(KnowledgeCollection.id))
    )
    made = found.scalar_one_or_none()
    if made is None:
        return None
    audit.record(session, actor, "collection.created", made, name=name)
    return get(session, made)


def _free_name(session: Session, collection: KnowledgeCollection, given: str) -> str:
    name = _name(given)
    taken = select(KnowledgeCollection.id).where(
        KnowledgeCollection.name == name, KnowledgeCollection.id != collection.id
    )
    if session.exec(taken).first() is not None:
        raise NameTaken(f"there is a collection called {name} already")
    return name


def _name(given: str) -> str:
    name = given.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise Refused(f"a collection needs a name of at most {MAX_NAME} characters")
    return name


def _summaries() -> Any:
    counts = [_count(table) for table in (KnowledgeSource, KnowledgeDocument)]
    query = select_rows(KnowledgeCollection, col(Brand.name), *counts, _embedded())
    return query.outerjoin(
        Brand,
        (col(Brand.workspace_id) == col(KnowledgeCollection.workspace_id))
        & (col(Brand.id) == col(KnowledgeCollection.brand_id)),
    )


def _count(table: Any) -> Any:
    return (
        select(func.count())
        .select_from(table)
        .where(
            table.workspace_id == KnowledgeCollection.workspace_id,
            table.collection_id == KnowledgeCollection.id,
        )
        .scalar_subquery()
    )


def _embedded() -> Any:
    return (
        select(func.count())
        .select_from(KnowledgeVector)
        .where(
            KnowledgeVector.workspace_id == KnowledgeCollection.workspace_id,
            KnowledgeVector.collection_id == KnowledgeCollection.id,
            KnowledgeVector.embedder == KnowledgeCollection.next_embedder,
        )
        .scalar_subquery()
    )


def _summary(
    collection: KnowledgeCollection,
    brand: str | None,
    sources: int,
    documents: int,
    embedded: int,
) -> Summary:
    of = (collection.brand_id, brand) if collection.brand_id and brand else None
    return Summary(
        collection.id, collection.name, collection.embedder, collection.next_embedder, of,
        collection.version, collection.created_at, sources, documents, collection.chunks,
        collection.prices, embedded, collection.confidential,
    )  # fmt: skip
