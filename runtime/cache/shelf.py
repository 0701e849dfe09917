"""Values in Redis for a while: bounded in all, the longest unused go first, none is waited for."""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger("flyt.cache")

TOTAL = 64 * 1024 * 1024  # bytes of all workspaces, about
SLOW = 0.05  # seconds that Redis may take; a model's call is dear, but so is every visitor's time
AWAY = 5.0  # seconds that it is not asked after it was slow or away
EMPTYING = 5.0  # seconds that it may take where the cache is to be emptied
THREADS = 4  # and so connections, of a process
LONG = 1024  # bytes: longer values are compressed
OLDEST = 8 * 86_400_000  # milliseconds after which a workspace without new values counts no more

# Of a workspace: ``used`` is when each value was last of use, ``sizes`` their bytes and, under an
# empty name, the sum. Each has an equal share of the whole. At most 200 values go at once.
_PUT = """
local member, value = ARGV[1], ARGV[2]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('SET', KEYS[1], value, 'PX', ARGV[3])
local size = #value + #KEYS[1] + 200
local old = tonumber(redis.call('HGET', KEYS[3], member) or '0')
local bytes = redis.call('HINCRBY', KEYS[3], '', size - old)
redis.call('HSET', KEYS[3], member, size)
redis.call('ZADD', KEYS[2], now, member)
redis.call('ZADD', KEYS[4], now, ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - ARGV[6])
local share = ARGV[4] / redis.call('ZCARD', KEYS[4])
local gone = 0
while bytes > share and gone < 200 do
  local oldest = redis.call('ZPOPMIN', KEYS[2])[1]
  if not oldest then break end
  local freed = tonumber(redis.call('HGET', KEYS[3], oldest) or '0')
  redis.call('DEL', ARGV[7] .. oldest)
  redis.call('HDEL', KEYS[3], oldest)
  bytes = redis.call('HINCRBY', KEYS[3], '', -freed)
  gone = gone + 1
end
redis.call('PEXPIRE', KEYS[2], ARGV[6])
redis.call('PEXPIRE', KEYS[3], ARGV[6])
return bytes
"""
_GET = """
local value = redis.call('GET', KEYS[1])
local clock = redis.call('TIME')
if value then
  redis.call('ZADD', KEYS[2], 'XX', clock[1] * 1000 + math.floor(clock[2] / 1000), ARGV[1])
  return value
end
if redis.call('ZREM', KEYS[2], ARGV[1]) == 1 then
  local freed = tonumber(redis.call('HGET', KEYS[3], ARGV[1]) or '0')
  redis.call('HDEL', KEYS[3], ARGV[1])
  redis.call('HINCRBY', KEYS[3], '', -freed)
end
return false
"""
_CLAIM = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
_EMPTY = """
local some = redis.call('ZPOPMIN', KEYS[1], 500)
for place = 1, #some, 2 do
  redis.call('DEL', ARGV[1] .. some[place])
end
if #some == 0 then
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('ZREM', KEYS[3], ARGV[2])
end
return #some
"""
_EXISTS = "return redis.call('EXISTS', KEYS[1])"
_SIZE = "return redis.call('HGET', KEYS[2], '')"
_ALL = "flyt:kept"


class NotEmptied(Exception):
    """Redis did not answer, so nobody knows whether the cache is empty."""


class RedisShelf:
    """A `connectors.ai.shelf.Shelf`; what ends in ``_now`` is for threads.

    It asks from threads of its own, where only Redis can be slow: on a busy event loop every
    answer comes late, and the cache would be given up when it is of most use.
    """

    def __init__(self, url: str, total: int = TOTAL) -> None:
        self._url, self._total = url, total
        self._redis = _client(url, SLOW)
        self._threads = ThreadPoolExecutor(THREADS, "cache")
        self._away_until = 0.0

    async def get(self, workspace: UUID, key: str) -> bytes | None:
        return await self._in_thread(self.get_now, workspace, key)

    async def put(self, workspace: UUID, key: str, value: bytes, seconds: int) -> None:
        await self._in_thread(self.put_now, workspace, key, value, seconds)

    async def claim(self, workspace: UUID, key: str, owner: str, seconds: int) -> bool:
        keys = (_claim(workspace, key),)
        return await self._in_thread(self._asked, _CLAIM, keys, owner, seconds * 1000) != 0

    async def is_claimed(self, workspace: UUID, key: str) -> bool:
        return bool(await self._in_thread(self._asked, _EXISTS, (_claim(workspace, key),)))

    async def release(self, workspace: UUID, key: str, owner: str) -> None:
        await self._in_thread(self._asked, _RELEASE, (_claim(workspace, key),), owner)

    async def empty(self, workspace: UUID) -> None:
        """Everything of a workspace. Raises `NotEmptied`."""
        await self._in_thread(self._emptied, workspace)

    async def size(self, workspace: UUID) -> int:
        """Bytes of a workspace, about."""
        found = await self._in_thread(self._asked, _SIZE, _lists(workspace))
        return int(found or 0)

    def get_now(self, workspace: UUID, key: str) -> bytes | None:
        keys = (_at(workspace, key), *_lists(workspace))
        found = self._asked(_GET, keys, key)
        return _unpacked(found) if isinstance(found, bytes) else None

    def put_now(self, workspace: UUID, key: str, value: bytes, seconds: int) -> None:
        keys = (_at(workspace, key), *_lists(workspace), _ALL)
        self._asked(
            _PUT, keys, key, _packed(value), seconds * 1000, self._total, str(workspace), OLDEST,
            _at(workspace, ""),
        )  # fmt: skip

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self._redis.close()

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _asked(self, script: str, keys: tuple[str, ...], *arguments: Any) -> Any:
        """None where Redis is away, or too slow to be worth asking for a while."""
        if time.monotonic() < self._away_until:
            return None
        try:
            return self._redis.eval(script, len(keys), *keys, *arguments)
        except (RedisError, OSError) as error:
            log.warning("nothing is taken from the cache for %.0f s: %s", AWAY, error)
            self._away_until = time.monotonic() + AWAY
            return None

    def _emptied(self, workspace: UUID) -> None:
        keys = (*_lists(workspace), _ALL)
        redis = _client(self._url, EMPTYING)
        try:
            while redis.eval(_EMPTY, len(keys), *keys, _at(workspace, ""), str(workspace)):
                pass
        except (RedisError, OSError) as error:
            raise NotEmptied(str(error)) from error
        finally:
            redis.close()


def _client(url: str, patience: float) -> Redis:
    """One that never asks twice: whoever asks the cache has another way."""
    return Redis.from_url(
        url,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=Retry(NoBackoff(), 0),
    )


def _at(workspace: UUID, key: str) -> str:
    return f"{_ALL}:{workspace}:{key}"


def _lists(workspace: UUID) -> tuple[str, str]:
    return f"{_ALL}-used:{workspace}", f"{_ALL}-sizes:{workspace}"


def _claim(workspace: UUID, key: str) -> str:
    return f"{_ALL}-claim:{workspace}:{key}"


def _packed(value: bytes) -> bytes:
    short = zlib.compress(value, 1) if len(value) > LONG else value
    return b"z" + short if len(short) < len(value) else b"=" + value


def _unpacked(kept: bytes) -> bytes | None:
    try:
        return zlib.decompress(kept[1:]) if kept[:1] == b"z" else kept[1:]
    except zlib.error:
        return None
