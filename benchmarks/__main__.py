"""`python -m benchmarks`: the figures of docs/benchmarks.md, measured anew.

Without a name, everything; else one of `talk`, `step`, `canvas`, `streams`, `timers`, `volume`,
`durability`, `schema`, `pages`, `hostile`, `retrieval`, `suggest`, `xquad`, `prices`, `intents`,
`savings`. Exits with 1 where a target is missed or a server answers wrongly.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import (
    canvas,
    durability,
    hostile,
    intents,
    pages,
    payloads,
    prices,
    report,
    retrieval,
    savings,
    schema,
    step,
    streams,
    suggest,
    timers,
    volume,
    xquad,
)
from benchmarks.load import RunFailed, client, rounds
from benchmarks.subjects import (
    FOLDER,
    SubjectFailed,
    floor,
    flyt,
    gather_statistics,
    langgraph,
    services,
)

PARTS = (
    "step", "talk", "canvas", "streams", "timers", "volume", "durability", "schema", "pages",
    "hostile", "retrieval", "suggest", "xquad", "prices", "intents", "savings",
)  # fmt: skip
MEASURED = {
    "canvas": canvas.run,
    "streams": streams.run,
    "timers": timers.run,
    "volume": volume.run,
    "retrieval": retrieval.run,
    "suggest": suggest.run,
    "xquad": xquad.run,
    "intents": intents.run,
    "savings": savings.run,
}
EXACT = {"hostile": hostile.run, "prices": prices.run}  # no busy machine excuses them
OUTSIDE = (
    "hostile",
    "xquad",
    "prices",
    "intents",
    "savings",
)  # parts that need data which are no part of Flyt
LEVELS = (16, 1, 64)  # conversations at once; the level that is judged most is measured first

WARM_UP = 3.0  # seconds each server is used before anything is measured


def main() -> int:
    options = _options()
    parts = _possible(PARTS) if options.part == "all" else (options.part,)
    results: dict[str, Any] = {"command": sys.argv[1:]}
    judged: list[report.Verdict] = []
    exact: list[report.Verdict] = []  # those that no busy machine excuses
    try:
        if "step" in parts:
            judged.append(_step(results))
        if "talk" in parts:
            judged += _talk(options, results)
        for part in parts:
            if part in MEASURED:
                judged += MEASURED[part](quick=options.quick)
        if "durability" in parts:
            judged.append(durability.run(options.seed, quick=options.quick))
        if "pages" in parts:
            order, *speeds = pages.run(quick=options.quick)
            exact.append(order)
            judged += speeds
        if "schema" in parts:
            exact += schema.run(options.seed, quick=options.quick)
        for part in parts:
            if part in EXACT:
                exact += EXACT[part](quick=options.quick)
    except (SubjectFailed, RunFailed) as failure:
        print(f"\nNOT MEASURED: {failure}", file=sys.stderr)
        return 1
    judged += exact
    results["verdicts"] = [str(verdict) for verdict in judged]
    report.write(options.out, results)
    met = report.conclude(judged)
    print(f"\nevery run: {options.out}")
    if options.quick:
        print("a quick run measures too little to judge: only wrong answers fail it")
        return 0 if all(verdict.met for verdict in exact) else 1
    return 0 if met else 1


def _possible(parts: Sequence[str]) -> Sequence[str]:
    """Without the parts that need data from elsewhere, where there are none."""
    if payloads.SETTING in os.environ:
        return parts
    print(f"{', '.join(OUTSIDE)} are left out: {payloads.SETTING} names no folder with their data")
    return [part for part in parts if part not in OUTSIDE]


def _step(results: dict[str, Any]) -> report.Verdict:
    microseconds = step.measure()
    results["step"] = {"microseconds": microseconds, "session_bytes": step.session_bytes()}
    return report.step_verdict(microseconds)


def _talk(options: argparse.Namespace, results: dict[str, Any]) -> list[report.Verdict]:
    """Measures every level; each round prints its own line, so that a long run can be watched."""
    seconds, count, levels = (1.0, 1, LEVELS[:2]) if options.quick else (3.0, 5, LEVELS)
    seconds, count = options.seconds or seconds, options.rounds or count
    measured: dict[int, list[report.Round]] = {}
    with contextlib.ExitStack() as stack:
        postgres, redis = stack.enter_context(services())
        subjects = {
            "floor": stack.enter_context(floor(postgres)),
            "flyt": stack.enter_context(flyt(postgres, redis)),
        }
        if options.langgraph:
            subjects["langgraph"] = stack.enter_context(langgraph(postgres))
        load = stack.enter_context(client())
        for subject in subjects.values():
            load.run(subject, LEVELS[0], WARM_UP)
        gather_statistics(postgres, subjects)
        for at_once in levels:
            measured[at_once] = []
            for one in rounds(load, subjects, at_once, seconds, count):
                measured[at_once].append(one)
                print(report.progress(at_once, one), flush=True)
    print("\n" + report.table(measured))
    results["talk"] = report.as_json(measured)
    return report.verdicts(measured)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="?", default="all", choices=("all", *PARTS))
    parser.add_argument("--quick", action="store_true", help="a smoke run of a minute, not judged")
    parser.add_argument("--rounds", type=int, help="paired rounds at each level (5)")
    parser.add_argument("--seconds", type=float, help="length of one run (3)")
    parser.add_argument(
        "--seed", type=int, help="of deaths and cases; by default a new one, printed"
    )
    parser.add_argument(
        "--no-langgraph", dest="langgraph", action="store_false", help="leave LangGraph out"
    )
    parser.add_argument("--out", type=Path, default=FOLDER / "results.json")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
