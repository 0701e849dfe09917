"""10,000 open conversations with their streams: what each costs, and what talkers feel of them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks.load import Asked, Client, RunFailed, asked, client
from benchmarks.measure import memory_megabytes, own_megabytes
from benchmarks.report import Verdict
from benchmarks.subjects import Subject, flyts, gather_statistics, services

MANY = 10_000
EACH_LIMIT = 15.0  # kB a stream
PROCESS_LIMIT = 120.0  # MB a process before them
SLOWER = 1.25  # times a turn's p50 and p95 with the streams open, at most; the noise of such runs
AT_ONCE = 4
REPEATS = 5
RATE = 100.0  # turns a second of all talkers together
SECONDS = 30.0
SETTLED = 4.0  # seconds after which the first poll of all of them is over


class Crowd:
    """The visitors in their own process; see `benchmarks.crowd`."""

    def __init__(self, program: Asked) -> None:
        self._program = program

    def ask(self, do: str, **job: Any) -> dict[str, Any]:
        """Raises `RunFailed` where a server answers wrongly or a stream stays silent."""
        answer = self._program.answer({"do": do} | job)
        if "error" in answer:
            raise RunFailed(f"{do}: {answer['error']}")
        return answer


@contextlib.contextmanager
def crowd() -> Iterator[Crowd]:
    with asked("benchmarks.crowd") as program:
        yield Crowd(program)


def run(*, quick: bool) -> list[Verdict]:
    """Prints each measurement as it ends."""
    many, repeats, seconds = (500, 1, 10.0) if quick else (MANY, REPEATS, SECONDS)
    with services() as (postgres, redis), flyts(postgres, redis, 2) as pair:
        judged = [_beginning(pair[0])]
        with client() as load, crowd() as visitors:
            for subject in pair:
                load.run(subject, AT_ONCE, 2.0)
            gather_statistics(postgres, ["flyt"])
            visitors.ask("open", port=pair[0].port, channel=pair[0].channel, many=many)
            judged += _one_process(load, visitors, pair[0], many, repeats)
        with crowd() as visitors:
            return judged + _two_processes(visitors, pair, many, seconds)


def _beginning(subject: Subject) -> Verdict:
    bare, own = memory_megabytes(subject.server), own_megabytes(subject.server)
    found = f"{bare:.0f} MB resident, {own:.0f} MB of its own"
    name = f"a process before them at most {PROCESS_LIMIT:.0f} MB"
    return Verdict(name, found, bare <= PROCESS_LIMIT)


def _one_process(
    load: Client, visitors: Crowd, subject: Subject, many: int, repeats: int
) -> list[Verdict]:
    """All streams on one process, and talkers on it before and meanwhile."""
    before = [load.run(subject, AT_ONCE, 3.0) for _ in range(repeats)]
    bare = memory_megabytes(subject.server)
    counted = visitors.ask("listen", ports=[subject.port])
    time.sleep(SETTLED)
    each = (memory_megabytes(subject.server) - bare) * 1000 / many
    meanwhile = [load.run(subject, AT_ONCE, 3.0) for _ in range(repeats)]
    counted = visitors.ask("count")
    slower = {
        name: median(getattr(run, name) for run in meanwhile)
        / median(getattr(run, name) for run in before)
        for name in ("p50_ms", "p95_ms", "cpu_ms")
    }
    print(f"streams: {counted}, {each:.1f} kB each on {bare:.0f} MB, turns {slower}", flush=True)
    return [
        Verdict(f"{many:,} streams on one process stay open", f"{counted['lost']} lost",
                counted["open"] == many),
        Verdict(f"a stream at most {EACH_LIMIT:.0f} kB", f"{each:.1f} kB", each <= EACH_LIMIT),
        *(
            Verdict(f"a turn's {name} with them at most {SLOWER} × of before",
                    f"{slower[key]:.2f} ×", slower[key] <= SLOWER)
            for name, key in (("p50", "p50_ms"), ("p95", "p95_ms"))
        ),
    ]  # fmt: skip


def _two_processes(
    visitors: Crowd, pair: list[Subject], many: int, seconds: float
) -> list[Verdict]:
    """The streams spread over two processes, and talkers who change between them at every turn."""
    ports, channel = [subject.port for subject in pair], pair[0].channel
    visitors.ask("open", port=ports[0], channel=channel, many=many)
    visitors.ask("listen", ports=ports)
    time.sleep(SETTLED)
    told = visitors.ask("talk", ports=ports, channel=channel, rate=RATE, seconds=seconds)
    counted = visitors.ask("count")
    print(f"streams: {told}", flush=True)
    return [
        Verdict(f"{RATE:.0f} turns a second beside {many:,} streams on two processes",
                f"{told['turns_per_second']:.0f} a second, p50 {told['p50_ms']:.1f} ms,"
                f" p95 {told['p95_ms']:.1f} ms; told on the other process's stream within"
                f" {told['stream_p95_ms']:.1f} ms (95 of 100); {counted['lost']} streams lost",
                counted["open"] == many and told["behind_p95_ms"] < 100),
    ]  # fmt: skip
