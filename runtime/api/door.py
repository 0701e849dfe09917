"""The short way to the calls that a chat makes most, and the long one to those of people."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.api.chat import open_conversation, router, send_message
from runtime.api.chat_requests import ChatRoute, Handler

_CHAT = "/api/v1/chat/"
_PEOPLE = ("/api/", "/auth/")
_WAYS = (  # what stands before and after the one segment that is named
    (f"{_CHAT}conversations/", "/messages", "conversation_id", send_message),
    (_CHAT, "/conversations", "channel_key", open_conversation),
)


class ChatDoor:
    """Answers these calls before the framework looks for a route.

    Its matching, exit stacks and error middleware are about a tenth of what a turn costs in this
    process. The routes stay: for the description, and for other methods on the same addresses.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._ways = [
            (before, after, name, _handler(endpoint)) for before, after, name, endpoint in _WAYS
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if path.startswith(_CHAT) and scope["type"] == "http" and scope["method"] == "POST":
            for before, after, name, answer in self._ways:
                named = path[len(before) : -len(after)]
                if named and path.startswith(before) and path.endswith(after) and "/" not in named:
                    scope["path_params"] = {name: named}
                    response = await answer(Request(scope, receive))
                    await response(scope, receive, send)
                    return
        await self._app(scope, receive, send)


class PeopleDoor:
    """Has ``add`` called, in a thread, before the first call that is not a visitor's goes on."""

    def __init__(self, app: ASGIApp, add: Callable[[], None]) -> None:
        self._app, self._add = app, add
        self._added = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if not self._added and path.startswith(_PEOPLE) and not path.startswith(_CHAT):
            await asyncio.to_thread(self._add)
            self._added = True
        await self._app(scope, receive, send)


def _handler(endpoint: object) -> Handler:
    return next(
        route.get_route_handler()
        for route in router.routes
        if isinstance(route, ChatRoute) and route.endpoint is endpoint
    )
