"""Messages sent by real worker and clock processes to a vendor outside."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any
from uuid import UUID

import httpx
import pytest

from runtime.engine import Engine
from runtime.processes import begin, end, free_port
from runtime.settings import Settings
from tests.engine.conftest import Publish, eventually
from tests.engine.texts import TALK, write

Start = Callable[..., Popen[bytes]]
FOLDER = Path(__file__).parents[2]


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[httpx.Client]:
    port = free_port()
    command = [sys.executable, "-m", "tests.doubles.outside", f"--port={port}"]
    process = begin([*command, f"--state={tmp_path / 'calls'}"], folder=FOLDER)
    transport = httpx.HTTPTransport(retries=10)
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", trust_env=False, transport=transport
    ) as client:
        yield client
    end(process, 9)


@pytest.fixture
def start(settings: Settings, vendor: httpx.Client, tmp_path: Path) -> Iterator[Start]:
    """Starts `flyt worker` or `flyt clock`."""
    environ = os.environ | {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "FLYT_SECRET_KEY": settings.secret_key,
        "FLYT_DATA": str(settings.data),
        "FLYT_PLUGINS": "tests.doubles.texting",
        "FLYT_TEST_OUTSIDE": str(vendor.base_url).rstrip("/"),
    }
    started: list[Popen[bytes]] = []

    def starting(module: str) -> Popen[bytes]:
        code = f"from runtime import {module}; {module}.run()"
        log = tmp_path / f"{module}.log"
        process = begin([sys.executable, "-c", code], environ=environ, folder=FOLDER, log=log)
        started.append(process)
        return process

    yield starting
    for process in started:
        end(process, 9)


@pytest.fixture
def calls(vendor: httpx.Client) -> Callable[[UUID], list[Any]]:
    """(key, text) of what the vendor was asked to send for a conversation."""

    def look(conversation: UUID) -> list[Any]:
        noted = [(call["key"], call["body"]) for call in vendor.get("/calls").json()]
        return [(k, body) for k, body in noted if k.startswith(str(conversation))]

    return look


async def test_a_worker_sends_what_the_bot_says(
    engine: Engine, publish: Publish, start: Start, calls: Any, rows: Any
) -> None:
    worker = start("workers")
    bot = publish(TALK, kind="sms", number="+4722225555")
    conversation = await write(engine, bot, "Hi")
    await eventually(lambda: len(calls(conversation)) == 2, 40)
    (first, hello), (second, question) = calls(conversation)
    assert (first, second) == (f"{conversation}:1", f"{conversation}:2")
    assert hello == {
        "number": 1, "to": "+4790000001", "from": "+4722225555", "text": "Hello.", "by": worker.pid,
    }  # fmt: skip
    assert question["text"] == "Your e-mail?"
    query = "select external_id from message where conversation_id = %s and external_id is not null"
    sent = await eventually(lambda: len(found := rows(query, conversation)) == 2 and found)
    assert [row["external_id"] for row in sent] == ["L-1", "L-2"]


async def test_a_killed_worker_is_replaced_and_the_key_stays(
    engine: Engine,
    publish: Publish,
    start: Start,
    vendor: httpx.Client,
    calls: Any,
    rows: Any,
) -> None:
    vendor.post("/behaviour", json={"delay": 0.5})
    worker = start("workers")
    bot = publish(TALK, kind="sms", number="+4722225555")
    conversation = await write(engine, bot, "Hi")
    query = "select seq from delivery where conversation_id = %s"
    await eventually(lambda: rows(f"{query} and state = 'doing'", conversation), 40)
    end(worker, 9)
    vendor.post("/behaviour", json={"delay": 0})
    heir = start("workers")
    start("clock")
    done = f"{query} and state = 'done'"
    await eventually(lambda: len(rows(done, conversation)) == 2, 60)
    keys = [key for key, _ in calls(conversation)]
    assert keys[-2:] == [f"{conversation}:1", f"{conversation}:2"]
    assert set(keys[:-2]) <= {f"{conversation}:1"}, "whether it went out before is not known"
    attempts = "select attempts from delivery where conversation_id = %s order by seq"
    assert [row["attempts"] for row in rows(attempts, conversation)] == [2, 1]
    assert {body["by"] for _, body in calls(conversation)[-2:]} == {heir.pid}
