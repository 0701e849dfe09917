"""What stands before the builder's pages: origin, sign-in, and the headers of their answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from builder.headers import FIXED, Header, content_policy, lifetime
from builder.people import is_set_up, person_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SETUP, SIGN_IN, INVITE = "/setup", "/sign-in", "/invite/"


class Pages:
    """Reflex's application behind the gate; ``client`` is the folder of the built front."""

    def __init__(self, reflex: Any, client: Path) -> None:
        self.reflex = reflex
        self._policy: Header = (b"content-security-policy", content_policy(client))
        pages = (page.parent.relative_to(client) for page in client.rglob("index.html"))
        self._folders = {f"/{folder.as_posix()}" for folder in pages if folder.parts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        if not same_origin(headers):
            await _refuse(scope, send)
        elif scope["type"] == "http" and _is_page(scope["path"], headers):
            cookies = headers.get(b"cookie", b"").decode("latin-1")
            elsewhere = await asyncio.to_thread(destination, scope["path"], cookies)
            if elsewhere:
                await _redirect(elsewhere, send)
            else:
                await self._serve(scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path in self._folders:
            # Static files would answer with a redirect, and the address would end in a slash.
            scope = {**scope, "path": f"{path}/"}
        await self.reflex(scope, receive, self._with_headers(path, send))

    def _with_headers(self, path: str, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = (*FIXED, self._policy, (b"cache-control", lifetime(path)))
                message["headers"] = [*message["headers"], *more]
            await send(message)

        return sending


def destination(path: str, cookies: str) -> str:
    """Where a browser must go instead of ``path``; an empty text where it may stay."""
    if not is_set_up():
        return "" if path == SETUP else SETUP
    if path.startswith(INVITE):
        return ""
    signed_in = person_of(cookies) is not None
    if path in (SETUP, SIGN_IN):
        return "/" if signed_in else "" if path == SIGN_IN else SIGN_IN
    if signed_in:
        return ""
    return SIGN_IN if path == "/" else f"{SIGN_IN}?next={quote(path, safe='/')}"


def same_origin(headers: dict[bytes, bytes]) -> bool:
    """Whether a request comes from a page of ours, or from no page at all.

    Browsers always send Origin with a socket, and a page can't choose it. A proxy may have put its
    own name into Host; then X-Forwarded-Host has the one of the address bar.
    """
    origin = headers.get(b"origin")
    if origin is None:
        return True
    own = {headers.get(b"host"), headers.get(b"x-forwarded-host")}
    return urlsplit(origin.decode("latin-1")).netloc.encode("latin-1") in own


def _is_page(path: str, headers: dict[bytes, bytes]) -> bool:
    """A browser that wants a document, and not one of its files or of Reflex's endpoints."""
    return b"text/html" in headers.get(b"accept", b"") and "." not in path.rpartition("/")[2]


async def _redirect(address: str, send: Send) -> None:
    headers = [(b"location", address.encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body"})


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": 403, "headers": []})
    await send({"type": "http.response.body", "body": b"This request comes from another origin."})
