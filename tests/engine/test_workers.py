"""Real worker and clock processes."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis

import tests.engine.reminding  # noqa: F401  registers its node in this process too
from runtime.settings import Settings
from tests.engine.conftest import Publish, Start, Visitor, document, eventually, flow, node


@pytest.fixture
def reminders(tmp_path: Path) -> Path:
    return tmp_path / "reminders.txt"


@pytest.fixture
def start(start: Start, reminders: Path) -> Start:
    """Starts a process that knows the plugin."""
    return partial(start, FLYT_PLUGINS="tests.engine.reminding", TEST_REMINDERS=str(reminders))


def reminding(**config: Any) -> dict[str, Any]:
    return document(
        flow(
            "main",
            node("day", "ask.text", text="Which day?", variable="day"),
            node("remind", "test.reminding", **config),
            node("told", "message", text="Reminded by {{ got }}."),
            "day > remind",
            "remind > told",
        ),
        variables=[{"name": "day"}, {"name": "got"}],
    )


async def test_a_reminder_runs_in_an_rq_worker_when_it_is_due(
    client: httpx.AsyncClient, publish: Publish, start: Start, reminders: Path, rows: Any
) -> None:
    due = datetime.now(UTC) + timedelta(seconds=4)
    bot = publish(reminding(due_at=due.isoformat(), slot="before"))
    visitor = Visitor(client, bot.key)
    await visitor.open()
    await visitor.say("Monday")
    worker = start("workers")
    start("clock")
    await eventually(reminders.exists, 40)
    done = "select done_at, due_at from effect where workspace_id = %s and done_at is not null"
    [effect] = await eventually(lambda: rows(done, bot.workspace))
    assert effect["due_at"] == due
    assert effect["done_at"] >= due
    assert reminders.read_text() == f"{visitor.conversation}:2:0 Monday\n"
    assert (await visitor.transcript())[-1] == ("bot", f"Reminded by {worker.pid}.")


async def test_work_survives_the_loss_of_all_that_redis_held(
    client: httpx.AsyncClient,
    publish: Publish,
    start: Start,
    reminders: Path,
    settings: Settings,
    rows: Any,
) -> None:
    bot = publish(reminding())
    visitors = [Visitor(client, bot.key) for _ in range(5)]
    for visitor in visitors:
        await visitor.open()
        await visitor.say("Monday")
    queued = Redis.from_url(settings.redis_url)
    await eventually(lambda: queued.llen("rq:queue:flyt-background") >= 5)
    queued.flushall()
    start("clock")
    start("workers")
    query = "select 1 from effect where workspace_id = %s and state = 'done'"
    await eventually(lambda: len(rows(query, bot.workspace)) == 5, 40)
    keys = [line.split()[0] for line in reminders.read_text().splitlines()]
    assert sorted(keys) == sorted(f"{visitor.conversation}:2:0" for visitor in visitors)


async def test_a_killed_worker_is_replaced_and_nothing_is_lost(
    client: httpx.AsyncClient, publish: Publish, start: Start, reminders: Path, rows: Any
) -> None:
    bot = publish(reminding())
    visitor = Visitor(client, bot.key)
    await visitor.open()
    await visitor.say("Monday")
    begun = "update effect set state = 'doing', attempts = 1, leased_by = 'dead', leased_until ="
    rows(f"{begun} now() + interval '1 s' where workspace_id = %s", bot.workspace)
    start("workers")
    start("clock")
    query = "select 1 from effect where workspace_id = %s and state = 'done' and attempts = 2"
    await eventually(lambda: rows(query, bot.workspace), 40)
    assert len(reminders.read_text().splitlines()) == 1


def test_worker_and_clock_stop_when_told_to(start: Start) -> None:
    worker, clock = start("workers"), start("clock")
    for process in (worker, clock):
        until = time.monotonic() + 30
        while not hears_the_signal(process.pid) and time.monotonic() < until:
            time.sleep(0.05)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
        process.terminate()
        assert process.wait(15) == 0


def hears_the_signal(pid: int) -> bool:
    """Whether the process has a handler for the signal to stop: it is at work by then."""
    told = Path(f"/proc/{pid}/status").read_text()
    caught = int(re.search(r"SigCgt:\s*(\w+)", told)[1], 16)
    return bool(caught & 1 << signal.SIGTERM - 1)
