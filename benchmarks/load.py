"""Runs of the load client against the servers under test, in pairs."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.measure import cpu_seconds, memory_megabytes
from benchmarks.subjects import ROOT, Subject


class RunFailed(RuntimeError):
    """A server answered wrongly or not at all; its figures would mean nothing."""


@dataclass(frozen=True)
class Run:
    """One run of one server at one number of conversations at once."""

    subject: str
    at_once: int
    turns: int
    turns_per_second: float
    p50_ms: float
    p95_ms: float
    server_ms: float  # CPU time a turn
    services_ms: float  # CPU time a turn of PostgreSQL, and of Redis where it is used
    memory_mb: float

    @property
    def cpu_ms(self) -> float:
        return self.server_ms + self.services_ms

    @property
    def turns_per_cpu_second(self) -> float:
        return 1000 / self.cpu_ms


class Asked:
    """A program in a process of its own that answers each line of JSON with one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def answer(self, job: dict[str, Any]) -> dict[str, Any]:
        """Raises `RunFailed` where it has died; what else went wrong is the answer's `error`."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RunFailed(f"{self._process.args} has no pipes")
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RunFailed(f"{self._process.args} died")
        return json.loads(line)


@contextlib.contextmanager
def asked(module: str) -> Iterator[Asked]:
    """The program of a module, which lives as long as the block."""
    command = [sys.executable, "-m", module]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        yield Asked(process)
        if process.stdin:
            process.stdin.close()


class Client:
    """The load client in its own process; see `benchmarks.client`."""

    def __init__(self, program: Asked) -> None:
        self._program = program

    def run(self, subject: Subject, at_once: int, seconds: float) -> Run:
        """Raises `RunFailed` at the first wrong reply."""
        before = cpu_seconds([subject.server]), cpu_seconds(subject.services)
        job = {"port": subject.port, "channel": subject.channel}
        answer = self._program.answer(job | {"at_once": at_once, "seconds": seconds})
        if "error" in answer:
            raise RunFailed(f"{subject.name} at {at_once} at once: {answer['error']}")
        after = cpu_seconds([subject.server]), cpu_seconds(subject.services)
        server, services = (
            (end - start) * 1000 / answer["turns"] for start, end in zip(before, after, strict=True)
        )
        return Run(
            subject=subject.name,
            at_once=at_once,
            turns=answer["turns"],
            turns_per_second=answer["turns_per_second"],
            p50_ms=answer["p50_ms"],
            p95_ms=answer["p95_ms"],
            server_ms=server,
            services_ms=services,
            memory_mb=memory_megabytes(subject.server),
        )


@contextlib.contextmanager
def client() -> Iterator[Client]:
    """A load client that lives as long as the block."""
    with asked("benchmarks.client") as program:
        yield Client(program)


@dataclass(frozen=True)
class Round:
    """One paired measurement: the floor right before and right after Flyt, then LangGraph."""

    before: Run
    flyt: Run
    after: Run
    langgraph: Run | None

    @property
    def cpu_ratio(self) -> float:
        """Flyt's CPU time a turn over the floor's."""
        return self.flyt.cpu_ms / _mean(self.before.cpu_ms, self.after.cpu_ms)

    @property
    def p50_ratio(self) -> float:
        return self.flyt.p50_ms / _mean(self.before.p50_ms, self.after.p50_ms)

    @property
    def p95_ratio(self) -> float:
        return self.flyt.p95_ms / _mean(self.before.p95_ms, self.after.p95_ms)

    @property
    def langgraph_ratio(self) -> float | None:
        """Flyt's turns per CPU-second over LangGraph's."""
        if self.langgraph is None:
            return None
        return self.flyt.turns_per_cpu_second / self.langgraph.turns_per_cpu_second

    @property
    def runs(self) -> Sequence[Run]:
        runs = (self.before, self.flyt, self.after, self.langgraph)
        return [run for run in runs if run is not None]


def rounds(
    load: Client, subjects: dict[str, Subject], at_once: int, seconds: float, count: int
) -> Iterator[Round]:
    """Yields each round as it ends; a short run of each server that counts for nothing is first."""
    for subject in subjects.values():
        load.run(subject, at_once, min(seconds, 1))
    for _ in range(count):
        yield Round(
            before=load.run(subjects["floor"], at_once, seconds),
            flyt=load.run(subjects["flyt"], at_once, seconds),
            after=load.run(subjects["floor"], at_once, seconds),
            langgraph=_maybe(load, subjects.get("langgraph"), at_once, seconds),
        )


def _maybe(load: Client, subject: Subject | None, at_once: int, seconds: float) -> Run | None:
    return load.run(subject, at_once, seconds) if subject else None


def _mean(one: float, other: float) -> float:
    return (one + other) / 2
