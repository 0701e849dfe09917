"""The proof: conversations go on while everything under them is killed, and nothing shows."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.durability.checks import NOTE_TIMERS, Failure, check, gather, lateness
from tests.durability.commands import ROOT, scratch
from tests.durability.deaths import Reaper, deaths
from tests.durability.installation import Installation
from tests.durability.talk import DOCUMENT, Talk
from tests.durability.visitors import Crowd, Visit

SHOWN = 5  # failures told with all their rows


@dataclass(frozen=True)
class Plan:
    """How many talk, for how long deaths go on, and how long everybody may need afterwards."""

    conversations: int
    seconds: float
    gap: float  # between two deaths, on average
    patience: float
    seed: int

    @classmethod
    def short(cls, seed: int | None = None) -> Plan:
        return cls(40, seconds=16, gap=1.1, patience=80, seed=_seed(seed))

    @classmethod
    def long(cls, seed: int | None = None) -> Plan:
        return cls(200, seconds=150, gap=1.1, patience=180, seed=_seed(seed))


@dataclass(frozen=True)
class Result:
    """What happened, and what should not have."""

    plan: Plan
    deaths: Counter[str]
    ended_alone: Counter[str]
    lateness: list[float]  # seconds, sorted
    uncertain: int  # letters whose fate nobody can know
    seconds: float
    failures: list[Failure]
    report: str

    @property
    def summary(self) -> str:
        late = self.lateness or [0.0]
        middle, worst = late[len(late) // 2], late[-1]
        return (
            f"seed {self.plan.seed}: {self.plan.conversations} conversations,"
            f" {self.deaths.total()} deaths ({_counted(self.deaths)}), {self.seconds:.0f} s;"
            f" {len(self.lateness)} timers fired, in the middle {middle:.2f} s late, at worst"
            f" {worst:.1f} s; ended without being killed: {_counted(self.ended_alone) or 'none'};"
            f" {self.uncertain} letters of unknown fate; {len(self.failures)} failures"
        )


def prove(plan: Plan, parent: Path) -> Result:
    """Runs the plan in a new folder below ``parent``."""
    with scratch(parent) as folder, Installation(folder, DOCUMENT) as installation:
        installation.execute(NOTE_TIMERS)
        crowd = Crowd(
            talks=tuple(Talk(n, silent=n % 2 == 1) for n in range(plan.conversations)),
            channel=installation.channel,
            servers=tuple(installation.servers),
            arrive_within=plan.seconds * 0.8,
            seed=plan.seed,
        )
        began = time.monotonic()
        with _visiting(crowd) as process:
            reaper = Reaper(installation, deaths(plan.seed, plan.seconds, plan.gap))
            _until_everybody_left(process, reaper, plan.patience)
            process.terminate()
            visits = msgspec.json.decode(process.communicate()[0], type=list[Visit])
        return _result(plan, installation, visits, reaper, time.monotonic() - began)


@contextmanager
def _visiting(crowd: Crowd) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.durability.visitors", msgspec.json.encode(crowd)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.terminate()


def _until_everybody_left(crowd: subprocess.Popen[bytes], reaper: Reaper, patience: float) -> None:
    """Kills by plan; then gives the visitors so many seconds to finish."""
    until = float("inf")
    while time.monotonic() < until and not (reaper.over and crowd.poll() is not None):
        reaper.look()
        if reaper.over:
            until = min(until, time.monotonic() + patience)
        time.sleep(0.05)


def _result(
    plan: Plan, installation: Installation, visits: list[Visit], reaper: Reaper, seconds: float
) -> Result:
    evidence = gather(installation)
    failures = list(check(evidence, visits))
    told = dict.fromkeys(failure.conversation for failure in failures)
    stories = [f"--- {one}\n{evidence.story(one)}" for one in list(told)[:SHOWN]]
    lines = [f"{failure.conversation}: {failure.what}" for failure in failures]
    if failures:
        stories += [f"--- {name}\n{installation.log_tail(name)}" for name in installation.programs]
    effects = [effect for rows in evidence.rows["effect"].values() for effect in rows]
    return Result(
        plan=plan,
        deaths=Counter(death.victim for death in reaper.killed),
        ended_alone=Counter(reaper.ended_alone),
        lateness=lateness(evidence),
        uncertain=sum(effect["state"] == "unknown" for effect in effects),
        seconds=seconds,
        failures=failures,
        report="\n".join([*lines, *stories]),
    )


def _seed(given: int | None) -> int:
    return secrets.randbelow(1_000_000) if given is None else given


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))
