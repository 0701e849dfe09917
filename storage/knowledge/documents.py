"""Documents of a source with their versions: read, edited, compared, restored, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage import audit
from storage.errors import NotFound, Refused
from storage.files import FileStore
from storage.knowledge import index, readings, sources, texts
from storage.knowledge.texts import Line
from storage.tables import (
    KnowledgeDocument,
    KnowledgePrice,
    KnowledgeSource,
    KnowledgeVersion,
)
from storage.transaction import workspace_of

MAX_NOTE = 500
LEFT_OUT = "left_out"
"""The setting of a site with the addresses of pages that were deleted here."""


class DocumentChanged(Refused):
    """Somebody else changed the document meanwhile."""

    def __init__(self, version: int) -> None:
        super().__init__(
            "somebody else changed this document meanwhile: read it again, and change that"
        )
        self.version = version


def get(session: Session, document_id: UUID, *, to_change: bool = False) -> KnowledgeDocument:
    """``to_change`` keeps others from changing it until the transaction ends. Raises `NotFound`."""
    document = found(session, document_id, to_change=to_change)
    if document is None:
        raise NotFound(f"there is no document {document_id}")
    return document


def found(
    session: Session, document_id: UUID, *, to_change: bool = False
) -> KnowledgeDocument | None:
    """None where somebody has deleted it."""
    query = select(KnowledgeDocument).where(KnowledgeDocument.id == document_id)
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).one_or_none()


def listed(
    session: Session, source_id: UUID, *, after: UUID | None = None, limit: int = 100
) -> Sequence[KnowledgeDocument]:
    """In the order they came; ``after`` is the id to go on from. Raises `NotFound`."""
    sources.get(session, source_id)
    query = select(KnowledgeDocument).where(KnowledgeDocument.source_id == source_id)
    if after is not None:
        query = query.where(KnowledgeDocument.id > after)
    return session.exec(query.order_by(col(KnowledgeDocument.id)).limit(limit)).all()


def newest(session: Session, document_id: UUID) -> KnowledgeVersion | None:
    """What it says by now, findable yet or not; None: it could not be read yet."""
    return session.exec(_versions(document_id).limit(1)).first()


def numbers(session: Session, document_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The newest version's number of each document that has any."""
    found = (
        select(KnowledgeVersion.document_id, func.max(KnowledgeVersion.number))
        .where(col(KnowledgeVersion.document_id).in_(document_ids))
        .group_by(col(KnowledgeVersion.document_id))
    )
    return dict(session.exec(found).all())


def versions(
    session: Session, document_id: UUID, *, before: int | None = None, limit: int = 100
) -> Sequence[KnowledgeVersion]:
    """Newest first; ``before`` is the number to go on from. Raises `NotFound`."""
    get(session, document_id)
    query = _versions(document_id)
    if before is not None:
        query = query.where(KnowledgeVersion.number < before)
    return session.exec(query.limit(limit)).all()


def version(session: Session, document_id: UUID, number: int) -> KnowledgeVersion:
    """Raises `NotFound`."""
    get(session, document_id)
    query = _versions(document_id).where(KnowledgeVersion.number == number)
    version = session.exec(query).one_or_none()
    if version is None:
        raise NotFound(f"the document has no version {number}")
    return version


def difference(session: Session, document_id: UUID, old: int, new: int) -> list[Line]:
    """What stands in ``new`` and did not in ``old``, and the other way round. Raises `NotFound`."""
    before, after = (version(session, document_id, number) for number in (old, new))
    return texts.difference(texts.markdown(before.blocks), texts.markdown(after.blocks))


def prices(session: Session, document_id: UUID, limit: int) -> tuple[Sequence[KnowledgePrice], int]:
    """The first rows of a price list, and how many there are."""
    mine = KnowledgePrice.document_id == document_id
    query = select(KnowledgePrice).where(mine).order_by(col(KnowledgePrice.position)).limit(limit)
    total = select(func.count()).select_from(KnowledgePrice).where(mine)
    return session.exec(query).all(), session.exec(total).one()


def write(
    session: Session,
    source: KnowledgeSource,
    *,
    title: str,
    blocks: Sequence[Mapping[str, Any]],
    actor: str,
) -> KnowledgeDocument:
    """The document of a source that is written here."""
    document = KnowledgeDocument(
        workspace_id=workspace_of(session),
        source_id=source.id,
        collection_id=source.collection_id,
        key=source.kind,
        title=title,
    )
    session.add(document)
    session.flush()
    add_version(session, document, blocks, author=actor)
    return document


def edit(
    session: Session,
    document_id: UUID,
    *,
    seen: int,
    actor: str,
    title: str | None = None,
    blocks: Sequence[Mapping[str, Any]] | None = None,
    note: str = "",
) -> KnowledgeSource:
    """Changes an article, or questions and answers; a worker then makes the change findable.

    ``seen`` is the version that was read. Raises `NotFound`, `DocumentChanged`.
    """
    document, source = _to_change(session, document_id)
    if source.kind == "reviewed":
        raise Refused("change a reviewed answer under /knowledge/reviewed")
    if source.kind not in sources.WRITTEN:
        raise Refused(
            "only articles and questions can be edited here: change the file or page itself, and"
            " have it read again"
        )
    last = _last(session, document_id)
    if last.number != seen:
        raise DocumentChanged(last.number)
    if title is not None:
        document.title = source.title = title
        session.add_all((document, source))
    if blocks is not None and texts.digest(blocks) != last.digest:
        add_version(session, document, blocks, author=actor, note=_note(note))
        readings.queue_indexing(session, source_id=source.id)
    session.flush()
    audit.record(session, actor, "document.edited", document_id, title=document.title)
    return source


def restore(session: Session, document_id: UUID, number: int, *, actor: str) -> KnowledgeSource:
    """Has a document say again what it said: a new version with what that one held.

    A page that does not change keeps it, however often its site is read. Raises `NotFound`.
    """
    document, source = _to_change(session, document_id)
    old = version(session, document_id, number)
    if old.number != _last(session, document_id).number:
        note = f"Restored from version {number}"
        add_version(session, document, old.blocks, author=actor, note=note)
        readings.queue_indexing(session, source_id=source.id)
    audit.record(session, actor, "document.restored", document_id, number=number)
    return source


def delete(session: Session, store: FileStore, document_id: UUID, *, actor: str) -> None:
    """It is not found any more. A page of a site stays away when the site is read again; the only
    document of another source goes with its source. Raises `NotFound`.
    """
    document, source = _to_change(session, document_id)
    if source.kind == "reviewed":
        drop(session, document, actor=actor)
        return
    if source.kind not in sources.SITES:
        sources.delete(session, store, source.id, actor=actor)
        return
    left_out = {*source.settings.get(LEFT_OUT, ()), document.key}
    source.settings = {**source.settings, LEFT_OUT: sorted(left_out)}
    session.add(source)
    drop(session, document, actor=actor)


def drop(session: Session, document: KnowledgeDocument, *, actor: str) -> None:
    """Deletes one document of several, whose source is locked."""
    collection_id = document.collection_id
    session.delete(document)
    session.flush()
    index.settle_embedder(session, collection_id)  # where only this one was lacking
    audit.record(session, actor, "document.deleted", document.id, title=document.title)


def add_version(
    session: Session,
    document: KnowledgeDocument,
    blocks: Sequence[Mapping[str, Any]],
    *,
    author: str,
    note: str = "",
) -> KnowledgeVersion:
    """What the document says from now on; it is searched once it is indexed."""
    last = newest(session, document.id)
    made = KnowledgeVersion(
        workspace_id=document.workspace_id,
        document_id=document.id,
        number=last.number + 1 if last else 1,
        digest=texts.digest(blocks),
        blocks=[dict(block) for block in blocks],
        author=author,
        note=note,
    )
    document.status, document.error = "ready", None
    document.updated_at = func.now()  # pyright: ignore[reportAttributeAccessIssue]
    session.add_all((document, made))
    session.flush()
    return made


def _to_change(session: Session, document_id: UUID) -> tuple[KnowledgeDocument, KnowledgeSource]:
    """The source is locked first, as everywhere, so that no two wait for each other."""
    source = sources.get(session, get(session, document_id).source_id, to_change=True)
    return get(session, document_id, to_change=True), source


def _last(session: Session, document_id: UUID) -> KnowledgeVersion:
    last = newest(session, document_id)
    if last is None:
        raise NotFound("the document has no version: it could not be read yet")
    return last


def _versions(document_id: UUID) -> Any:
    return (
        select(KnowledgeVersion)
        .where(KnowledgeVersion.document_id == document_id)
        .order_by(col(KnowledgeVersion.number).desc())
    )


def _note(given: str) -> str:
    note = given.strip()
    if len(note) > MAX_NOTE:
        raise Refused(f"a note may have at most {MAX_NOTE} characters")
    return note
