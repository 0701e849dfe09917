"""Everything that takes turns, put together for one process."""

from __future__ import annotations

import asyncio
import logging
from collections import ChainMap
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from runtime import metrics
from runtime.background import Background
from runtime.delivery import Courier
from runtime.describing.descriptions import Descriptions
from runtime.driver import Driver
from runtime.guide import Guide
from runtime.jobs import Jobs
from runtime.limits import Limits
from runtime.perform import Handler, Performer
from runtime.plugins import Abilities
from runtime.releases import Channels, NoBot, Releases
from runtime.settings import Settings
from runtime.stage import NoConversation, Stage
from runtime.streams.notices import Notices
from runtime.streams.progress import Progress
from runtime.tokens import Tokens
from runtime.understanding import Understander
from storage.connections import Connections
from storage.contact_readings import WaitingMemories
from storage.deliveries import Deliveries
from storage.guide import GuideRows
from storage.knowledge.waiting import WaitingSources
from storage.turns import Turns, Where

log = logging.getLogger("flyt.turns")

CLOSING = 5.0  # seconds that effects under way get at the end


@dataclass(frozen=True)
class Engine:
    turns: Turns
    channels: Channels
    releases: Releases
    notices: Notices
    progress: Progress
    jobs: Jobs
    performer: Performer
    driver: Driver
    stage: Stage
    tokens: Tokens
    limits: Limits
    deliveries: Deliveries
    sources: WaitingSources
    memories: WaitingMemories
    courier: Courier
    background: Background
    guide: Guide
    descriptions: Descriptions

    async def take_turns(self, conversations: Sequence[Where]) -> None:
        """Takes whatever waits in these conversations."""
        for where in conversations:
            try:
                await self.driver.take(where)
            except (NoConversation, NoBot) as error:
                log.info("conversation %s takes no turn: %s", where.conversation, error)


@asynccontextmanager
async def running(
    settings: Settings,
    abilities: Abilities,
    built_in: Callable[[Connections], dict[str, Handler]] | None = None,
    *,
    connections: int = 16,
    understander: Understander | None = None,
) -> AsyncIterator[Engine]:
    """``built_in`` makes the handlers that come with the product; see `runtime.handlers`.

    Without it the process hands all effects on to workers.
    """
    database = Connections(settings.database_url, connections, metrics.stated)
    redis: Redis = Redis.from_url(
        settings.redis_url, socket_connect_timeout=2, socket_timeout=5, retry_on_timeout=False
    )
    turns, jobs, notices = Turns(database), Jobs(settings.redis_url), Notices(redis)
    progress = Progress(notices)
    channels, releases = Channels(turns), Releases(turns)
    deliveries, background = Deliveries(database), Background()
    courier = Courier(deliveries, abilities.channels, jobs.deliveries, background)
    effects = ChainMap(abilities.effects, built_in(database) if built_in else {})
    performer = Performer(turns, effects, jobs.effects, progress, here=built_in is not None)
    stage = Stage(
        turns, channels, releases, notices, performer, courier.soon, understander=understander
    )
    driver = performer.serve(stage)
    tokens, limits = Tokens(settings.secret_key.encode()), Limits.of(settings)
    guide = Guide(GuideRows(database))
    renewing = asyncio.create_task(performer.renewing())
    try:
        yield Engine(
            turns, channels, releases, notices, progress, jobs, performer, driver, stage, tokens,
            limits, deliveries, WaitingSources(database), WaitingMemories(database), courier,
            background, guide, Descriptions(redis),
        )  # fmt: skip
    finally:
        try:
            async with asyncio.timeout(CLOSING):
                await performer.settle_down()
                await background.settle_down()
        except TimeoutError:
            pass  # their leases run out, and another process takes over
        renewing.cancel()
        await guide.settle_down()
        await notices.close()
        await redis.aclose()
        await database.close()
