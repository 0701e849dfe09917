"""What the figures say: tables for people, a JSON file for machines, and the verdicts."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.load import Round, Run

CPU_LIMIT = 1.3  # times the floor's CPU time a turn
LANGGRAPH_LEAST = 6.0  # times LangGraph's turns per CPU-second, judged at 16 at once
P95_LIMIT = 1.5  # times the floor's p95, judged at 16 at once
STEP_LIMIT = 25.0  # microseconds a turn
HEADER = ("server", "at once", "turns/s", "p50 ms", "p95 ms", "CPU ms a turn = server + services",
          "turns per CPU-s", "MB")  # fmt: skip


@dataclass(frozen=True)
class Spread:
    """The median of repeated measurements, and how far they lay apart."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        ordered = sorted(values)
        return cls(statistics.median(ordered), ordered[0], ordered[-1])

    def __str__(self) -> str:
        return f"{self.median:.2f} [{self.least:.2f}–{self.most:.2f}]"


@dataclass(frozen=True)
class Verdict:
    """One target, what was measured, and whether it was met; None: told, but not judged."""

    target: str
    measured: str
    met: bool | None

    def __str__(self) -> str:
        word = {True: "ok", False: "MISSED", None: "told"}[self.met]
        return f"{word:<6}  {self.target}: {self.measured}"


def table(measured: dict[int, list[Round]]) -> str:
    """Markdown, a line for each server and number of conversations at once: medians of its runs."""
    lines = [HEADER]
    for at_once, rounds in measured.items():
        runs = [run for one in rounds for run in one.runs]
        names = dict.fromkeys(run.subject for run in runs)
        lines += [_line(at_once, [r for r in runs if r.subject == name]) for name in names]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * (width - 1) + ":" for width in widths))
    return "\n".join(
        f"| {' | '.join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))} |"
        for line in lines
    )


def progress(at_once: int, one: Round) -> str:
    """One round in one line."""
    times = one.langgraph_ratio
    beside = f", {times:.1f} × LangGraph's turns per CPU-second" if times else ""
    return (
        f"{at_once:>3} at once: {one.flyt.turns_per_second:5.0f} turns/s,"
        f" CPU {one.flyt.cpu_ms:.3f} ms a turn = {one.cpu_ratio:.2f} × floor,"
        f" p95 {one.flyt.p95_ms:.1f} ms = {one.p95_ratio:.2f} × floor{beside}"
    )


def verdicts(measured: dict[int, list[Round]]) -> list[Verdict]:
    """The targets of the talk, judged by the median of the paired runs."""
    found: list[Verdict] = []
    for at_once, rounds in measured.items():
        cpu = Spread.of(one.cpu_ratio for one in rounds)
        name = f"CPU a turn at {at_once} at once at most {CPU_LIMIT} × the floor's"
        found.append(Verdict(name, f"{cpu} ×", cpu.median <= CPU_LIMIT))
        if at_once == 16:
            p95 = Spread.of(one.p95_ratio for one in rounds)
            name = f"p95 at 16 at once at most {P95_LIMIT} × the floor's"
            found.append(Verdict(name, f"{p95} ×", p95.median <= P95_LIMIT))
        ratios = [one.langgraph_ratio for one in rounds if one.langgraph_ratio is not None]
        if ratios:
            times = Spread.of(ratios)
            name = f"turns per CPU-second at {at_once} at once at least {LANGGRAPH_LEAST:.0f} ×"
            # At 1 at once every turn pays for waking processes: the floor is no 6 × there either.
            met = times.median >= LANGGRAPH_LEAST if at_once == 16 else None
            found.append(Verdict(f"{name} LangGraph's", f"{times} ×", met))
    return found


def step_verdict(microseconds: Sequence[float]) -> Verdict:
    """The interpreter's own target."""
    spread = Spread.of(microseconds)
    name = f"step with trace and session JSON at most {STEP_LIMIT:.0f} µs a turn"
    return Verdict(name, f"{spread} µs", spread.median <= STEP_LIMIT)


def conclude(judged: Sequence[Verdict]) -> bool:
    """Prints the verdicts; true when every target was met."""
    print("\n" + "\n".join(str(verdict) for verdict in judged))
    missed = [verdict for verdict in judged if verdict.met is False]
    if missed:
        print("\n" + "!" * 78)
        print(f"{len(missed)} of {len(judged)} TARGETS MISSED. On a busy machine, run it again:")
        print("the pairs cancel a steady neighbour, not one that comes and goes.")
        print("!" * 78)
    return not missed


def write(place: Path, results: dict[str, Any]) -> None:
    """Adds the machine and the moment, and writes everything as JSON."""
    place.parent.mkdir(parents=True, exist_ok=True)
    facts = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load_average": os.getloadavg(),
    }
    place.write_text(json.dumps(facts | results, indent=1) + "\n")


def as_json(measured: dict[int, list[Round]]) -> dict[str, Any]:
    """Every run of every round."""
    return {str(at_once): [asdict(one) for one in rounds] for at_once, rounds in measured.items()}


def _line(at_once: int, runs: list[Run]) -> tuple[str, ...]:
    def median(name: str, digits: int) -> str:
        return f"{statistics.median(getattr(run, name) for run in runs):.{digits}f}"

    parts = f"{median('server_ms', 3)} + {median('services_ms', 3)}"
    return (
        runs[0].subject,
        str(at_once),
        median("turns_per_second", 0),
        median("p50_ms", 1),
        median("p95_ms", 1),
        f"{median('cpu_ms', 3)} = {parts}",
        median("turns_per_cpu_second", 0),
        median("memory_mb", 0),
    )
