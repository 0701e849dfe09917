"""How the chat routes read a request: who calls, from where, with what; and what may go wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from json import JSONDecodeError
from math import inf, nan
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from connectors.channels.web import Misfit, Said, Unreadable
from runtime import ingest
from runtime.api.body import loads
from runtime.api.chat_models import Body
from runtime.api.problem import Problem, place, unauthorized
from runtime.api.visitor import HOW_TO_CALL, claim_of, conversation_of, within
from runtime.core.contract import File
from runtime.engine import Engine
from runtime.releases import Channel, NoBot
from runtime.stage import NoConversation, Revoked
from runtime.tokens import Claim
from storage.connections import Unavailable
from storage.turns import Outdated, Where

log = logging.getLogger("flyt.chat")

MAX_BODY = 64 * 1024
LONGEST_WAIT = 60.0  # seconds

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ChatRoute(APIRoute):
    """Calls its handler with nothing but the request, and answers what may go wrong."""

    def get_route_handler(self) -> Handler:
        handler: Handler = self.endpoint

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except Misfit as error:
                where = f"`{error.path}` " if error.path else "The body "
                item = {"path": error.path, "message": error.message}
                raise Problem(422, f"{where}{error.message}.", errors=[item]) from error
            except Unreadable as error:
                raise Problem(400, f"The body is not valid JSON: {error}.") from error
            except NoConversation as error:
                raise Problem(404, "There is no such conversation.") from error
            except Revoked as error:
                raise unauthorized("This token has been revoked.") from error
            except NoBot as error:
                raise Problem(409, f"Nobody can answer here: {error}.") from error
            except Outdated as error:  # twice within one call
                raise Problem(409, "The channel is being changed; try again.") from error
            except Unavailable as error:
                log.error("the database is away: %s", error)
                raise Problem(
                    503,
                    "The database does not answer; try again soon.",
                    headers={"retry-after": "2"},
                ) from error

        return answer


# Who calls --------------------------------------------------------------------


def claimed(request: Request) -> Claim:
    """The conversation in the path, which the caller's token must open; the call is counted.

    Raises `Problem`.
    """
    engine = engine_of(request)
    claim = claim_of(engine, request.headers)
    if str(claim.conversation) != request.path_params["conversation_id"].lower():
        raise unauthorized(HOW_TO_CALL)
    within(engine.limits.posts, request.scope, claim.conversation.int)
    return claim


async def visited(request: Request) -> Where:
    """The same, where no turn would notice that the token has been revoked.

    Calls that only look are not counted.
    """
    if request.method == "POST":
        claimed(request)
    named = request.path_params["conversation_id"]
    loaded = await conversation_of(request.app.state.services, request.headers, named)
    return Where(loaded.workspace, loaded.conversation)


async def channel_of(request: Request, *, lately: bool = False) -> Channel:
    """The web channel in the path, from a page it allows or of our own. Raises `Problem`.

    ``lately``: as it was read some seconds ago, where whoever uses it will notice a change.
    """
    channels, key = engine_of(request).channels, request.path_params["channel_key"]
    channel = await (channels.lately(key) if lately else channels.by_key(key))
    if channel is None or channel.row.kind != "web":
        raise Problem(404, "There is no such channel.")
    origin, allowed = request.headers.get("origin"), channel.settings.get("allowed_origins")
    if origin and allowed and origin not in allowed and not _is_ours(request, origin):
        raise Problem(403, f"This channel may not be used from {origin}.")
    return channel


def _is_ours(request: Request, origin: str) -> bool:
    """Whether it is the full page that Flyt itself serves for every channel."""
    own = (request.headers.get("host"), request.headers.get("x-forwarded-host"))
    return urlsplit(origin).netloc in own


def engine_of(request: Request) -> Engine:
    return request.app.state.services.engine


# What they send ---------------------------------------------------------------


async def body_of(request: Request) -> bytes:
    body = await request.body()
    if len(body) > MAX_BODY:
        raise Problem(413, f"The body is larger than {MAX_BODY // 1024} kB.")
    return body


async def read_body(request: Request, model: type[Body]) -> Body:
    body = await body_of(request)
    try:
        return model.model_validate(loads(body or b"{}"))
    except JSONDecodeError as error:
        raise Unreadable(error.msg) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise Misfit(place(first["loc"]), first["msg"]) from error


async def files_of(engine: Engine, where: Where, said: Said) -> tuple[File, ...]:
    """The uploaded files that a message names. Raises `Misfit` for one that is not there."""
    try:
        return await ingest.files(engine, where, [UUID(id_) for id_ in said.files or ()])
    except (ValueError, LookupError) as error:
        raise Misfit("files", "names a file that was not uploaded here") from error


def seconds_of(text: str | None) -> float:
    """How long to wait; what is longer than possible is as long as possible."""
    try:
        seconds = float(text or 0)
    except ValueError:
        seconds = nan
    if not 0 <= seconds < inf:  # nan is not either
        raise Misfit("wait", "is not a number of seconds (0 or more)")
    return min(seconds, LONGEST_WAIT)


def number_of(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) >= 2**31:
        raise Misfit("after", "is not a sequence number")
    return int(text)
