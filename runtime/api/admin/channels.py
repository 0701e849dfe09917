"""Where visitors meet a bot."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from runtime.api.access import Access, may
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import AfterId, Limit, Page, page
from storage import channels
from storage.channel_settings import ChannelSettings
from storage.tables import Channel, ChannelKind

router = APIRouter(tags=["channels"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Editor = Annotated[Access, may("channel.edit")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ChannelBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    kind: ChannelKind = "web"
    bot_id: UUID | None = None
    brand_id: UUID | None = None
    settings: ChannelSettings = ChannelSettings()


class ChannelChange(BaseModel):
    """Only the fields sent are changed; ``settings`` are replaced as a whole."""

    model_config = ConfigDict(extra="forbid")

    version: str | None = Field(
        None, description="The one that was read: where it is another by now, the answer is 409."
    )
    name: Name | None = None
    bot_id: UUID | None = Field(None, description="Null leaves the channel without a bot.")
    brand_id: UUID | None = Field(None, description="Null leaves it without a brand.")
    enabled: bool | None = None
    settings: ChannelSettings | None = None

    @field_validator("name", "enabled", "settings")
    @classmethod
    def _something(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("leave it out, or give a value")
        return value


class ChannelView(BaseModel):
    id: UUID
    key: str = Field(description="Public: the widget names the channel by it.")
    kind: ChannelKind
    name: str
    bot_id: UUID | None
    brand_id: UUID | None
    enabled: bool
    settings: dict[str, Any]
    version: str = Field(description="Another one after every change.")
    created_at: datetime

    @classmethod
    def of(cls, channel: Channel) -> ChannelView:
        return cls.model_validate({**channel.model_dump(), "version": channels.version(channel)})


@router.post("/channels", status_code=201, summary="Open a channel", responses=problems(404))
def create_channel(access: Editor, body: ChannelBody) -> ChannelView:
    settings = body.settings.model_dump(exclude_unset=True)
    with access.transaction() as session:
        channel = channels.create(
            session,
            name=body.name,
            kind=body.kind,
            bot_id=body.bot_id,
            brand_id=body.brand_id,
            settings=settings,
            actor=access.actor,
        )
        session.refresh(channel)
        return ChannelView.of(channel)


@router.get("/channels", summary="List channels, newest first")
def list_channels(
    access: Reader,
    bot_id: Annotated[UUID | None, Query(description="Of this bot only.")] = None,
    limit: Limit = 50,
    cursor: AfterId = None,
) -> Page[ChannelView]:
    with access.transaction() as session:
        found = channels.listed(session, bot_id=bot_id, before=cursor, limit=limit + 1)
        views = [ChannelView.of(channel) for channel in found]
    return Page[ChannelView].model_validate(page(views, limit, lambda channel: channel.id))


@router.get("/channels/{channel_id}", summary="One channel", responses=problems(404))
def get_channel(access: Reader, channel_id: UUID) -> ChannelView:
    with access.transaction() as session:
        return ChannelView.of(channels.get(session, channel_id))


@router.patch("/channels/{channel_id}", summary="Change a channel", responses=problems(404, 409))
def change_channel(access: Editor, channel_id: UUID, body: ChannelChange) -> ChannelView:
    fields = body.model_dump(exclude_unset=True, exclude={"version"})
    with access.transaction() as session:
        channel = channels.change(
            session, channel_id, actor=access.actor, seen=body.version, **fields
        )
        return ChannelView.of(channel)


@router.post(
    "/channels/{channel_id}/key", summary="Give a channel a new key", responses=problems(404)
)
def rotate_channel_key(access: Editor, channel_id: UUID) -> ChannelView:
    """The old key opens no conversation any more; running conversations go on."""
    with access.transaction() as session:
        channel = channels.rotate_key(session, channel_id, actor=access.actor)
        return ChannelView.of(channel)


@router.delete(
    "/channels/{channel_id}", status_code=204, summary="Delete a channel", responses=problems(404)
)
def delete_channel(access: Editor, channel_id: UUID) -> None:
    """Its conversations stay readable."""
    with access.transaction() as session:
        channels.delete(session, channel_id, actor=access.actor)
