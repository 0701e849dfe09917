"""CPU time and memory of processes, read from Linux's /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds
PAGE = os.sysconf("SC_PAGE_SIZE")


class Process(NamedTuple):
    """What /proc/PID/stat says; ``cpu`` counts ended children that were waited for as well."""

    pid: int
    parent: int
    cpu: float  # seconds
    memory: int  # resident bytes


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU time so far of these processes and everything below them, ended children included."""
    family, everybody = set(pids), _everybody()
    grown = True
    while grown:
        grown = False
        for process in everybody:
            if process.parent in family and process.pid not in family:
                family.add(process.pid)
                grown = True
    return sum(process.cpu for process in everybody if process.pid in family)


def memory_megabytes(pid: int) -> float:
    """Resident memory of one process."""
    process = _read(Path(f"/proc/{pid}/stat"))
    return process.memory / 1e6 if process else 0.0


def own_megabytes(pid: int) -> float:
    """Its private memory, and its share of what it has in common with other processes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6


def _everybody() -> list[Process]:
    found = (_read(entry) for entry in Path("/proc").glob("[0-9]*/stat"))
    return [process for process in found if process]


def _read(stat: Path) -> Process | None:
    try:
        text = stat.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name may hold blanks and brackets, so the fields are counted from its last bracket.
    fields = text[text.rindex(")") + 2 :].split()
    ticks = sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime
    return Process(int(text.split(" ", 1)[0]), int(fields[1]), ticks * TICK, int(fields[21]) * PAGE)
