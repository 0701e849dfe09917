"""The long run of the durability proof; the short one is a test."""

from __future__ import annotations

from benchmarks.report import Verdict
from benchmarks.subjects import FOLDER
from tests.durability.proof import Plan, prove

NAME = "transcripts, timers and effects exact under deaths"


def run(seed: int | None, *, quick: bool) -> Verdict:
    """Prints the seed before anything dies, and the rows of what failed."""
    plan = Plan.short(seed) if quick else Plan.long(seed)
    print(f"durability: --seed {plan.seed} repeats these deaths", flush=True)
    result = prove(plan, FOLDER)
    if result.failures:
        print(result.report)
    return Verdict(NAME, result.summary, not result.failures)
