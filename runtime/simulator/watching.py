"""A release that notes what its nodes answer and how long they take; the core knows nothing of it.

A node is called through a stand-in that reads the clock, so interpreter and nodes stay pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, cast

from runtime.core.contract import AnyEvent, AnyOutcome, Context, Message, Node, Perform
from runtime.core.document import Document
from runtime.core.release import Release
from runtime.core.run import MAX_TRACE
from runtime.core.session import Turn, Visit


@dataclass(frozen=True, slots=True)
class Answered:
    """One call of a node; ``outcome`` is None where an expression of it failed."""

    position: int  # of the visit in its turn
    microseconds: int
    outcome: AnyOutcome | None


@dataclass(frozen=True, slots=True)
class Watched:
    """One line of the trace, with what the node alone can't tell; ``said`` are messages of it."""

    visit: Visit
    microseconds: int
    said: tuple[Message, ...]
    performed: tuple[str, ...]  # kinds of effects


class WatchedRelease(Release):
    """Interprets like any release; what its nodes answer is kept until `watched` is asked."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._answered: list[Answered] = []

    def nodes(self, language: str) -> Mapping[tuple[str, str], Node]:
        return cast(
            "Mapping[tuple[str, str], Node]", _Nodes(super().nodes(language), self._answered)
        )

    def watched(self, turn: Turn) -> list[Watched]:
        """The trace of the turn that was just stepped. What no node said belongs to the last."""
        written = [one for one in self._answered if one.position < MAX_TRACE]
        self._answered.clear()
        answered = written[len(written) - len(turn.trace) :]
        said = _speakers(turn.messages, answered)
        return [
            Watched(visit, one.microseconds, tuple(said.get(place, ())), _effects(one.outcome))
            for place, (visit, one) in enumerate(zip(turn.trace, answered, strict=False))
        ]


class _Nodes:
    def __init__(self, nodes: Mapping[tuple[str, str], Node], answered: list[Answered]) -> None:
        self._nodes, self._answered = nodes, answered

    def __getitem__(self, place: tuple[str, str]) -> _Node:
        return _Node(self._nodes[place], self._answered)


class _Node:
    """A node with a stop watch."""

    def __init__(self, node: Node, answered: list[Answered]) -> None:
        self._node, self._answered = node, answered

    def __getattr__(self, name: str) -> Any:
        return getattr(self._node, name)

    def run(self, ctx: Context) -> AnyOutcome:
        return self._timed(ctx, lambda: self._node.run(ctx))

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        return self._timed(ctx, lambda: self._node.resume(ctx, event))

    def _timed(self, ctx: Context, call: Callable[[], AnyOutcome]) -> AnyOutcome:
        outcome: AnyOutcome | None = None
        began = perf_counter_ns()
        try:
            return (outcome := call())
        finally:
            took = (perf_counter_ns() - began) // 1_000
            self._answered.append(Answered(ctx.position, took, outcome))


def _speakers(messages: tuple[Message, ...], answered: list[Answered]) -> dict[int, list[Message]]:
    """Messages by the place of the visit that said them; by identity, equal texts are common."""
    by: dict[int, list[int]] = {}
    for place, one in enumerate(answered):
        for message in one.outcome.say if one.outcome else ():
            by.setdefault(id(message), []).append(place)
    said: dict[int, list[Message]] = {}
    place = 0
    for message in messages:
        places = by.get(id(message))
        place = places.pop(0) if places else place
        said.setdefault(place, []).append(message)
    return said


def _effects(outcome: AnyOutcome | None) -> tuple[str, ...]:
    if outcome is None:
        return ()
    waited_for = (outcome.effect,) if isinstance(outcome, Perform) else ()
    return tuple(effect.kind for effect in (*outcome.emit, *waited_for))
