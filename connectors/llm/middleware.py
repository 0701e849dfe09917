"""Every call of a language model goes through here: chosen, limited, tried again, counted, paid."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from secrets import SystemRandom
from uuid import UUID

from connectors.llm import (
    ModelFailed,
    NoModel,
    Piece,
    Purpose,
    Reply,
    Request,
    Said,
    Strength,
)
from connectors.llm.accounts import Account, Journal, Limiter, Link, Setups
from connectors.llm.calls import Calls, One
from connectors.llm.failures import Failed
from connectors.llm.plan import NOT_SET_UP, Plan, chain, embedding
from connectors.llm.queueing import Busy
from connectors.llm.structured import NotAsAsked, again

TRIES = 3  # of one model, where trying again may help
MANNERS = 4  # further ones, while its manners are found out
BACKING_OFF = 0.4  # seconds before the second try; four times that before the third
LEAST = 1.0  # seconds that an answer needs; with less left nobody is asked
BATCH, BATCH_BYTES = 64, 200_000  # texts and their bytes, of which vectors are made at once
EMBEDDING, TESTING, LISTING = 30.0, 20.0, 10.0  # seconds

_random = SystemRandom()


class Middleware:
    """The `Models` of a process; made in its event loop, and closed there."""

    def __init__(self, setups: Setups, journal: Journal, limiter: Limiter) -> None:
        self._setups, self._journal = setups, journal
        self._calls = Calls(journal, limiter)

    async def ready(
        self, workspace: UUID, strength: Strength = "strong", *, confidential: bool = False
    ) -> bool:
        return await self.refusal(workspace, strength, confidential=confidential) is None

    async def refusal(
        self, workspace: UUID, strength: Strength = "strong", *, confidential: bool = False
    ) -> NoModel | None:
        """Why no model may be asked now; None: one may."""
        links = chain(await self._setups.setup(workspace), strength)
        if not links:
            return NoModel("not_set_up", NOT_SET_UP)
        plan = await self._plan(workspace)
        purpose = Purpose("ready", workspace, confidential=confidential)
        refusals = [plan.refusal(link, purpose) for link in links]
        if None in refusals:
            return None
        return next(filter(None, refusals), NoModel("not_set_up", NOT_SET_UP))

    async def ask(self, request: Request) -> Reply:
        async with aclosing(self._pieces(request, streamed=False)) as pieces:
            async for piece in pieces:
                if piece.reply is not None:
                    return piece.reply
        raise ModelFailed("malformed", _NOTHING)

    def stream(self, request: Request) -> AsyncGenerator[Piece, None]:
        return self._pieces(request, streamed=True)

    async def embed(self, purpose: Purpose, model: str, texts: Sequence[str]) -> list[list[float]]:
        plan = await self._plan(purpose.workspace)
        link = embedding(plan.setup, model)
        if link is None:
            raise NoModel("not_set_up", f"no provider is set up that makes vectors with {model}")
        await self._refuse(plan, link, purpose)
        vectors: list[list[float]] = []
        for batch in _batches(texts):
            vectors += await self._embedded(plan, link, purpose, batch)
        return vectors

    async def try_out(self, workspace: UUID, account: Account, model: str) -> Reply:
        """Asks one model for a word, so that an owner sees whether it works."""
        plan, link = await self._plan(workspace), Link(account, model)
        purpose = Purpose("test", workspace)
        await self._refuse(plan, link, purpose)
        said = (Said("user", "Say hello in one short sentence."),)
        request = Request(said, purpose, longest=300, deadline=TESTING)
        async with aclosing(self._of_links(plan, (link,), request, streamed=False)) as pieces:
            async for piece in pieces:
                if piece.reply is not None:
                    return piece.reply
        raise ModelFailed("malformed", _NOTHING)

    async def names(self, account: Account) -> list[str]:
        """The models that the provider offers to this account. Raises `ModelFailed`."""
        try:
            return await self._calls.models(account, LISTING)
        except Failed as failed:
            raise ModelFailed(failed.kind, failed.message) from None

    async def close(self) -> None:
        await self._calls.close()

    async def _plan(self, workspace: UUID) -> Plan:
        setup = await self._setups.setup(workspace)
        return Plan(setup, await self._journal.spent(workspace))

    async def _refuse(self, plan: Plan, link: Link, purpose: Purpose) -> None:
        """Raises `NoModel`, after a note of what must be known for good."""
        no = plan.refusal(link, purpose)
        if no is None:
            return
        if no.kind in ("region", "confidential"):
            await self._journal.refused(purpose.workspace, link, no.kind, purpose.name)
        raise no

    async def _pieces(self, request: Request, *, streamed: bool) -> AsyncGenerator[Piece, None]:
        plan = await self._plan(request.purpose.workspace)
        links = chain(plan.setup, request.strength)
        if not links:
            raise NoModel("not_set_up", NOT_SET_UP)
        async with aclosing(self._of_links(plan, links, request, streamed=streamed)) as pieces:
            async for piece in pieces:
                yield piece

    async def _of_links(
        self, plan: Plan, links: Sequence[Link], request: Request, *, streamed: bool
    ) -> AsyncGenerator[Piece, None]:
        """One model after the other, until one has answered."""
        run = _Run(request, streamed)
        troubles: list[NoModel | Failed | Busy] = []
        for place, link in enumerate(links):
            if troubles and run.left < LEAST:
                break
            try:
                await self._refuse(plan, link, request.purpose)
                others = len(links) - place - 1
                async with aclosing(self._of_link(plan, link, run, others)) as pieces:
                    async for piece in pieces:
                        yield piece
                return
            except (NoModel, Failed, Busy) as trouble:
                troubles.append(trouble)
        raise _end(troubles)

    async def _of_link(
        self, plan: Plan, link: Link, run: _Run, others: int
    ) -> AsyncGenerator[Piece, None]:
        """One model, again where that may help. Raises `Failed`, `Busy`."""
        tries = _Tries(run.request, others)
        while True:
            told = False
            one = run.one(plan, link, others)
            parts = self._calls.talk(one, tries.request, streamed=run.streamed)
            try:
                async with aclosing(parts) as pieces:
                    async for part in pieces:
                        if isinstance(part, Reply):
                            yield Piece("", run.attempt, part)
                            return
                        told = True
                        if isinstance(part, str):
                            yield Piece(part, run.attempt)
                        else:
                            yield Piece("", run.attempt, call=part)
                raise Failed("malformed", _NOTHING)
            except (Failed, NotAsAsked) as error:
                trouble = error
            run.attempt += told
            await self._again(link, tries, trouble, run)

    async def _embedded(
        self, plan: Plan, link: Link, purpose: Purpose, texts: Sequence[str]
    ) -> list[list[float]]:
        run = _Run(Request((), purpose, deadline=EMBEDDING), streamed=False)
        tries = _Tries(run.request, others=0)
        try:
            while True:
                try:
                    return await self._calls.embed(run.one(plan, link, 0), texts)
                except Failed as error:
                    trouble = error
                await self._again(link, tries, trouble, run)
        except (Failed, Busy) as last:
            raise _end([last]) from None

    async def _again(
        self, link: Link, tries: _Tries, trouble: Failed | NotAsAsked, run: _Run
    ) -> None:
        """Waits until the model may be asked again. Raises `Failed` where that would not help."""
        learnt = isinstance(trouble, Failed) and self._calls.learn(link, trouble)
        pause = tries.pause(trouble, run.left, learnt=learnt)
        if pause is None:
            raise (
                trouble
                if isinstance(trouble, Failed)
                else Failed("malformed", f"{_WRONG}: {trouble}")
            )
        await asyncio.sleep(pause)


class _Run:
    """One request on its way: its time, and how often its answer has begun."""

    def __init__(self, request: Request, streamed: bool) -> None:
        self.request, self.streamed = request, streamed
        self.attempt = 0
        self._ends = self._now() + request.deadline

    @property
    def left(self) -> float:
        return max(0.0, self._ends - self._now())

    def one(self, plan: Plan, link: Link, others: int) -> One:
        """The next call. A share of the time is for each wait that may come, and for the answer."""
        first = self._now() + (self.left * 0.6 if others else self.left)
        patience = self.left / (others + 2)
        return One(plan, link, self.request.purpose, patience, first, self._ends)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


@dataclass
class _Tries:
    """How often one model was asked, and with which words."""

    request: Request
    others: int  # models that may be asked instead
    made: int = 1
    learnt: int = 0
    repaired: bool = False

    def pause(self, trouble: Failed | NotAsAsked, left: float, *, learnt: bool) -> float | None:
        """Seconds until the next try; None: it would not help, or not in time."""
        if left < LEAST:
            return None
        if learnt:
            self.learnt += 1
            return 0.0 if self.learnt <= MANNERS else None
        if isinstance(trouble, NotAsAsked):
            repaired, self.repaired = self.repaired, True
            self.request = again(self.request, trouble)
            return None if repaired else 0.0
        if not trouble.again or self.made >= TRIES or (trouble.kind == "cut" and self.others):
            return None
        self.made += TRIES if trouble.kind == "malformed" else 1
        pause = trouble.wait
        if pause is None:
            pause = BACKING_OFF * 4 ** (self.made - 2) * _random.uniform(0.8, 1.2)
        share = left * (0.25 if self.others else 0.6)
        return pause if pause <= share and left - pause >= LEAST else None


_NOTHING = "the model answered nothing"
_WRONG = "the model's answer is not what was asked for"
_BUSY = "the language model is busy: too many calls wait for it, or too many were made this minute"


def _end(troubles: Sequence[NoModel | Failed | Busy]) -> NoModel | ModelFailed:
    """What to tell of a request that nobody answered: the last failure, else the first refusal."""
    failed = [trouble for trouble in troubles if isinstance(trouble, Failed)]
    if failed:
        return ModelFailed(failed[-1].kind, failed[-1].message)
    if any(isinstance(trouble, Busy) for trouble in troubles):
        return NoModel("busy", _BUSY)
    return next(trouble for trouble in troubles if isinstance(trouble, NoModel))


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode())
        if batch and (len(batch) == BATCH or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch
