"""Takes turns: load, step, save; again where another process was first.

No lock and no connection is held while anything slow happens. `step` is pure and the save is
guarded by the session's version, so a turn that lost a race is simply made anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from random import uniform
from time import perf_counter
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

import msgspec
from msgspec.structs import replace

from runtime import logs, metrics, records
from runtime.core import session as sessions
from runtime.core.contract import AnyEvent, Understood, UserSaid
from runtime.core.interpreter import listens, step
from runtime.core.session import Session, Turn
from runtime.core.understanding import Understanding, needs, noted
from runtime.records import Answer, Arrival
from runtime.releases import NoBot
from runtime.stage import Fresh, Revoked, Scene, Stage
from runtime.understanding import Understander
from storage.connections import Unavailable
from storage.turns import AlreadyServed, Loaded, TurnRows, Unstorable, Where

RACES = 5  # lost before the event is put into the inbox
MORE_RACES = 20  # lost before it is left to a sweep
OUT_OF_THE_WAY = (0.005, 0.05)  # seconds
CHOOSING = 3.0  # seconds after which a question goes on without a model's choice
GATHERINGS = 5  # debounce periods that a visitor who goes on writing is waited for


class Driver:
    """Turns of one conversation follow one another within a process."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    async def take(self, where: Where, fresh: Fresh | None = None) -> Answer | None:
        """Serves what waits in the inbox, and then ``fresh``, whose answer it returns.

        Without an answer it has had no turn here. Raises `NoConversation`, `Revoked`, `NoBot` and
        `Unavailable`.
        """
        async with self._alone(where):
            began = perf_counter()
            try:
                taking = _Taking(self.stage, where, fresh)
                await taking.run()
            except Unavailable:
                # Whether anything was committed is unknown, and harmless: ask the rows first.
                if fresh and (answer := await self.stage.retell(where, fresh.dedupe)):
                    return answer
                taking = _Taking(self.stage, where, fresh)
                await taking.run()
            metrics.turns.observe(perf_counter() - began)
        if taking.gathering and fresh:
            return await self.gather(where, fresh.dedupe, taking.gathering)
        return taking.answer

    def _alone(self, where: Where) -> asyncio.Lock:
        lock = self._locks.get(where.conversation)
        if lock is None:
            lock = self._locks[where.conversation] = asyncio.Lock()
        return lock

    async def gather(self, where: Where, dedupe: str, pause: float) -> Answer | None:
        """Gives the visitor time to go on writing; the turn is then taken for all of it."""
        for _ in range(GATHERINGS + 1):
            await asyncio.sleep(pause)
            async with self._alone(where):
                await _Taking(self.stage, where, None).run()
            if answer := await self.stage.retell(where, dedupe):
                return answer
        return None


class _Taking:
    """What is still to be served for one call, and how often a race was lost."""

    def __init__(self, stage: Stage, where: Where, fresh: Fresh | None) -> None:
        self.stage, self.where, self.fresh = stage, where, fresh
        self.mine = fresh.dedupe if fresh else None
        self.answer: Answer | None = None
        self.gathering = 0.0  # seconds until the visitor may have finished
        self.races = 0
        self.heard: dict[tuple[str, int, Understanding], Understood | None] = {}
        self.understood: Understood | None = None  # in the words of the turn that is made now

    async def run(self) -> None:
        more = not await self._from_memory()
        while more and self.races < RACES + MORE_RACES:
            loaded = await self.stage.load(self.where)
            if self.fresh and self.fresh.epoch not in (None, loaded.epoch):
                raise Revoked("the token has been revoked")
            more = await self._serve_one(loaded)

    async def _from_memory(self) -> bool:
        """Takes the turn from what this process has kept of the conversation.

        False: it must be loaded. Only the guarded save proves that what was kept still holds, so
        nothing is answered from it otherwise.
        """
        fresh = self.fresh
        loaded = self.stage.recent.take(self.where) if fresh else None
        if fresh is None or loaded is None or fresh.epoch not in (None, loaded.epoch):
            return False
        channel, session = await self.stage.channels.of(loaded), _read(loaded)
        if session is None or not listens(session) or (channel and channel.debounce):
            return False
        scene, turn = await self._step(loaded, session, fresh.event, fresh)
        if turn.stale or await self._keep(scene, turn, (), fresh, alone=True) is None:
            return False
        self.fresh = None
        return True

    async def _serve_one(self, loaded: Loaded) -> bool:
        """Serves the event whose turn it is; whether to look for another."""
        waiting = records.pending(loaded)
        if self.fresh and any(row.dedupe == self.fresh.dedupe for row in waiting):
            self.fresh = None  # an earlier call has stored it
        channel = await self.stage.channels.of(loaded)
        debounce = channel.debounce if channel else 0.0
        session = _read(loaded)
        listening = session is None or listens(session)  # None: the turn will say so
        served, event = _first(waiting, listening, gathered=debounce > 0)
        if debounce and _still_writing(served, loaded, debounce):
            served = []
        fresh = self.fresh
        if served:
            saved = await self._turn(loaded, session, event, served, None)
            return saved is None or len(waiting) > len(served) or self.fresh is not None
        if fresh is None:
            return await self._unanswered(loaded)
        if records.is_visitors(fresh.event) and (debounce or not listening):
            return await self._hold(loaded, fresh, 0.0 if not listening else debounce)
        saved = await self._turn(loaded, session, fresh.event, (), fresh)
        if saved is not None:
            self.fresh = None
        return saved is None or bool(waiting)

    async def _turn(
        self,
        loaded: Loaded,
        session: Session | None,
        event: AnyEvent | None,
        served: Sequence[Arrival],
        fresh: Fresh | None,
    ) -> bool | None:
        """Steps and saves one event. None: the race was lost. False: nothing had to be written."""
        scene, turn = await self._step(loaded, session, event, fresh)
        if turn.stale and fresh:
            self.answer = await self.stage.retell(self.where, fresh.dedupe)
            if self.answer is None and records.is_visitors(fresh.event):
                self.answer = replace(await self.stage.now(loaded), stale=True)
            return False
        if turn.stale:
            turn = Turn(session=scene.session, heard=records.heard(event))
        saved = await self._keep(scene, turn, served, fresh)
        if saved is None:
            await self._lost(fresh)
        return saved

    async def _step(
        self,
        loaded: Loaded,
        session: Session | None,
        event: AnyEvent | None,
        fresh: Fresh | None,
    ) -> tuple[Scene, Turn]:
        """The turn of ``event``; of a conversation that no longer works, its end."""
        self.understood = None
        try:
            scene = await self.stage.scene(loaded, event, session)
        except Unavailable:
            raise
        except NoBot:
            if fresh:
                raise
            scene = self.stage.bare(loaded)
            return scene, Turn(session=scene.session, heard=records.heard(event))
        except Exception as error:  # a session or release that this version cannot read
            scene = self.stage.wreck(loaded, await self.stage.channels.of(loaded))
            turn = scene.give_up("unreadable", error)
            return scene, replace(turn, spoken=records.spoken(event))
        try:
            if event is None or scene.release is None:
                raise ValueError("the stored event is of an unknown format")
            if type(event) is UserSaid and self.stage.understander:
                event = await self._understood(scene, self.stage.understander, event)
                self.understood = event.understood
            return scene, step(scene.session, event, scene.facts, scene.release, loaded.now)
        except Exception as error:  # a defect in a node must not leave the visitor without a word
            return scene, scene.give_up("defect", error)

    async def _understood(
        self, scene: Scene, understander: Understander, event: UserSaid
    ) -> UserSaid:
        """The event with what the visitor's words mean, where that matters.

        Words whose turn lost a race are not understood again, unless they now meet another
        release or another question.
        """
        loaded, release = scene.loaded, scene.release
        ends = asyncio.get_running_loop().time() + CHOOSING
        while release and (wanted := needs(scene.session, event, scene.facts, release, loaded.now)):
            key = (release.bot, release.number, wanted)
            if key not in self.heard:
                asking = understander.understand(
                    loaded.workspace, loaded.conversation, release, wanted
                )
                self.heard[key] = await (_by(ends, asking) if wanted.choice else asking)
            event = noted(event, wanted, self.heard[key])
        return event

    async def _keep(
        self,
        scene: Scene,
        turn: Turn,
        served: Sequence[Arrival],
        fresh: Fresh | None,
        *,
        alone: bool = False,
    ) -> bool | None:
        """Saves a turn, or the end of a conversation whose turn cannot be stored."""
        try:
            return await self._save(scene, turn, served, fresh, alone)
        except AlreadyServed:
            self.answer = await self.stage.retell(self.where, self.mine or "")
            return False
        except Unstorable as error:
            turn = scene.give_up("unstorable", error)
            return await self._save(scene, turn, served, fresh, alone)

    async def _save(
        self,
        scene: Scene,
        turn: Turn,
        served: Sequence[Arrival],
        fresh: Fresh | None,
        alone: bool,
    ) -> bool | None:
        stage = self.stage
        try:
            rows, answer = self._rows(scene, turn, served, fresh)
        except (TypeError, ValueError, msgspec.MsgspecError) as error:
            turn = scene.give_up("unstorable", error)
            rows, answer = self._rows(scene, turn, served, fresh)
        if not await stage.turns.save(self.where, rows, alone=alone):
            return None
        if scene.loaded.pending is None:
            stage.recent.keep(scene.loaded, rows)
        if turn.heard or turn.spoken:
            self._tell(rows)
        if self.mine in [rows.dedupe, *(row.dedupe for row in served)]:
            self.answer = answer
        if rows.seq != scene.loaded.seq:
            stage.notices.moved(self.where.conversation, rows.seq)
        if scene.carries(turn):
            stage.carry(self.where)
        if turn.effects:
            stage.dispatch.begin(self.where, rows.turn, turn.effects)
        if turn.withdrawn:
            stage.dispatch.withdraw(self.where, turn.withdrawn)
        return True

    def _tell(self, rows: TurnRows) -> None:
        said = f"turn {rows.turn}: {rows.status}"
        logs.turn(said, conversation=self.where.conversation, workspace=self.where.workspace)

    def _rows(
        self, scene: Scene, turn: Turn, served: Sequence[Arrival], fresh: Fresh | None
    ) -> tuple[TurnRows, Answer]:
        rest: dict[str, Any] = {}
        if served:
            rest["consumed"] = [row.id for row in served]
            if self.understood:
                rest["understood"] = self.understood
        if fresh and fresh.settled:
            rest["settled"] = fresh.settled
        if turn.effects:
            rest["effects"] = records.effect_rows(turn.effects, self.stage.dispatch.performer)
        if scene.carries(turn):
            rest |= scene.deliveries(turn)
        event, dedupe = (fresh.event, fresh.dedupe) if fresh else (None, None)
        if isinstance(event, UserSaid) and self.understood:
            event = replace(event, understood=self.understood)
        draft = fresh.draft if fresh else None
        return records.rows(
            scene.loaded, scene.session, turn, event=event, dedupe=dedupe, draft=draft, rest=rest
        )

    async def _hold(self, loaded: Loaded, fresh: Fresh, gathering: float) -> bool:
        """Keeps a visitor's event until the bot listens again, or the visitor has finished."""
        self.answer = await self.stage.retell(self.where, fresh.dedupe)
        if self.answer is not None:
            return False
        if getattr(fresh.event, "token", None) and not gathering:
            self.answer = replace(await self.stage.now(loaded), stale=True)
            return False
        await self._store(fresh, early=not gathering)
        self.gathering = gathering
        return not gathering

    async def _store(self, fresh: Fresh, *, early: bool = False) -> None:
        event = fresh.event
        if early and isinstance(event, UserSaid):
            event = replace(event, early=True)
        await self.stage.turns.queue(self.where, fresh.dedupe, records.encode_event(event))
        self.fresh = None

    async def _lost(self, fresh: Fresh | None) -> None:
        """Another process was first. After some races the event's row makes it others' as well."""
        self.races += 1
        if self.races >= RACES:
            if fresh and not fresh.settled:
                await self._store(fresh)
            await asyncio.sleep(uniform(*OUT_OF_THE_WAY))  # noqa: S311  # no secret

    async def _unanswered(self, loaded: Loaded) -> bool:
        """Nothing can be served now: our event was served by another call, or it must wait."""
        if self.mine is not None and self.answer is None:
            self.answer = await self.stage.retell(self.where, self.mine)
            if self.answer is None:
                self.answer = Answer(status=loaded.status, seq=loaded.seq, open=True)
        return False


async def _by(ends: float, asking: Awaitable[Understood | None]) -> Understood | None:
    """What is answered by then, a moment of the loop's clock."""
    try:
        async with asyncio.timeout_at(ends):
            return await asking
    except TimeoutError:
        return None


def _read(loaded: Loaded) -> Session | None:
    try:
        return sessions.load(loaded.data)
    except msgspec.MsgspecError:
        return None


def _first(
    waiting: list[Arrival], listening: bool, *, gathered: bool
) -> tuple[list[Arrival], AnyEvent | None]:
    """The stored event that may be stepped now, with its rows; None: it is unreadable.

    ``gathered`` puts together what a visitor wrote in one go.
    """
    for place, row in enumerate(waiting):
        try:
            event = row.read()
        except msgspec.MsgspecError:
            return [row], None
        if listening or not records.is_visitors(event):
            if gathered and isinstance(event, UserSaid):
                return _together(waiting[place:])
            return [row], event
    return [], None


def _together(rows: list[Arrival]) -> tuple[list[Arrival], UserSaid]:
    texts: list[UserSaid] = []
    for row in rows:
        try:
            event = row.read()
        except msgspec.MsgspecError:
            break
        if not isinstance(event, UserSaid) or (texts and event.value is not None):
            break
        texts.append(event)
    said = replace(texts[0], text="\n".join(event.text for event in texts))
    return rows[: len(texts)], said


def _still_writing(rows: Sequence[Arrival], loaded: Loaded, debounce: float) -> bool:
    """Whether a visitor's last line is so young that another may follow."""
    if not rows or not isinstance(rows[0].read(), UserSaid):
        return False
    first, last = ((loaded.now - row.at).total_seconds() for row in (rows[0], rows[-1]))
    return last < debounce and first < debounce * GATHERINGS
