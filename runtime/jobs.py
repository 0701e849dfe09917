"""Wakes RQ workers: jobs carry a workspace and ids, never state.

A wake-up that Redis does not take, or loses, is found again by a sweep of the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from redis import Redis, RedisError

from storage.turns import EffectId, Where

log = logging.getLogger("flyt.jobs")

QUEUES = ("flyt-interactive", "flyt-background")  # in this order
PERFORM = "runtime.workers.perform_effects"
TAKE = "runtime.workers.take_turns"
DELIVER = "runtime.workers.deliver_messages"
READ = "runtime.workers.read_sources"
REMEMBER = "runtime.workers.remember_contacts"
DESCRIBE = "runtime.workers.describe_bots"
AT_ONCE = 20  # ids in one job
FAILED_SECONDS = 3600  # that RQ keeps a job whose code raised

Job = tuple[str, str, UUID, list[str]]  # queue, function, workspace, ids


class Jobs:
    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(redis_url, socket_connect_timeout=2, socket_timeout=5)

    async def effects(self, effects: Sequence[tuple[EffectId, str]]) -> None:
        """Has effects performed, named with their lanes."""
        grouped: defaultdict[tuple[str, UUID], list[str]] = defaultdict(list)
        for effect, lane in effects:
            queue = QUEUES[lane != "interactive"]
            grouped[queue, effect.workspace].append(effect.key)
        await self._enqueue((queue, PERFORM, w, keys) for (queue, w), keys in grouped.items())

    async def turns(self, conversations: Iterable[Where]) -> bool:
        """Has pending turns taken; False where Redis does not take the wake-up."""
        return await self._look_at(conversations, TAKE, QUEUES[0])

    async def deliveries(self, conversations: Iterable[Where]) -> bool:
        """Has waiting messages sent; False where Redis does not take the wake-up."""
        return await self._look_at(conversations, DELIVER, QUEUES[0])

    # Named with their workspaces, and less urgent:

    async def readings(self, sources: Iterable[tuple[UUID, UUID]]) -> bool:
        """Has sources of knowledge read."""
        return await self._look_at(sources, READ, QUEUES[1])

    async def descriptions(self, descriptions: Iterable[tuple[UUID, UUID]]) -> bool:
        """Has described bots drafted."""
        return await self._look_at(descriptions, DESCRIBE, QUEUES[1])

    async def memories(self, conversations: Iterable[tuple[UUID, UUID]]) -> bool:
        """Has conversations read for what is to be remembered."""
        return await self._look_at(conversations, REMEMBER, QUEUES[1])

    async def _look_at(
        self, places: Iterable[tuple[UUID, UUID]], function: str, queue: str
    ) -> bool:
        grouped: defaultdict[UUID, list[str]] = defaultdict(list)
        for workspace, id_ in places:
            grouped[workspace].append(str(id_))
        return await self._enqueue((queue, function, w, ids) for w, ids in grouped.items())

    async def _enqueue(self, jobs: Iterable[Job]) -> bool:
        try:
            await asyncio.to_thread(self._enqueue_now, list(jobs))
        except (RedisError, OSError) as error:
            log.warning("Redis is away, a sweep will find the work: %s", error)
            return False
        return True

    def _enqueue_now(self, jobs: list[Job]) -> None:
        from rq import Queue  # noqa: PLC0415  # many a process wakes nobody

        for queue, function, workspace, ids in jobs:
            Queue(queue, connection=self._redis).enqueue_many(
                [
                    Queue.prepare_data(
                        function,
                        args=(str(workspace), ids[start : start + AT_ONCE]),
                        timeout=-1,  # handlers have their own; an alarm would hit the wrong code
                        result_ttl=0,
                        failure_ttl=FAILED_SECONDS,
                    )
                    for start in range(0, len(ids), AT_ONCE)
                ]
            )
