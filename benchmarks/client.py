"""The load client: holds talks over keep-alive HTTP/1.1 and checks every reply.

A process of its own, so that its work is in nobody's CPU figure. It reads one job a line from
standard input, ``{"port", "channel", "at_once", "seconds"}``, and answers each with one line.
The HTTP is written by hand: a general client costs more CPU than the servers under test.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time
from typing import Any

import orjson
import uvloop

from benchmarks.talk import Exchange, exchanges

JSON = "Content-Type: application/json\r\n"


class WrongReply(Exception):
    """A server answered something else than the talk expects."""


class Connection(asyncio.Protocol):
    """One keep-alive connection that carries one request at a time."""

    def __init__(self) -> None:
        self.received = b""
        self.waiter: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator or self.waiter is None:
            return
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(length):
            return
        waiter, self.waiter, self.received = self.waiter, None, b""
        if head[9:10] == b"2":
            waiter.set_result(body)
        else:
            status = head.partition(b"\r\n")[0].decode()
            waiter.set_exception(WrongReply(f"{status}: {body[:500].decode(errors='replace')}"))

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiter is not None:
            self.waiter.set_exception(ConnectionError("the server closed the connection"))

    async def post(self, path: str, token: str, body: dict[str, str]) -> dict[str, Any]:
        """The decoded answer. Raises `WrongReply` where it is not a success."""
        payload = orjson.dumps(body)
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\n{bearer}{JSON}"
        self.waiter = asyncio.get_running_loop().create_future()
        self.transport.write(f"{head}Content-Length: {len(payload)}\r\n\r\n".encode() + payload)
        return orjson.loads(await self.waiter)


class Load:
    """One job: ``at_once`` visitors talk one conversation after another until time is up."""

    def __init__(self, port: int, channel: str, at_once: int, seconds: float) -> None:
        self.port, self.channel, self.at_once = port, channel, at_once
        self.until = time.perf_counter() + seconds
        self.latencies: list[float] = []  # seconds, one a turn
        self.conversations = 0

    async def run(self) -> dict[str, Any]:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(self.at_once):
                group.create_task(self._visitor())
        elapsed = time.perf_counter() - began
        ordered = sorted(self.latencies)
        return {
            "turns": len(ordered),
            "conversations": self.conversations,
            "seconds": elapsed,
            "turns_per_second": len(ordered) / elapsed,
            "p50_ms": ordered[len(ordered) // 2] * 1000,
            "p95_ms": ordered[int(len(ordered) * 0.95)] * 1000,
        }

    async def _visitor(self) -> None:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, "127.0.0.1", self.port)
        while time.perf_counter() < self.until:
            self.conversations += 1
            await self._converse(connection, exchanges(self.conversations))
        connection.transport.close()

    async def _converse(self, connection: Connection, talk: tuple[Exchange, ...]) -> None:
        path, token = f"/api/v1/chat/{self.channel}/conversations", ""
        for exchange in talk:
            body = {"client_id": secrets.token_hex(16), **(exchange.posts or {})}
            sent = time.perf_counter()
            answer = await connection.post(path, token, body)
            self.latencies.append(time.perf_counter() - sent)
            check(exchange, answer)
            if exchange.posts is None:
                token = answer["token"]
                path = f"/api/v1/chat/conversations/{answer['conversation_id']}/messages"


def check(exchange: Exchange, answer: dict[str, Any]) -> None:
    """Raises `WrongReply` unless the bot said exactly what the talk expects."""
    said = [message["text"] for message in answer["messages"] if message["from"] == "bot"]
    if said != exchange.replies or answer["status"] != exchange.status:
        raise WrongReply(
            f"to {exchange.posts} the bot said {said} ({answer['status']}),"
            f" expected {exchange.replies} ({exchange.status})"
        )


def serve() -> None:
    for line in sys.stdin:
        try:
            answer = uvloop.run(Load(**json.loads(line)).run())
        except* (WrongReply, ConnectionError, OSError) as failures:
            answer = {"error": str(failures.exceptions[0])}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
