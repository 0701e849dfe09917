"""Visitors show a conversation's token; the number in it must still be the conversation's."""

from __future__ import annotations

from collections.abc import Hashable

from starlette.datastructures import Headers
from starlette.types import Scope

from runtime.api.problem import Problem, unauthorized
from runtime.engine import Engine
from runtime.limits import Limit
from runtime.services import Services
from runtime.stage import NoConversation
from runtime.tokens import Claim
from storage.connections import Unavailable
from storage.turns import Loaded, Where

_HERE = ("127.0.0.1", "::1")
HOW_TO_CALL = "Send the conversation's token as `Authorization: Bearer …`."


def claim_of(engine: Engine, headers: Headers) -> Claim:
    """What the caller's token opens, if it is one of ours. Raises `Problem`."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    claim = engine.tokens.read(token.strip()) if scheme.lower() == "bearer" else None
    if claim is None:
        raise unauthorized(HOW_TO_CALL)
    return claim


def within(limit: Limit, scope: Scope, caller: Hashable) -> None:
    """Counts a visitor's call. Raises `Problem` where the caller has come too often.

    Calls from this machine are not counted: a proxy on it that does not tell whom it forwards
    would make one caller of everybody.
    """
    client = scope["client"]
    if client is None or client[0] in _HERE:
        return
    if pause := limit.pause(caller):
        raise Problem(
            429,
            f"Too many calls in a short time; try again in {pause} s.",
            headers={"retry-after": str(pause)},
        )


async def conversation_of(services: Services, headers: Headers, named: str) -> Loaded:
    """The conversation ``named`` in the address, for who holds its token. Raises `Problem`."""
    claim = claim_of(services.engine, headers)
    if str(claim.conversation) != named.lower():
        raise unauthorized(HOW_TO_CALL)
    try:
        loaded = await services.engine.stage.load(Where(claim.workspace, claim.conversation))
    except NoConversation as error:
        raise Problem(404, "There is no such conversation (any more).") from error
    except Unavailable as error:
        raise Problem(503, "The database does not answer; try again soon.") from error
    if loaded.epoch != claim.epoch:
        raise unauthorized("This token has been revoked.")
    return loaded
