"""Conversations as models read them: who said what, in plain words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from connectors.ai import Line, Speaker
from storage import conversations
from storage.database import Database

SPEAKERS: Final[Mapping[str, Speaker]] = {"visitor": "visitor", "bot": "bot", "agent": "person"}
"""By the sender of a message; others are not part of the talk."""


class StoredTranscripts:
    """The `History` of the handlers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last(self, workspace: UUID, conversation: UUID, count: int) -> Sequence[Line]:
        return await asyncio.to_thread(self._read, workspace, conversation, count)

    def _read(self, workspace: UUID, conversation: UUID, count: int) -> list[Line]:
        with self._database.workspace(workspace) as session:
            events = conversations.latest(session, conversation, limit=2 * count)
        said = [
            Line(
                SPEAKERS[event.sender],
                str(event.body.get("text", "")),
                event.seq,
                any(one.get("confidential") for one in event.body.get("citations") or ()),
            )
            for event in events
            if event.kind == "message" and event.sender in SPEAKERS and not event.deleted_at
        ]
        return [line for line in said[:count] if line.text][::-1]
