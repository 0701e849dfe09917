"""Finds what is known of a contact for a question."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import cast
from uuid import UUID

from connectors.ai import Remembered
from runtime.core.likeness import closest
from storage import contact_facts
from storage.contact_facts import READER
from storage.database import Database
from storage.tables import ContactFact, FactKind


class StoredMemory:
    """The `Memory` of the handlers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(
        self, workspace: UUID, conversation: UUID, question: str, count: int = 12
    ) -> Sequence[Remembered]:
        """Nothing out of a confidential talk, for any model may answer. Open promises come first,
        the next due before all, but leave half the room to others; then what shares most words
        with the question, and of what shares none, the newest.
        """
        return await asyncio.to_thread(self._of, workspace, conversation, question, count)

    def _of(
        self, workspace: UUID, conversation: UUID, question: str, count: int
    ) -> list[Remembered]:
        with self._database.workspace(workspace) as session:
            contact = contact_facts.contact_of(session, conversation)
            facts = contact_facts.standing(session, contact) if contact else ()
        free = [fact for fact in facts if not fact.confidential]
        return [_remembered(fact) for fact in chosen(free, question, count)]


def chosen(facts: Sequence[ContactFact], question: str, count: int) -> list[ContactFact]:
    """Of facts that come newest first."""
    promised = sorted(
        (fact for fact in facts if fact.status == "open"), key=lambda fact: fact.due or date.max
    )
    near = closest(question, {str(fact.id): [fact.text, fact.topic] for fact in facts})
    others = sorted(
        (fact for fact in facts if fact.status != "open"), key=lambda fact: -near[str(fact.id)]
    )
    room = max(count - len(others), (count + 1) // 2)
    first = promised[:room]
    return first + others[: count - len(first)]


def _remembered(fact: ContactFact) -> Remembered:
    return Remembered(
        id=fact.id,
        kind=cast("FactKind", fact.kind),
        text=fact.text,
        said_at=fact.said_at,
        due=fact.due,
        corrected=fact.corrected or fact.author != READER,
    )
