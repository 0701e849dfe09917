"""Cases made from the published description, by Schemathesis, against a real `flyt web --api`."""

from __future__ import annotations

import json
import secrets
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.report import Verdict
from benchmarks.subjects import FOLDER, ROOT, services
from runtime.processes import begin, end, free_port
from tests.api.described import Found, examine, groups, installation
from tests.durability import commands

CASES = 2_000  # of each group of operations


def run(seed: int | None, *, quick: bool) -> list[Verdict]:
    """Prints each group as it ends, and the first failure of each kind in full."""
    seed, cases = secrets.randbelow(2**32) if seed is None else seed, 100 if quick else CASES
    judged: list[Verdict] = []
    with _served() as (url, email, password):
        with urllib.request.urlopen(f"{url}/openapi.json") as answer:
            description = json.load(answer)
        for group, operations in groups(description):
            place = installation(url, email, password)
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


@contextmanager
def _served() -> Iterator[tuple[str, str, str]]:
    """The address, and the owner's e-mail and password."""
    with services() as (postgres, redis):
        environ = commands.environment(postgres.root.parent / "flyt", postgres, redis)
        commands.call(environ, "migrate")
        port, log = free_port(), FOLDER / "schema.log"
        command = commands.flyt("web", "--api", "--port", str(port))
        process = begin(command, environ=environ, folder=ROOT, log=log)
        url = f"http://127.0.0.1:{port}"
        try:
            commands.until_it_answers(f"{url}/healthz")
            yield url, environ["FLYT_ADMIN_EMAIL"], environ["FLYT_ADMIN_PASSWORD"]
        finally:
            end(process)
