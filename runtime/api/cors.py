"""Which other origins may read an answer: a channel's own for chat, nobody's for the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

Origins = Callable[[str], Awaitable[Sequence[str] | None]]
"""A channel key to the origins it allows: none listed is every origin, None no such channel."""

CHAT = "/api/v1/chat/"
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, content-type, last-event-id"),
    (b"access-control-expose-headers", b"x-request-id, retry-after"),
    (b"access-control-max-age", b"600"),
    (b"vary", b"origin"),
]


async def headers(path: str, origin: bytes, origins: Origins) -> list[tuple[bytes, bytes]]:
    """The CORS headers of an answer to ``origin``; empty where it may not read it.

    A call on a conversation carries that conversation's token, which only an allowed origin has
    been given; it sends no cookie, so the token alone decides. A conversation is not opened, nor
    a channel's look read, from an origin the channel does not allow; such a page is told why.
    """
    if not path.startswith(CHAT):
        return []
    key, _, call = path[len(CHAT) :].partition("/")
    open_to_all = key == "conversations" or call == "config"
    if not open_to_all and not allows(await origins(key), origin.decode("latin-1")):
        return []
    return [(b"access-control-allow-origin", origin), *_PREFLIGHT]


def allows(origins: Sequence[str] | None, origin: str) -> bool:
    return origins is not None and (not origins or origin in origins)
