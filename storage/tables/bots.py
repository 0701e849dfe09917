"""What a workspace builds: brands, bots, drafts, releases, channels."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from storage.tables.base import (
    Identified,
    Owned,
    big_field,
    in_workspace,
    json_field,
    now_field,
    number_field,
    one_of,
    reference,
    word_field,
)

ChannelKind = Literal[
    "web", "telegram", "sms", "whatsapp", "voice", "email", "messenger", "instagram", "slack"
]


class Brand(Identified, table=True):
    """How a workspace appears to visitors; ``look`` holds colours, logo and texts."""

    __table_args__ = (in_workspace(),)

    name: str
    timezone: str | None = None
    language: str | None = None
    look: dict[str, Any] = json_field()
    created_at: datetime = now_field()


class Bot(Identified, table=True):
    __table_args__ = (in_workspace(),)

    name: str
    created_at: datetime = now_field()
    deleted_at: datetime | None = None  # its conversations stay readable


class Channel(Identified, table=True):
    """Where visitors meet a bot. ``settings``: look, allowed_origins, debounce_ms …"""

    __table_args__ = (
        in_workspace(),
        reference("bot", "bot_id", ondelete="SET NULL (bot_id)"),
        reference("brand", "brand_id", ondelete="SET NULL (brand_id)"),
        one_of("kind", ChannelKind),
        Index(None, "workspace_id", "bot_id"),
    )

    key: str = Field(unique=True)  # public: it stands in the page's script tag
    kind: str = word_field("web")
    name: str
    bot_id: UUID | None = None
    brand_id: UUID | None = None
    enabled: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    settings: dict[str, Any] = json_field()
    created_at: datetime = now_field()


class Draft(Owned, table=True):
    """The document being edited. ``version`` counts its operations; the items hold it."""

    __table_args__ = (reference("bot", "bot_id"),)

    bot_id: UUID = Field(primary_key=True)
    version: int = big_field(default=0, sa_column_kwargs={"server_default": "0"})
    updated_at: datetime = now_field()


class DraftItem(Owned, table=True):
    """A node, edge, flow or setting; see `storage.drafts` for the keys.

    A deleted item stays with a null ``value``, because a late operation on it must be refused.
    """

    __table_args__ = (
        reference("draft", "bot_id", to=("bot_id",)),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    bot_id: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    version: int = big_field()  # the operation that wrote it last
    tab: str  # whose operation that was
    actor: str
    place: int = big_field()  # order within the document


class DraftOperation(Owned, table=True):
    """The log of a draft: what was changed by whom, from ``before`` to ``value``."""

    __table_args__ = (
        reference("draft", "bot_id", to=("bot_id",)),
        UniqueConstraint("workspace_id", "bot_id", "tab", "number"),
    )

    bot_id: UUID = Field(primary_key=True)
    version: int = big_field(primary_key=True)
    tab: str
    number: int = big_field()  # the tab's own counter
    key: str
    value: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    before: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    actor: str
    at: datetime = now_field()


class Release(Owned, table=True):
    """A published bot, frozen: the whole document with the system flows in it."""

    __table_args__ = (
        reference("bot", "bot_id"),
        reference("release", "bot_id", "restores", to=("bot_id", "number")),
    )

    bot_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSONB, nullable=False)
    note: str = word_field("")
    author: str  # "user:<id>", "key:<id>" or "system"
    restores: int | None = None  # the older release that a rollback brought back
    created_at: datetime = now_field()


class ReleaseShare(Owned, table=True):
    """A live release. New sessions try the highest number first; see `storage.bots.draw`."""

    __table_args__ = (
        reference("release", "bot_id", "number", to=("bot_id", "number")),
        CheckConstraint("share between 1 and 100", name="share"),
    )

    bot_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    share: int = number_field(100)  # percent of the contacts that come to it
