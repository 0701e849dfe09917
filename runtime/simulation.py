"""Simulations for people who wait for an answer: of a draft, from any node, bounded in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from runtime.core.contract import VISITOR_EVENTS, AnyEvent
from runtime.core.document import Document, Step, Test
from runtime.core.release import Release
from runtime.core.session import Session, Turn
from runtime.core.timers import IDLE, due
from runtime.simulator import Failure, Simulator, play
from runtime.simulator.watching import Watched, WatchedRelease

SECONDS = 5.0  # for one simulation
ACTIONS = ("user", "choose", "upload", "wait", "signal", "colleague")


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
class Seen:
    """A visit of a node as it was seen from outside.

    ``heard`` is what the visitor had said to cause it, ``said`` are places in the transcript.
    """

    watched: Watched
    at: datetime
    line: int | None  # of the talk; None: the opening
    heard: str | None
    said: tuple[int, ...]


@dataclass(frozen=True)
class Waiting:
    """Something the conversation waits for; at ``until`` the clock wakes it."""

    on: str
    until: datetime | None
    flow: str | None = None
    node: str | None = None
    name: str | None = None  # of the event waited for


class Observed(Bounded):
    """A simulation that can be drawn: who said what, why, when, and what is waited for."""

    def __init__(self, document: Document, **options: Any) -> None:
        self._watched = WatchedRelease(document)
        super().__init__(self._watched, **options)
        self.seen: list[Seen] = []

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """What is waited for, the newest last, and the moment silence is noticed."""
        timers = {timer.slot: timer.due for timer in due(self.session)}
        waits = [
            Waiting(wait.on, timers.get(str(depth)), frame.flow, frame.node, wait.name)
            for depth, frame in enumerate(self.session.frames)
            if (wait := frame.waiting)
        ]
        if IDLE in timers:
            waits.append(Waiting("inactivity", timers[IDLE]))
        return tuple(waits)

    def _take(self, turn: Turn, session: Session) -> None:
        begin = len(self.transcript)
        super()._take(turn, session)
        places = {
            id(line.meant or line.message): begin + n
            for n, line in enumerate(self.transcript[begin:])
        }
        for watched in self._watched.watched(turn):
            said = tuple(places[id(message)] for message in watched.said)
            by_visitor = watched.visit.event in _BY_VISITOR
            heard = turn.heard.text if turn.heard and by_visitor else None
            self.seen.append(Seen(watched, self.now, self.line, heard, said))


_BY_VISITOR = {event.__name__ for event in VISITOR_EVENTS}


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
    simulator: Simulator,
    talk: Sequence[Step],
    variables: Mapping[str, Any],
    *,
    opening: bool = False,
) -> tuple[Check, ...]:
    """Plays the talk; an empty one just opens the conversation. Raises `TooLong`."""
    played = play(simulator, talk, variables, opening=opening)
    failures = {failure.step: failure for failure in played}
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
