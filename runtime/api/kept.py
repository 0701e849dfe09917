"""Answers that browsers keep, and ask for again by their ETag."""

from __future__ import annotations

import hashlib

from fastapi import Response


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def kept(body: bytes, etag: str, if_none_match: str | None, **headers: str) -> Response:
    """The JSON in ``body``, or 304 where the client shows that it has it."""
    headers |= {"etag": etag, "cache-control": "private, no-cache"}
    if etag in [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
