"""`flyt clock`: fires due timers in batches and finds again what a dead process left.

Everything it needs is in PostgreSQL, so it may be killed, run several times, or outlive Redis. The
database's clock decides what is due: nothing is ever early.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import uvloop
from redis import RedisError

from runtime import collector, engine, housekeeping, plugins, records
from runtime.core.contract import TimedOut
from runtime.core.interpreter import step
from runtime.core.session import Session, SetTimer, Turn
from runtime.core.timers import due
from runtime.engine import Engine
from runtime.settings import Settings
from runtime.stage import Scene
from runtime.understanding.trained import Understandings
from storage.connections import Unavailable
from storage.database import Database
from storage.turns import Loaded, TurnRows, Where

log = logging.getLogger("flyt.clock")

BATCH = 100  # conversations of one workspace; longer statements would keep visitors waiting
WORKSPACES = 1000  # in one round
AT_ONCE = 2  # batches, so that the database works while this process does
SWEPT = 500  # rows
LEASE = 10.0  # seconds that due conversations, or effects handed on, are nobody else's
LONGEST_SLEEP = 0.5  # seconds: a timer may be set meanwhile
SWEEP = 2.0  # seconds between two sweeps
FORGOTTEN = 2.0  # seconds after which a waiting row counts as left behind
REMEMBER = 20.0  # seconds between two looks for conversations that are over
QUIET = 600.0  # seconds without a word, after which one is over
READ_AT_ONCE = 10  # of one workspace and look, so that its models are not overrun
HANDED_ON = 300.0  # seconds that a worker has to begin
LOOKED_BACK, MISSED = timedelta(hours=1), timedelta(days=2)
GIVES_WAY = 5  # niceness: many due timers leave the processor to people who are talking
RACES = 3  # lost to other turns before the lease decides
CONNECTIONS = 4

Written = tuple[UUID, TurnRows, list[dict[str, Any]]]  # with the timers wanted from now on


def run() -> None:
    """Ticks until told to stop."""
    os.nice(GIVES_WAY)
    uvloop.run(_run())


async def _run() -> None:
    settings = Settings.from_env()
    abilities = plugins.load(settings.plugins)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    database = Database(settings.database_url, pool_size=1)
    understandings = Understandings(database)
    opening = engine.running(
        settings, abilities, connections=CONNECTIONS, understander=understandings
    )
    async with opening as running:
        clock = Clock(running)
        collector.spare()
        works = (
            clock.ticking(), clock.sweeping(), clock.remembering(), housekeeping.keeping(settings)
        )  # fmt: skip
        loops = [asyncio.create_task(work) for work in works]
        await stopped.wait()
        for loop in loops:
            loop.cancel()
    understandings.close()
    database.close()


class Clock:
    def __init__(self, running: Engine) -> None:
        self._engine = running

    async def ticking(self) -> None:
        async def tick() -> float:
            if await self.fire():
                return 0
            return await self._engine.turns.next_due(LONGEST_SLEEP)

        await _for_ever(tick)

    async def sweeping(self) -> None:
        async def sweep() -> float:
            await self.sweep()
            return SWEEP

        await _for_ever(sweep)

    async def remembering(self) -> None:
        """The first look goes back for days, should no clock have run; later ones for an hour."""
        since = datetime.now(UTC) - MISSED

        async def look() -> float:
            nonlocal since
            now = datetime.now(UTC)
            if await self.remember(since):
                since = now - LOOKED_BACK
            return REMEMBER

        await _for_ever(look)

    async def remember(self, since: datetime, quiet: float = QUIET) -> bool:
        """Has conversations read that were active ``since`` then and are over; whether those were
        all.
        """
        engine = self._engine
        found = await engine.memories.found(
            since, quiet, most=SWEPT, each=READ_AT_ONCE, lease=HANDED_ON
        )
        if found:
            await engine.jobs.memories(found)
        counted = Counter(workspace for workspace, _ in found)
        return len(found) < SWEPT and all(count < READ_AT_ONCE for count in counted.values())

    async def fire(self) -> int:
        """Fires a batch of due timers in each workspace; answers how many it has claimed.

        Where few workspaces have any, several batches of each: no two claim the same.
        """
        found = await self._engine.turns.due_workspaces(WORKSPACES)
        batches = -(-AT_ONCE // len(found)) if found else 0
        workspaces = iter(found * batches)

        async def firing() -> int:
            return sum([await self._fire_in(workspace) for workspace in workspaces])

        return sum(await asyncio.gather(*(firing() for _ in range(AT_ONCE))))

    async def sweep(self) -> None:
        """Has rows, effects, messages, sources and described bots served that nobody has taken."""
        turns, jobs = self._engine.turns, self._engine.jobs
        rows = await turns.stuck_rows(SWEPT, FORGOTTEN)
        if rows and not await jobs.turns(rows):
            await self._engine.take_turns(rows)
        while effects := await turns.stuck_effects(SWEPT, LEASE):
            await jobs.effects(effects)
        while left := await self._engine.deliveries.stuck(SWEPT, LEASE):
            await jobs.deliveries(left)
        if sources := await self._engine.sources.found(SWEPT, LEASE):
            await jobs.readings(sources)
        try:
            described = await self._engine.descriptions.left_behind(SWEPT)
        except (RedisError, OSError):
            return  # they are kept there, and wait with it
        if described:
            await jobs.descriptions(described)

    async def _fire_in(self, workspace: UUID) -> int:
        """Fires a batch of one workspace; again where a race with another turn is lost."""
        loaded = claimed = await self._engine.turns.claim_due(workspace, BATCH, LEASE)
        for _ in range(RACES):
            talking = [Where(workspace, one.conversation) for one in loaded if one.pending]
            await self._engine.take_turns(talking)  # what visitors wrote comes first
            left = await self._fire_silent([one for one in loaded if not one.pending])
            left |= {where.conversation for where in talking}
            if not left:
                break
            loaded = await self._engine.turns.load_many(workspace, list(left))
        return len(claimed)

    async def _fire_silent(self, loaded: Sequence[Loaded]) -> set[UUID]:
        """Answers the conversations that another process has moved on meanwhile."""
        steps = [await self._step(one) for one in loaded]
        if not steps:
            return set()
        workspace = steps[0][0].loaded.workspace
        written = [self._written(scene, turn, timer) for scene, turn, timer in steps]
        try:
            saved = await self._engine.turns.save_many(workspace, written)
        except Unavailable:
            raise
        except Exception:
            if len(steps) > 1:
                lost: set[UUID] = set()
                for one in loaded:
                    lost |= await self._fire_silent([one])
                return lost
            scene, turn, timer = steps[0]
            log.exception("a timer's turn cannot be stored")
            turn = scene.give_up("unstorable", ValueError("the turn cannot be stored"))
            written = [self._written(scene, turn, timer)]
            steps = [(scene, turn, timer)]
            saved = await self._engine.turns.save_many(workspace, written)
        for (scene, turn, _), (conversation, rows, _) in zip(steps, written, strict=True):
            if conversation in saved:
                self._tell(scene, turn, rows)
        return {conversation for conversation, _, _ in written} - saved

    async def _step(self, loaded: Loaded) -> tuple[Scene, Turn, SetTimer | None]:
        """The turn of the timer that is due first, which is the third value.

        Where none is due (its deadline has moved), the session stays and its timers are set anew.
        """
        stage = self._engine.stage
        try:
            scene = await stage.scene(loaded, None)
        except Unavailable:
            raise
        except Exception as error:
            scene = stage.wreck(loaded)
            return scene, scene.give_up("unreadable", error), None
        timer = _first_due(scene.session, loaded)
        if timer is None or scene.release is None:
            return scene, Turn(session=scene.session), None
        try:
            event = TimedOut(timer.slot, timer.token)
            turn = step(scene.session, event, scene.facts, scene.release, loaded.now)
        except Exception as error:
            return scene, scene.give_up("defect", error), timer
        return scene, turn, timer

    def _written(self, scene: Scene, turn: Turn, timer: SetTimer | None) -> Written:
        fired = timer is not None
        rest = {"effects": records.effect_rows(turn.effects, None)} if turn.effects else {}
        rest |= scene.deliveries(turn)
        try:
            rows = records.batch_rows(scene.loaded, turn, fired=fired, rest=rest)
        except (TypeError, ValueError) as error:
            turn = scene.give_up("unstorable", error)
            rest = scene.deliveries(turn)
            rows = records.batch_rows(scene.loaded, turn, fired=fired, rest=rest)
        return scene.loaded.conversation, rows, records.timers(due(turn.session))

    def _tell(self, scene: Scene, turn: Turn, rows: TurnRows) -> None:
        where = Where(scene.loaded.workspace, scene.loaded.conversation)
        if rows.seq != scene.loaded.seq:
            self._engine.notices.moved(where.conversation, rows.seq)
        if scene.carries(turn):
            self._engine.courier.soon(where)
        if turn.effects:
            self._engine.performer.begin(where, rows.turn, turn.effects)
        if turn.withdrawn:
            self._engine.performer.withdraw(where, turn.withdrawn)


def _first_due(session: Session, loaded: Loaded) -> SetTimer | None:
    """Of the timers the session wants now, the earliest that is due."""
    timers = [timer for timer in due(session) if timer.due <= loaded.now]
    return min(timers, key=lambda timer: timer.due, default=None)


async def _for_ever(work: Callable[[], Awaitable[float]]) -> None:
    """Repeats ``work``, pausing as many seconds as it answers; waits for an absent database."""
    while True:
        try:
            pause = await work()
        except Unavailable as error:
            log.warning("the database is away: %s", error)
            pause = 1.0
        except Exception:
            log.exception("the clock goes on after an unexpected error")
            pause = 1.0
        await asyncio.sleep(pause)
