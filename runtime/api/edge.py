"""The one middleware, in plain ASGI because every chat turn passes it.

It gives each request an id, bounds its body, answers CORS and adds security headers; what no
handler expected becomes a 500 that names the id and nothing else.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime import logs, metrics
from runtime.api import cors
from runtime.api.body import TooLarge, drain, limited, size_limit
from runtime.api.problem import Problem, ProblemResponse

log = logging.getLogger("flyt.http")

_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
# What a response says itself wins over these.
_UNLESS_SET = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
}
_LOGGED = ("/api/", "/auth/")
_CLOSE = (b"connection", b"close")
_TRANSPORT_SECURITY = (b"strict-transport-security", b"max-age=31536000")

_PROCESS = secrets.token_hex(4)  # random bits for every request would cost a system call each
_numbers = count(1)


@dataclass(frozen=True)
class Edge:
    """``origins`` finds the origins a channel key allows; ``file_bytes`` is the largest upload."""

    app: ASGIApp
    origins: cors.Origins
    file_bytes: int
    secure: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        identity = f"{_PROCESS}-{next(_numbers):x}"
        logs.request_id.set(identity)
        exchange = _Exchange(scope, receive, send, identity, self.secure)
        try:
            admitted = await self._admit(scope, receive, exchange)
            if admitted is not None:
                await self.app(scope, admitted, exchange.send)
        except Exception as error:
            await self._fail(error, exchange)
        finally:
            seconds = perf_counter() - began
            metrics.answered(scope["path"], exchange.status, seconds)
            if scope["path"].startswith(_LOGGED) and not scope["path"].startswith(cors.CHAT):
                _tell(scope, exchange.status, seconds)

    async def _admit(self, scope: Scope, receive: Receive, exchange: _Exchange) -> Receive | None:
        """Where the application reads the body from; None where all is answered already.

        Returns before the application runs, because a stream keeps every frame above it.
        """
        path, headers = scope["path"], dict(scope["headers"])
        if "\0" in path or b"%00" in scope["query_string"]:
            raise Problem(400, "The address contains the character NUL.")
        if origin := headers.get(b"origin"):
            exchange.cors = await cors.headers(path, origin, self.origins)
            if scope["method"] == "OPTIONS" and exchange.cors:
                await exchange.send({"type": "http.response.start", "status": 204, "headers": []})
                await exchange.send({"type": "http.response.body"})
                return None
        if b"content-length" in headers:
            limit = size_limit(path, self.file_bytes)
            if int(headers[b"content-length"]) > limit:  # the server has checked its syntax
                raise TooLarge(limit)
        elif b"transfer-encoding" in headers:
            return limited(receive, size_limit(path, self.file_bytes))
        return receive

    async def _fail(self, error: Exception, exchange: _Exchange) -> None:
        if exchange.status:
            raise error  # too late for an answer: the server closes the connection
        if isinstance(error, Problem):
            response = ProblemResponse(
                error.status_code, error.detail, headers=error.headers, **error.more
            )
        else:
            log.error("unexpected error answering a request", exc_info=error)
            response = ProblemResponse(
                500,
                "Something went wrong on our side; it is in the error log under `request_id`.",
                request_id=exchange.identity,
            )
        await response(exchange.scope, _nothing, exchange.send)


class _Exchange:
    """Adds our headers to the response on its way out."""

    __slots__ = ("_forward", "_receive", "closes", "cors", "identity", "scope", "secure", "status")

    def __init__(
        self, scope: Scope, receive: Receive, forward: Send, identity: str, secure: bool
    ) -> None:
        self.scope, self._receive, self._forward = scope, receive, forward
        self.identity, self.secure = identity, secure
        self.cors: list[tuple[bytes, bytes]] = []
        self.status = 0
        self.closes = False  # the connection, because there is more to come than we read

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), *_SECURITY, *self.cors]
            headers.append((b"x-request-id", self.identity.encode()))
            names = {name for name, _ in headers}
            headers += (item for item in _UNLESS_SET.items() if item[0] not in names)
            if self.secure:
                headers.append(_TRANSPORT_SECURITY)
            message["headers"] = headers
            self.closes = self.status == 413 and _CLOSE in headers
        elif self.closes and not message.get("more_body"):
            await self._forward({**message, "more_body": True})
            await drain(self._receive)
            message = {"type": "http.response.body"}
        await self._forward(message)


def _tell(scope: Scope, status: int, seconds: float) -> None:
    """Logs one call of the admin API; the route's own path, because an address may hold a token."""
    route = getattr(scope.get("route"), "path", "an unknown address")
    logs.event(
        "request",
        f"{scope['method']} {route} answered {status}",
        status=status,
        milliseconds=round(seconds * 1000, 1),
    )


async def _nothing() -> dict[str, Any]:
    return {"type": "http.disconnect"}
