"""Documents of a source, their versions, and how these differ."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Path
from sqlmodel import Session

from runtime.api.access import Access, ServicesOf, may
from runtime.api.admin.knowledge_bodies import DocumentChange, wrong
from runtime.api.admin.knowledge_views import (
    DifferenceView,
    DocumentLine,
    DocumentView,
    LineView,
    PairView,
    VersionTextView,
    VersionView,
)
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import AfterId, AfterNumber, Limit, Page, page
from storage.knowledge import documents, sources, texts
from storage.tables import KnowledgeDocument, KnowledgeVersion

router = APIRouter(tags=["knowledge"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Editor = Annotated[Access, may("knowledge.edit")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
MOST_ROWS = 200


@router.get(
    "/knowledge/sources/{source_id}/documents",
    summary="List the documents of a source",
    responses=problems(404),
)
def list_documents(
    access: Reader, source_id: UUID, limit: Limit = 50, cursor: AfterId = None
) -> Page[DocumentLine]:
    with access.transaction() as session:
        found = documents.listed(session, source_id, after=cursor, limit=limit + 1)
        numbers = documents.numbers(session, [document.id for document in found])
    lines = [DocumentLine.of(document, numbers.get(document.id, 0)) for document in found]
    return Page[DocumentLine].model_validate(page(lines, limit, lambda line: line.id))


@router.get("/knowledge/documents/{document_id}", summary="One document", responses=problems(404))
def get_document(access: Reader, document_id: UUID) -> DocumentView:
    with access.transaction() as session:
        return _view(session, documents.get(session, document_id))


@router.put(
    "/knowledge/documents/{document_id}",
    summary="Edit an article, or questions and answers",
    responses=problems(404, 409),
)
def edit_document(
    access: Editor,
    services: ServicesOf,
    background: BackgroundTasks,
    document_id: UUID,
    body: DocumentChange,
) -> DocumentView:
    """What changes becomes a new version, which is findable within moments."""
    with access.transaction() as session:
        kind = sources.get(session, documents.get(session, document_id).source_id).kind
        _check_fields(kind, body)
        blocks = texts.article(body.text) if body.text is not None else None
        if body.pairs is not None:
            blocks = texts.questions([(pair.question, pair.answer) for pair in body.pairs])
        source = documents.edit(
            session,
            document_id,
            seen=body.version,
            actor=access.actor,
            title=body.title,
            blocks=blocks,
            note=body.note,
        )
        shown = _view(session, documents.get(session, document_id))
    background.add_task(services.engine.jobs.readings, [(access.workspace_id, source.id)])
    return shown


@router.delete(
    "/knowledge/documents/{document_id}",
    status_code=204,
    summary="Delete a document",
    responses=problems(404),
)
def delete_document(access: Editor, services: ServicesOf, document_id: UUID) -> None:
    """A page stays away when its site is read again; a source's only document takes it along."""
    with access.transaction() as session:
        documents.delete(session, services.files, document_id, actor=access.actor)


@router.get(
    "/knowledge/documents/{document_id}/versions",
    summary="List the versions of a document, newest first",
    responses=problems(404),
)
def list_document_versions(
    access: Reader, document_id: UUID, limit: Limit = 50, cursor: AfterNumber = None
) -> Page[VersionView]:
    with access.transaction() as session:
        newest = documents.numbers(session, [document_id]).get(document_id)
        found = documents.versions(session, document_id, before=cursor, limit=limit + 1)
    views = [_version(version, newest) for version in found]
    return Page[VersionView].model_validate(page(views, limit, lambda view: view.number))


@router.get(
    "/knowledge/documents/{document_id}/versions/{number}",
    summary="What a version says",
    responses=problems(404),
)
def get_document_version(access: Reader, document_id: UUID, number: Number) -> VersionTextView:
    with access.transaction() as session:
        version = documents.version(session, document_id, number)
        newest = documents.numbers(session, [document_id]).get(document_id)
        kind = sources.get(session, documents.get(session, document_id).source_id).kind
    pairs = None
    if kind in ("faq", "reviewed"):
        pairs = [PairView(question=q, answer=a) for q, a in texts.pairs(version.blocks)]
    return VersionTextView(
        **_version(version, newest).model_dump(), text=texts.markdown(version.blocks), pairs=pairs
    )


@router.get(
    "/knowledge/documents/{document_id}/versions/{number}/diff/{other}",
    summary="How two versions differ, line by line",
    responses=problems(404),
)
def compare_document_versions(
    access: Reader, document_id: UUID, number: Number, other: Number
) -> DifferenceView:
    """What `other` has and `number` has not is `added`."""
    with access.transaction() as session:
        lines = documents.difference(session, document_id, number, other)
    return DifferenceView(lines=[LineView.model_validate(line) for line in lines])


@router.post(
    "/knowledge/documents/{document_id}/versions/{number}/restore",
    summary="Have a document say what it said",
    responses=problems(404),
)
def restore_document_version(
    access: Editor,
    services: ServicesOf,
    background: BackgroundTasks,
    document_id: UUID,
    number: Number,
) -> DocumentView:
    """Makes a new version of the old one. A page keeps it until the page itself changes."""
    with access.transaction() as session:
        source = documents.restore(session, document_id, number, actor=access.actor)
        shown = _view(session, documents.get(session, document_id))
    background.add_task(services.engine.jobs.readings, [(access.workspace_id, source.id)])
    return shown


def _view(session: Session, document: KnowledgeDocument) -> DocumentView:
    source = sources.get(session, document.source_id)
    rows = None
    if source.kind == "pricelist":
        rows = documents.prices(session, document.id, MOST_ROWS)
    newest = documents.newest(session, document.id)
    session.refresh(document)
    return DocumentView.of_version(document, newest, source, rows)


def _version(version: KnowledgeVersion, newest: int | None) -> VersionView:
    return VersionView.model_validate({**version.model_dump(), "current": version.number == newest})


def _check_fields(kind: str, body: DocumentChange) -> None:
    """Raises `RequestValidationError`."""
    if kind == "article" and body.pairs is not None:
        raise wrong(("pairs",), "an article has no questions: send its `text`")
    if kind == "faq" and body.text is not None:
        raise wrong(("text",), "questions and answers are sent as `pairs`")
