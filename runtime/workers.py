"""`flyt worker`: an RQ worker. Its jobs name effects, conversations, sources and descriptions."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from redis import Redis, RedisError
from redis.asyncio import Redis as AsyncRedis
from rq import Queue, SimpleWorker

from connectors.ai.drafting.drafting import Drafting
from runtime import handlers, metrics, plugins
from runtime.describing.describer import Describer
from runtime.describing.rehearsal import rehearse
from runtime.engine import Engine
from runtime.jobs import QUEUES
from runtime.knowledge.reader import Reader
from runtime.knowledge.tools import tools_of
from runtime.memory.noting import Remembering
from runtime.settings import Settings
from storage.database import Database
from storage.turns import EffectId, Where

log = logging.getLogger("flyt.worker")

AWAY = 1.0  # seconds between looks whether Redis is back
CONNECTIONS = 4

Result = TypeVar("Result")


def run() -> None:
    """Works until told to stop; a Redis that goes away is waited for."""
    settings = Settings.from_env()
    _office()
    while not _work(settings.redis_url):
        time.sleep(AWAY)


def perform_effects(workspace: str, keys: list[str]) -> None:
    """An RQ job: performs the effects with these keys that nobody has taken yet."""
    id_ = UUID(workspace)
    office = _office()
    effects = [EffectId.of(id_, key) for key in keys]
    office.do(office.engine.performer.claim(id_, effects))


def take_turns(workspace: str, conversations: list[str]) -> None:
    """An RQ job: takes the turns of whatever waits in these conversations."""
    office = _office()
    office.do(_take(office.engine, [Where(UUID(workspace), UUID(c)) for c in conversations]))


def deliver_messages(workspace: str, conversations: list[str]) -> None:
    """An RQ job: sends the messages that are due in these conversations."""
    office = _office()
    office.do(office.engine.courier.deliver(UUID(workspace), map(UUID, conversations)))


def read_sources(workspace: str, sources: list[str]) -> None:
    """An RQ job: has this process's reader read these sources; messages go on meanwhile."""
    _office().reader.take(UUID(workspace), map(UUID, sources))


def remember_contacts(workspace: str, conversations: list[str]) -> None:
    """An RQ job: has these conversations read for what is to be remembered; messages go on."""
    office = _office()
    office.begin(office.remembering.read(UUID(workspace), map(UUID, conversations)))


def describe_bots(workspace: str, ids: list[str]) -> None:
    """An RQ job: has these descriptions drafted on the engine's loop; messages go on meanwhile."""
    office = _office()
    office.do(office.describer.take(UUID(workspace), [UUID(id_) for id_ in ids]))


async def _take(engine: Engine, conversations: list[Where]) -> None:
    await engine.take_turns(conversations)
    await engine.performer.settle_down()


class _Office:
    """An engine on a loop in a thread of its own, so that leases are renewed during a job."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()
        threading.Thread(target=self._loop.run_forever, name="engine", daemon=True).start()
        settings = Settings.from_env()
        abilities = plugins.load(settings.plugins)
        database = Database(settings.database_url, pool_size=CONNECTIONS, told=metrics.stated)
        redis: AsyncRedis = AsyncRedis.from_url(settings.redis_url, socket_connect_timeout=2)
        opening = handlers.running(settings, abilities, database, redis, connections=CONNECTIONS)
        performing = self.do(self._stack.enter_async_context(opening))
        self.engine = performing.engine
        self.reader = Reader(tools_of(settings, performing.embedders))
        models = performing.models
        self.remembering = Remembering(database, models.asked, models.setups, self.engine.notices)
        drafting = Drafting(models.asked, models.setups, rehearse)
        self.describer = Describer(performing.engine.descriptions, drafting, database)

    def do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Nobody waits for it; rows in the database let a sweep find it again."""
        self._loop.call_soon_threadsafe(self.engine.background.spawn, work)


_office = cache(_Office)


class _Worker(SimpleWorker):
    """Comes back within seconds after Redis was away, and remembers that it was told to stop."""

    max_connection_wait_time = 2.0
    told_to_stop = False

    def request_stop(self, signum: Any, frame: Any) -> None:
        self.told_to_stop = True
        super().request_stop(signum, frame)


def _work(redis_url: str) -> bool:
    """Works until the worker ends; whether it was told to."""
    redis = Redis.from_url(redis_url)
    try:
        worker = _Worker([Queue(name, connection=redis) for name in QUEUES], connection=redis)
        worker.log_job_description = False
        worker.work(logging_level="WARNING")
    except (RedisError, OSError) as error:
        log.warning("Redis is away: %s", error)
        return False
    return worker.told_to_stop
