"""100,000 timers due at one moment: how soon each is served, and what visitors feel meanwhile."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

import nodes  # noqa: F401  # registers the node types
from benchmarks.load import Client, client
from benchmarks.report import Verdict
from benchmarks.subjects import FOLDER, ROOT, flyt, gather_statistics, services
from runtime.core.contract import Facts, Started
from runtime.core.document import parse
from runtime.core.interpreter import step
from runtime.core.release import Release
from runtime.core.session import Session, dump
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.processes import begin, end
from tests.durability import commands

MANY = 100_000
SPREADS = (1, 100, 1000)  # workspaces that the timers lie in
LIMIT = 10.0  # seconds from the moment they are due until the last is served
SLOWER = 2.0  # times the p95 of visitors' turns meanwhile, at most
AT_ONCE = 4  # visitors who talk meanwhile
AHEAD = timedelta(seconds=20)  # from then on they are due; writing it down takes a while
PATIENCE = 180.0

_WORKSPACES = """
  insert into flyt.workspace (id, name) select uuidv7(), 'Shop ' || n from generate_series(2, %s) n
"""
_COPIES = (
    """insert into flyt.bot (workspace_id, id, name)
         select w.id, b.id, b.name from flyt.workspace w, flyt.bot b
          where b.id = %(bot)s on conflict do nothing""",
    """insert into flyt.release (workspace_id, bot_id, number, document, note, author)
         select w.id, r.bot_id, r.number, r.document, r.note, r.author
           from flyt.workspace w, flyt.release r where r.bot_id = %(bot)s on conflict do nothing""",
    """insert into flyt.channel (workspace_id, id, key, kind, name, bot_id)
         select w.id, uuidv7(), 'timers-' || w.id, c.kind, c.name, c.bot_id
           from flyt.workspace w, flyt.channel c where c.bot_id = %(bot)s""",
)
_WAITING = (
    """create temporary table waiting as
         select o.workspace_id, o.id as channel_id, uuidv7() as contact_id, uuidv7() as id
           from (select c.*, row_number() over () - 1 as place from flyt.channel c
                  where c.key like 'timers-%%') o
           join generate_series(0, %(many)s - 1) n on n %% %(workspaces)s = o.place""",
    """insert into flyt.contact (workspace_id, id) select workspace_id, contact_id from waiting""",
    """insert into flyt.conversation (workspace_id, id, channel_id, contact_id, bot_id)
         select workspace_id, id, channel_id, contact_id, %(bot)s from waiting""",
    """insert into flyt.session (workspace_id, conversation_id, version, turn, seq, data)
         select workspace_id, id, 1, 1, 1, %(session)s from waiting""",
    """insert into flyt.timer (workspace_id, conversation_id, slot, token, due)
         select workspace_id, id, '0', %(token)s, clock_timestamp() + interval '1 hour'
           from waiting""",
)


@dataclass(frozen=True)
class Served:
    """How one spread went. Seconds; p95 in milliseconds."""

    workspaces: int
    last: float
    middle: float
    early: int
    doubled: int
    missing: int
    before_ms: float
    meanwhile_ms: float


def run(*, quick: bool) -> list[Verdict]:
    """Prints each measurement as it ends."""
    many, spreads = (5_000, SPREADS[1:2]) if quick else (MANY, SPREADS)
    judged: list[Verdict] = []
    for workspaces in spreads:
        with services() as (postgres, redis), client() as load:
            served = _measure(postgres, redis, load, many, workspaces)
        print(f"timers: {served}", flush=True)
        judged += _judged(served, many)
    return judged


def _judged(served: Served, many: int) -> list[Verdict]:
    where = f"{many:,} timers in {served.workspaces:,} workspaces"
    exact = served.early == served.doubled == served.missing == 0
    slower = served.meanwhile_ms / served.before_ms
    return [
        Verdict(f"{where} served within {LIMIT:.0f} s", f"{served.last:.1f} s, half of them in"
                f" {served.middle:.1f} s", served.last <= LIMIT),
        Verdict(f"{where}: each once, none early", f"{served.early} early, {served.doubled} twice,"
                f" {served.missing} missing", exact),
        Verdict(f"{where}: p95 of {AT_ONCE} visitors at most {SLOWER:.0f} ×", f"{slower:.1f} ×"
                f" ({served.before_ms:.1f} → {served.meanwhile_ms:.1f} ms)", slower <= SLOWER),
    ]  # fmt: skip


def _measure(
    postgres: EmbeddedPostgres, redis: EmbeddedRedis, load: Client, many: int, workspaces: int
) -> Served:
    with flyt(postgres, redis) as subject:
        environ = commands.environment(postgres.root.parent / "flyt", postgres, redis)
        _lay_out(postgres, environ, many, workspaces)
        gather_statistics(postgres, ["flyt"])
        load.run(subject, AT_ONCE, 2.0)
        before = load.run(subject, AT_ONCE, 4.0)
        clock = begin(commands.flyt("clock"), environ=environ, folder=ROOT,
                      log=FOLDER / "clock.log")  # fmt: skip
        try:
            due = _make_due(postgres)
            _sleep_until(postgres, due)
            meanwhile = load.run(subject, AT_ONCE, 4.0)
            _until_served(postgres)
        finally:
            end(clock)
    return _found(postgres, due, many, workspaces, before.p95_ms, meanwhile.p95_ms)


# --- What is there before ---------------------------------------------------------------------


def document() -> dict[str, Any]:
    """A bot that waits for an hour, says so, and ends."""
    steps = [
        {"id": "hello", "type": "message", "config": {"text": "Until later."}},
        {"id": "later", "type": "wait", "config": {"duration": "PT1H"}},
        {"id": "back", "type": "message", "config": {"text": "Here we are again."}},
    ]
    edges = [
        {"source": "hello", "port": "next", "target": "later"},
        {"source": "later", "port": "next", "target": "back"},
    ]
    flow = {"id": "main", "name": "Main", "start": "hello", "triggers": [{"kind": "start"}]}
    return {"format": "flyt/1", "name": "Waiting", "main": "main",
            "flows": [flow | {"nodes": steps, "edges": edges}]}  # fmt: skip


def _lay_out(
    postgres: EmbeddedPostgres, environ: dict[str, str], many: int, workspaces: int
) -> None:
    file = postgres.root.parent / "waiting.json"
    file.write_text(json.dumps(document()))
    told = commands.call(environ, "bots", "push", file, "--publish")
    bot = dict(line.split(maxsplit=1) for line in told.splitlines())["bot"]
    release = Release(parse(document()), number=1, bot=bot)
    waiting = step(Session(bot=bot, release=1), Started(), Facts("c"), release, datetime.now(UTC))
    values = {
        "bot": bot,
        "many": many,
        "workspaces": workspaces,
        "session": dump(waiting.session).decode(),
        "token": waiting.set_timers[0].token,
    }
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(_WORKSPACES, [workspaces])
        for statement in (*_COPIES, *_WAITING):
            connection.execute(statement, values)


def _make_due(postgres: EmbeddedPostgres) -> datetime:
    """Has all of them wait for one moment a few seconds from now, as session and timer say."""
    with psycopg.connect(postgres.owner_url) as connection:
        moment = connection.execute("select clock_timestamp() + %s", [AHEAD]).fetchone()
        if moment is None:
            raise RuntimeError("the database has no clock")
        written = moment[0].astimezone(UTC).isoformat().replace("+00:00", "Z")
        connection.execute(
            """update flyt.session set data = regexp_replace(data, '"until":"[^"]*"', %s)""",
            [f'"until":"{written}"'],
        )
        connection.execute("update flyt.timer set due = %s", moment)
    return moment[0]


# --- What comes of it -------------------------------------------------------------------------


def _sleep_until(postgres: EmbeddedPostgres, moment: datetime) -> None:
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute("select pg_sleep_until(%s)", [moment])


def _until_served(postgres: EmbeddedPostgres) -> None:
    until = time.monotonic() + PATIENCE
    with psycopg.connect(postgres.owner_url, autocommit=True) as connection:
        while time.monotonic() < until:
            found = connection.execute("select exists (select from flyt.timer)").fetchone()
            if found == (False,):
                return
            time.sleep(0.25)


def _found(
    postgres: EmbeddedPostgres,
    due: datetime,
    many: int,
    workspaces: int,
    before_ms: float,
    meanwhile_ms: float,
) -> Served:
    counted = """
      select coalesce(max(last), %(due)s), count(*) filter (where first < %(due)s),
             count(*) filter (where said > 1), %(many)s - count(*),
             coalesce(percentile_disc(0.5) within group (order by last), %(due)s)
        from (select conversation_id, min(at) as first, max(at) as last, count(*) as said
                from flyt.message where body ->> 'text' = 'Here we are again.'
               group by conversation_id) each_one
    """
    with psycopg.connect(postgres.owner_url) as connection:
        row = connection.execute(counted, {"due": due, "many": many}).fetchone()
    if row is None:
        raise RuntimeError("nothing was counted")
    last, early, doubled, missing, middle = row
    return Served(
        workspaces=workspaces,
        last=(last - due).total_seconds(),
        middle=(middle - due).total_seconds(),
        early=early,
        doubled=doubled,
        missing=missing,
        before_ms=before_ms,
        meanwhile_ms=meanwhile_ms,
    )
