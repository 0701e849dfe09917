"""Performs effects: a call of a handler under a lease, and the turn its result causes.

The lease lets another process take over after a death; the effect's key lets the outside service
recognise a second call. Recording the result and the turn it causes is one transaction.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

import msgspec

from runtime import logs
from runtime.core import effects
from runtime.core.contract import EffectDone, EffectFailed
from runtime.core.effects import Effect, EffectError
from runtime.core.session import Performed
from runtime.driver import Driver
from runtime.records import INTERACTIVE_LEASE
from runtime.stage import Fresh, NoConversation, Stage
from runtime.streams.progress import Progress
from storage.connections import Unavailable
from storage.turns import ClaimedEffect, EffectId, Turns, Where

log = logging.getLogger("flyt.effects")

RENEWED = 3.0  # seconds
AT_ONCE = 32  # interactive effects of one workspace in one process
PAUSES_NOW = (0.3, 1.0)  # seconds between the tries of an interactive effect: a visitor waits
TRIES = 8  # of a background effect, then it is dead
PAUSE, LONGEST_PAUSE = 5.0, 3600.0  # seconds, doubled with each try
DATABASE_PATIENCE = 60.0  # seconds that a result in hand waits for the database


@dataclass(frozen=True)
class Call:
    """Whose effect a handler performs, and for which time.

    ``progress.token`` shows the visitor, who waits for an interactive effect, the words so far.
    """

    workspace: UUID
    conversation: UUID
    attempt: int
    progress: Progress


Handler = Callable[[str, Effect, Call], Awaitable[Any]]
HandOn = Callable[[Sequence[tuple[EffectId, str]]], Coroutine[Any, Any, None]]
"""Has workers perform effects, named with their lanes."""


@dataclass(frozen=True)
class Task:
    """An effect under our lease. ``died``: somebody began it and never told how it went."""

    id: EffectId
    effect: Effect
    token: str | None
    attempt: int = 1
    orphaned: bool = False
    result: str | None = None
    died: bool = False

    @staticmethod
    def of(workspace: UUID, row: ClaimedEffect) -> Task:
        """Raises `LookupError` or `msgspec.ValidationError` for an effect we do not know."""
        return Task(
            EffectId(workspace, row.conversation, row.turn, row.n),
            effects.load(row.kind, msgspec.json.decode(row.args), row.format),
            row.token,
            row.attempts,
            row.orphaned,
            row.result,
            row.died,
        )

    @property
    def awaited(self) -> bool:
        """Whether a visitor waits for it right now."""
        return self.token is not None and self.effect.lane == "interactive" and not self.orphaned

    @property
    def calls_before(self) -> int:
        """How often other attempts have called the handler, at most."""
        return (self.attempt - 1) * (1 + len(PAUSES_NOW))


@dataclass(frozen=True)
class Outcome:
    """How an effect went; ``result`` is JSON."""

    state: str
    result: str | None = None
    error: str | None = None
    message: str | None = None


class Performer:
    """Interactive effects of this process's turns at once; claimed ones when told to.

    ``here`` is false in a process that hands all effects on (the clock).
    """

    def __init__(
        self,
        turns: Turns,
        handlers: Mapping[str, Handler],
        hand_on: HandOn,
        progress: Progress,
        *,
        here: bool = True,
    ) -> None:
        self._turns, self._handlers, self._hand_on = turns, handlers, hand_on
        self._progress = progress
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._here = here
        self._driver: Driver
        self._places: WeakValueDictionary[UUID, asyncio.Semaphore] = WeakValueDictionary()
        self._held: dict[str, EffectId] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def serve(self, stage: Stage) -> Driver:
        """The driver whose effects this performs, and to which it brings their results."""
        self._driver = Driver(stage)
        return self._driver

    # As the driver sees it ----------------------------------------------------

    @property
    def performer(self) -> str | None:
        return self.name if self._here else None

    def begin(self, where: Where, turn: int, effects: Iterable[Performed]) -> None:
        others: list[tuple[EffectId, str]] = []
        for one in effects:
            id_ = EffectId(*where, turn, one.n)
            if one.effect.lane == "interactive" and self._here:
                self._spawn(self.perform(Task(id_, one.effect, one.token)))
            elif getattr(one.effect, "due_at", None) is None:
                others.append((id_, one.effect.lane))
        if others:
            self._spawn(self._hand_on(others))

    def withdraw(self, where: Where, keys: Iterable[str]) -> None:
        """Undoes what was done already; the rest is undone when its result comes."""
        self._spawn(self._hand_on([(EffectId.of(where.workspace, k), "background") for k in keys]))

    # As workers see it --------------------------------------------------------

    async def claim(self, workspace: UUID, ids: Sequence[EffectId]) -> None:
        """Performs those of these effects that nobody else has taken."""
        rows = await self._turns.claim(workspace, ids, self.name, INTERACTIVE_LEASE)
        await asyncio.gather(*(self._perform_row(workspace, row) for row in rows))

    async def renewing(self) -> None:
        """Keeps the leases of what is being performed, for as long as the process lives."""
        while True:
            await asyncio.sleep(RENEWED)
            if self._held:
                try:
                    held = list(self._held.values())
                    await self._turns.renew(held, self.name, INTERACTIVE_LEASE)
                except Unavailable as error:
                    log.warning("leases could not be renewed: %s", error)

    async def settle_down(self) -> None:
        """Waits for what is being performed."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # One effect ---------------------------------------------------------------

    async def _perform_row(self, workspace: UUID, row: ClaimedEffect) -> None:
        try:
            task = Task.of(workspace, row)
        except (LookupError, msgspec.ValidationError) as error:
            id_ = EffectId(workspace, row.conversation, row.turn, row.n)
            outcome = Outcome("dead", error="unknown_effect", message=f"{row.kind}: {error}")
            await self._record(Task(id_, Effect(), row.token), outcome)
        else:
            await self.perform(task)

    async def perform(self, task: Task) -> None:
        """Calls the handler and records how it went."""
        key = task.id.key
        self._held[key] = task.id
        if task.awaited:
            self._progress.begin(key, task.id.conversation, task.calls_before)
        places = self._places.get(task.id.workspace)
        if places is None:
            places = self._places[task.id.workspace] = asyncio.Semaphore(AT_ONCE)
        try:
            if task.orphaned:
                await self._undo(task, task.result)
                return
            async with places:
                outcome = await self._try(task)
            if outcome is None:
                pause = min(PAUSE * 2 ** (task.attempt - 1), LONGEST_PAUSE)
                await self._turns.postpone(task.id, pause)
            else:
                await self._record(task, outcome)
        finally:
            self._held.pop(key, None)
            self._progress.end(key, said=False, more=False)

    async def _try(self, task: Task) -> Outcome | None:
        """How it went; None: try again later."""
        if task.died and task.effect.retry == "once":
            message = "the process that performed it died: it may or may not have happened"
            return Outcome("unknown", error="unknown", message=message)
        visitor_waits = task.effect.lane == "interactive"
        pauses = iter(PAUSES_NOW if visitor_waits else ())
        calls = count(task.calls_before + 1)
        while True:
            self._progress.call(task.id.key, next(calls))
            try:
                return Outcome("done", result=await self._call(task, task.id.key, task.effect))
            except EffectError as error:
                if task.effect.retry == "once" or not error.again:
                    return Outcome("failed", error=error.kind, message=error.message)
                if (pause := next(pauses, None)) is None:
                    if visitor_waits or task.attempt >= TRIES:
                        return Outcome("dead", error=error.kind, message=error.message)
                    return None
            await asyncio.sleep(pause)

    async def _call(self, task: Task, key: str, effect: Effect) -> str:
        """The result as JSON, of the effect's own type. Raises only `EffectError`.

        ``effect`` is the task's own, or what undoes it.
        """
        call = Call(task.id.workspace, task.id.conversation, task.attempt, self._progress)
        handler = self._handlers.get(effect.kind)
        if handler is None:
            raise EffectError("not_connected", f"nothing here performs {effect.kind!r}")
        try:
            result = await handler(key, effect, call)
            if effect.result is not None:
                result = msgspec.convert(msgspec.to_builtins(result), effect.result)
            return msgspec.json.encode(result).decode()
        except EffectError:
            raise
        except msgspec.ValidationError as error:
            raise EffectError("bad_result", f"{effect.kind}: {error}") from error
        except Exception as error:
            with logs.about(workspace=call.workspace, conversation=call.conversation):
                log.exception("effect %s failed unexpectedly", key)
            raise EffectError("internal", f"{effect.kind}: {error}", again=True) from error

    async def _record(self, task: Task, outcome: Outcome) -> None:
        """Writes the result with the turn it causes; a database that is away is waited for."""
        until = asyncio.get_running_loop().time() + DATABASE_PATIENCE
        while True:
            try:
                return await self._settle(task, outcome)
            except Unavailable:
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(0.5)

    async def _settle(self, task: Task, outcome: Outcome) -> None:
        _, _, turn, n = task.id
        if task.token is not None:
            event = _event(task.token, outcome)
            settled = {"turn": turn, "n": n, "state": outcome.state, "error": outcome.error}
            settled |= {"message": outcome.message, "result": _raw(outcome.result)}
            draft = task.id.key if self._progress.streamed(task.id.key) else None
            fresh = Fresh(f"effect:{turn}:{n}", event, settled=settled, draft=draft)
            try:
                if answer := await self._driver.take(Where(*task.id[:2]), fresh):
                    said = bool(answer.messages)
                    self._progress.end(task.id.key, said=said, more=answer.open)
                    return
            except NoConversation:
                log.info("the conversation of effect %s has been erased", task.id.key)
        if outcome.state != "done":
            with logs.about(workspace=task.id.workspace, conversation=task.id.conversation):
                logs.event("error", f"effect {task.id.key} is {outcome.state}: {outcome.error}")
        state = await self._turns.settle(
            task.id, outcome.state, outcome.result, outcome.error, outcome.message
        )
        if state == "orphaned" and outcome.result is not None:
            await self._undo(task, outcome.result)

    async def _undo(self, task: Task, result: str | None) -> None:
        """Takes back what was done for a frame that is gone; else a person is told."""
        undo = None
        if result is not None:
            undo = task.effect.undo(_typed(task.effect, result))
        with logs.about(workspace=task.id.workspace, conversation=task.id.conversation):
            if undo is None:
                fate = "nobody knows whether it was done" if result is None else "but it is done"
                logs.event("error", f"effect {task.id.key} was no longer wanted: {fate}")
            else:
                try:
                    await self._call(task, f"{task.id.key}:undo", undo)
                except EffectError as error:
                    if error.again and task.attempt < TRIES:
                        await self._turns.postpone(task.id, PAUSE * 2**task.attempt)
                        return
                    logs.event("error", f"effect {task.id.key} could not be undone: {error}")
        await self._turns.close_orphan(task.id)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("an effect is left to a sweep", exc_info=error)


def _event(token: str, outcome: Outcome) -> EffectDone | EffectFailed:
    if outcome.state == "done":
        return EffectDone(token, msgspec.json.decode(outcome.result or "null"))
    return EffectFailed(token, outcome.error or "internal", outcome.message or "")


def _typed(effect: Effect, result: str) -> Any:
    plain = msgspec.json.decode(result)
    return plain if effect.result is None else msgspec.convert(plain, effect.result)


def _raw(text: str | None) -> msgspec.Raw | None:
    return None if text is None else msgspec.Raw(text.encode())
