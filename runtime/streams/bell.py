"""Wake-ups between processes by Redis: they carry ids and passing moments, never the truth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct, json
from redis.asyncio import Redis

CHANNEL = "flyt:conversations"

Audience = Literal["visitor", "staff"]


class Ring(Struct, frozen=True, omit_defaults=True):
    """Either "rows up to ``seq`` exist", or an ``event`` that leaves no row (token, typing).

    ``audience`` is whom the event is for; None: all who have the conversation open.
    """

    conversation: UUID
    seq: int = 0
    event: str | None = None
    data: Any = None
    audience: Audience | None = None


_decode = json.Decoder(list[Ring]).decode


class Bell:
    """The listening end; `runtime.streams.notices` rings."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def rings(self) -> AsyncIterator[Ring]:
        """Every ring from now on. Raises `redis.RedisError` or `OSError` while Redis is away."""
        async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(CHANNEL)
            async for message in channel.listen():
                for ring in _decode(message["data"]):
                    yield ring
