"""`GET /api/v1/chat/conversations/{id}/stream`, answered before the framework sees it.

There an open stream holds 22 kB, here 14; so this is plain ASGI, described by hand.
"""

from __future__ import annotations

from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.api.openapi import CONVERSATION, problems
from runtime.api.problem import Problem
from runtime.api.visitor import conversation_of
from runtime.services import Services
from runtime.streams import Stream

PATH = "/api/v1/chat/conversations/{conversation_id}/stream"
_BEFORE, _AFTER = PATH.split("{conversation_id}")
_LARGEST = 2**31 - 1

DESCRIPTION: dict[str, Any] = {
    "get": {
        "operationId": "stream_conversation",
        "tags": ["chat"],
        "summary": "Follow a conversation as server-sent events",
        "description": (
            "First what was missed since `after` or `Last-Event-ID`, then what happens. `message`,"
            " `status`, `edited`, `deleted` and `read` carry an `id:`, the sequence number;"
            " `token`, `typing`, `language` and `input` do not. `typing` tells who writes, `{from,"
            " typing, name?}`; it is over after six seconds without another. `language` brings"
            " `{language}`, the one the talk goes on in; null: as at the opening. `token` brings an"
            " answer that is being written, `{key, attempt, i, text}`: the pieces `i` from 0 on, of"
            " the highest `attempt` only, until the message with that `key` takes their place."
            " Passing moments are not repeated: who misses a piece waits for the message."
        ),
        "security": CONVERSATION,
        "parameters": [
            {
                "name": "conversation_id",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "format": "uuid"},
            },
            {
                "name": "after",
                "in": "query",
                "schema": {"type": "integer", "minimum": 0, "maximum": _LARGEST, "default": 0},
            },
            {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}},
        ],
        "responses": {
            "200": {
                "description": "Lasts until either side closes it.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            **{str(status): shape for status, shape in problems(400, 401, 404, 422, 503).items()},
        },
    }
}


class StreamDoor:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http" and scope["method"] == "GET":
            path: str = scope["path"]
            if path.startswith(_BEFORE) and path.endswith(_AFTER):
                named = path[len(_BEFORE) : -len(_AFTER)]
                app = await _opened(scope["app"].state.services, scope, named)
        await app(scope, receive, send)


async def _opened(services: Services, scope: Scope, named: str) -> Stream:
    """Raises `Problem` for whoever may not read the conversation."""
    headers = Headers(scope=scope)
    after = _number(headers.get("last-event-id")) or _number(_asked(scope)) or 0
    loaded = await conversation_of(services, headers, named)
    return services.streams.open(loaded.workspace, loaded.conversation, after)


def _asked(scope: Scope) -> str | None:
    return QueryParams(scope["query_string"]).get("after")


def _number(text: str | None) -> int | None:
    """Raises `Problem` for what is no sequence number."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > _LARGEST:
        raise Problem(422, "`after` and `Last-Event-ID` are sequence numbers.")
    return int(text)
