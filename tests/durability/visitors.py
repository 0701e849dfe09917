"""The visitors of the proof: patient clients that repeat every call until it is answered.

`python -m tests.durability.visitors PLAN` is a process of its own, so that its work delays no
death. It ends when everybody has finished, or at SIGTERM, and prints what became of each visitor.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import signal
import sys
from contextlib import suppress
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from tests.durability.talk import Talk

CALL_TIMEOUT = 4.0  # seconds; a server that died in mid-answer never closes the connection
LOOK_EVERY = 0.6  # seconds between two looks for new messages


class Refused(Exception):
    """A server answered a well-formed call with a client error, or a repeated one otherwise."""


class Visitor:
    """One conversation; ``lines`` are the bot's words in the order their numbers give."""

    def __init__(self, talk: Talk, crowd: Crowd, client: httpx.AsyncClient) -> None:
        self.talk = talk
        self.conversation = ""
        self.finished = False
        self.doing = "has not come yet"
        self._channel, self._client, self._servers = crowd.channel, client, crowd.servers
        self._random = random.Random(f"{crowd.seed}:{talk.number}")
        self._headers: dict[str, str] = {}
        self._said: dict[int, str] = {}

    async def converse(self) -> None:
        """The whole talk. Raises `Refused`."""
        self.doing = "opens the conversation"
        variables = {"number": self.talk.number, "silent": self.talk.silent}
        path = f"/api/v1/chat/{self._channel}/conversations"
        opened = await self._post(path, {"variables": variables})
        self.conversation = opened["conversation_id"]
        self._headers = {"Authorization": f"Bearer {opened['token']}"}
        self._hear(opened["messages"])
        for question, answer in self.talk.answers():
            await self._until_said(question)
            self.doing = f"answers {answer!r}"
            said = await self._post(f"{self._place}/messages", {"text": answer})
            self._hear(said["messages"])
        await self._until_said(f"Goodbye {self.talk.name}.")
        self.finished = True

    @property
    def _place(self) -> str:
        return f"/api/v1/chat/conversations/{self.conversation}"

    async def _until_said(self, text: str) -> None:
        self.doing = f"waits for {text!r}"
        while text not in self._said.values():
            if self.talk.number % 3 == 0:
                await self._listen(text)
            await asyncio.sleep(LOOK_EVERY * self._random.uniform(0.5, 1.5))
            if self.talk.number % 3:
                seen = await self._call("GET", f"{self._place}/messages?after={max(self._said)}")
                self._hear(seen["events"])

    async def _listen(self, text: str) -> None:
        """Reads the event stream until it brings ``text`` or breaks."""
        path = f"{self._place}/stream?after={max(self._said)}"
        url = self._random.choice(self._servers) + path
        with suppress(httpx.TransportError):
            async with self._client.stream("GET", url, headers=self._headers) as stream:
                async for line in stream.aiter_lines():
                    if line.startswith("data:"):
                        self._hear([json.loads(line.removeprefix("data:"))])
                    if text in self._said.values():
                        return

    def _hear(self, messages: Any) -> None:
        for message in messages:
            if message and message.get("from") == "bot" and "seq" in message:
                self._said[message["seq"]] = message["text"]

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Posts under one client id; every fifth time twice at once, as impatient fingers do."""
        body = {"client_id": secrets.token_hex(16), **body}
        times = 2 if self._random.random() < 0.2 else 1
        calls = (self._call("POST", path, body) for _ in range(times))
        first, *others = await asyncio.gather(*calls)
        if any(other["messages"] != first["messages"] for other in others):
            raise Refused(f"{body} was answered {first} and {others}")
        return first

    async def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Repeats the call, each time at any server, until one answers it."""
        while True:
            url = self._random.choice(self._servers) + path
            try:
                answer = await self._client.request(method, url, json=body, headers=self._headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                return answer.json()
            if answer is not None and answer.is_client_error:
                raise Refused(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            await asyncio.sleep(self._random.uniform(0.1, 0.4))


class Crowd(Struct, frozen=True):
    """Who comes, where to, and within how many seconds."""

    talks: tuple[Talk, ...]
    channel: str
    servers: tuple[str, ...]
    arrive_within: float
    seed: int


class Visit(Struct, frozen=True):
    """What became of one visitor; ``doing`` is the last thing an unfinished one did."""

    talk: Talk
    conversation: str
    finished: bool
    doing: str


async def visit(crowd: Crowd) -> list[Visit]:
    """Lets everybody talk to the end, or until SIGTERM."""
    limits = httpx.Limits(max_connections=512)
    timeout = httpx.Timeout(CALL_TIMEOUT, pool=None)
    async with httpx.AsyncClient(limits=limits, timeout=timeout, trust_env=False) as client:
        visitors = [Visitor(talk, crowd, client) for talk in crowd.talks]
        everybody = asyncio.gather(
            *(
                _arrive(visitor, crowd.arrive_within * place / len(visitors))
                for place, visitor in enumerate(visitors)
            )
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, everybody.cancel)
        with suppress(asyncio.CancelledError):
            await everybody
    return [Visit(v.talk, v.conversation, v.finished, v.doing) for v in visitors]


async def _arrive(visitor: Visitor, delay: float) -> None:
    await asyncio.sleep(delay)
    try:
        await visitor.converse()
    except Refused as refusal:
        visitor.doing = str(refusal)


if __name__ == "__main__":
    visits = asyncio.run(visit(msgspec.json.decode(sys.argv[1], type=Crowd)))
    sys.stdout.write(msgspec.json.encode(visits).decode())
