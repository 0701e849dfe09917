"""Promises of a single stream and of all of a process, without a server around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID, uuid4

import pytest

from runtime import streams
from runtime.streams import AT_ONCE, MAX_LIVE, Row, Standing, Streams
from runtime.streams.bell import Ring

WORKSPACE, CONVERSATION = uuid4(), uuid4()
INPUT = b'event: input\ndata: {"type":"text"}\n\n'


class Rows:
    """A conversation's rows in memory, in the shape the database gives them."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.language: str | None = None

    def add(self, kind: str, body: bytes) -> int:
        self.rows.append(Row(len(self.rows) + 1, kind, body))
        return len(self.rows)

    async def events(self, workspace: UUID, conversation: UUID, after: int, limit: int):
        return self.rows[after : after + limit]

    async def changed_since(self, conversations, seqs):
        return [
            (each, len(self.rows))
            for each, seq in zip(conversations, seqs, strict=True)
            if len(self.rows) > seq
        ]

    async def standing(self, workspace: UUID, conversation: UUID) -> Standing:
        return Standing(b'{"type":"text"}', self.language)


class Silence:
    """A bell that never rings: Redis is lost."""

    async def rings(self) -> AsyncIterator[Ring]:
        await asyncio.Event().wait()
        yield Ring(CONVERSATION)


class Reader:
    """One open stream as the server sees it."""

    def __init__(
        self,
        hub: Streams,
        after: int = 0,
        conversation: UUID = CONVERSATION,
        *,
        staff: bool = False,
    ) -> None:
        self._sent: asyncio.Queue[dict] = asyncio.Queue()
        self._gone = asyncio.Event()
        self.blocked: asyncio.Event | None = None
        stream = hub.open(WORKSPACE, conversation, after, staff=staff)
        self.task = asyncio.create_task(stream({"type": "http"}, self._receive, self._send))

    async def _receive(self) -> dict:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict) -> None:
        if self.blocked:
            await self.blocked.wait()
        self._sent.put_nowait(message)
        if message["type"] == "http.response.body" and not message["more_body"]:
            self._gone.set()

    async def next(self) -> bytes:
        message = await asyncio.wait_for(self._sent.get(), 5)
        return message["body"] if "body" in message else await self.next()

    async def leave(self) -> None:
        self._gone.set()
        await self.task


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
async def hub(rows: Rows) -> AsyncIterator[Streams]:
    async with Streams(rows, Silence()).running() as hub:
        yield hub


async def test_what_was_missed_comes_first_and_then_what_the_bot_waits_for(hub, rows):
    rows.add("message", b'{"text":"Hi"}')
    rows.add("status", b'{"status":"human"}')
    reader = Reader(hub, after=1)
    assert await reader.next() == b'id: 2\nevent: status\ndata: {"status":"human"}\n\n'
    language, wanted = b'event: language\ndata: {"language":null}\n\n', INPUT
    assert await reader.next() == wanted + language
    await reader.leave()


async def test_the_language_is_told_at_first_and_when_it_changes(hub, rows):
    rows.language = "nb"
    reader = Reader(hub)
    assert b'data: {"language":"nb"}' in await reader.next()
    for language, told in (("nb", b""), ("uk", b'{"language":"uk"}'), (None, b'{"language":null}')):
        rows.language = language
        hub.ring(Ring(CONVERSATION, rows.add("message", b"{}")))
        await reader.next()  # the message
        waits = await reader.next()
        assert waits == INPUT + (b"event: language\ndata: %b\n\n" % told if told else b"")
    await reader.leave()


async def test_what_is_told_to_colleagues_reaches_no_visitor(hub):
    visitor, colleague = Reader(hub), Reader(hub, staff=True)
    for reader in (visitor, colleague):
        await reader.next()
    for audience in ("staff", "visitor", None):
        hub.ring(Ring(CONVERSATION, event="typing", data=audience, audience=audience))
    expected = ((visitor, (b'"visitor"', b"null")), (colleague, (b'"staff"', b"null")))
    for reader, heard in expected:
        for data in heard:
            assert await reader.next() == b"event: typing\ndata: %b\n\n" % data
        await reader.leave()


async def test_a_ring_brings_the_new_rows_and_an_old_one_nothing(hub, rows):
    reader = Reader(hub)
    await reader.next()  # input
    seq = rows.add("message", b'{"text":"Hi"}')
    hub.ring(Ring(CONVERSATION, seq))
    assert b"Hi" in await reader.next()
    assert b"input" in await reader.next()
    hub.ring(Ring(CONVERSATION, seq))
    hub.ring(Ring(CONVERSATION, event="typing", data={"on": True}))
    assert await reader.next() == b'event: typing\ndata: {"on":true}\n\n'
    await reader.leave()


async def test_more_rows_than_a_batch_come_in_order(hub, rows):
    for number in range(2 * streams.BATCH + 5):
        rows.add("message", b"%d" % number)
    reader = Reader(hub)
    text = b"".join([await reader.next() for _ in range(3)])
    assert [int(line[4:]) for line in text.splitlines() if line.startswith(b"id: ")] == list(
        range(1, len(rows.rows) + 1)
    )
    await reader.leave()


async def test_without_redis_the_poll_finds_it(monkeypatch, rows):
    monkeypatch.setattr(streams, "POLL_SECONDS", 0.01)
    async with Streams(rows, Silence()).running() as hub:
        reader = Reader(hub)
        await reader.next()
        rows.add("message", b'{"text":"Hi"}')
        assert b"Hi" in await reader.next()
        await reader.leave()


async def test_an_idle_stream_hears_a_heartbeat(monkeypatch, rows):
    monkeypatch.setattr(streams, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.02)
    async with Streams(rows, Silence()).running() as hub:
        reader = Reader(hub)
        await reader.next()
        assert await reader.next() == b":\n\n"
        await reader.leave()


async def test_a_slow_client_holds_a_bounded_number_of_events(hub):
    reader = Reader(hub)
    await reader.next()
    reader.blocked = asyncio.Event()
    for number in range(3 * MAX_LIVE):
        hub.ring(Ring(CONVERSATION, event="token", data=number))
    await asyncio.sleep(0)  # the writer takes one and blocks
    (stream,) = hub._open[CONVERSATION]
    assert stream.live is not None
    assert len(stream.live) <= MAX_LIVE
    reader.blocked.set()
    await reader.leave()


async def test_the_oldest_of_too_many_streams_makes_room(hub):
    first = Reader(hub)
    others = [Reader(hub) for _ in range(AT_ONCE)]
    await asyncio.wait_for(first.task, 5)
    assert not any(other.task.done() for other in others)
    for other in others:
        await other.leave()


async def test_staff_that_reads_along_never_takes_a_visitors_place(hub):
    visitor = Reader(hub)
    first, *rest = [Reader(hub, staff=True) for _ in range(AT_ONCE + 1)]
    await asyncio.wait_for(first.task, 5)
    assert not any(reader.task.done() for reader in (visitor, *rest))
    for reader in (visitor, *rest):
        await reader.leave()


async def test_closing_ends_every_stream_and_takes_no_new_one(hub):
    reader = Reader(hub)
    await reader.next()
    hub.close()
    await asyncio.wait_for(reader.task, 5)
    late = Reader(hub)
    await asyncio.wait_for(late.task, 5)
    assert not hub._open


async def test_a_failing_read_is_tried_again_by_the_poll(monkeypatch, rows):
    monkeypatch.setattr(streams, "POLL_SECONDS", 0.01)
    failures = [OSError("the database is away")]
    read = rows.events

    async def fails_once(*arguments):
        if failures:
            raise failures.pop()
        return await read(*arguments)

    monkeypatch.setattr(rows, "events", fails_once)
    rows.add("message", b'{"text":"Hi"}')
    async with Streams(rows, Silence()).running() as hub:
        reader = Reader(hub)
        assert b"Hi" in await reader.next()
        with suppress(asyncio.CancelledError):
            await reader.leave()
