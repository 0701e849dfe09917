"""Server-sent events: what happens in a conversation, to whoever has it open.

A stream remembers only the last sequence number it sent. Redis says "there is more up to seq", a
poll of all open conversations says the same at most three seconds later, and the rows themselves
are read from PostgreSQL; so a slow reader costs no memory and a lost Redis only those seconds.

One stream is one coroutine that sleeps in ``receive``; a task to write exists only while there
is something to write. With the server's part that makes 14 kB a stream.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import NamedTuple, Protocol
from uuid import UUID

import orjson
from redis import RedisError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from runtime import metrics
from runtime.streams.bell import Audience, Bell, Ring

log = logging.getLogger("flyt.streams")

POLL_SECONDS = 3.0
HEARTBEAT_SECONDS = 15.0
BATCH = 100  # rows read at once
POLL_PART = 2000  # conversations asked about in one call
AT_ONCE = 8  # streams of one conversation and one audience; the oldest makes room
MAX_LIVE = 256  # tokens and typing held for a slow client

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Row(NamedTuple):
    """A numbered event of a conversation; ``kind`` is message, status, edited, deleted, read."""

    seq: int
    kind: str
    body: bytes  # JSON


class Standing(NamedTuple):
    """How a conversation stands: ``input`` is what the bot waits for, as JSON.

    ``language`` is the one the visitor has chosen or writes in; None: it is as at the opening.
    """

    input: bytes = b"null"
    language: str | None = None


class Source(Protocol):
    """Where streams read, implemented over `storage.turns`."""

    async def events(
        self, workspace: UUID, conversation: UUID, after: int, limit: int
    ) -> Sequence[Row]: ...

    async def changed_since(
        self, conversations: Sequence[UUID], seqs: Sequence[int]
    ) -> Iterable[tuple[UUID, int]]: ...

    async def standing(self, workspace: UUID, conversation: UUID) -> Standing: ...


class Stream(Response):
    """An open event stream; as a response it lasts until either side closes it."""

    def __init__(
        self, hub: Streams, workspace: UUID, conversation: UUID, after: int, staff: bool
    ) -> None:
        self.hub, self.workspace, self.conversation = hub, workspace, conversation
        self.seq = after
        self.audience: Audience = "staff" if staff else "visitor"
        self.live: deque[bytes] | None = None  # an empty one takes half a kB
        self.dirty = True
        self.greeted = False  # whether it was ever told what the bot waits for
        self.language: str | None = None  # that it was told
        self.writer: asyncio.Task[None] | None = None
        self.wrote = monotonic()
        self.ended = False
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.send = send
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        self.hub.add(self)
        try:
            # A disconnect also follows the end of the response, see `end`.
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self.hub.discard(self)
            if self.writer:
                self.writer.cancel()

    def pass_on(self, data: bytes) -> None:
        """Has an event written that leaves no row; a client too slow for it loses the oldest."""
        if self.live is None:
            self.live = deque(maxlen=MAX_LIVE)
        self.live.append(data)
        self.wake()

    def wake(self) -> None:
        """Has whatever is due written, by a task that ends when there is nothing left."""
        if self.writer is None and not self.ended:
            self.writer = asyncio.create_task(self._write_all())

    async def end(self) -> None:
        self.ended = True
        if self.writer:
            self.writer.cancel()
        await self.send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, data: bytes) -> None:
        await self.send({"type": "http.response.body", "body": data, "more_body": True})
        self.wrote = monotonic()

    async def _write_all(self) -> None:
        try:
            while self.live or self.dirty:
                while self.live:
                    await self._write(self.live.popleft())
                self.live = None
                if self.dirty:
                    self.dirty = False
                    await self._write_rows()
        except Exception:
            log.exception("a stream could not read its rows; the next poll tries again")
        finally:
            self.writer = None

    async def _write_rows(self) -> None:
        source, before = self.hub.source, self.seq
        while rows := await source.events(self.workspace, self.conversation, self.seq, BATCH):
            await self._write(b"".join(format_event(r.kind, r.body, r.seq) for r in rows))
            self.seq = rows[-1].seq
        if self.greeted and self.seq == before:
            return
        standing = await source.standing(self.workspace, self.conversation)
        told = format_event("input", standing.input)
        if not self.greeted or standing.language != self.language:
            shown = orjson.dumps({"language": standing.language})
            told += format_event("language", shown)
        self.greeted, self.language = True, standing.language
        await self._write(told)


class Streams:
    """All open streams of this process."""

    def __init__(self, source: Source, bell: Bell) -> None:
        self.source, self._bell = source, bell
        self._open: dict[UUID, list[Stream]] = {}
        self._closed = False
        self._ending: set[asyncio.Task[None]] = set()

    def open(
        self, workspace: UUID, conversation: UUID, after: int, *, staff: bool = False
    ) -> Stream:
        """``staff`` reads along: only other staff makes room for it."""
        return Stream(self, workspace, conversation, after, staff)

    def add(self, stream: Stream) -> None:
        siblings = self._open.setdefault(stream.conversation, [])
        siblings.append(stream)
        metrics.streams.inc()
        if self._closed:
            self._end(stream)
        else:
            stream.wake()
        audience = [each for each in siblings if each.audience == stream.audience]
        if len(audience) > AT_ONCE:
            self._end(audience[0])

    def discard(self, stream: Stream) -> None:
        siblings = self._open[stream.conversation]
        siblings.remove(stream)
        metrics.streams.dec()
        if not siblings:
            del self._open[stream.conversation]

    def ring(self, ring: Ring) -> None:
        """Wakes the streams of one conversation, if this process has any."""
        for stream in self._open.get(ring.conversation, ()):
            if ring.event:
                if ring.audience not in (None, stream.audience):
                    continue
                stream.pass_on(format_event(ring.event, orjson.dumps(ring.data)))
            elif ring.seq > stream.seq:
                stream.dirty = True
                stream.wake()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Streams]:
        """Listens and polls meanwhile; then ends every stream."""
        tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._poll())]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            self.close()
            await asyncio.gather(*tasks, *self._ending, return_exceptions=True)

    def close(self) -> None:
        """Ends every stream, so that a server that waits for its connections can stop."""
        self._closed = True
        for stream in [stream for siblings in self._open.values() for stream in siblings]:
            self._end(stream)

    def _end(self, stream: Stream) -> None:
        if not stream.ended:
            task = asyncio.create_task(stream.end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def _listen(self) -> None:
        while True:
            try:
                async for ring in self._bell.rings():
                    self.ring(ring)
            except (RedisError, OSError) as error:
                log.warning("Redis is away, streams are up to 3 s late: %s", error)
                await asyncio.sleep(1)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            self._beat()
            seqs = {
                conversation: min(stream.seq for stream in siblings)
                for conversation, siblings in self._open.items()
            }
            try:
                await self._ask(seqs)
            except Exception:
                log.exception("could not ask which conversations have changed")

    async def _ask(self, seqs: dict[UUID, int]) -> None:
        conversations = list(seqs)
        for start in range(0, len(conversations), POLL_PART):
            part = conversations[start : start + POLL_PART]
            changed = await self.source.changed_since(part, [seqs[each] for each in part])
            for conversation, seq in changed:
                self.ring(Ring(conversation, seq))

    def _beat(self) -> None:
        """Has a comment sent where nothing else was, so that proxies keep the connection."""
        late = monotonic() - HEARTBEAT_SECONDS
        for siblings in self._open.values():
            for stream in siblings:
                if stream.wrote < late and stream.writer is None:
                    stream.pass_on(b":\n\n")


def format_event(name: str, data: bytes, seq: int | None = None) -> bytes:
    """One event of a stream; JSON has no line breaks, so one ``data`` line holds it."""
    number = b"" if seq is None else b"id: %d\n" % seq
    return b"%sevent: %s\ndata: %s\n\n" % (number, name.encode(), data)
