"""Real processes die by `kill -9`; the visitors must not notice."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.durability.proof import Plan, prove


@pytest.mark.timeout(240)
def test_deaths_are_invisible(service_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = os.environ.get("FLYT_PROOF_SEED")
    plan = Plan.short(int(given) if given else None)
    with capsys.disabled():  # shown before anything dies, and when nothing fails
        sys.stdout.write(f"\nFLYT_PROOF_SEED={plan.seed} repeats these deaths\n")
    result = prove(plan, service_folder)
    with capsys.disabled():
        sys.stdout.write(f"{result.summary}\n")
    assert not result.failures, result.report
