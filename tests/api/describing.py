"""A description that stands as if its bot had been asked for."""

from __future__ import annotations

from uuid import UUID

import msgspec
from redis import Redis

from connectors.ai.drafting import Description
from runtime.describing import Kept
from storage.identifiers import uuid7


def keep(redis_url: str, workspace: UUID) -> str:
    """Answers its id."""
    asked = Description(uuid7(), workspace, "A bot for my bakery.")
    with Redis.from_url(redis_url) as redis:
        value = msgspec.json.encode(Kept(asked, "system", state="failed", message="No."))
        redis.set(f"flyt:describe:{workspace}:{asked.id}", value, ex=600)
    return str(asked.id)
