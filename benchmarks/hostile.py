"""Lists of hostile input, each line through every place where somebody may write something."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from benchmarks import attacks, attacks_inside, guard, hostile_pages, payloads
from benchmarks.attacker import Attacker, Findings
from benchmarks.payloads import Payloads
from benchmarks.report import Verdict
from benchmarks.subjects import FOLDER, ROOT, services
from runtime.core.contract import Context
from runtime.core.expressions import Expression, ExpressionError, Template
from runtime.core.expressions.conditions import OPERATORS
from runtime.core.fields import Condition
from runtime.processes import begin, end, free_port
from tests.api.described import Installation, installation
from tests.core.context import context
from tests.durability import commands

BOUND = 0.5  # seconds that one expression may take, as in tests/core/test_expressions.py
QUICK = 40  # every so many one of the lines
SHOWN = 10  # findings of a kind that are printed
TALK = 100  # lines in one conversation
_CONDITION = TypeAdapter(Condition)


@dataclass(frozen=True)
class Site:
    """A server under watch; ``reached`` is the file of what it reached for beyond itself."""

    url: str
    email: str
    password: str
    reached: Path


def run(*, quick: bool) -> list[Verdict]:
    """Prints what is found as it goes."""
    lists, findings = payloads.read(QUICK if quick else 1), Findings()
    print(f"hostile: {len(lists.lines):,} lines", flush=True)
    expressions(lists.lines, findings)
    with _served() as site:
        place = installation(site.url, site.email, site.password)
        _attack(site, place, lists, findings)
        reached = site.reached.read_text().splitlines()
    judged = _judged(findings, reached)
    return [*judged, *hostile_pages.run(lists.scripts)]


def _judged(findings: Findings, reached: list[str]) -> list[Verdict]:
    statuses = ", ".join(f"{each}: {many:,}" for each, many in sorted(findings.statuses.items()))
    print(f"hostile: {statuses}", flush=True)
    texts = f"{findings.kept:,} kept, {findings.shown:,} said again"
    return [
        _verdict("no server error", f"{findings.requests:,} requests", findings.broken),
        _verdict("every refusal is a problem", "all of them", findings.unexplained),
        _verdict("no answer tells of our code", "all of them", findings.insides),
        _verdict("what is taken is kept as it was sent", texts, findings.changed),
        _verdict("what is typed is said again as typed", texts, findings.evaluated),
        _verdict(
            f"no expression takes longer than {BOUND} s",
            f"the slowest {findings.slowest * 1000:.0f} ms",
            findings.slow,
        ),
        _verdict("no host, program or file is reached", "asked by audit events", reached),
    ]


def _verdict(target: str, measured: str, found: list[str]) -> Verdict:
    for one in found[:SHOWN]:
        print(f"  {target}: {one}", flush=True)
    return Verdict(f"hostile input: {target}", f"{measured}, {len(found)} findings", not found)


# Over HTTP --------------------------------------------------------------------------


def _attack(site: Site, place: Installation, lists: Payloads, findings: Findings) -> None:
    with urllib.request.urlopen(f"{site.url}/openapi.json") as answer:
        routes = attacks_inside.all_routes(json.load(answer))
    admin = Attacker(site.url, findings, place.key)
    bot = admin.send("POST", "/api/v1/bots", attacks.parrot()).json()["id"]
    admin.send("POST", f"/api/v1/bots/{bot}/publish")
    channels = [
        admin.send("POST", "/api/v1/channels", {"name": name, "bot_id": bot}).json()
        for name in ("Talked to", "Changed")
    ]
    changed = admin.send("POST", "/api/v1/bots", attacks.parrot()).json()["id"]
    stand = attacks.Stand(admin, Attacker(site.url, findings), changed, channels[1]["id"],
                          channels[0]["key"], routes)  # fmt: skip
    for start in range(0, len(lists.lines), TALK):
        lines = list(lists.lines[start : start + TALK])
        attacks.echoes(stand, lines)
        for line in lines:
            for attack in attacks_inside.EACH:
                attack(stand, line)
        print(f"hostile: {start + len(lines):,} lines, {findings.requests:,} requests", flush=True)
    for content in lists.files:
        attacks.files(stand, "attack.xml", content)
        for method, path, _ in (next(stand.routes) for _ in range(3)):
            admin.send(method, path, content=content, kind="application/xml")
    for line in lists.lines[:5]:  # sign-in is throttled soon
        admin.send("POST", "/auth/login", {"email": line[:320], "password": line[:100]})


@contextmanager
def _served() -> Iterator[Site]:
    """`flyt web --api` under watch."""
    with services() as (postgres, redis):
        folder, port = postgres.root.parent, free_port()
        environ = commands.environment(folder / "flyt", postgres, redis)
        commands.call(environ, "migrate")
        reached = folder / "reached"
        reached.touch()
        allowed = [url.rpartition("@")[2].rpartition(":")[2].partition("/")[0]
                   for url in (postgres.app_url, redis.url)]  # fmt: skip
        environ |= {guard.REACHED: str(reached), guard.PORTS: " ".join([*allowed, str(port)])}
        command = commands.flyt("web", "--api", "--port", str(port))
        command[command.index("runtime.cli")] = "benchmarks.guard"
        process = begin(command, environ=environ, folder=ROOT, log=FOLDER / "hostile.log")
        url = f"http://127.0.0.1:{port}"
        try:
            commands.until_it_answers(f"{url}/healthz")
            owner = environ["FLYT_ADMIN_EMAIL"], environ["FLYT_ADMIN_PASSWORD"]
            yield Site(url, *owner, reached)
        finally:
            end(process)


# Expressions --------------------------------------------------------------------------


def expressions(lines: tuple[str, ...], findings: Findings) -> None:
    """Each line as a formula, as a text and as the value of every kind of condition."""
    for line in lines:
        for made in (line, "{{ " + line + " }}", line.replace("${", "{{").replace("}", "}}")):
            _time(findings, made, lambda ctx, made=made: Expression(made).evaluate(ctx))
            _time(findings, made, lambda ctx, made=made: Template(made).render(ctx))
        for operator in OPERATORS:
            rule = {"variable": "said", "op": operator, "value": line}
            _time(findings, line, lambda ctx, rule=rule: _holds(rule, ctx))


def _holds(rule: dict[str, Any], ctx: Context) -> bool:
    return _CONDITION.validate_python(rule).holds(ctx)


def _time(findings: Findings, line: str, work: Any) -> None:
    ctx = context(said=line)
    began = time.perf_counter()
    try:
        work(ctx)
    except (ExpressionError, ValidationError):
        pass
    except Exception as error:
        findings.broken.append(f"the expression {line!r}: {error!r}")
    took = time.perf_counter() - began
    findings.slowest = max(findings.slowest, took)
    if took > BOUND:
        findings.slow.append(f"{line!r} took {took:.1f} s")
