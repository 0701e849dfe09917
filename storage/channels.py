"""Channels: where visitors meet a bot."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlmodel import Session, col, select

from storage import audit, bots, brands
from storage.channel_settings import checked
from storage.database import Database
from storage.errors import NotFound, Refused
from storage.tables import Channel, ChannelKind
from storage.transaction import workspace_of

_DELETED = "deleted-"  # no channel in use has such a key


class ChannelChanged(Refused):
    """Somebody else changed the channel meanwhile."""


@dataclass(frozen=True)
class Found:
    """What a public channel key leads to."""

    workspace_id: UUID
    id: UUID
    kind: str
    name: str
    bot_id: UUID | None
    brand_id: UUID | None
    enabled: bool
    settings: dict[str, Any]


def create(
    session: Session,
    *,
    name: str,
    actor: str,
    bot_id: UUID | None = None,
    brand_id: UUID | None = None,
    kind: str = "web",
    settings: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> Channel:
    """A new channel with a random public key, or with a free one that is given.

    Raises `NotFound` for an unknown bot or brand, `SettingsRefused` for settings that can't be.
    """
    if kind not in get_args(ChannelKind):
        raise Refused(f"there is no kind of channel called {kind!r}")
    if bot_id is not None:
        bots.get(session, bot_id)
    if brand_id is not None:
        brands.get(session, brand_id)
    channel = Channel(
        workspace_id=workspace_of(session),
        key=key or secrets.token_hex(12),
        kind=kind,
        name=name,
        bot_id=bot_id,
        brand_id=brand_id,
        settings=checked(settings or {}),
    )
    session.add(channel)
    session.flush()
    audit.record(session, actor, "channel.created", channel.id, name=name, kind=kind)
    return channel


def get(session: Session, channel_id: UUID, *, to_change: bool = False) -> Channel:
    """``to_change`` keeps others from changing it until the transaction ends. Raises `NotFound`."""
    query = select(Channel).where(Channel.id == channel_id)
    if to_change:
        query = query.with_for_update()
    channel = session.exec(query).one_or_none()
    if channel is None:
        raise NotFound(f"there is no channel {channel_id}")
    return channel


def listed(
    session: Session,
    *,
    bot_id: UUID | None = None,
    before: UUID | None = None,
    limit: int = 100,
) -> Sequence[Channel]:
    """Newest first, without those deleted; ``before`` is the id to go on from."""
    query = select(Channel).where(~col(Channel.key).startswith(_DELETED))
    query = query.order_by(col(Channel.id).desc()).limit(limit)
    if bot_id is not None:
        query = query.where(Channel.bot_id == bot_id)
    if before is not None:
        query = query.where(Channel.id < before)
    return session.exec(query).all()


def version(channel: Channel) -> str:
    """Stands for all that can be changed of a channel: another value once any of it is changed."""
    told = (channel.name, channel.bot_id, channel.brand_id, channel.enabled, channel.settings)
    return hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()[:16]


def change(
    session: Session, channel_id: UUID, *, actor: str, seen: str | None = None, **fields: Any
) -> Channel:
    """Changes ``name``, ``bot_id``, ``brand_id``, ``enabled`` or ``settings`` (as a whole).

    ``seen`` is the `version` that was read. Raises `NotFound`, `ChannelChanged` where it is
    another by now, and `SettingsRefused` for settings that can't be.
    """
    unknown = fields.keys() - {"name", "bot_id", "brand_id", "enabled", "settings"}
    if unknown:
        raise Refused(f"a channel's {', '.join(sorted(unknown))} can't be changed")
    channel = get(session, channel_id, to_change=True)
    if seen is not None and seen != version(channel):
        raise ChannelChanged(
            "somebody else changed this channel meanwhile: read it again, and change that"
        )
    if fields.get("bot_id") is not None:
        bots.get(session, fields["bot_id"])
    if fields.get("brand_id") is not None:
        brands.get(session, fields["brand_id"])
    if "settings" in fields:
        fields["settings"] = checked(fields["settings"])
    for name, value in fields.items():
        setattr(channel, name, value)
    session.add(channel)
    session.flush()
    audit.record(session, actor, "channel.changed", channel_id, fields=sorted(fields))
    return channel


def rotate_key(session: Session, channel_id: UUID, *, actor: str) -> Channel:
    """Gives the channel a new key; the old one answers no more."""
    channel = get(session, channel_id)
    channel.key = secrets.token_hex(12)
    session.add(channel)
    session.flush()
    audit.record(session, actor, "channel.key_rotated", channel_id)
    return channel


def delete(session: Session, channel_id: UUID, *, actor: str) -> None:
    """Switches the channel off for good; its key answers no more, its conversations stay."""
    channel = get(session, channel_id)
    channel.enabled, channel.bot_id = False, None
    channel.key = f"{_DELETED}{secrets.token_hex(12)}"
    session.add(channel)
    audit.record(session, actor, "channel.deleted", channel_id, name=channel.name)


def is_deleted(channel: Channel) -> bool:
    return channel.key.startswith(_DELETED)


def by_key(database: Database, key: str) -> Found | None:
    """Finds a channel before its workspace is known."""
    with database.system() as session:
        row = session.execute(text("select * from flyt.channel_by_key(:key)"), {"key": key}).first()
    return Found(**row._mapping) if row else None
