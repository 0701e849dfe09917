"""How many calls of models a workspace makes in a minute, counted for all processes by Redis."""

from __future__ import annotations

import logging
import time
from typing import Any, cast
from uuid import UUID

from redis import RedisError
from redis.asyncio import Redis

from connectors.llm.queueing import MINUTE, HereOnly

log = logging.getLogger("flyt.models")

AWAY = 10.0  # seconds that Redis is not asked after it was away

# The moments of the last calls, newest first: a call waits until the oldest of them that counts
# is a minute ago. Whoever would wait longer than they can is told so and takes no place.
_TAKE = """
local most, patience = tonumber(ARGV[1]), tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local oldest = redis.call('LINDEX', KEYS[1], most - 1)
local at = now
if oldest then at = math.max(now, oldest + 60000) end
if at - now > patience then return -1 end
redis.call('LPUSH', KEYS[1], string.format('%d', at))
redis.call('LTRIM', KEYS[1], 0, most - 1)
redis.call('PEXPIRE', KEYS[1], at - now + 60000)
return at - now
"""


class SharedLimiter:
    """A `Limiter` of the middleware. Where Redis is away, each process counts for itself."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._here = HereOnly()
        self._away_until = 0.0

    async def take(self, workspace: UUID, per_minute: int, patience: float) -> float | None:
        if not per_minute:
            return 0.0
        if time.monotonic() >= self._away_until:
            try:
                return await self._shared(workspace, per_minute, patience)
            except (RedisError, OSError) as error:
                log.warning("Redis is away, this process counts calls for itself: %s", error)
                self._away_until = time.monotonic() + AWAY
        return await self._here.take(workspace, per_minute, patience)

    async def _shared(self, workspace: UUID, per_minute: int, patience: float) -> float | None:
        key, milliseconds = f"flyt:models:{workspace}", int(min(patience, MINUTE) * 1000)
        script: Any = self._redis.eval(_TAKE, 1, key, str(per_minute), str(milliseconds))
        waits = cast("int", await script)
        return None if waits < 0 else waits / 1000
