"""How request bodies are read: strict JSON that PostgreSQL can store, and never too much of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import orjson
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

from runtime.api.problem import Problem
from runtime.core.depth import DEEPEST, may_be_deep, too_deep

MEGABYTE = 1024 * 1024
LONGEST_TEXT = 4 * MEGABYTE  # an article, or questions and answers
THROWN_AWAY = 64 * MEGABYTE  # of a body that is refused
PATIENCE = 10.0  # seconds until its connection is closed


def size_limit(path: str, file_bytes: int) -> int:
    """How many bytes a body sent to `path` may have; ``file_bytes`` is the largest upload."""
    if path.endswith(("/files", "/knowledge/sources")):
        return file_bytes + MEGABYTE  # the multipart frame around it
    if path.startswith("/api/v1/bots"):
        return 16 * MEGABYTE  # a whole bot document
    if path.startswith("/api/v1/knowledge/"):
        return LONGEST_TEXT
    return MEGABYTE


class TooLarge(Problem):
    """The body is larger than this address takes."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            413,
            f"The body is too large: this address takes at most {limit / MEGABYTE:g} MB.",
            headers={"connection": "close"},
        )


def limited(receive: Receive, limit: int) -> Receive:
    """Reads a body of unannounced length. Raises `TooLarge` once ``limit`` bytes are passed."""
    left = limit

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLarge(limit)
        return message

    return counted


async def drain(receive: Receive) -> None:
    """Reads what a refused client goes on sending, and throws it away, within bounds.

    A connection that is closed on unread bytes is reset, and the answer is lost with it: many
    clients read none before they have sent everything.
    """
    left = THROWN_AWAY
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body"):
                    return


def loads(data: bytes) -> Any:
    """JSON without NaN, lone surrogates, NUL characters and too many levels.

    Raises `json.JSONDecodeError`.
    """
    value = orjson.loads(data)
    if may_be_deep(data) and too_deep(value):
        raise json.JSONDecodeError(f"it is nested deeper than {DEEPEST} levels", "", 0)
    if b"\\u0000" in data and _has_nul(value):
        raise json.JSONDecodeError("text must not contain the character NUL (\\u0000)", "", 0)
    return value


def _has_nul(value: Any) -> bool:
    """Depth is bounded by orjson (1,024 levels), width by the size limit."""
    stack = [value]
    while stack:
        match stack.pop():
            case str() as text if "\0" in text:
                return True
            case dict() as members:
                stack += members.keys()
                stack += members.values()
            case list() as items:
                stack += items
            case _:
                pass
    return False


class StrictRequest(Request):
    async def json(self) -> Any:
        return loads(await self.body())


class StrictRoute(APIRoute):
    """A route whose JSON body is read by `loads`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

        return strict
