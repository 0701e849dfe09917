"""Sources: files, sites, articles and questions that documents come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage import audit, files
from storage.errors import NotFound, Refused
from storage.files import FileStore
from storage.knowledge import index, readings
from storage.knowledge.collections import get as get_collection
from storage.tables import (
    KnowledgeChunk,
    KnowledgeCollection,
    KnowledgeDocument,
    KnowledgePrice,
    KnowledgeSource,
    SourceStatus,
)
from storage.transaction import workspace_of

MAX_TITLE = 300
MOST_ERRORS = 100  # of its documents that a source tells
SITES = ("url", "sitemap")
WRITTEN = ("faq", "article", "reviewed")  # here, by people


@dataclass(frozen=True)
class Summary:
    """A source with its collection's name; ``errors`` are (document, message)."""

    source: KnowledgeSource
    collection: str
    documents: int
    chunks: int
    errors: Sequence[tuple[str, str]]


def create(
    session: Session,
    collection: KnowledgeCollection,
    *,
    kind: str,
    title: str,
    actor: str,
    settings: Mapping[str, Any] | None = None,
    file_id: UUID | None = None,
    every: str | None = None,
) -> KnowledgeSource:
    """A source that waits to be read; its file, if it has one, is kept from now on."""
    source = KnowledgeSource(
        workspace_id=workspace_of(session),
        collection_id=collection.id,
        kind=kind,
        title=_title(title),
        settings=dict(settings or {}),
        file_id=file_id,
        every=readings.every_of(every),
        status="ready",
    )
    session.add(source)
    session.flush()
    if file_id is not None:
        files.keep(session, file_id)
    readings.queue(session, source.id)
    session.refresh(source)
    audit.record(session, actor, "source.created", source.id, title=source.title, kind=kind)
    return source


def get(session: Session, source_id: UUID, *, to_change: bool = False) -> KnowledgeSource:
    """``to_change`` keeps others from changing it until the transaction ends. Raises `NotFound`."""
    query = select(KnowledgeSource).where(KnowledgeSource.id == source_id)
    if to_change:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    source = session.exec(query).one_or_none()
    if source is None:
        raise NotFound(f"there is no source {source_id}")
    return source


def summary(session: Session, source_id: UUID) -> Summary:
    """Raises `NotFound`."""
    return _summaries(session, [get(session, source_id)])[0]


def listed(
    session: Session,
    *,
    collection_id: UUID | None = None,
    status: SourceStatus | None = None,
    before: UUID | None = None,
    limit: int = 100,
) -> Sequence[Summary]:
    """Newest first; ``before`` is the id to go on from."""
    query = select(KnowledgeSource).order_by(col(KnowledgeSource.id).desc()).limit(limit)
    if collection_id is not None:
        query = query.where(KnowledgeSource.collection_id == collection_id)
    if status is not None:
        query = query.where(KnowledgeSource.status == status)
    if before is not None:
        query = query.where(KnowledgeSource.id < before)
    return _summaries(session, session.exec(query).all())


def read_again(session: Session, source_id: UUID, *, actor: str) -> None:
    """Has it read once more; one that is being read goes on. Raises `NotFound`."""
    source = get(session, source_id)
    readings.queue(session, source_id)
    audit.record(session, actor, "source.read_again", source_id, title=source.title)


def change(session: Session, source_id: UUID, *, actor: str, **fields: Any) -> bool:
    """Changes ``title``, ``settings`` (as a whole), ``every`` or ``collection_id``.

    Answers whether a worker has something to do now. Raises `NotFound`.
    """
    source = get(session, source_id, to_change=True)
    moved = fields.get("collection_id", source.collection_id) != source.collection_id
    if moved and source.kind == "reviewed":
        raise Refused("reviewed answers stay in their collection, which has one list of them")
    if "title" in fields:
        source.title = _title(fields["title"])
    if "every" in fields:
        source.every = readings.every_of(fields["every"])
        source.next_at = readings.next_reading(source.every, session.exec(select(func.now())).one())
    again = "settings" in fields and fields["settings"] != source.settings
    if again:
        source.settings = fields["settings"]
    session.add(source)
    session.flush()
    if moved:  # nobody reads it meanwhile, who would wait for us while we wait for them
        session.exec(
            select(KnowledgeSource.id).where(KnowledgeSource.id == source_id).with_for_update()
        ).one()
        index.move_source(session, source_id, get_collection(session, fields["collection_id"]).id)
        index.settle_embedder(session, source.collection_id)  # where only this one was lacking
        readings.queue_indexing(session, source_id=source_id)
        session.refresh(source)
    if again:
        readings.queue(session, source_id, anew=True)
    audit.record(session, actor, "source.changed", source_id, fields=sorted(fields))
    return again or moved


def delete(session: Session, store: FileStore, source_id: UUID, *, actor: str) -> None:
    """With its documents, their versions and its file: nothing of it is found any more.

    Raises `NotFound`.
    """
    source = get(session, source_id, to_change=True)
    session.delete(source)
    session.flush()
    if source.file_id is not None:
        files.remove(session, store, source.file_id)
    index.settle_embedder(session, source.collection_id)  # where only this one was lacking
    audit.record(session, actor, "source.deleted", source_id, title=source.title)


def _summaries(session: Session, found: Sequence[KnowledgeSource]) -> list[Summary]:
    ids = [source.id for source in found]
    documents = select(KnowledgeDocument.source_id, func.count()).where(
        col(KnowledgeDocument.source_id).in_(ids)
    )
    named = select(KnowledgeCollection.id, KnowledgeCollection.name).where(
        col(KnowledgeCollection.id).in_({source.collection_id for source in found})
    )
    by_source = col(KnowledgeDocument.source_id)
    documents_of = dict(session.exec(documents.group_by(by_source)).all())
    passages, prices = (_found_of(session, ids, each) for each in (KnowledgeChunk, KnowledgePrice))
    names = dict(session.exec(named).all())
    return [
        Summary(
            source,
            names[source.collection_id],
            documents_of.get(source.id, 0),
            passages.get(source.id, 0) + prices.get(source.id, 0),
            _errors(session, source.id),
        )
        for source in found
    ]


def _found_of(session: Session, source_ids: Sequence[UUID], table: Any) -> dict[UUID, int]:
    query = (
        select(KnowledgeDocument.source_id, func.count())
        .join(
            table,
            (table.workspace_id == KnowledgeDocument.workspace_id)
            & (table.document_id == KnowledgeDocument.id),
        )
        .where(col(KnowledgeDocument.source_id).in_(source_ids))
        .group_by(col(KnowledgeDocument.source_id))
    )
    return dict(session.exec(query).all())


def _errors(session: Session, source_id: UUID) -> Sequence[tuple[str, str]]:
    query = (
        select(KnowledgeDocument.key, KnowledgeDocument.error)
        .where(KnowledgeDocument.source_id == source_id, KnowledgeDocument.status == "failed")
        .order_by(KnowledgeDocument.key)
        .limit(MOST_ERRORS)
    )
    return [(key, error or "") for key, error in session.exec(query)]


def _title(given: str) -> str:
    title = given.strip()
    if not 1 <= len(title) <= MAX_TITLE:
        raise Refused(f"a source needs a title of at most {MAX_TITLE} characters")
    return title
