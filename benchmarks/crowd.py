"""The visitors of the `streams` part: thousands who only listen, and some who talk at a pace.

A process of its own, so that its work is in nobody's memory or CPU figure. It reads one job a line
from standard input and answers each with one line; the streams stay open between jobs.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import uvloop

from benchmarks.client import Connection, WrongReply, check
from benchmarks.talk import Exchange, exchanges

AT_ONCE = 64  # connections that are being made, or calls under way
PATIENCE = 30.0  # seconds for a stream to say what it must
THINKING = 1.0  # seconds between two turns of one visitor

_NUMBER = re.compile(rb"^id: (\d+)$", re.MULTILINE)


class Opened(NamedTuple):
    conversation: str
    token: str


class Listener(asyncio.Protocol):
    """One open stream. ``seq`` is the number of the newest event it was sent."""

    __slots__ = ("_due", "_request", "_waiter", "greeted", "lost", "received", "seq", "transport")

    def __init__(self, opened: Opened) -> None:
        path = f"/api/v1/chat/conversations/{opened.conversation}/stream"
        bearer = f"Authorization: Bearer {opened.token}"
        self._request = f"GET {path} HTTP/1.1\r\nHost: bench\r\n{bearer}\r\n\r\n".encode()
        self.seq, self.received, self._due = 0, b"", 0
        self.greeted = self.lost = False
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        told, _, self.received = (self.received + data).rpartition(b"\n\n")
        self.seq = max([self.seq, *map(int, _NUMBER.findall(told))])
        self.greeted = self.greeted or b"event: input" in told
        if self._waiter and self.greeted and self.seq >= self._due and not self._waiter.done():
            self._waiter.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True

    async def until(self, seq: int) -> None:
        """Raises `TimeoutError` where the stream does not tell of event ``seq``."""
        if self.greeted and self.seq >= seq:
            return
        self._due, self._waiter = seq, asyncio.get_running_loop().create_future()
        await asyncio.wait_for(self._waiter, PATIENCE)
        self._waiter = None


class Crowd:
    """All visitors, over any number of web processes of one installation."""

    def __init__(self) -> None:
        self._opened: list[Opened] = []
        self._listeners: list[Listener] = []
        self._number = 0

    async def open(self, port: int, channel: str, many: int) -> dict[str, Any]:
        """Opens conversations, and leaves them where the bot asks for the name."""
        numbers = iter(range(many))

        async def work() -> None:
            connection = await _connection(port)
            for _ in numbers:
                opened, _ = await _begin(connection, channel, exchanges(1)[0])
                self._opened.append(opened)
            connection.transport.close()

        await _together(work() for _ in range(min(AT_ONCE, many)))
        return {"conversations": len(self._opened)}

    async def listen(self, ports: Sequence[int]) -> dict[str, Any]:
        """A stream for each conversation, spread over ``ports``; answers when all were greeted."""
        waiting = iter(list(enumerate(self._opened)))

        async def work() -> None:
            for place, opened in waiting:
                listener = await _listen(ports[place % len(ports)], opened)
                self._listeners.append(listener)
                await listener.until(1)

        await _together(work() for _ in range(AT_ONCE))
        return self.count()

    def count(self) -> dict[str, Any]:
        lost = sum(listener.lost for listener in self._listeners)
        return {"open": len(self._listeners) - lost, "lost": lost}

    async def leave(self) -> dict[str, Any]:
        for listener in self._listeners:
            listener.transport.close()
        self._listeners.clear()
        return {}

    async def talk(
        self, ports: Sequence[int], channel: str, rate: float, seconds: float
    ) -> dict[str, Any]:
        """New visitors at an even pace, ``rate`` turns a second of all together.

        Every turn of a talk goes to another process than the one before, and its stream hangs on
        yet another; answers with the latencies of the turns and of what the streams tell of them.
        """
        length = len(exchanges(1))
        talks = int(rate * seconds / length)
        began = time.perf_counter()
        told = Told([], [], [], [])

        async def visit(number: int) -> None:
            await _sleep_until(began + number * length / rate)
            await _converse(ports, channel, self._number + number, told)

        await _together(visit(number) for number in range(talks))
        self._number += talks
        return told.figures(began + length * THINKING, began + seconds)


class Told(NamedTuple):
    """Seconds: of each turn, of each turn until its stream told of it, behind the pace, and when
    each turn was answered.
    """

    turns: list[float]
    streams: list[float]
    behind: list[float]
    moments: list[float]

    def answered(self, sent: float) -> None:
        self.moments.append(time.perf_counter())
        self.turns.append(self.moments[-1] - sent)

    def figures(self, first: float, last: float) -> dict[str, Any]:
        """Between ``first`` and ``last`` as many talks begin as end."""
        steady = sum(first <= moment < last for moment in self.moments)
        return {
            "turns": len(self.turns),
            "turns_per_second": steady / (last - first),
            "p50_ms": _at(self.turns, 0.5),
            "p95_ms": _at(self.turns, 0.95),
            "stream_p50_ms": _at(self.streams, 0.5),
            "stream_p95_ms": _at(self.streams, 0.95),
            "behind_p95_ms": _at(self.behind, 0.95),
        }


async def _converse(ports: Sequence[int], channel: str, number: int, told: Told) -> None:
    """One talk, a turn each `THINKING` seconds, with its stream open."""
    began = time.perf_counter()
    connections = [await _connection(port) for port in ports]
    talk = exchanges(number)
    sent = time.perf_counter()
    opened, seq = await _begin(connections[0], channel, talk[0])
    told.answered(sent)
    listener = await _listen(ports[-1], opened)
    await listener.until(seq)
    path = f"/api/v1/chat/conversations/{opened.conversation}/messages"
    for turn, exchange in enumerate(talk[1:], 1):
        await _sleep_until(began + turn * THINKING)
        sent = time.perf_counter()
        told.behind.append(sent - began - turn * THINKING)
        body = {"client_id": secrets.token_hex(16), **(exchange.posts or {})}
        connection = connections[turn % len(connections)]
        answer = await connection.post(path, opened.token, body)
        told.answered(sent)
        check(exchange, answer)
        await listener.until(answer["seq"])
        told.streams.append(time.perf_counter() - sent)
    for each in (*connections, listener):
        each.transport.close()


async def _begin(connection: Connection, channel: str, exchange: Exchange) -> tuple[Opened, int]:
    path = f"/api/v1/chat/{channel}/conversations"
    answer = await connection.post(path, "", {"client_id": secrets.token_hex(16)})
    check(exchange, answer)
    return Opened(answer["conversation_id"], answer["token"]), answer["seq"]


async def _connection(port: int) -> Connection:
    loop = asyncio.get_running_loop()
    return (await loop.create_connection(Connection, "127.0.0.1", port))[1]


async def _listen(port: int, opened: Opened) -> Listener:
    loop = asyncio.get_running_loop()
    return (await loop.create_connection(lambda: Listener(opened), "127.0.0.1", port))[1]


async def _together(work: Iterable[Any]) -> None:
    async with asyncio.TaskGroup() as group:
        for each in work:
            group.create_task(each)


async def _sleep_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.perf_counter()))


def _at(seconds: list[float], share: float) -> float:
    """That percentile in milliseconds."""
    ordered = sorted(seconds)
    return ordered[int((len(ordered) - 1) * share)] * 1000


async def serve() -> None:
    crowd = Crowd()
    while line := await asyncio.to_thread(sys.stdin.readline):
        job = json.loads(line)
        try:
            answer = getattr(crowd, job.pop("do"))(**job)
            answer = await answer if asyncio.iscoroutine(answer) else answer
        except* (WrongReply, OSError, TimeoutError) as failures:
            answer = {"error": f"{type(failures.exceptions[0]).__name__}: {failures.exceptions[0]}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    uvloop.run(serve())
