"""What a reading brings home: documents kept as versions only where they say something new."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, func, or_, update
from sqlalchemy import delete as delete_rows
from sqlmodel import Session, col, select

from storage.knowledge import documents, readings, sources, texts
from storage.knowledge.readings import Claimed
from storage.tables import KnowledgeDocument, KnowledgeVersion

READER = "system"
"""The author of what was read; people's versions carry theirs."""


@dataclass(frozen=True)
class Found:
    """A document as its source has it now. ``known`` is for the next crawl."""

    key: str
    title: str
    blocks: Sequence[Mapping[str, Any]]
    url: str | None = None
    language: str | None = None
    known: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Report:
    """How the documents of a source differ from what they were before a reading."""

    added: int
    changed: int
    removed: int
    unchanged: int


def known(session: Session, source_id: UUID) -> dict[str, dict[str, Any]]:
    """By key, what earlier crawls told of the documents that could be read."""
    query = select(KnowledgeDocument.key, KnowledgeDocument.known).where(
        KnowledgeDocument.source_id == source_id
    )
    return {key: dict(told) for key, told in session.exec(query) if told}


def keep(session: Session, claimed: Claimed, found: Found) -> UUID | None:
    """Keeps a document; a new version only where it says something else than when it was read last.

    None for one that has been deleted here, perhaps a moment ago. Raises `LostLease`.
    """
    readings.hold(session, claimed)
    settings = sources.get(session, claimed.source.id).settings
    if found.key in settings.get(documents.LEFT_OUT, ()):
        return None
    document = _document(session, claimed, found.key, found.title)
    document.title, document.url = found.title, found.url
    document.language, document.known = found.language, dict(found.known)
    document.status, document.error = "ready", None
    session.add(document)
    if texts.digest(found.blocks) != _read_last(session, document.id):
        documents.add_version(session, document, found.blocks, author=READER)
    return document.id


def unchanged(session: Session, claimed: Claimed, key: str) -> None:
    """Can be read as it was, should it have failed last time. Raises `LostLease`."""
    readings.hold(session, claimed)
    session.execute(
        update(KnowledgeDocument)
        .where(
            col(KnowledgeDocument.source_id) == claimed.source.id,
            col(KnowledgeDocument.key) == key,
            col(KnowledgeDocument.status) == "failed",
        )
        .values(status="ready", error=None)
    )


def fail(session: Session, claimed: Claimed, key: str, why: str, *, url: str | None) -> None:
    """Notes why a document could not be read; what it said before stays. Raises `LostLease`."""
    document = _document(session, claimed, key, key)
    document.status, document.error = "failed", why
    document.url = document.url or url
    session.add(document)


def remove(
    session: Session, claimed: Claimed, gone: Collection[str], failed: Collection[str]
) -> int:
    """Deletes documents that are gone at their source; answers how many.

    Those that never could be read and did not even fail this time go too. Raises `LostLease`.
    """
    readings.hold(session, claimed)
    mine, key = col(KnowledgeDocument.source_id) == claimed.source.id, col(KnowledgeDocument.key)
    deleted = session.execute(delete_rows(KnowledgeDocument).where(mine, key.in_(gone)))
    removed = int(deleted.rowcount)  # pyright: ignore[reportAttributeAccessIssue]
    has_version = exists().where(
        col(KnowledgeVersion.workspace_id) == KnowledgeDocument.workspace_id,
        col(KnowledgeVersion.document_id) == KnowledgeDocument.id,
    )
    session.execute(delete_rows(KnowledgeDocument).where(mine, key.not_in(failed), ~has_version))
    return removed


def unindexed(session: Session, source_id: UUID) -> Sequence[UUID]:
    """Documents whose newest version is not the one that is searched."""
    newest = (
        select(func.max(KnowledgeVersion.number))
        .where(
            KnowledgeVersion.workspace_id == KnowledgeDocument.workspace_id,
            KnowledgeVersion.document_id == KnowledgeDocument.id,
        )
        .scalar_subquery()
    )
    query = select(KnowledgeDocument.id).where(
        KnowledgeDocument.source_id == source_id,
        KnowledgeDocument.status == "ready",
        KnowledgeDocument.version < newest,
    )
    return session.exec(query.order_by(col(KnowledgeDocument.id))).all()


def report(session: Session, claimed: Claimed, removed: int) -> Report:
    """Counted by what was written since the reading was wanted, whoever wrote it."""
    first, last = (
        select(how(KnowledgeVersion.created_at))
        .where(
            KnowledgeVersion.workspace_id == KnowledgeDocument.workspace_id,
            KnowledgeVersion.document_id == KnowledgeDocument.id,
        )
        .scalar_subquery()
        for how in (func.min, func.max)
    )
    kind = case(
        (first >= claimed.since, "added"),
        (last >= claimed.since, "changed"),
        else_="unchanged",
    )
    query = (
        select(kind, func.count())
        .where(
            KnowledgeDocument.source_id == claimed.source.id,
            or_(
                col(KnowledgeDocument.status) == "ready",
                last >= claimed.since,
            ),
        )
        .group_by(kind)
    )
    counted = dict(session.exec(query).all())
    return Report(
        counted.get("added", 0), counted.get("changed", 0), removed, counted.get("unchanged", 0)
    )


def _document(session: Session, claimed: Claimed, key: str, title: str) -> KnowledgeDocument:
    """The one of this key, made where it is new, and locked."""
    collection_id = readings.hold(session, claimed)
    query = select(KnowledgeDocument).where(
        KnowledgeDocument.source_id == claimed.source.id, KnowledgeDocument.key == key
    )
    document = session.exec(query.with_for_update()).one_or_none()
    if document is None:
        document = KnowledgeDocument(
            workspace_id=claimed.source.workspace_id,
            source_id=claimed.source.id,
            collection_id=collection_id,
            key=key,
            title=title,
        )
        session.add(document)
        session.flush()
    return document


def _read_last(session: Session, document_id: UUID) -> str | None:
    query = select(KnowledgeVersion.digest).where(
        KnowledgeVersion.document_id == document_id, KnowledgeVersion.author == READER
    )
    return session.exec(query.order_by(col(KnowledgeVersion.number).desc()).limit(1)).first()
