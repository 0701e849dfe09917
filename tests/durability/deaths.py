"""Which process dies when: drawn from a seed, so that a run can be repeated."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import NamedTuple

from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from tests.durability.installation import Installation

LOSS = "redis and its data"
VICTIMS = ("web 1", "web 2", "worker 1", "worker 2", "clock", "redis", LOSS, "postgres")


class Death(NamedTuple):
    """``victim`` is killed ``at`` seconds after the beginning and started again ``down`` later."""

    at: float
    victim: str
    down: float

    @property
    def part(self) -> str:
        return "redis" if self.victim == LOSS else self.victim


def deaths(seed: int, seconds: float, gap: float) -> Iterator[Death]:
    """Deaths about every ``gap`` seconds; every victim's turn comes before anybody's second."""
    draw, deck, at = random.Random(seed), list[str](), 0.0
    while True:
        at += draw.uniform(0.3, 2 * gap - 0.3)
        if at > seconds:
            return
        if not deck:
            deck = draw.sample(VICTIMS, len(VICTIMS))
        yield Death(at, deck.pop(), draw.uniform(0.0, 1.0))


class Reaper:
    """Kills by plan, starts again what it killed, and what ended for another reason."""

    def __init__(self, installation: Installation, plan: Iterator[Death]) -> None:
        self.installation = installation
        self.killed: list[Death] = []
        self.ended_alone: list[str] = []
        self._plan = plan
        self._next = next(plan, None)
        self._down: dict[str, float] = {}  # part -> when it starts again
        self._began = time.monotonic()

    @property
    def over(self) -> bool:
        """True when the plan is done and everything runs again."""
        return self._next is None and not self._down

    def look(self) -> None:
        """Does what is due by now; a part that is down already is not killed twice."""
        now = time.monotonic() - self._began
        for part in [part for part, again in self._down.items() if again <= now]:
            del self._down[part]
            self.installation.start(part)
        if self._next is not None and self._next.at <= now:
            if self._next.part not in self._down:
                self._kill(self._next, now)
            self._next = next(self._plan, None)
        self._start_what_ended()

    def _kill(self, death: Death, now: float) -> None:
        self.installation.kill(death.part)
        if death.victim == LOSS:
            self.installation.lose_redis_data()
        self._down[death.part] = now + death.down
        self.killed.append(death)

    def _start_what_ended(self) -> None:
        """As `flyt run` does: a worker ends, for one, when Redis does."""
        for name, part in self.installation.parts.items():
            ended = part.process is not None and part.process.poll() is not None
            if ended and name not in self._down:
                if isinstance(part, EmbeddedPostgres | EmbeddedRedis):
                    raise RuntimeError(f"{name} ended by itself")
                self.ended_alone.append(name)
                part.start()
