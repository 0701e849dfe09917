"""Digests of conversations, kept in Redis: one that is lost is only made again."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from connectors.ai import Digest

log = logging.getLogger("flyt.ai")

KEPT = timedelta(days=1)  # after the last use


class StoredDigests:
    """The `Digests` of answers. Without Redis there are none."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def digest(self, workspace: UUID, conversation: UUID) -> Digest | None:
        try:
            found = await self._redis.getex(_key(workspace, conversation), ex=KEPT)
            return msgspec.json.decode(found, type=Digest) if found else None
        except (RedisError, msgspec.DecodeError) as error:
            log.info("the digest of %s is not used: %s", conversation, error)
            return None

    async def keep(self, workspace: UUID, conversation: UUID, digest: Digest) -> None:
        try:
            await self._redis.set(
                _key(workspace, conversation), msgspec.json.encode(digest), ex=KEPT
            )
        except RedisError as error:
            log.info("the digest of %s is not kept: %s", conversation, error)


def _key(workspace: UUID, conversation: UUID) -> str:
    return f"flyt:digest:{workspace}:{conversation}"
