"""Cases made from the published description, by Schemathesis, against a real `flyt web --api`."""

from __future__ import annotations

import json
import secrets
import urllib.request

from benchmarks.report import Verdict
from benchmarks.subjects import site
from tests.api.described import Found, examine, groups, installation

CASES = 2_000  # of each group of operations


def run(seed: int | None, *, quick: bool) -> list[Verdict]:
    """Prints each group as it ends, and the first failure of each kind in full."""
    seed, cases = secrets.randbelow(2**32) if seed is None else seed, 100 if quick else CASES
    judged: list[Verdict] = []
    with site("schema", "--api") as (url, environ):
        with urllib.request.urlopen(f"{url}/openapi.json") as answer:
            description = json.load(answer)
        for group, operations in groups(description):
            place = installation(url, environ["FLYT_ADMIN_EMAIL"], environ["FLYT_ADMIN_PASSWORD"])
            found = examine(place, description, operations, cases, seed)
            statuses = ", ".join(f"{each}: {many}" for each, many in sorted(found.statuses.items()))
            print(f"schema: {group}: {found.cases} cases of seed {seed}; {statuses}", flush=True)
            for kind, told in found.failures.items():
                print(f"  {kind}\n    {told}", flush=True)
            judged.append(_judged(group, found, cases))
    return judged


def _judged(group: str, found: Found, cases: int) -> Verdict:
    said = f"{found.cases:,} cases, {len(found.failures)} kinds of failure"
    met = not found.failures and found.cases >= cases
    return Verdict(f"{group}: no server error, nothing but what is described", said, met)
