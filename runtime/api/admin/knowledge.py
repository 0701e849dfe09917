"""What bots know: collections, their embedders, and search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from sqlmodel import Session, select

from runtime.api.access import Access, ServicesOf, may
from runtime.api.admin.knowledge_views import (
    CollectionView,
    EmbedderView,
    PassagesView,
    PassageView,
)
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import CURSOR, Limit, Page, page
from runtime.api.problem import Problem
from runtime.core.tongues import written_in
from runtime.knowledge.embedding import Embedders
from storage.knowledge import collections, search
from storage.tables import ModelSetup

if TYPE_CHECKING:
    from connectors.knowledge.embedders import Offered

router = APIRouter(tags=["knowledge"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Editor = Annotated[Access, may("knowledge.edit")]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=collections.MAX_NAME),
]
AfterName = Annotated[str | None, Query(max_length=collections.MAX_NAME, description=CURSOR)]
LANGUAGES = ("en", "nb", "sv", "uk", "ru")


class CollectionBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name


class CollectionChange(BaseModel):
    """Only the fields sent are changed."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    embedder: str | None = Field(
        None, max_length=200, description="One of `/knowledge/embedders`; the old one serves on."
    )
    brand_id: UUID | None = Field(None, description="Null: it is found by the channels of all.")
    confidential: bool | None = Field(
        None, description="True: from now on only models marked local may read it."
    )

    @field_validator("name", "embedder", "confidential")
    @classmethod
    def _something(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("leave it out, or give a value")
        return value


class SearchBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    top_k: int = Field(5, ge=1, le=50)
    collections: list[Name] | None = Field(
        None, max_length=100, description="By name; left out: all of them."
    )
    brand_id: UUID | None = Field(None, description="As for a visitor of this brand's channels.")
    language: str | None = Field(
        None,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=35,
        description="Of the query, BCP 47; left out: told by its words.",
    )


@router.get("/knowledge/collections", summary="List collections by name")
def list_collections(
    access: Reader,
    limit: Limit = 50,
    cursor: Annotated[
        str | None, Query(max_length=collections.MAX_NAME, description=CURSOR)
    ] = None,
) -> Page[CollectionView]:
    with access.transaction() as session:
        found = collections.listed(session, after=cursor, limit=limit + 1)
    shown = page([CollectionView.of(one) for one in found], limit, lambda one: one.name)
    return Page[CollectionView].model_validate(shown)


@router.post(
    "/knowledge/collections", status_code=201, summary="Add a collection", responses=problems(409)
)
def create_collection(access: Editor, services: ServicesOf, body: CollectionBody) -> CollectionView:
    with access.transaction() as session:
        made = collections.create(
            session, body.name, embedder=services.embedders.default(), actor=access.actor
        )
        return CollectionView.of(collections.summary(session, made.id))


@router.patch(
    "/knowledge/collections/{collection_id}",
    summary="Rename a collection, mark it confidential, or choose its embedder or brand",
    responses=problems(404, 409),
)
def change_collection(
    access: Editor,
    services: ServicesOf,
    background: BackgroundTasks,
    collection_id: UUID,
    body: CollectionChange,
) -> CollectionView:
    """Another embedder first sees every passage; until then the old vectors are searched."""
    with access.transaction() as session:
        collections.get(session, collection_id)
        if body.embedder is not None:
            _check_embedder(session, services.embedders, body.embedder)
        fields = body.model_dump(exclude_unset=True)
        waiting = collections.change(session, collection_id, actor=access.actor, **fields)
        shown = CollectionView.of(collections.summary(session, collection_id))
    wanted = [(access.workspace_id, source) for source in waiting]
    background.add_task(services.engine.jobs.readings, wanted)
    return shown


@router.delete(
    "/knowledge/collections/{collection_id}",
    status_code=204,
    summary="Delete a collection with its sources",
    responses=problems(404),
)
def delete_collection(access: Editor, services: ServicesOf, collection_id: UUID) -> None:
    """Nothing of it is found any more."""
    with access.transaction() as session:
        collections.delete(session, services.files, collection_id, actor=access.actor)


@router.post("/knowledge/search", summary="Find passages, best first")
def search_knowledge(access: Reader, services: ServicesOf, body: SearchBody) -> PassagesView:
    language = body.language or written_in(body.query, LANGUAGES, "en") or "en"
    with access.transaction() as session:
        found = search.find(
            session,
            body.query,
            embed=services.embedders.for_questions(access.workspace_id),
            collections=body.collections or (),
            language=language,
            top_k=body.top_k,
            brand=str(body.brand_id) if body.brand_id else None,
        )
    return PassagesView(passages=[PassageView.model_validate(one) for one in found])


@router.get("/knowledge/embedders", summary="What can make vectors, and how well")
def list_embedders(access: Reader, services: ServicesOf) -> list[EmbedderView]:
    with access.transaction() as session:
        offered = _offered(session, services.embedders)
    return [EmbedderView.model_validate(one) for one in offered]


def _offered(session: Session, known: Embedders) -> Sequence[Offered]:
    setup = session.exec(select(ModelSetup)).one_or_none()
    return known.offered(setup.embedding if setup else {})


def _check_embedder(session: Session, known: Embedders, name: str) -> None:
    """Raises 422."""
    offered = [one.name for one in _offered(session, known) if one.available]
    if name not in offered:
        message = f"Nothing here makes vectors as {name}: choose {' or '.join(offered)}."
        raise Problem(422, message, errors=[{"path": "embedder", "message": message}])
