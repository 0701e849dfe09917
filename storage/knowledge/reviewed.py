"""Reviewed answers: what people say a bot should have answered.

Each collection has one source of them, made with the first; each answer is a document of it, with
versions as any other. Its words are found in the very transaction that writes it; a worker then
makes its vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as rows
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage import audit
from storage.errors import NotFound
from storage.identifiers import uuid7
from storage.knowledge import documents, index, readings, texts
from storage.tables import (
    KnowledgeCollection,
    KnowledgeDocument,
    KnowledgeSource,
    KnowledgeVersion,
    MessageRating,
)
from storage.transaction import workspace_of

KIND = "reviewed"
TITLE = "Reviewed answers"
MAX_QUESTION, MAX_ANSWER = 1_000, 20_000  # characters
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Reviewed:
    """A question with the right answer; ``version`` counts its changes.

    ``author`` is who wrote the newest version, ``name`` what they are called, if they have said
    so. ``conversation_id`` and ``seq`` name the message that was put right, if it is still there.
    """

    id: UUID
    source_id: UUID
    question: str
    answer: str
    collection_id: UUID
    collection: str
    version: int
    author: str
    name: str
    created_at: datetime
    updated_at: datetime
    conversation_id: UUID | None
    seq: int | None


@dataclass(frozen=True)
class _Passage:
    """The answer as it is found."""

    text: str
    question: str | None
    kind: str = KIND
    heading: str = ""
    page: int | None = None


def create(
    session: Session,
    collection: KnowledgeCollection,
    question: str,
    answer: str,
    *,
    actor: str,
    name: str = "",
) -> UUID:
    """A new one, found by its words from now on. ``name``: what its author is called."""
    source = _source(session, collection, actor)
    id_ = uuid7()
    document = KnowledgeDocument(
        workspace_id=source.workspace_id,
        id=id_,
        source_id=source.id,
        collection_id=collection.id,
        key=str(id_),
        title=_title(question),
    )
    session.add(document)
    session.flush()
    _write(session, document, question, answer, actor, name)
    audit.record(session, actor, "answer.reviewed", id_, question=document.title)
    return id_


def change(
    session: Session, reviewed_id: UUID, question: str, answer: str, *, actor: str, name: str = ""
) -> None:
    """Says something else from now on; what it said is kept as a version. Raises `NotFound`."""
    document = _locked(session, reviewed_id)
    last = documents.newest(session, reviewed_id)
    blocks = texts.questions([(question, answer)])
    if last is not None and last.digest == texts.digest(blocks):
        return
    document.title = _title(question)
    session.add(document)
    _write(session, document, question, answer, actor, name)
    audit.record(session, actor, "answer.changed", reviewed_id, question=document.title)


def delete(session: Session, reviewed_id: UUID, *, actor: str) -> None:
    """It is not found any more. Raises `NotFound`."""
    document = _locked(session, reviewed_id)
    documents.drop(session, document, actor=actor)


def get(session: Session, reviewed_id: UUID) -> Reviewed:
    """Raises `NotFound`."""
    row = session.execute(_query().where(col(KnowledgeDocument.id) == reviewed_id)).first()
    if row is None:
        raise NotFound(f"there is no reviewed answer {reviewed_id}")
    return _reviewed(*row)


def listed(
    session: Session,
    *,
    collection_id: UUID | None = None,
    before: UUID | None = None,
    limit: int = 100,
) -> Sequence[Reviewed]:
    """Newest first; ``before`` is the id to go on from."""
    query = _query().order_by(col(KnowledgeDocument.id).desc()).limit(limit)
    if collection_id is not None:
        query = query.where(col(KnowledgeDocument.collection_id) == collection_id)
    if before is not None:
        query = query.where(col(KnowledgeDocument.id) < before)
    return [_reviewed(*row) for row in session.execute(query)]


def _source(session: Session, collection: KnowledgeCollection, actor: str) -> KnowledgeSource:
    """The collection's source of reviewed answers, locked; made where it is missing."""
    made = session.execute(
        insert(KnowledgeSource)
        .values(
            workspace_id=workspace_of(session),
            id=uuid7(),
            collection_id=collection.id,
            kind=KIND,
            title=TITLE,
            status="ready",
        )
        .on_conflict_do_nothing()
        .returning(col(KnowledgeSource.id))
    ).scalar_one_or_none()
    if made is not None:
        audit.record(session, actor, "source.created", made, title=TITLE, kind=KIND)
    query = select(KnowledgeSource).where(
        KnowledgeSource.collection_id == collection.id, KnowledgeSource.kind == KIND
    )
    return session.exec(query.with_for_update(key_share=True)).one()


def _locked(session: Session, reviewed_id: UUID) -> KnowledgeDocument:
    """The source is locked first, as everywhere, so that no two wait for each other."""
    query = (
        select(KnowledgeSource)
        .join(KnowledgeDocument, col(KnowledgeDocument.source_id) == KnowledgeSource.id)
        .where(KnowledgeDocument.id == reviewed_id, KnowledgeSource.kind == KIND)
    )
    locked = query.with_for_update(key_share=True, of=KnowledgeSource)
    if session.exec(locked).one_or_none() is None:
        raise NotFound(f"there is no reviewed answer {reviewed_id}")
    return documents.get(session, reviewed_id, to_change=True)


def _write(
    session: Session, document: KnowledgeDocument, question: str, answer: str, actor: str, name: str
) -> None:
    blocks = texts.questions([(question, answer)])
    document.known = {"name": name}
    version = documents.add_version(session, document, blocks, author=actor)
    index.replace_chunks(session, document, [_Passage(answer, question)])
    document.version = version.number
    session.add(document)
    session.flush()
    readings.queue_indexing(session, source_id=document.source_id)


def _query() -> Any:
    other = aliased(KnowledgeVersion)
    newest = (
        select(func.max(other.number))
        .where(
            other.workspace_id == KnowledgeDocument.workspace_id,
            other.document_id == KnowledgeDocument.id,
        )
        .correlate(KnowledgeDocument)
        .scalar_subquery()
    )
    return (
        rows(
            KnowledgeDocument,
            KnowledgeVersion,
            col(KnowledgeCollection.name),
            col(MessageRating.conversation_id),
            col(MessageRating.seq),
        )
        .join(KnowledgeSource, col(KnowledgeSource.id) == KnowledgeDocument.source_id)
        .join(KnowledgeCollection, col(KnowledgeCollection.id) == KnowledgeDocument.collection_id)
        .join(
            KnowledgeVersion,
            (col(KnowledgeVersion.document_id) == KnowledgeDocument.id)
            & (col(KnowledgeVersion.number) == newest),
        )
        .outerjoin(MessageRating, col(MessageRating.reviewed_id) == KnowledgeDocument.id)
        .where(col(KnowledgeSource.kind) == KIND)
    )


def _reviewed(
    document: KnowledgeDocument,
    version: KnowledgeVersion,
    collection: str,
    conversation_id: UUID | None,
    seq: int | None,
) -> Reviewed:
    [(question, answer)] = texts.pairs(version.blocks)
    return Reviewed(
        document.id, document.source_id, question, answer, document.collection_id, collection,
        version.number, version.author, str(document.known.get("name", "")), document.created_at,
        document.updated_at, conversation_id, seq,
    )  # fmt: skip


def _title(question: str) -> str:
    """What an answer is cited by, on one line."""
    line = " ".join(question.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"
