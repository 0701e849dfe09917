"""A plugin (`FLYT_PLUGINS=tests.doubles.writing`) that writes an answer sentence by sentence.

The node `test.writing` asks for an answer to the variable `question` and says it with its two
sources. A question with "again" in it fails once after two sentences, one with "silence" in it ends
without a word. `FLYT_TEST_PACE` are the seconds before each sentence and before the answer.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any, ClassVar, Literal

import msgspec

from runtime.core.contract import (
    AnyEvent,
    AnyOutcome,
    Citation,
    Context,
    EffectDone,
    Facts,
    Message,
    Next,
    Node,
    Perform,
    Value,
)
from runtime.core.effects import Effect, EffectError
from tests.doubles.quoted import CITATIONS, SENTENCES, TEXT


class Written(Value, frozen=True):
    text: str
    citations: tuple[Citation, ...] = ()


class Write(Effect, frozen=True):
    kind: ClassVar[str] = "writing.answer"
    lane: ClassVar[Literal["interactive"]] = "interactive"
    result: ClassVar[Any] = Written

    question: str

    def fake(self, facts: Facts) -> Written:
        return Written(TEXT, CITATIONS)


class Writing(Node):
    """Answers a question out of two sources."""

    type: ClassVar[str] = "test.writing"
    label: ClassVar[str] = "Writing"
    icon: ClassVar[str] = "plug"
    group: ClassVar[Literal["ai"]] = "ai"

    def run(self, ctx: Context) -> AnyOutcome:
        return Perform(Write(str(ctx.get("question"))))

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        if not isinstance(event, EffectDone):
            raise TypeError(f"the answer was not written: {event!r}")
        written = msgspec.convert(msgspec.to_builtins(event.result), Written)
        said = Message(written.text, citations=written.citations)
        return Next(say=(said,) if written.text else ())


class Writer:
    def __init__(self) -> None:
        self.pace = float(os.environ.get("FLYT_TEST_PACE", "0.05"))
        self._failed: set[str] = set()

    async def __call__(self, key: str, effect: Effect, call: Any) -> Written:
        if not isinstance(effect, Write):
            raise TypeError(f"{effect!r} is no question")
        for i, sentence in enumerate(SENTENCES):
            await asyncio.sleep(self.pace)
            if i == 2 and "again" in effect.question and key not in self._failed:
                self._failed.add(key)
                raise EffectError("timeout", "the line was cut", again=True)
            await call.progress.token(key, 0, i, sentence)
        await asyncio.sleep(self.pace)
        if "silence" in effect.question:
            return Written("")
        return Written(TEXT, CITATIONS)


def register(abilities: Any) -> None:
    """Called once by each process that performs effects."""
    abilities.effects[Write.kind] = Writer()
