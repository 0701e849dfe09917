"""What a visitor sees of an effect under way: typing, the words so far, then the answer."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from redis.asyncio import Redis

from runtime import terminal
from runtime.engine import Engine
from runtime.perform import Handler
from runtime.settings import Settings
from runtime.streams import Streams, progress
from runtime.streams.bell import Bell
from runtime.streams.rows import StreamRows
from tests.doubles.quoted import CITATIONS, SENTENCES, TEXT
from tests.doubles.writing import Write, Writer
from tests.engine.conftest import Publish, Published, Visitor, document, flow, node

Heard = list[tuple[str, Any]]


@pytest.fixture
def writer(handlers: dict[str, Handler]) -> Writer:
    handlers[Write.kind] = writer = Writer()
    return writer


BOT = document(
    flow(
        "main",
        node("ask", "ask.text", text="What would you like to know?", variable="question"),
        node("answer", "test.writing"),
        node("later", "wait", duration="PT1H"),
        "ask > answer",
        "answer > later",
    ),
    variables=[{"name": "question"}],
)


@pytest.fixture
def bot(publish: Publish) -> Published:
    return publish(BOT)


@pytest.fixture
async def hub(engine: Engine, settings: Settings) -> AsyncIterator[Streams]:
    redis: Redis = Redis.from_url(settings.redis_url)
    async with Streams(StreamRows(engine.stage), Bell(redis)).running() as streams:
        while not await redis.pubsub_numsub("flyt:conversations"):
            await asyncio.sleep(0.01)
        yield streams
    await redis.aclose()


@asynccontextmanager
async def listening(hub: Streams, visitor: Visitor, bot: Published) -> AsyncIterator[Heard]:
    """All events of a new stream, as (name, data)."""
    heard: Heard = []
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        for block in message.get("body", b"").decode().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
            if fields:
                heard.append((fields["event"], json.loads(fields["data"])))

    stream = hub.open(bot.workspace, UUID(visitor.conversation), 0)
    task = asyncio.create_task(stream({"type": "http"}, receive, send))
    try:
        yield heard
    finally:
        gone.set()
        await task


async def until(found: Callable[[], Any]) -> Any:
    async with asyncio.timeout(5):
        while not (answer := found()):
            await asyncio.sleep(0.01)
        return answer


def tokens(heard: Heard) -> list[dict[str, Any]]:
    return [data for name, data in heard if name == "token"]


def answers(heard: Heard) -> list[dict[str, Any]]:
    return [d for name, d in heard if name == "message" and d["from"] == "bot"][1:]


async def test_words_come_before_the_answer_with_its_sources(
    client: httpx.AsyncClient, hub: Streams, bot: Published, writer: Writer
) -> None:
    visitor = Visitor(client, bot.key)
    await visitor.open()
    async with listening(hub, visitor, bot) as heard:
        await visitor.say("How do I return a coat?")
        [answer] = await until(lambda: answers(heard))
        await asyncio.sleep(0.1)
    key = f"{visitor.conversation}:2:0"
    told = [SENTENCES[0], f" {SENTENCES[1]}", SENTENCES[2]]
    assert [(t["key"], t["i"], t["text"]) for t in tokens(heard)] == [
        (key, i, words) for i, words in enumerate(told)
    ]
    assert "".join(told) == answer["text"]
    assert len({t["attempt"] for t in tokens(heard)}) == 1
    names = [name for name, _ in heard]
    assert names.index("token") > names.index("message")
    assert "token" not in names[heard.index(("message", answer)) :]
    assert answer["key"] == key
    assert answer["text"] == TEXT
    assert answer["citations"] == [
        {"number": 1, "title": CITATIONS[0].title, "text": CITATIONS[0].text, "page": 3,
         "url": CITATIONS[0].url},
        {"number": 2, "title": "Returns", "text": CITATIONS[1].text, "url": CITATIONS[1].url},
    ]  # fmt: skip
    stored = (await visitor.events())[-1]
    assert (stored["citations"], stored["key"]) == (answer["citations"], key)


async def test_a_second_try_begins_the_draft_anew(
    client: httpx.AsyncClient, hub: Streams, bot: Published, writer: Writer
) -> None:
    visitor = Visitor(client, bot.key)
    await visitor.open()
    async with listening(hub, visitor, bot) as heard:
        await visitor.say("Please tell me again")
        await until(lambda: answers(heard))
    assert [t["i"] for t in tokens(heard)] == [0, 1, 0, 1, 2]
    attempts = [t["attempt"] for t in tokens(heard)]
    assert attempts[0] == attempts[1] < attempts[2] == attempts[3] == attempts[4]
    assert {t["key"] for t in tokens(heard)} == {answers(heard)[0]["key"]}


async def test_a_draft_that_comes_to_nothing_is_taken_back(
    client: httpx.AsyncClient, hub: Streams, bot: Published, writer: Writer
) -> None:
    visitor = Visitor(client, bot.key)
    await visitor.open()
    async with listening(hub, visitor, bot) as heard:
        await visitor.say("silence please")
        last = await until(lambda: [t for t in tokens(heard) if t["text"] == ""])
    assert last[0]["attempt"] > tokens(heard)[0]["attempt"]
    assert answers(heard) == []


async def test_the_bot_is_seen_to_type_for_as_long_as_it_works(
    client: httpx.AsyncClient,
    hub: Streams,
    bot: Published,
    writer: Writer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "AGAIN", 0.2)
    writer.pace = 0.25
    visitor = Visitor(client, bot.key)
    await visitor.open()
    async with listening(hub, visitor, bot) as heard:
        await visitor.say("How?")
        typing = ("typing", {"from": "bot", "typing": True})
        await until(lambda: typing in heard)
        async with listening(hub, visitor, bot) as later:  # a second tab, or a reload
            await until(lambda: typing in later)
            await until(lambda: answers(later))
            begun = len(heard)
            await asyncio.sleep(0.5)
            assert ("typing" in [name for name, _ in heard[begun:]]) is False


async def test_what_takes_no_time_shows_no_typing(
    client: httpx.AsyncClient, hub: Streams, bot: Published, writer: Writer
) -> None:
    writer.pace = 0.0
    visitor = Visitor(client, bot.key)
    await visitor.open()
    async with listening(hub, visitor, bot) as heard:
        await visitor.say("How?")
        await until(lambda: answers(heard))
        await asyncio.sleep(0.4)
    assert "typing" not in [name for name, _ in heard]


def test_the_terminal_names_the_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bot.json"
    path.write_text(json.dumps(BOT))
    assert terminal.chat(path, io.StringIO("How do I return a coat?\n")) == 0
    lines = f"\n  [1] {CITATIONS[0].title}, p. 3: {CITATIONS[0].url}\n  [2] Returns\n"
    assert f"{TEXT}{lines}" in capsys.readouterr().out
