"""Bots of a workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field

from runtime.api.access import Access, may
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import AfterId, Limit, Page, page
from runtime.core.document import parse, schema
from storage import bots

router = APIRouter(tags=["bots"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Editor = Annotated[Access, may("bot.edit")]
DocumentBody = Annotated[
    dict[str, Any],
    Body(description="A bot document in the format `flyt/1`; its schema is at `/schema/bot`."),
]


class BotView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    created_at: datetime
    updated_at: datetime = Field(description="When the draft last changed.")
    version: int = Field(description="Of the draft.")
    release: int | None = Field(description="Number of the newest release.")


class BotName(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=bots.MAX_NAME)


@router.post("/bots", status_code=201, summary="Import a bot document", responses=problems(422))
def create_bot(
    access: Editor,
    document: DocumentBody,
    unfinished: Annotated[
        bool, Query(description="Take a document that could not be published yet.")
    ] = False,
) -> BotView:
    """The document becomes the draft of a new bot. One with errors is refused, naming each."""
    if not unfinished:
        parse(document)
    with access.transaction() as session:
        bot = bots.create(session, document, actor=access.actor)
        return _view(bots.summary(session, bot.id))


@router.get("/bots", summary="List bots, newest first")
def list_bots(access: Reader, limit: Limit = 50, cursor: AfterId = None) -> Page[BotView]:
    with access.transaction() as session:
        found = bots.listed(session, before=cursor, limit=limit + 1)
    return Page[BotView].model_validate(page(found, limit, lambda bot: bot.id))


@router.get("/bots/{bot_id}", summary="One bot", responses=problems(404))
def get_bot(access: Reader, bot_id: UUID) -> BotView:
    with access.transaction() as session:
        return _view(bots.summary(session, bot_id))


@router.patch("/bots/{bot_id}", summary="Rename a bot", responses=problems(404))
def rename_bot(access: Editor, bot_id: UUID, body: BotName) -> BotView:
    with access.transaction() as session:
        bots.rename(session, bot_id, body.name, actor=access.actor)
        return _view(bots.summary(session, bot_id))


@router.delete("/bots/{bot_id}", status_code=204, summary="Delete a bot", responses=problems(404))
def delete_bot(access: Editor, bot_id: UUID) -> None:
    """Its channels are left without a bot; its conversations stay readable."""
    with access.transaction() as session:
        bots.delete(session, bot_id, actor=access.actor)


def _view(bot: bots.Summary) -> BotView:
    return BotView.model_validate(bot)


@router.get("/schema/bot", summary="JSON Schema of bot documents")
def get_bot_schema(access: Reader) -> dict[str, Any]:
    return schema()
