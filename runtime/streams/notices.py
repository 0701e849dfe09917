"""Tells open streams that a conversation has moved on: soon, together, and never in the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import msgspec
from redis import RedisError
from redis.asyncio import Redis

from runtime.streams.bell import CHANNEL, Audience, Ring

log = logging.getLogger("flyt.notices")

KNOWN = "known"  # what is known of the visitor has changed
MARKED = "marked"  # the conversation is confidential, or no longer
TOGETHER = 0.02  # seconds that rings are gathered for: one message for all of them
MOST = 1000  # rings in one message
_AWAY_SECONDS = 1.0


class Notices:
    """What Redis does not take is dropped: streams also poll the database."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._moved: dict[UUID, int] = {}
        self._told: list[Ring] = []
        self._flushing: asyncio.Task[None] | None = None
        self._here: dict[UUID, list[Callable[[], None]]] = {}

    def moved(self, conversation: UUID, seq: int) -> None:
        """The conversation has visible events up to ``seq``."""
        self._moved[conversation] = seq
        for wake in self._here.get(conversation, ()):
            wake()
        self._soon()

    def tell(
        self, conversation: UUID, event: str, data: Any, *, audience: Audience | None = None
    ) -> None:
        """A passing moment that leaves no row: typing, a token of a draft."""
        self._told.append(Ring(conversation, event=event, data=data, audience=audience))
        self._soon()

    async def aside(self, conversations: Iterable[UUID], event: str) -> None:
        """Tells colleagues who read along that something is to be read again; no visitor."""
        for each in conversations:
            self.tell(each, event, {}, audience="staff")

    async def next(self, conversation: UUID, patience: float) -> None:
        """Returns when this process has moved the conversation on, or after so many seconds."""
        woken = asyncio.Event()
        waiting = self._here.setdefault(conversation, [])
        waiting.append(woken.set)
        try:
            async with asyncio.timeout(patience):
                await woken.wait()
        except TimeoutError:
            pass
        finally:
            waiting.remove(woken.set)
            if not waiting:
                self._here.pop(conversation, None)

    async def close(self) -> None:
        if self._flushing:
            await self._flushing

    def _soon(self) -> None:
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        try:
            while self._moved or self._told:
                await asyncio.sleep(TOGETHER)
                rings = [*(Ring(*moved) for moved in self._moved.items()), *self._told][:MOST]
                self._moved, self._told = {}, []
                await self._publish(rings)
        finally:
            self._flushing = None

    async def _publish(self, rings: list[Ring]) -> None:
        try:
            await self._redis.publish(CHANNEL, msgspec.json.encode(rings))
        except (RedisError, OSError) as error:
            log.warning("Redis is away, streams are some seconds late: %s", error)
            await asyncio.sleep(_AWAY_SECONDS)
