"""Turns at an account: so many calls at once, and those who wait are served in rotation.

A workspace with a hundred conversations does not keep one with a single conversation waiting, and
within a workspace a long job does not keep a conversation waiting.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from uuid import UUID

_Waiting = deque[asyncio.Future[None]]


class Busy(Exception):
    """No turn came in time."""


class Turns:
    """Of one account in this process; ``at_once`` calls run at the same time."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: OrderedDict[UUID, OrderedDict[Hashable, _Waiting]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, workspace: UUID, who: Hashable, patience: float) -> AsyncIterator[None]:
        """Waits for a turn of ``who`` (a conversation, or a job). Raises `Busy`."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(workspace, who, patience)
        try:
            yield
        finally:
            self._pass_on()

    @property
    def waiting(self) -> int:
        return sum(len(each) for one in self._waiting.values() for each in one.values())

    async def _wait(self, workspace: UUID, who: Hashable, patience: float) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        mine = self._waiting.setdefault(workspace, OrderedDict())
        mine.setdefault(who, deque()).append(turn)
        try:
            async with asyncio.timeout(patience):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._pass_on()  # it came in the very moment of giving up
            else:
                self._forget(workspace, who, turn)
            if isinstance(error, TimeoutError):
                raise Busy from None
            raise

    def _pass_on(self) -> None:
        """Gives the turn to whom it is due: the next workspace, there the next in line."""
        while self._waiting:
            workspace, parties = next(iter(self._waiting.items()))
            who, turns = next(iter(parties.items()))
            turn = turns.popleft()
            parties.move_to_end(who)
            self._waiting.move_to_end(workspace)
            self._tidy(workspace, who)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _forget(self, workspace: UUID, who: Hashable, turn: asyncio.Future[None]) -> None:
        turns = self._waiting.get(workspace, {}).get(who)
        if turns and turn in turns:
            turns.remove(turn)
            self._tidy(workspace, who)

    def _tidy(self, workspace: UUID, who: Hashable) -> None:
        parties = self._waiting[workspace]
        if not parties[who]:
            del parties[who]
        if not parties:
            del self._waiting[workspace]


class HereOnly:
    """A `Limiter` that counts the calls of this process, for where nothing shared can be asked."""

    def __init__(self) -> None:
        self._made: dict[UUID, deque[float]] = {}

    async def take(self, workspace: UUID, per_minute: int, patience: float) -> float | None:
        if not per_minute:
            return 0.0
        now = asyncio.get_running_loop().time()
        made = self._made.get(workspace)
        if made is None or made.maxlen != per_minute:
            made = self._made[workspace] = deque(made or (), maxlen=per_minute)
        at = max(now, made[0] + MINUTE) if len(made) == per_minute else now
        if at - now > patience:
            return None
        made.append(at)
        return at - now


MINUTE = 60.0  # seconds
