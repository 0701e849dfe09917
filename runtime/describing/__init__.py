"""Descriptions of bots on their way to a draft: kept in Redis, worked at by workers.

A description is no part of a workspace's truth until its bot stands in the database, so Redis is
enough: where it is lost, a person describes their bot once more.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from connectors.ai.drafting import Description

State = Literal["queued", "working", "ready", "failed"]
Progress = Literal["", "reading", "planning", "building", "mending", "trying", "saving"]


class Kept(msgspec.Struct, frozen=True):
    """A description and how far it is. ``actor`` is who asked, as the audit log has it.

    ``bot_id`` is there when the bot is; ``message`` says why there is none.
    """

    asked: Description
    actor: str
    state: State = "queued"
    stage: Progress = ""
    progress: float = 0.0
    bot_id: UUID | None = None
    notes: tuple[str, ...] = ()
    message: str | None = None
    attempts: int = 0


class LostLease(Exception):
    """Another process works at this description by now, or it is forgotten."""


class TooMany(Exception):
    """So many bots are being drafted in this workspace that no further one begins."""
