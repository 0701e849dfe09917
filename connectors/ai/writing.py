"""An answer as a model writes it: each statement is proved, and told as soon as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from connectors.ai import Tell, judging
from connectors.ai.aside import Aside
from connectors.ai.judging import Asked
from connectors.ai.statements import SCHEMA, Answer, Draft, Unfinished
from connectors.llm import ModelFailed, Reply, Request, Said, Strength
from runtime.core.effects.ai import Answered
from runtime.core.effects.knowledge import Passage

LONGEST = 900  # tokens of an answer


@dataclass(frozen=True)
class Writing:
    """``sources`` are what statements may rest on, in the order of their numbers."""

    desk: Aside
    strength: Strength
    progress: Tell
    sources: Sequence[Passage]

    async def written(self, asked: Asked, prompt: str, *, confidential: bool) -> Answered:
        """``prompt`` is all that belongs to this question alone.

        Raises `NoModel`, `ModelFailed` and `TimeoutError`.
        """
        purpose = self.desk.purpose
        request = Request(
            (Said("system", asked.told), Said("user", prompt)),
            replace(purpose, confidential=purpose.confidential or confidential),
            strength=self.strength,
            schema=SCHEMA,
            longest=LONGEST,
            deadline=self.desk.left,
        )
        async with asyncio.timeout(self.desk.left):
            reply, draft = await self._streamed(request, asked)
        try:
            answer = msgspec.convert(reply.data, Answer)
        except msgspec.ValidationError as error:
            raise ModelFailed("bad_answer", str(error)) from error
        for statement in answer.statements[draft.seen :]:
            draft.add(statement)
        return judging.judged(asked, answer, draft)

    def _draft(self, asked: Asked) -> Draft:
        return Draft(self.sources, asked.text, asked.told)

    async def _streamed(self, request: Request, asked: Asked) -> tuple[Reply, Draft]:
        """The whole reply, after its sentences were told one by one."""
        draft, unfinished, attempt = self._draft(asked), Unfinished(), 0
        reply: Reply | None = None
        key = self.desk.purpose.key or ""
        async for piece in self.desk.models.stream(request):
            if piece.attempt > attempt:
                draft, unfinished, attempt = self._draft(asked), Unfinished(), piece.attempt
            for statement in unfinished.feed(piece.text):
                shown = draft.add(statement)
                head = unfinished.head
                if shown and head and judging.may_be_told(head, draft, asked.threshold):
                    await self.progress.token(key, attempt, len(draft.sentences) - 1, shown)
            reply = piece.reply or reply
        if reply is None:
            raise ModelFailed("cut", "the model stopped in the middle of its answer")
        return reply, draft
