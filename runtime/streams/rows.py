"""What open streams read: a conversation's visible events, and what its bot waits for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import orjson

from runtime import records
from runtime.stage import NoConversation, Stage
from runtime.streams import Row, Standing
from storage.turns import Where


class StreamRows:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def events(
        self, workspace: UUID, conversation: UUID, after: int, limit: int
    ) -> Sequence[Row]:
        found = await self._stage.turns.events(Where(workspace, conversation), after, limit)
        return [
            Row(row.seq, row.kind, orjson.dumps(records.shown_event(conversation, row)))
            for row in found
        ]

    async def changed_since(
        self, conversations: Sequence[UUID], seqs: Sequence[int]
    ) -> Iterable[tuple[UUID, int]]:
        return await self._stage.turns.changed_since(conversations, seqs)

    async def standing(self, workspace: UUID, conversation: UUID) -> Standing:
        try:
            _, answer = await self._stage.standing(Where(workspace, conversation))
        except NoConversation:
            return Standing()
        return Standing(answer.input, answer.language)
