"""A model, a search and a memory that do as a test says, and remember what they were asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from connectors.ai import Digest, HouseRules, Line, Remembered
from connectors.ai.handlers import handlers
from connectors.llm import CallPart, NoModel, Piece, Reply, Request, prompts
from runtime.core.effects import Effect
from runtime.core.effects.ai import Answered, AnswerQuestion
from runtime.core.effects.knowledge import Passage

Word = Reply | Exception | str | dict[str, Any]


def passage(text: str, score: float = 0.8, **more: Any) -> Passage:
    title = more.pop("title", "Manual")
    document = more.pop("document_id", title)
    return Passage("s", document, title, text, score, **more)


def row(score: float = 0.8, heading: str = "", **fields: Any) -> Passage:
    text = ", ".join(f"{name}: {value}" for name, value in fields.items())
    return passage(text, score, kind="price", title="Prices", heading=heading, fields=fields)


def says(*statements: tuple[str, int, str], certainty: float = 0.9, **more: Any) -> dict[str, Any]:
    """An answer of the model: each statement with its passage's number and a quote."""
    told = [{"text": t, "sources": [{"passage": n, "quote": q}]} for t, n, q in statements]
    return {
        "outcome": "answer", "rule": "", "certainty": certainty, "statements": told, **more
    }  # fmt: skip


@dataclass
class Model:
    """Answers by the purpose of the request; what it has no word for, it fails to answer."""

    words: dict[str, Word | Callable[[Request], Word]] = field(default_factory=dict)
    is_ready: bool = True
    is_local: bool = False
    chunk: int = 7  # characters of a streamed piece
    requests: list[Request] = field(default_factory=list)

    async def ready(
        self, workspace: UUID, strength: str = "strong", *, confidential: bool = False
    ) -> bool:
        return self.is_ready and (self.is_local or not confidential)

    async def ask(self, request: Request) -> Reply:
        if request.purpose.confidential and not self.is_local:
            raise NoModel("confidential", "not a local model")
        self.requests.append(request)
        word = self.words[self._part(request)]
        if callable(word):
            word = word(request)
        if isinstance(word, Exception):
            raise word
        if word == "hangs":
            await asyncio.sleep(60)
        if isinstance(word, Reply):
            return word
        text = word if isinstance(word, str) else json.dumps(word, ensure_ascii=False)
        return Reply(text, "m", "p", data=None if isinstance(word, str) else word)

    async def stream(self, request: Request) -> AsyncGenerator[Piece, None]:
        reply = await self.ask(request)
        for part in self._parts(reply.text):
            yield Piece(part)
        for place, call in enumerate(reply.calls):
            for part in self._parts(json.dumps(call.arguments)):
                yield Piece("", call=CallPart(place, call.name, part))
        yield Piece("", reply=reply)

    def _parts(self, text: str) -> list[str]:
        return [text[place : place + self.chunk] for place in range(0, len(text), self.chunk)]

    async def embed(self, purpose: Any, model: str, texts: Sequence[str]) -> list[list[float]]:
        raise NotImplementedError

    def _part(self, request: Request) -> str:
        """Which of the prompts it is; an answer's cheap questions have names of their own."""
        if (
            request.purpose.name not in ("answer", "agent", "search")
            or request.strength == "strong"
        ):
            return request.purpose.name
        given = request.said[0].text
        small = ("rules", "standalone", "summary", "rerank")
        return next(name for name in small if prompts.text(name, {}) == given)

    @property
    def seen(self) -> str:
        """Everything that was ever sent."""
        return "\n".join(said.text for request in self.requests for said in request.said)


@dataclass
class World:
    """What the handlers are made of; ``told`` are the sentences shown early."""

    passages: Sequence[Passage] = ()
    model: Model = field(default_factory=lambda: Model(is_ready=False))
    lines: Sequence[Line] = ()
    house: HouseRules = field(default_factory=HouseRules)
    facts: Sequence[Remembered] = ()
    kept: Digest | None = None
    searched: list[dict[str, Any]] = field(default_factory=list)
    told: list[tuple[int, int, str]] = field(default_factory=list)
    workspace: UUID = field(default_factory=uuid4)
    conversation: UUID = field(default_factory=uuid4)

    async def find(self, workspace: UUID, question: str, **more: Any) -> tuple[Passage, ...]:
        assert workspace == self.workspace
        self.searched.append({"question": question, **more})
        return tuple(self.passages)

    async def last(self, workspace: UUID, conversation: UUID, count: int) -> Sequence[Line]:
        assert (workspace, conversation) == (self.workspace, self.conversation)
        return self.lines[-count:]

    async def rules(self, workspace: UUID) -> HouseRules:
        assert workspace == self.workspace
        return self.house

    async def of(
        self, workspace: UUID, conversation: UUID, question: str, count: int = 12
    ) -> Sequence[Remembered]:
        assert (workspace, conversation) == (self.workspace, self.conversation)
        return self.facts[:count]

    async def digest(self, workspace: UUID, conversation: UUID) -> Digest | None:
        assert (workspace, conversation) == (self.workspace, self.conversation)
        return self.kept

    async def keep(self, workspace: UUID, conversation: UUID, digest: Digest) -> None:
        assert (workspace, conversation) == (self.workspace, self.conversation)
        self.kept = digest

    @property
    def progress(self) -> World:
        return self

    async def token(self, key: str, attempt: int, i: int, text: str) -> None:
        assert key == "c:1:0"
        self.told.append((attempt, i, text))

    async def perform(self, effect: Effect) -> Any:
        made = handlers(self.model, self, self, self, self, self)
        return await made[effect.kind]("c:1:0", effect, self)

    async def answer(self, question: str, **more: Any) -> Answered:
        found = await self.perform(AnswerQuestion(question, **more))
        assert isinstance(found, Answered)
        return found
