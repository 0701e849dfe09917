"""Where descriptions are kept: one value each in Redis, a lease beside it, and who waits.

Whoever works at one holds its lease; all writes of a worker go through a script that checks it, so
a worker that was taken for dead changes nothing any more.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from redis.asyncio import Redis

from runtime.describing import Kept, LostLease, TooMany

Where = tuple[UUID, UUID]  # workspace, description

KEPT: Final = 24 * 3600  # seconds
LEASE: Final = 15_000  # milliseconds
MOST: Final = 5  # of one workspace at the same time
SHOWN: Final = 5  # of one person
_WAITING: Final = "flyt:describing"  # with the second from which somebody should look again

# A new one, unless too many of the workspace are under way. KEYS: waiting, own list, value.
_ADD: Final = """
local busy = 0
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if string.sub(member, 1, 36) == string.sub(ARGV[1], 1, 36) then busy = busy + 1 end
end
if busy >= tonumber(ARGV[5]) then return 0 end
redis.call('SET', KEYS[3], ARGV[2], 'EX', ARGV[4])
redis.call('ZADD', KEYS[1], redis.call('TIME')[1] + 5, ARGV[1])
redis.call('LPUSH', KEYS[2], string.sub(ARGV[1], 38))
redis.call('LTRIM', KEYS[2], 0, tonumber(ARGV[3]) - 1)
redis.call('EXPIRE', KEYS[2], ARGV[4])
return 1
"""
# The value under the lease of whoever holds the token. KEYS: value, lease.
_PUT: Final = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
if ARGV[3] ~= '' then redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[4]) end
return 1
"""
# Those that nobody works at, which are looked for again a lease later. KEYS: waiting.
_FOUND: Final = """
local now = redis.call('TIME')[1]
local found = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
for _, member in ipairs(found) do redis.call('ZADD', KEYS[1], now + ARGV[2], member) end
return found
"""


class Descriptions:
    """All methods raise `redis.RedisError` where Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def add(self, kept: Kept) -> None:
        """Raises `TooMany`."""
        workspace, id_ = kept.asked.workspace, kept.asked.id
        keys = (_WAITING, _own(workspace, kept.actor), _value(workspace, id_))
        values = (f"{workspace}:{id_}", _encoded(kept), SHOWN, KEPT, MOST)
        if not await self._run(_ADD, keys, values):
            raise TooMany

    async def get(self, workspace: UUID, id_: UUID) -> Kept | None:
        raw = await self._redis.get(_value(workspace, id_))
        return msgspec.json.decode(raw, type=Kept) if raw else None

    async def of(self, workspace: UUID, actor: str) -> list[Kept]:
        """The latest of one person, newest first."""
        ids = await cast(
            "Awaitable[list[bytes]]", self._redis.lrange(_own(workspace, actor), 0, SHOWN - 1)
        )
        found = [await self.get(workspace, UUID(id_.decode())) for id_ in ids]
        return [one for one in found if one is not None]

    async def claim(self, workspace: UUID, id_: UUID, token: str) -> Kept | None:
        """The description under our lease; None where nothing is to be done, or others do it."""
        taken = await self._redis.set(_lease(workspace, id_), token, nx=True, px=LEASE)
        if not taken:
            return None
        kept = await self.get(workspace, id_)
        if kept is not None and kept.state in ("queued", "working"):
            return kept
        await self._redis.zrem(_WAITING, f"{workspace}:{id_}")
        return None

    async def put(self, kept: Kept, token: str) -> None:
        """Raises `LostLease`."""
        await self._put(kept.asked.workspace, kept.asked.id, token, _encoded(kept))
        if kept.state in ("ready", "failed"):
            await self._redis.zrem(_WAITING, f"{kept.asked.workspace}:{kept.asked.id}")

    async def renew(self, workspace: UUID, id_: UUID, token: str) -> None:
        """Raises `LostLease`."""
        await self._put(workspace, id_, token, b"")

    async def left_behind(self, most: int) -> list[Where]:
        """Those that may have lost their worker; whoever claims one finds out."""
        found = await self._run(_FOUND, (_WAITING,), (most, LEASE // 1000))
        pairs = (member.decode().split(":") for member in cast("list[bytes]", found))
        return [(UUID(workspace), UUID(id_)) for workspace, id_ in pairs]

    async def _put(self, workspace: UUID, id_: UUID, token: str, raw: bytes) -> None:
        keys = (_value(workspace, id_), _lease(workspace, id_))
        if not await self._run(_PUT, keys, (token, LEASE, raw, KEPT)):
            raise LostLease

    async def _run(self, script: str, keys: tuple[str, ...], values: tuple[Any, ...]) -> Any:
        return await cast("Awaitable[Any]", self._redis.eval(script, len(keys), *keys, *values))


def _encoded(kept: Kept) -> bytes:
    return msgspec.json.encode(kept)


def _value(workspace: UUID, id_: UUID) -> str:
    return f"flyt:describe:{workspace}:{id_}"


def _lease(workspace: UUID, id_: UUID) -> str:
    return f"flyt:describe:{workspace}:{id_}:lease"


def _own(workspace: UUID, actor: str) -> str:
    return f"flyt:describe:{workspace}:of:{actor}"
