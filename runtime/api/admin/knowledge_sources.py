"""Sources of knowledge: files, sites, questions and articles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Query, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from runtime.api.access import Access, ServicesOf, may
from runtime.api.admin.knowledge_bodies import (
    NewArticle,
    NewFile,
    NewQuestions,
    NewSource,
    SourceChange,
    collection_named,
    described,
    fits,
    new_source,
    settings_of,
    wrong,
)
from runtime.api.admin.knowledge_views import SourceView
from runtime.api.body import LONGEST_TEXT, StrictRoute, TooLarge, limited, loads
from runtime.api.openapi import problems
from runtime.api.paging import AfterId, Limit, Page, page
from runtime.api.problem import Problem
from runtime.knowledge import uploads
from runtime.services import Services
from storage import files
from storage.files.records import safe_name
from storage.knowledge import collections, documents, sources, texts
from storage.tables import KnowledgeSource, SourceStatus

router = APIRouter(tags=["knowledge"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Editor = Annotated[Access, may("knowledge.edit")]


@router.post(
    "/knowledge/sources",
    status_code=202,
    summary="Add a source: a file, a site, questions or an article",
    responses=problems(400),
    openapi_extra=described(),
)
async def create_source(
    request: Request, access: Editor, services: ServicesOf, background: BackgroundTasks
) -> SourceView:
    """It is read in the background; `status` and `progress` tell how far it is."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        shown = await _create_from_file(request, access, services)
    elif kind in ("", "application/json"):
        body = new_source(await _json(request))
        shown = await run_in_threadpool(_create, access, services, body)
    else:
        raise Problem(422, "Send JSON, or a file as `multipart/form-data`.")
    background.add_task(services.engine.jobs.readings, [(access.workspace_id, shown.id)])
    return shown


@router.get("/knowledge/sources", summary="List sources, newest first")
def list_sources(
    access: Reader,
    collection: Annotated[
        str | None,
        Query(max_length=collections.MAX_NAME, description="Of this one only: its id or name."),
    ] = None,
    status: SourceStatus | None = None,
    limit: Limit = 50,
    cursor: AfterId = None,
) -> Page[SourceView]:
    with access.transaction() as session:
        chosen = None if collection is None else collections.id_of(session, collection)
        found: Sequence[sources.Summary] = ()
        if collection is None or chosen is not None:
            found = sources.listed(
                session, collection_id=chosen, status=status, before=cursor, limit=limit + 1
            )
    shown = page([SourceView.of(one) for one in found], limit, lambda one: one.id)
    return Page[SourceView].model_validate(shown)


@router.get("/knowledge/sources/{source_id}", summary="One source", responses=problems(404))
def get_source(access: Reader, source_id: UUID) -> SourceView:
    with access.transaction() as session:
        return SourceView.of(sources.summary(session, source_id))


@router.patch("/knowledge/sources/{source_id}", summary="Change a source", responses=problems(404))
def change_source(
    access: Editor,
    services: ServicesOf,
    background: BackgroundTasks,
    source_id: UUID,
    body: SourceChange,
) -> SourceView:
    with access.transaction() as session:
        source = sources.get(session, source_id, to_change=True)
        fields = _changed(session, access, services, source, body)
        waits = sources.change(session, source_id, actor=access.actor, **fields)
        shown = SourceView.of(sources.summary(session, source_id))
    if waits:
        background.add_task(services.engine.jobs.readings, [(access.workspace_id, source_id)])
    return shown


@router.delete(
    "/knowledge/sources/{source_id}",
    status_code=204,
    summary="Delete a source with its documents",
    responses=problems(404),
)
def delete_source(access: Editor, services: ServicesOf, source_id: UUID) -> None:
    """Nothing of it is found any more, and its file is gone."""
    with access.transaction() as session:
        sources.delete(session, services.files, source_id, actor=access.actor)


@router.post(
    "/knowledge/sources/{source_id}/read",
    status_code=202,
    summary="Read a source again",
    responses=problems(404),
)
def read_source_again(
    access: Editor, services: ServicesOf, background: BackgroundTasks, source_id: UUID
) -> SourceView:
    """Only what has changed is made findable anew. One that is being read goes on."""
    with access.transaction() as session:
        sources.read_again(session, source_id, actor=access.actor)
        shown = SourceView.of(sources.summary(session, source_id))
    background.add_task(services.engine.jobs.readings, [(access.workspace_id, source_id)])
    return shown


async def _json(request: Request) -> Any:
    """Of at most `LONGEST_TEXT`, though a file sent here may be larger. Raises `Problem`."""
    if int(request.headers.get("content-length", 0)) > LONGEST_TEXT:
        raise TooLarge(LONGEST_TEXT)
    body = await Request(request.scope, limited(request.receive, LONGEST_TEXT)).body()
    try:
        return loads(body)
    except json.JSONDecodeError as error:
        raise Problem(400, f"The body is not valid JSON: {error.msg}.") from error


async def _create_from_file(request: Request, access: Access, services: Services) -> SourceView:
    async with request.form(max_files=1, max_fields=3) as form:
        sent = form.get("file")
        if not isinstance(sent, UploadFile):
            raise wrong(("file",), "send the file as the part `file`")
        fields = {name: value for name, value in form.multi_items() if name != "file"}
        body = fits(NewFile, fields)
        return await run_in_threadpool(_keep_file, access, services, body, sent)


def _keep_file(access: Access, services: Services, body: NewFile, sent: UploadFile) -> SourceView:
    name = safe_name(sent.filename or "")
    limits = uploads.limits(body.kind, name)
    if body.collection is not None:  # before anything is kept
        with access.transaction() as session:
            collection_named(session, access, services, body.collection)
    file = files.upload(
        access.database,
        services.files,
        sent.file,
        workspace_id=access.workspace_id,
        name=name,
        limits=limits,
    )
    with access.transaction() as session:
        source = sources.create(
            session,
            collection_named(session, access, services, body.collection),
            kind=body.kind,
            title=body.title or name,
            actor=access.actor,
            file_id=file.id,
        )
        return SourceView.of(sources.summary(session, source.id))


def _create(access: Access, services: Services, body: NewSource) -> SourceView:
    with access.transaction() as session:
        collection = collection_named(session, access, services, body.collection)
        if isinstance(body, NewQuestions | NewArticle):
            source = sources.create(
                session, collection, kind=body.kind, title=body.title, actor=access.actor
            )
            blocks = (
                texts.article(body.text)
                if isinstance(body, NewArticle)
                else texts.questions([(pair.question, pair.answer) for pair in body.pairs])
            )
            documents.write(session, source, title=body.title, blocks=blocks, actor=access.actor)
        else:
            source = sources.create(
                session,
                collection,
                kind=body.kind,
                title=body.title or _place(body.url),
                actor=access.actor,
                settings={**body.settings.model_dump(), "url": body.url},
                every=body.every,
            )
        return SourceView.of(sources.summary(session, source.id))


def _changed(
    session: Session,
    access: Access,
    services: Services,
    source: KnowledgeSource,
    body: SourceChange,
) -> dict[str, Any]:
    """The fields to change. Raises what names them."""
    fields: dict[str, Any] = body.model_dump(exclude_unset=True)
    for name in fields.keys() - {"every"}:
        if fields[name] is None:
            raise wrong((name,), "leave it out, or give a value")
    if fields.get("every") and source.kind not in sources.SITES:
        raise wrong(("every",), "only a site can be read again by itself")
    if "settings" in fields:
        url = source.settings.get("url")
        fields["settings"] = settings_of(source.kind, fields["settings"], url)
    if "collection" in fields:
        fields["collection_id"] = collection_named(
            session, access, services, fields.pop("collection")
        ).id
    return fields


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path.rstrip('/')}"[: sources.MAX_TITLE]
