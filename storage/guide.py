"""What suggestions are made of: questions with written answers, and what visitors have asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from storage.connections import Connections

DAYS = 90  # that a question asked is remembered for
MOST_ASKED = 20_000
MOST_REFUSED = 5_000


class Question(NamedTuple):
    """One with an answer; ``reviewed``: a person has put it right."""

    text: str
    language: str
    reviewed: bool


class AskedBy(NamedTuple):
    """What one contact has asked and was answered; ``name`` is the contact's, if known."""

    text: str
    language: str | None
    contact: UUID
    name: str | None


class GuideRows:
    """Raises `storage.connections.Unavailable`."""

    def __init__(self, connections: Connections) -> None:
        self._read = connections.read

    async def standing(
        self, workspace: UUID, collections: Sequence[str], brand: UUID | None
    ) -> str:
        """Another word whenever what can be found in these collections changes; none: all."""
        statement = "select flyt.guide_standing_1($1, $2, $3)"
        rows = await self._read(statement, workspace, list(collections), brand)
        return rows[0][0] or ""

    async def questions(
        self, workspace: UUID, collections: Sequence[str], brand: UUID | None, most: int
    ) -> list[Question]:
        """Reviewed ones first, the newest first."""
        statement = "select * from flyt.guide_questions_1($1, $2, $3, $4)"
        rows = await self._read(statement, workspace, list(collections), brand, most)
        return [Question(*row) for row in rows]

    async def asked(
        self, workspace: UUID, bot: UUID, brand: UUID | None, longest: int
    ) -> list[AskedBy]:
        """The newest first; ``longest`` in characters."""
        statement = "select * from flyt.guide_asked_1($1, $2, $3, $4, $5, $6)"
        rows = await self._read(statement, workspace, bot, brand, DAYS, longest, MOST_ASKED)
        return [AskedBy(*row) for row in rows]

    async def refused(self, workspace: UUID) -> list[str]:
        """Questions whose answers somebody found bad."""
        statement = "select flyt.guide_refused_1($1, $2)"
        return [row[0] for row in await self._read(statement, workspace, MOST_REFUSED)]
