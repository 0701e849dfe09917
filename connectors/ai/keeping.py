"""Answers that were given already: told again to whoever asks the same, where nothing has changed.

Decision 030 says what is kept and what never is. This stands before `Answering` and leaves to it
whatever it does not know.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from operator import mul
from typing import Any, Final
from uuid import UUID

import msgspec

from connectors.ai import Called, HouseRules, Line, asking, guards, recalling
from connectors.ai.background import Archive, Background
from connectors.ai.mood import felt
from connectors.ai.sameness import BAR, SEEING, Said, are_one, marks, read, says_nothing
from connectors.ai.shelf import Cache, Spent, Standing, decoded
from connectors.llm import prompts
from connectors.llm.plan import chain
from runtime.core.effects.ai import Answered, AnswerQuestion
from runtime.core.phrases import base_language

FORMAT = 1  # of what is kept: another one finds nothing of the others
LASTS = 86_400  # seconds; no longer than the day, for models are told which day it is
LONGEST = 300  # characters of a question: longer ones are hardly ever asked again
REMEMBERED = 100  # last questions of a scope, which a new one is compared with
BEFORE = 20  # messages that are looked at for something said before
HOLD = 10  # seconds that one asker is waited for by others …
PATIENCE = 8.0  # … and that each of them waits
PAUSES: Final = (0.05, 0.25)  # seconds between two looks, at first and at last

Answer = Callable[[str, AnswerQuestion, Called, Background], Awaitable[Answered]]


class Kept(msgspec.Struct, frozen=True):
    """An answer on the shelf, and what it has cost."""

    answer: Answered
    given: datetime
    spent: Spent
    milliseconds: int


class Near(msgspec.Struct, frozen=True):
    """A question of the same scope: ``key`` is its answer's, ``vector`` of half numbers."""

    key: str
    said: Said
    vector: bytes


@dataclass(frozen=True)
class Asked:
    """A question that may be answered off the shelf."""

    workspace: UUID
    scope: str  # of everything but the question that an answer depends on
    said: Said
    text: str
    embedder: str | None  # whose vectors may compare it with others
    lines: tuple[Line, ...]  # said before
    confidential: bool

    @property
    def key(self) -> str:
        return f"answer:{_digest(self.scope, self.said.words)}"

    @property
    def near(self) -> str:
        return f"near:{self.scope}"


@dataclass(frozen=True)
class Keeping:
    """Performs `AnswerQuestion`, by ``answer`` where it must."""

    answer: Answer
    archive: Archive
    cache: Cache

    async def __call__(self, key: str, effect: AnswerQuestion, call: Called) -> Answered:
        """Raises what ``answer`` raises."""
        began = _now()
        behind = self.archive.of(call)
        asked = await self._asked(effect, call, behind)
        if asked is None:
            return await self.answer(key, effect, call, behind)
        kept = await self._kept(asked)
        if kept is None and not await self._claimed(asked, key):
            kept = await self._awaited(asked)
        if kept is not None:
            return self._told(kept, call, key, began)
        self.cache.ledger.missed(asked.workspace, "answers")
        try:
            answered = await self.answer(key, effect, call, behind)
            if _may_be_kept(answered, asked):
                await self._keep(asked, answered, call, key, began)
        finally:
            await self.cache.shelf.release(asked.workspace, asked.key, key)
        return answered

    # What is asked ----------------------------------------------------------------------------

    async def _asked(
        self, effect: AnswerQuestion, call: Called, behind: Background
    ) -> Asked | None:
        """None where the answer must be made for this visitor alone."""
        house = await behind.house(effect.brand)
        text = guards.visible(effect.question).strip()
        if not house.cache or not _is_anybodys(text):
            return None
        standing, lines, known = await asyncio.gather(
            self.cache.grounds.standing(call.workspace, effect.collections, effect.brand),
            _before(effect, behind),
            behind.known(text),
        )
        language = asking.language_of(text, effect.language)
        if effect.adapt_tone and felt(lines, text, language) != "calm":
            return None  # whoever is upset, or glad, is answered in a tone of their own
        lines = lines if effect.memory else ()
        if known is None or known or not standing or (lines and asking.needs_context(text)):
            return None
        return Asked(
            call.workspace,
            await self._scope(effect, call.workspace, house, standing, language),
            read(text, language),
            text,
            _comparing(standing, language),
            lines,
            effect.confidential,
        )

    async def _scope(
        self,
        effect: AnswerQuestion,
        workspace: UUID,
        house: HouseRules,
        standing: Sequence[Standing],
        language: str,
    ) -> str:
        setup = await self.cache.setups.setup(workspace)
        links = [
            (link.account.id, link.account.base_url, link.account.enabled, link.model)
            for strength in (effect.strength, "cheap")
            for link in chain(setup, strength)
        ]
        told = {name: prompts.text(name, house.prompts) for name in sorted(prompts.shipped())}
        today = datetime.now(UTC).date()
        step = msgspec.structs.replace(effect, question="", language=language)
        return _digest(
            FORMAT, standing, links, sorted(setup.regions), told, house.persona, house.policies,
            step, today,
        )  # fmt: skip

    # What is there ----------------------------------------------------------------------------

    async def _kept(self, asked: Asked) -> Kept | None:
        return await self._at(asked, asked.key) or await self._like(asked)

    async def _at(self, asked: Asked, key: str) -> Kept | None:
        return decoded(await self.cache.shelf.get(asked.workspace, key), Kept)

    async def _like(self, asked: Asked) -> Kept | None:
        """The answer to a question that is the same in other words."""
        if asked.embedder is None:
            return None
        known = await self._questions(asked)
        fitting = [one for one in known if are_one(one.said, asked.said)]
        if not fitting or (vector := await self._vector(asked)) is None:
            return None
        likest = max(fitting, key=lambda one: _cosine(vector, one.vector))
        if _cosine(vector, likest.vector) < BAR[asked.embedder]:
            return None
        return await self._at(asked, likest.key)

    async def _questions(self, asked: Asked) -> list[Near]:
        raw = await self.cache.shelf.get(asked.workspace, asked.near)
        return decoded(raw, list[Near]) or []

    async def _vector(self, asked: Asked) -> bytes | None:
        if asked.embedder is None:
            return None
        made = await self.cache.grounds.vector(
            asked.workspace, asked.embedder, asked.text, confidential=asked.confidential
        )
        return None if made is None else struct.pack(f"{len(made)}e", *made)

    async def _claimed(self, asked: Asked, owner: str) -> bool:
        return await self.cache.shelf.claim(asked.workspace, asked.key, owner, HOLD)

    async def _awaited(self, asked: Asked) -> Kept | None:
        """What another one who asks the same is just getting; None: it is not for everybody."""
        until, (pause, longest) = _now() + PATIENCE, PAUSES
        while _now() < until:
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, longest)
            busy = await self.cache.shelf.is_claimed(asked.workspace, asked.key)
            kept = await self._at(asked, asked.key)
            if kept is not None or not busy:
                return kept
        return None

    def _told(self, kept: Kept, call: Called, key: str, began: float) -> Answered:
        took = _milliseconds(began)
        self.cache.ledger.saved(
            call.workspace,
            "answers",
            kept.spent,
            max(0, kept.milliseconds - took),
            (call.conversation, key, took),
        )
        first = f"from the cache, first given on {kept.given:%Y-%m-%d at %H:%M} UTC"
        return msgspec.structs.replace(kept.answer, reason=f"{first}; {kept.answer.reason}")

    # Keeping ----------------------------------------------------------------------------------

    async def _keep(
        self, asked: Asked, answered: Answered, call: Called, key: str, began: float
    ) -> None:
        took = _milliseconds(began)
        spent = await self.cache.ledger.spent(call.workspace, call.conversation, key)
        kept = Kept(answered, datetime.now(UTC), spent, took)
        await self.cache.shelf.put(
            asked.workspace, asked.key, msgspec.msgpack.encode(kept), _until_midnight()
        )
        if (vector := await self._vector(asked)) is None:
            return
        others = [one for one in await self._questions(asked) if one.key != asked.key]
        known = [Near(asked.key, asked.said, vector), *others][:REMEMBERED]
        await self.cache.shelf.put(
            asked.workspace, asked.near, msgspec.msgpack.encode(known), _until_midnight()
        )


def _is_anybodys(text: str) -> bool:
    """Whether others may ask the same: short, without data of a person, and no order to the bot."""
    if not 0 < len(text) <= LONGEST or guards.gives_orders(text):
        return False
    return guards.masked(text).text == text


async def _before(effect: AnswerQuestion, behind: Background) -> tuple[Line, ...]:
    """What was said before and may matter: greetings do not."""
    lines = await behind.lines(max(effect.memory, BEFORE) + 1)
    earlier = recalling.without(lines, effect.question)
    return tuple(one for one in earlier if not says_nothing(one.text))


def _may_be_kept(answered: Answered, asked: Asked) -> bool:
    """Only what a model has said to nobody in particular, proved by what is known to all."""
    fine = answered.verdict == "answered" and answered.text and answered.citations
    special = answered.quoted or answered.rule or answered.personal or answered.mood != "calm"
    if not fine or special or any(line.by != "bot" for line in asked.lines):
        return False
    sources = " ".join(f"{one.title} {one.text}" for one in answered.citations)
    public = marks(asked.text) | marks(sources)
    before = frozenset[str]().union(*(marks(line.text) for line in asked.lines))
    return not (marks(answered.text) & before - public)


def _comparing(standing: Sequence[Standing], language: str) -> str | None:
    """The embedder that tells whether two questions of this language are alike, if one does."""
    names = {one.embedder for one in standing}
    name = names.pop() if len(names) == 1 else None
    sees = name is not None and base_language(language) in SEEING.get(name, ())
    return name if sees else None


def _cosine(one: bytes, other: bytes) -> float:
    if len(one) != len(other):
        return 0.0
    shape = f"{len(one) // 2}e"
    return sum(map(mul, struct.unpack(shape, one), struct.unpack(shape, other)))


def _digest(*parts: Any) -> str:
    return sha256(msgspec.json.encode(parts)).hexdigest()


def _until_midnight() -> int:
    now = datetime.now(UTC)
    return max(1, LASTS - (now.hour * 60 + now.minute) * 60 - now.second)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _milliseconds(began: float) -> int:
    return round((_now() - began) * 1000)
