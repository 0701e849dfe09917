"""Frozen versions of a bot: publish, look, compare, go back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Path
from pydantic import BaseModel, ConfigDict, Field

from runtime.api.access import Access, ServicesOf, may
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import AfterNumber, Limit, Page, page
from runtime.difference import Change, ItemKind, difference
from runtime.publishing import publish
from storage import bots, drafts, releases

router = APIRouter(tags=["bots"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Publisher = Annotated[Access, may("bot.publish")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Note = Annotated[str, Field(max_length=2_000, description="What is new, for colleagues.")]
Share = Annotated[int, Field(ge=1, le=100, description="Percent of new conversations.")]


class ReleaseLine(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: int
    note: str
    author: str
    created_at: datetime
    restores: int | None = Field(description="The older release that a rollback brought back.")
    share: int | None = Field(description="Percent of new conversations; null: not live.")


class ReleaseView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: int
    note: str
    author: str
    created_at: datetime
    restores: int | None
    document: dict[str, Any]


class PublishBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: Note = ""
    share: Share = 100


class RollbackBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int = Field(ge=1, le=2**31 - 1, description="The release to bring back.")
    note: Note = ""


class ShareBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    share: Share


class FieldChange(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    path: str = Field(description="Inside the item; empty for the item itself.")
    before: Any
    after: Any


class ItemChange(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    change: str = Field(examples=["added", "removed", "changed"])
    item: ItemKind
    path: str = Field(examples=["flows.main.nodes.hello"])
    title: str
    fields: list[FieldChange]


class Diff(BaseModel):
    changes: list[ItemChange] = Field(description="Moving a node is no change.")


@router.post(
    "/bots/{bot_id}/publish",
    status_code=201,
    summary="Publish the draft",
    responses=problems(404, 422),
)
def publish_bot(
    access: Publisher,
    services: ServicesOf,
    later: BackgroundTasks,
    bot_id: UUID,
    body: PublishBody | None = None,
) -> ReleaseView:
    """Freezes the draft as the next release; a draft with errors is refused, naming each."""
    wanted = body or PublishBody()
    with access.transaction() as session:
        release = publish(session, bot_id, actor=access.actor, note=wanted.note, share=wanted.share)
        view = ReleaseView.model_validate(release)
    later.add_task(services.understandings.learn, access.workspace_id, view.document)
    return view


@router.get(
    "/bots/{bot_id}/releases", summary="List releases, newest first", responses=problems(404)
)
def list_releases(
    access: Reader, bot_id: UUID, limit: Limit = 50, cursor: AfterNumber = None
) -> Page[ReleaseLine]:
    with access.transaction() as session:
        bots.get(session, bot_id)
        found = releases.listed(session, bot_id, before=cursor, limit=limit + 1)
    return _page(found, limit)


@router.get(
    "/bots/{bot_id}/releases/{number}",
    summary="One release with its document",
    responses=problems(404),
)
def get_release(access: Reader, bot_id: UUID, number: Number) -> ReleaseView:
    with access.transaction() as session:
        bots.get(session, bot_id)
        return ReleaseView.model_validate(releases.get(session, bot_id, number))


@router.get(
    "/bots/{bot_id}/releases/{number}/diff/draft",
    summary="What publishing the draft would change",
    responses=problems(404, 422),
)
def diff_draft(access: Reader, bot_id: UUID, number: Number) -> Diff:
    """From ``number`` to the draft as it would be frozen; one that is no bot is refused."""
    with access.transaction() as session:
        before = releases.get(session, bot_id, number).document
        after = releases.freeze(drafts.read(session, bot_id).document)
    return Diff(changes=[_change(change) for change in difference(before, after)])


@router.get(
    "/bots/{bot_id}/releases/{number}/diff/{other}",
    summary="What changed between two releases",
    responses=problems(404),
)
def diff_releases(access: Reader, bot_id: UUID, number: Number, other: Number) -> Diff:
    """From ``number`` to ``other``, item by item."""
    with access.transaction() as session:
        bots.get(session, bot_id)
        before = releases.get(session, bot_id, number).document
        after = releases.get(session, bot_id, other).document
    return Diff(changes=[_change(change) for change in difference(before, after)])


@router.put(
    "/bots/{bot_id}/releases/{number}/share",
    summary="Change who comes to a live release",
    responses=problems(404),
)
def set_release_share(
    access: Publisher, bot_id: UUID, number: Number, body: ShareBody
) -> Page[ReleaseLine]:
    with access.transaction() as session:
        releases.set_share(session, bot_id, number, body.share, actor=access.actor)
        found = [one for one in releases.listed(session, bot_id) if one.share is not None]
    return _page(found, len(found))


@router.post(
    "/bots/{bot_id}/rollback",
    status_code=201,
    summary="Publish an older release anew",
    responses=problems(404),
)
def roll_back_bot(access: Publisher, bot_id: UUID, body: RollbackBody) -> ReleaseView:
    """Running conversations stay on the release they began with."""
    with access.transaction() as session:
        release = releases.rollback(
            session, bot_id, body.number, actor=access.actor, note=body.note
        )
        return ReleaseView.model_validate(release)


def _page(found: Any, limit: int) -> Page[ReleaseLine]:
    shown = page(found, limit, lambda release: release.number)
    return Page[ReleaseLine].model_validate(shown, from_attributes=True)


def _change(change: Change) -> ItemChange:
    return ItemChange.model_validate(change)
