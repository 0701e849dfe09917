"""An answer as a model writes it: each statement is proved, and told as soon as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from connectors.ai import Tell, judging
from connectors.ai.aside import Aside
from connectors.ai.judging import Asked
from connectors.ai.statements import SCHEMA, Answer, Draft, Unfinished
from connectors.ai.telling import Telling
from connectors.llm import ModelFailed, Piece, Request, Said, Strength
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
        telling = Telling(self.desk.models, self.progress, purpose.key or "")
        async with asyncio.timeout(self.desk.left):
            reply, proved = await telling.told(request, lambda: _Proved(self.sources, asked))
        try:
            answer = msgspec.convert(reply.data, Answer)
        except msgspec.ValidationError as error:
            raise ModelFailed("bad_answer", str(error)) from error
        for statement in answer.statements[proved.draft.seen :]:
            proved.draft.add(statement)
        return judging.judged(asked, answer, proved.draft)


class _Proved:
    """The statements of an answer, as far as it is there."""

    def __init__(self, sources: Sequence[Passage], asked: Asked) -> None:
        self.draft = Draft(sources, asked.text, asked.told)
        self._unfinished, self._threshold = Unfinished(), asked.threshold

    def feed(self, piece: Piece) -> Iterator[tuple[int, str]]:
        for statement in self._unfinished.feed(piece.text):
            shown, head = self.draft.add(statement), self._unfinished.head
            if shown and head and judging.may_be_told(head, self.draft, self._threshold):
                yield len(self.draft.sentences) - 1, shown
