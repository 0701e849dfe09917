"""Simulations for people who wait for an answer: of a draft, from any node, bounded in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from runtime.core.contract import AnyEvent
from runtime.core.document import Document, Step, Test
from runtime.core.release import Release
from runtime.simulator import Failure, Simulator, play

SECONDS = 5.0  # for one simulation
ACTIONS = ("user", "choose", "upload", "wait", "signal")


class TooLong(RuntimeError):
    """The simulation was stopped: it took longer than 5 seconds; look for a loop without a wait."""


class Unknown(LookupError):
    """The document has no such flow or node."""


class Bounded(Simulator):
    """Raises `TooLong` once its time is used up. A single step is bounded by the interpreter."""

    def __init__(self, release: Release, **options: Any) -> None:
        super().__init__(release, **options)
        self._until = monotonic() + SECONDS

    def _step(self, event: AnyEvent) -> None:
        if monotonic() > self._until:
            raise TooLong(TooLong.__doc__)
        super()._step(event)


@dataclass(frozen=True)
class Check:
    """A line of the talk that expects something, or that could not be acted out."""

    line: int  # from 0
    ok: bool
    expected: str
    got: str | None = None


def beginning_at(document: Document, flow: str | None, node: str | None) -> Document:
    """The document as if its conversations began there. Raises `Unknown`."""
    main = document.flow(flow or document.main)
    if main is None:
        raise Unknown(f"the document has no flow {flow!r}")
    if node is not None:
        if node not in {placed.id for placed in main.nodes}:
            raise Unknown(f"the flow {main.id!r} has no node {node!r}")
        main = main.model_copy(update={"start": node})
    flows = tuple(main if each.id == main.id else each for each in document.flows)
    return document.model_copy(update={"main": main.id, "flows": flows})


def simulate(
    simulator: Simulator, talk: Sequence[Step], variables: Mapping[str, Any]
) -> tuple[Check, ...]:
    """Plays the talk; an empty one just opens the conversation. Raises `TooLong`."""
    if not talk:
        simulator.start(variables)
        return ()
    failures = {failure.step: failure for failure in play(simulator, talk, variables)}
    return tuple(_checks(talk, failures))


def run_test(document: Document, test: Test, release: Release) -> tuple[Check, ...]:
    simulator = Bounded(release, fakes=test.fakes, channel=test.channel, locale=test.language)
    return simulate(simulator, test.talk, test.variables)


def _checks(talk: Sequence[Step], failures: Mapping[int, Failure]) -> Iterator[Check]:
    for line, step in enumerate(talk):
        if failed := failures.get(line):
            yield Check(line, False, failed.expected, failed.got)
            if step.kind in ACTIONS:
                return  # nothing after it was played
        elif step.kind not in ACTIONS:
            yield Check(line, True, str(step.value))
