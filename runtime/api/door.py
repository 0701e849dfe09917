"""The short way to the call that a chat makes most."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.api.chat import router, send_message
from runtime.api.chat_requests import ChatRoute

_BEFORE, _AFTER = "/api/v1/chat/conversations/", "/messages"


class MessageDoor:
    """Answers `send_message` before the framework looks for a route.

    Its matching, exit stacks and error middleware are about a tenth of what a turn costs in this
    process. The route stays: for the description, and for other methods on the same address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._answer = next(
            route.get_route_handler()
            for route in router.routes
            if isinstance(route, ChatRoute) and route.endpoint is send_message
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            path: str = scope["path"]
            named = path[len(_BEFORE) : -len(_AFTER)]
            if path.startswith(_BEFORE) and path.endswith(_AFTER) and "/" not in named:
                scope["path_params"] = {"conversation_id": named}
                response = await self._answer(Request(scope, receive))
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)
