"""A million messages in 100,000 conversations: how long each statement takes, and the list."""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import re
import statistics
import threading
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import psycopg

from benchmarks.load import client
from benchmarks.report import Verdict
from benchmarks.subjects import Subject, flyt, gather_statistics, services
from runtime.embedded import EmbeddedPostgres
from storage.connections import Connections
from storage.deliveries import Arrived, Deliveries
from storage.timing import name_of
from storage.turns import Turns, Where
from tests.durability import commands

CONVERSATIONS = 100_000
MESSAGES = 10  # in each
STATEMENT_LIMIT = 100.0  # milliseconds, 99 of 100
PAGE_LIMIT = 300.0  # milliseconds for the list of conversations, 95 of 100
SECONDS = 40.0
AT_ONCE = 4  # visitors who talk meanwhile
READERS = 2  # people who look at conversations meanwhile
CALLS = 200  # of each statement of clock and channels
FEWEST = 20  # of a statement, to speak of its 99th percentile

_FILL = (
    """create temporary table many as
         select c.workspace_id, c.id as channel_id, c.bot_id, uuidv7() as contact_id,
                uuidv7() as id, n, now() - n * interval '90 days' / %(many)s as at,
                case when n %% 100 = 0 then 'human' when n %% 10 = 0 then 'bot'
                     when n %% 77 = 0 then 'failed' else 'ended' end as status
           from flyt.channel c, generate_series(1, %(many)s) n""",
    """insert into flyt.contact (workspace_id, id, name, email, attributes)
         select workspace_id, contact_id, 'Visitor ' || n, 'v' || n || '@example.com', '{}'
           from many""",
    """insert into flyt.conversation (workspace_id, id, channel_id, contact_id, bot_id, client_id,
                                      created_at)
         select workspace_id, id, channel_id, contact_id, bot_id, md5(n::text), at from many""",
    """insert into flyt.session (workspace_id, conversation_id, version, turn, seq, status, data,
                                 last_at)
         select workspace_id, id, 5, 5, %(messages)s, status,
                json_build_object('bot', bot_id, 'release', 1, 'status', status)::text, at
           from many""",
    """insert into flyt.message (workspace_id, conversation_id, seq, turn, sender, at, body)
         select m.workspace_id, m.id, s, (s + 1) / 2,
                case when s %% 2 = 0 then 'visitor' else 'bot' end, m.at,
                jsonb_build_object('type', 'text', 'text', repeat('Is it open on Sunday? ', 1 + s))
           from many m, generate_series(1, %(messages)s) s""",
    """insert into flyt.trace (workspace_id, conversation_id, turn, visits, at)
         select m.workspace_id, m.id, t, '[{"flow": "main", "node": "name", "type": "ask.text"}]',
                m.at from many m, generate_series(1, 5) t""",
    """insert into flyt.inbox (workspace_id, conversation_id, dedupe, state, turn, event, at)
         select m.workspace_id, m.id, 'web:' || t, 'done', t, '{"kind": "user_said"}', m.at
           from many m, generate_series(1, 5) t""",
    """insert into flyt.log (workspace_id, type, message, at, conversation_id)
         select m.workspace_id, 'message', 'a visitor wrote', m.at, m.id
           from many m, generate_series(1, 5) t""",
    """insert into flyt.identity (workspace_id, channel_id, external_id, contact_id)
         select workspace_id, channel_id, 'visitor-' || n, contact_id from many""",
    """insert into flyt.timer (workspace_id, conversation_id, slot, token, due)
         select workspace_id, id, '0', '1:1', now() + interval '1 day'
           from many where n %% 10 = 0""",
)


def run(*, quick: bool) -> list[Verdict]:
    """Prints each measurement as it ends."""
    many, seconds = (2_000, 5.0) if quick else (CONVERSATIONS, SECONDS)
    with services() as (postgres, redis), flyt(postgres, redis) as subject:
        began = time.monotonic()
        conversations = _fill(postgres, many)
        gather_statistics(postgres, ["flyt"])
        took = time.monotonic() - began
        print(f"volume: {many:,} conversations laid in {took:.0f} s", flush=True)
        environ = commands.environment(postgres.root.parent / "flyt", postgres, redis)
        key = commands.call(environ, "apikey", "create", "reader").split()[-1]
        pages = _use(subject, key, conversations, seconds)
        taken = _of_web(subject) | asyncio.run(_of_others(postgres.app_url, conversations))
    rare = sorted(name for name, (count, _) in taken.items() if count < FEWEST)
    often = {name: figures for name, figures in taken.items() if figures[0] >= FEWEST}
    for name, (count, p99) in sorted(often.items(), key=lambda item: -item[1][1]):
        print(f"volume: {name:<40} {count:>7} times, p99 at most {p99:>6.1f} ms", flush=True)
    print(f"volume: too seldom to judge: {', '.join(rare) or 'none'}", flush=True)
    slowest = max(often, key=lambda name: often[name][1])
    p95 = statistics.quantiles(pages, n=20)[-1]
    return [
        Verdict(f"p99 of each of {len(often)} statements over {many * MESSAGES:,} messages at most"
                f" {STATEMENT_LIMIT:.0f} ms", f"at most {often[slowest][1]:.1f} ms ({slowest})",
                often[slowest][1] <= STATEMENT_LIMIT),
        Verdict(f"a page of conversations within {PAGE_LIMIT:.0f} ms (95 of 100)",
                f"{p95:.0f} ms, in the middle {statistics.median(pages):.0f} ms, of {len(pages)}",
                p95 <= PAGE_LIMIT),
    ]  # fmt: skip


def _fill(postgres: EmbeddedPostgres, many: int) -> list[tuple[UUID, UUID]]:
    """(workspace, conversation) of a thousand of them."""
    with psycopg.connect(postgres.owner_url) as connection:
        for statement in _FILL:
            connection.execute(statement, {"many": many, "messages": MESSAGES})
        return connection.execute(
            "select workspace_id, id from many order by random() limit 1000"
        ).fetchall()


# --- What is used -----------------------------------------------------------------------------


def _use(
    subject: Subject, key: str, conversations: list[tuple[UUID, UUID]], seconds: float
) -> list[float]:
    """Visitors talk and people look on; milliseconds of each page of the list."""
    pages: list[float] = []
    until = time.monotonic() + seconds
    with (
        client() as load,
        _together(
            lambda seed: _read(subject.port, key, conversations, until, random.Random(seed), pages)
        ),
    ):
        load.run(subject, AT_ONCE, seconds)
    return pages


@contextmanager
def _together(work: Callable[[int], None]) -> Iterator[None]:
    failures: list[BaseException] = []

    def guarded(seed: int) -> None:
        try:
            work(seed)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(seed,)) for seed in range(READERS)]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _read(
    port: int,
    key: str,
    conversations: list[tuple[UUID, UUID]],
    until: float,
    chance: random.Random,
    pages: list[float],
) -> None:
    """One person who goes through the list, filters it, and opens conversations."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(path: str) -> tuple[Any, float]:
        began = time.perf_counter()
        connection.request("GET", f"/api/v1/{path}", headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
        return json.loads(body), (time.perf_counter() - began) * 1000

    bot = get("bots?limit=1")[0]["items"][0]["id"]
    filters = ("", "&status=human", "&status=bot", "&status=failed", f"&bot_id={bot}")
    cursor = ""
    while time.monotonic() < until:
        where = chance.choice(filters)
        shown, took = get(f"inbox?limit=50{where or cursor}")
        pages.append(took)
        if not where:
            cursor = f"&cursor={quote(shown['next'])}" if shown["next"] else ""
        one = chance.choice(conversations)[1]
        for path in ("", "/messages", "/messages/latest", "/trace", "/about"):
            get(f"conversations/{one}{path}")
        get(f"conversations?limit=50{where}")
        get("logs?limit=50" + chance.choice(("", "&type=message", "&type=error")))
        for path in ("bots", "channels", "workspace", "users", "keys"):
            get(path)
        get(f"bots/{bot}/draft")
        get(f"bots/{bot}/releases")
        time.sleep(0.05)


# --- What it took -----------------------------------------------------------------------------


def _of_web(subject: Subject) -> dict[str, tuple[int, float]]:
    """How often the web process sent each statement, and its p99 to the next step up."""
    with urllib.request.urlopen(f"http://127.0.0.1:{subject.port}/metrics") as answer:
        text = answer.read().decode()
    line = re.compile(r'flyt_statement_seconds_bucket\{le="([^"]+)",statement="([^"]+)"\} (\S+)')
    steps: dict[str, list[tuple[float, int]]] = {}
    for bound, name, count in line.findall(text):
        steps.setdefault(name, []).append((float(bound) * 1000, int(float(count))))
    return {
        name: (found[-1][1], next(at for at, count in found if count >= found[-1][1] * 0.99))
        for name, found in steps.items()
    }


async def _of_others(url: str, conversations: list[tuple[UUID, UUID]]) -> dict[str, Any]:
    """The same of what clock, streams and channels ask, called here one after another."""
    took: dict[str, list[float]] = {}

    def told(statement: str, seconds: float) -> None:
        took.setdefault(name_of(statement), []).append(seconds * 1000)

    connections = Connections(url, 2, told)
    turns, deliveries = Turns(connections), Deliveries(connections)
    for number in range(CALLS):
        for call in _calls(turns, deliveries, conversations, number):
            await call
    await connections.close()
    return {name: (len(all_), statistics.quantiles(all_, n=100)[-1]) for name, all_ in took.items()}


def _calls(
    turns: Turns, deliveries: Deliveries, conversations: list[tuple[UUID, UUID]], number: int
) -> list[Awaitable[Any]]:
    workspace, one = conversations[number % len(conversations)]
    where, some = Where(workspace, one), [each for _, each in conversations]
    stranger = Arrived(workspace, uuid4(), f"visitor-{number}", f"sms:{number}", "{}")
    return [
        turns.due_workspaces(1000),
        turns.next_due(0.5),
        turns.claim_due(workspace, 200, 10.0),
        turns.load_many(workspace, some[:200]),
        turns.stuck_rows(500, 2.0),
        turns.stuck_effects(500, 10.0),
        turns.changed_since(some, [MESSAGES] * len(some)),
        turns.events(where, 0, 100),
        turns.replay(where, "web:3"),
        turns.queue(where, f"bench:{number}", '{"kind": "user_said", "text": "hi"}'),
        turns.read(where, 3),
        deliveries.stuck(500, 10.0),
        deliveries.queue(stranger),
    ]
