"""One call after the other: in turn, within the limit and the time, and written to the journal."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from connectors.llm import CallPart, Purpose, Reply, Request
from connectors.llm.accounts import Account, Called, Journal, Limiter, Link
from connectors.llm.failures import Failed, shown, storable
from connectors.llm.plan import Plan
from connectors.llm.presets import cost, preset
from connectors.llm.queueing import Busy, Turns
from connectors.llm.structured import NotAsAsked, checked, in_words, strict
from connectors.llm.talk import Answer, Asked, Manners, Part, Seen, Usage, Vectors, Wire
from connectors.llm.wires import wire

log = logging.getLogger("flyt.models")

MOST_WIRES = 64  # open accounts of a process; those not used for longest are closed
CLOSING = 5.0  # seconds that rows of the journal get at the end


@dataclass(frozen=True)
class One:
    """A call to be made.

    ``patience`` is how many seconds its turn may take to come. By ``first`` the answer must have
    begun to come, by ``last`` it must be whole: moments of the loop's clock.
    """

    plan: Plan
    link: Link
    purpose: Purpose
    patience: float
    first: float
    last: float


class Calls:
    """What is open in this process: wires, turns, and what was learnt of models' manners."""

    def __init__(self, journal: Journal, limiter: Limiter) -> None:
        self._journal, self._limiter = journal, limiter
        self._wires: OrderedDict[UUID, Wire] = OrderedDict()
        self._accounts: dict[UUID, Account] = {}
        self._opening = asyncio.Lock()
        self._turns: dict[UUID, Turns] = {}
        self._manners: dict[tuple[UUID, str], Manners] = {}
        self._later: set[asyncio.Task[None]] = set()

    async def talk(
        self, one: One, request: Request, *, streamed: bool
    ) -> AsyncGenerator[Part | Reply, None]:
        """Parts where it is streamed, and the reply. Raises `Failed`, `Busy`, `NotAsAsked`."""
        open_wire = await self._wire(one.link.account)
        manners = self._manners_of(one.link, open_wire, request)
        said = request if manners.schema else in_words(request)
        seen = Seen()
        reply: Reply | None = None
        async with self._counted(one, seen, said):
            asked = Asked(one.link.model, said, manners, _left(one.first), streamed)
            parts = open_wire.talk(asked, seen)
            async with aclosing(_timed(parts, one)) as timed:
                try:
                    async for part in timed:
                        if isinstance(part, str):
                            yield storable(part)
                        elif isinstance(part, CallPart):
                            seen.calls.append(part.text)
                            yield part
                        else:
                            reply = self._reply(one, request, part, seen)
                except Failed as failed:
                    if failed.kind in ("network", "overloaded") and (seen.anything or seen.usage):
                        raise Failed("cut", f"it broke off: {failed.message}") from None
                    raise
        if reply is not None:  # now that its row is written
            yield reply

    async def embed(self, one: One, texts: Sequence[str]) -> list[list[float]]:
        """Raises `Failed`, `Busy`."""
        open_wire = await self._wire(one.link.account)
        seen = Seen()
        async with self._counted(one, seen):
            seconds = _left(one.last)
            work = open_wire.embed(one.link.model, texts, seconds)
            vectors: Vectors = await _in_time(work, seconds)
            seen.usage = vectors.usage or Usage(sum(map(_tokens, texts)))
        return vectors.vectors

    async def models(self, account: Account, seconds: float) -> list[str]:
        """Names of the account's models, as the provider tells them. Raises `Failed`."""
        return await _in_time((await self._wire(account)).models(seconds), seconds)

    def learn(self, link: Link, failed: Failed) -> bool:
        """Remembers what a model does not take; False: the refusal was about something else."""
        if failed.kind != "refused":
            return False
        key = link.account.id, link.model
        open_wire = self._wires.get(link.account.id)
        known = self._manners.get(key) or (open_wire.manners if open_wire else None)
        better = known.without(failed.parameter, failed.message) if known else None
        if better is None:
            return False
        self._manners[key] = better
        return True

    async def close(self) -> None:
        """Ends what is open; what is still to be written is written first."""
        if self._later:
            await asyncio.wait(self._later, timeout=CLOSING)
        for each in self._wires.values():
            await each.close()
        self._wires.clear()

    @asynccontextmanager
    async def _counted(
        self, one: One, seen: Seen, request: Request | None = None
    ) -> AsyncIterator[None]:
        """Around one call: its turn before, its row in the journal after."""
        workspace = one.purpose.workspace
        who = one.purpose.conversation or one.purpose.name
        await self._within_limit(one)
        turns = self._turns_of(one.link.account)
        loop = asyncio.get_running_loop()
        async with turns.turn(workspace, who, one.patience):
            began = loop.time()

            def row(status: str, error: str | None = None) -> Called:
                taken = loop.time() - began
                return self._row(one, seen, request, status, error, round(taken * 1000))

            try:
                yield
            except Failed as failed:
                await self._write(workspace, row(failed.kind, failed.message))
                raise
            except NotAsAsked as mistake:
                await self._write(workspace, row("malformed", str(mistake)))
                raise
            except BaseException:  # nobody waits any more, and it is paid for all the same
                self._soon(self._write(workspace, row("cancelled")))
                raise
            await self._write(workspace, row("ok"))

    async def _within_limit(self, one: One) -> None:
        limit = one.plan.setup.per_minute
        pause = await self._limiter.take(one.purpose.workspace, limit, one.patience)
        if pause is None:
            raise Busy
        if pause:
            await asyncio.sleep(pause)

    def _row(
        self,
        one: One,
        seen: Seen,
        request: Request | None,
        status: str,
        error: str | None,
        milliseconds: int,
    ) -> Called:
        usage = seen.usage or _estimated(request, seen, status)
        known = one.plan.price(one.link)
        return Called(
            purpose=one.purpose.name,
            provider=one.link.account.name,
            model=one.link.model,
            status=status,
            milliseconds=milliseconds,
            conversation=one.purpose.conversation,
            key=one.purpose.key,
            error=shown(error) if error else None,
            tokens_in=usage.taken,
            tokens_cached=usage.cached,
            tokens_out=usage.given,
            cost=cost(known, usage.taken, usage.cached, usage.given),
        )

    async def _write(self, workspace: UUID, called: Called) -> None:
        """An answer that was paid for is not lost because the journal is away."""
        try:
            await asyncio.shield(self._journal.write(workspace, called))
        except Exception:
            log.exception("a model's call could not be written to the journal")

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def _reply(self, one: One, request: Request, answer: Answer, seen: Seen) -> Reply:
        """Raises `Failed` for an empty answer, `NotAsAsked` for one that does not fit."""
        if not answer.text.strip() and not answer.calls:
            raise Failed("malformed", "the model answered nothing")
        if not seen.text:
            seen.text.append(answer.text)
        data = None
        if request.schema is not None and not answer.calls:
            data = checked(answer.text, request.schema)
        usage = answer.usage or _estimated(request, seen, "ok")
        price = one.plan.price(one.link)
        return Reply(
            text=storable(answer.text),
            model=one.link.model,
            provider=one.link.account.name,
            calls=answer.calls,
            data=data,
            tokens_in=usage.taken,
            tokens_cached=usage.cached,
            tokens_out=usage.given,
            cost=float(cost(price, usage.taken, usage.cached, usage.given)),
            cut=answer.cut,
        )

    def _manners_of(self, link: Link, open_wire: Wire, request: Request) -> Manners:
        manners = self._manners.get((link.account.id, link.model), open_wire.manners)
        schema = request.schema
        if schema is not None and open_wire.only_strict and not strict(schema):
            return replace(manners, schema=False)
        return manners

    def _turns_of(self, account: Account) -> Turns:
        if account.id not in self._turns:
            self._turns[account.id] = Turns(preset(account.kind).at_once)
        return self._turns[account.id]

    async def _wire(self, account: Account) -> Wire:
        """The account's open wire, or a new one where the account has changed."""
        async with self._opening:
            if self._accounts.get(account.id) != account:
                opened = await asyncio.to_thread(wire, account)  # SDKs take a second to load
                self._forget(account.id)
                self._wires[account.id], self._accounts[account.id] = opened, account
                while len(self._wires) > MOST_WIRES:
                    self._forget(next(iter(self._wires)))
            self._wires.move_to_end(account.id)
            return self._wires[account.id]

    def _forget(self, account: UUID) -> None:
        self._accounts.pop(account, None)
        if old := self._wires.pop(account, None):
            self._soon(_closed_later(old))


async def _closed_later(old: Wire) -> None:
    await asyncio.sleep(0)
    await old.close()


def _left(moment: float) -> float:
    return max(0.0, moment - asyncio.get_running_loop().time())


async def _timed(
    parts: AsyncGenerator[Part | Answer, None], one: One
) -> AsyncGenerator[Part | Answer, None]:
    """The parts as long as there is time. Raises `Failed`."""
    ends = one.first
    try:
        while True:
            try:
                part = await asyncio.wait_for(anext(parts), _left(ends))
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise Failed("timeout", "the provider did not answer in time") from None
            ends = one.last
            yield part
    finally:
        await parts.aclose()


async def _in_time(work: Coroutine[Any, Any, Any], seconds: float) -> Any:
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError:
        raise Failed("timeout", "the provider did not answer in time") from None


def _estimated(request: Request | None, seen: Seen, status: str) -> Usage:
    """About what was used, where an answer came without the provider's count."""
    if request is None or (status != "ok" and not seen.anything):
        return Usage()
    sent = sum(_tokens(said.text) for said in request.said)
    return Usage(taken=sent, given=_tokens("".join((*seen.text, *seen.calls))))


def _tokens(text: str) -> int:
    return -(-len(text.encode()) // 4)
