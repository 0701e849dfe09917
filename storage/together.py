"""Group commit: rows that are ready at the same moment share a round trip and a commit.

While nothing is under way a row goes at once and alone, so a quiet system waits for nothing; what
comes meanwhile is gathered and goes together with the next statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Result = TypeVar("Result")
Batch = list[tuple[Row, asyncio.Future[Result]]]

MOST = 64  # rows in one statement
PATIENCE = 0.02  # seconds: nobody waits longer for a statement that is held up, as by a lock


class Together(Generic[Row, Result]):
    """Sends rows by ``send``, which answers a result for each, in their order.

    ``fails_alone`` are the errors of a batch that may be the fault of one row: each is then sent
    by itself. Any other error is everybody's.
    """

    def __init__(
        self,
        send: Callable[[Sequence[Row]], Awaitable[Sequence[Result]]],
        fails_alone: type[Exception],
    ) -> None:
        self._send, self._fails_alone = send, fails_alone
        self._under_way = 0
        self._waiting: Batch[Row, Result] = []
        self._alarm: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, row: Row) -> Result:
        """The result of ``row``; raises what ``send`` raises for it."""
        if self._under_way:
            return await self._gathered(row)
        self._under_way += 1
        try:
            return (await self._send((row,)))[0]
        finally:
            self._ended()

    def _gathered(self, row: Row) -> asyncio.Future[Result]:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((row, waiter))
        if self._alarm is None:
            self._alarm = loop.call_later(PATIENCE, self._go)
        return waiter

    def _ended(self) -> None:
        self._under_way -= 1
        if self._alarm:
            self._alarm.cancel()
            self._go()

    def _go(self) -> None:
        """Sends what waits, beside whatever is still under way."""
        self._alarm = None
        batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        if self._waiting:
            self._alarm = asyncio.get_running_loop().call_later(PATIENCE, self._go)
        self._under_way += 1
        task = asyncio.create_task(self._serve(batch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, batch: Batch[Row, Result]) -> None:
        try:
            await self._settle(batch)
        finally:
            self._ended()

    async def _settle(self, batch: Batch[Row, Result]) -> None:
        """Gives each waiter of the batch its result, or the error that it must raise."""
        try:
            results = await self._send([row for row, _ in batch])
        except self._fails_alone as error:
            if len(batch) == 1:
                _fail(batch, error)
            else:
                for one in batch:
                    await self._settle([one])
        except Exception as error:
            _fail(batch, error)
        except BaseException:  # the process ends
            for _, waiter in batch:
                waiter.cancel()
            raise
        else:
            for (_, waiter), result in zip(batch, results, strict=True):
                if not waiter.done():  # its caller has gone
                    waiter.set_result(result)


def _fail(batch: Batch[Any, Any], error: Exception) -> None:
    for _, waiter in batch:
        if not waiter.done():
            waiter.set_exception(error)
