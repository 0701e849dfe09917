"""Channels and compiled releases as a turn needs them, kept in the process."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from time import monotonic
from typing import Any
from uuid import UUID

import orjson

from runtime.core.document import parse
from runtime.core.release import Release
from storage.releases import Live, draw
from storage.turns import ChannelRow, Loaded, Turns

CHANNEL_SECONDS = 5.0
MAX_CHANNELS = 10_000
MAX_RELEASES = 256


class NoBot(LookupError):
    """The channel has no published bot."""


@dataclass(frozen=True)
class Channel:
    """A channel that is switched on, and the live releases of its bot."""

    row: ChannelRow
    settings: dict[str, Any]
    live: tuple[Live, ...]
    read_at: float = field(default_factory=monotonic)

    @staticmethod
    def of(row: ChannelRow) -> Channel:
        live = tuple(Live(number, share) for number, share in orjson.loads(row.live or "[]"))
        return Channel(row, orjson.loads(row.settings), live)

    @property
    def now(self) -> datetime:
        """The database's time, reckoned from when this was read there."""
        return self.row.now + timedelta(seconds=monotonic() - self.read_at)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What expressions see as ``channel``."""
        row = self.row
        facts = {"kind": row.kind, "name": row.name, "key": row.key}
        return facts | {"brand": row.brand_name, "brand_id": str(row.brand)} if row.brand else facts

    @property
    def debounce(self) -> float:
        """Seconds to wait for more of what a visitor is writing."""
        return float(self.settings.get("debounce_ms") or 0) / 1000

    def draw(self, contact: UUID) -> tuple[UUID, int]:
        """The bot and the release that this contact's next session runs. Raises `NoBot`."""
        number = draw(self.live, contact)
        if self.row.bot is None or number is None:
            raise NoBot(f"no bot is published on the channel {self.row.name!r}")
        return self.row.bot, number


class Channels:
    """Channels by key or id; what running conversations read of them may be seconds old."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._kept: dict[UUID, tuple[float, Channel]] = {}
        self._ids: dict[str, UUID] = {}

    async def lately(self, key: str) -> Channel | None:
        """As it was some seconds ago, for whoever can tell when it has changed since."""
        id_ = self._ids.get(key)
        until, channel = self._kept.get(id_, (0.0, None)) if id_ else (0.0, None)
        return channel if until > monotonic() else await self.by_key(key)

    async def by_key(self, key: str) -> Channel | None:
        """As it is now: a bot just published answers the next conversation."""
        row = await self._turns.channel_by_key(key)
        return self._keep(Channel.of(row)) if row else None

    async def of(self, loaded: Loaded) -> Channel | None:
        """The channel of a conversation. None where it was switched off."""
        until, channel = self._kept.get(loaded.channel, (0.0, None))
        return channel if until > monotonic() else await self.fresh(loaded)

    async def fresh(self, loaded: Loaded) -> Channel | None:
        """The same, as it is now."""
        row = await self._turns.channel_by_id(loaded.workspace, loaded.channel)
        return self._keep(Channel.of(row)) if row else None

    async def origins(self, key: str) -> list[str] | None:
        """The origins a channel key allows (none listed: every one); None for no such channel."""
        channel = await self.by_key(key)
        return None if channel is None else list(channel.settings.get("allowed_origins") or ())

    def _keep(self, channel: Channel) -> Channel:
        if len(self._kept) >= MAX_CHANNELS:
            self._kept.clear()
            self._ids.clear()
        self._kept[channel.row.id] = monotonic() + CHANNEL_SECONDS, channel
        self._ids[channel.row.key] = channel.row.id
        return channel


class Releases:
    """Compiled releases, least recently used out first. A release never changes."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._compiled: OrderedDict[tuple[str, int], Release] = OrderedDict()
        self._compiling: dict[tuple[str, int], asyncio.Task[Release]] = {}

    async def get(self, workspace: UUID, bot: str, number: int) -> Release:
        """Raises `LookupError`, and whatever is wrong with the document."""
        key = bot, number
        if key in self._compiled:
            self._compiled.move_to_end(key)
            return self._compiled[key]
        if key not in self._compiling:
            task = asyncio.create_task(self._compile(workspace, bot, number))
            self._compiling[key] = task
            task.add_done_callback(lambda _: self._compiling.pop(key, None))
        return await asyncio.shield(self._compiling[key])

    async def _compile(self, workspace: UUID, bot: str, number: int) -> Release:
        document = await self._turns.release(workspace, UUID(bot), number)
        if document is None:
            raise LookupError(f"bot {bot} has no release {number}")
        release = await asyncio.to_thread(_compiled, document, number, bot)
        self._compiled[bot, number] = release
        if len(self._compiled) > MAX_RELEASES:
            self._compiled.popitem(last=False)
        return release


def _compiled(document: str, number: int, bot: str) -> Release:
    """With its tables, which would hold up every conversation when first looked into."""
    release = Release(parse(document), number, bot)
    for flow, node, port in release.targets:
        if port == "each":
            release.body(flow, node)
    release.triggered_by("")
    release.language_named("")
    _ = release.intents
    return release
