"""An agent's memory of what it is doing, kept by its node from wake to wake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Self

import msgspec
from msgspec.structs import replace

from runtime.core.contract import Citation, Value
from runtime.core.effects.agent import (
    CameBack,
    Decided,
    Heard,
    Step,
    Stepped,
    ToolUse,
    next_source,
)
from runtime.core.effects.ai import Mood

MOST = 10_000  # bytes of all steps as JSON: answers that can be gone back to hold copies of them
LONGEST = 1_500  # characters of one result
SHORTENED = 200  # characters of an old one
LEFT_OUT = "(left out to save room)"


class Work(Value, frozen=True):
    """``queue`` holds the calls not done yet, the first being done or asked about just now.

    ``decisions`` and ``seconds`` count since the visitor's last words, ``total`` and ``cost`` all.
    """

    steps: tuple[Step, ...] = ()
    queue: tuple[ToolUse, ...] = ()
    asking: bool = False  # the visitor is asked whether the first call may be done
    since: datetime | None = None  # when what is waited for began, as far as its time counts
    decisions: int = 0
    seconds: float = 0.0
    total: int = 0
    cost: float = 0.0
    used: tuple[str, ...] = ()  # names of tools
    before: str | None = None
    said: str = ""
    confidential: bool = False  # made of what only local models may read, once and for all

    @classmethod
    def of(cls, kept: dict[str, Any] | None) -> Self:
        return msgspec.convert(kept or {}, cls)

    @property
    def kept(self) -> dict[str, Any]:
        """As it is stored with the conversation."""
        return msgspec.to_builtins(self)

    @property
    def fitted(self) -> Self:
        """With steps that are within the budget; what no longer is in them was said before."""
        steps = _fitted(self.steps)
        left_out = _first(steps) != _first(self.steps)
        return replace(self, steps=steps, before=None if left_out else self.before)

    # What happens -----------------------------------------------------------------------------

    def hears(self, text: str) -> Self:
        """The visitor wrote; limits count from here."""
        steps = (*self.steps, Heard(text)) if text else self.steps
        return replace(self, steps=steps, decisions=0, seconds=0.0, asking=False)

    def begins(self, now: datetime) -> Self:
        return replace(self, since=now, asking=False)

    def ends(self, now: datetime) -> Self:
        """What was waited for is there."""
        spent = (now - self.since).total_seconds() if self.since else 0.0
        return replace(self, since=None, seconds=self.seconds + max(0.0, spent))

    def decides(self, stepped: Stepped) -> Self:
        """Takes in what the model decided, and what was found out about the visitor's words."""
        steps = _with(self.steps, stepped.heard) if stepped.heard else self.steps
        return replace(
            self,
            steps=(*steps, Decided(stepped.text, stepped.calls)),
            queue=stepped.calls,
            decisions=self.decisions + 1,
            total=self.total + 1,
            cost=self.cost + stepped.cost,
            before=self.before if self.before is not None else stepped.before,
            said=self.said if stepped.does in ("call", "hand_over") else stepped.text,
            confidential=self.confidential or stepped.confidential,
        )

    def uses(self, tool: str) -> Self:
        return replace(self, used=tuple(dict.fromkeys((*self.used, tool))))

    def gets(self, text: str, sources: tuple[Citation, ...] = ()) -> Self:
        """The first call of the queue has its result."""
        told = text if len(text) <= LONGEST else f"{text[:LONGEST]}… {LEFT_OUT}"
        back = CameBack(self.queue[0].id, told, sources)
        return replace(self, steps=(*self.steps, back), queue=self.queue[1:], asking=False)

    # What is known ----------------------------------------------------------------------------

    @property
    def felt(self) -> Mood:
        """How the visitor is, by their latest words."""
        heard = next((step for step in reversed(self.steps) if isinstance(step, Heard)), None)
        return (heard and heard.felt) or "calm"

    @property
    def next_source(self) -> int:
        """The number that the next passage is cited with."""
        return next_source(self.steps)

    def earlier(self, call: ToolUse) -> list[CameBack]:
        """The results of the same call since the visitor's last words."""
        places = [n for n, step in enumerate(self.steps) if isinstance(step, Heard)]
        recent = self.steps[places[-1] + 1 :] if places else self.steps
        done = _done(recent)
        return [back for one, back in done if (one.tool, one.args) == (call.tool, call.args)]


def _first(steps: Sequence[Step]) -> Heard | None:
    return next((step for step in steps if isinstance(step, Heard)), None)


def _with(steps: Sequence[Step], heard: Heard) -> tuple[Step, ...]:
    """``heard`` in the place of the visitor's latest words."""
    place = max(n for n, step in enumerate(steps) if isinstance(step, Heard))
    return (*steps[:place], heard, *steps[place + 1 :])


def _done(steps: Sequence[Step]) -> Iterator[tuple[ToolUse, CameBack]]:
    """Each call with its result, by their order."""
    open_: list[ToolUse] = []
    for step in steps:
        if isinstance(step, Decided):
            open_ = list(step.calls)
        elif isinstance(step, CameBack) and open_:
            yield open_.pop(0), step


def _size(steps: Sequence[Step]) -> int:
    return len(msgspec.json.encode(steps))


def _fitted(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps within the budget: old results are shortened, then the oldest words go."""
    place = 0
    while _size(steps) > MOST and place < len(steps) - 1:
        steps = (*steps[:place], _shortened(steps[place]), *steps[place + 1 :])
        place += 1
    while _size(steps) > MOST and (later := _next_words(steps)):
        steps = steps[later:]
    return steps


def _next_words(steps: Sequence[Step]) -> int:
    """Where the visitor's second words stand: what is before them can go as a whole; else 0."""
    places = [n for n, step in enumerate(steps) if n and isinstance(step, Heard)]
    return places[0] if places else 0


def _shortened(step: Step) -> Step:
    if isinstance(step, CameBack):
        sources = tuple(replace(one, text=_cut(one.text)) for one in step.sources)
        return replace(step, text=_cut(step.text), sources=sources)
    return step


def _cut(text: str) -> str:
    return text if len(text) <= SHORTENED else f"{text[:SHORTENED]}… {LEFT_OUT}"
