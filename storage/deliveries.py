"""Channels other than the web: the functions of ``sql/25_delivery.sql``, called by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from storage.connections import Connections
from storage.turns import Where


class Known(NamedTuple):
    """What an identity leads to."""

    contact: UUID | None
    conversation: UUID | None


class Newcomer(NamedTuple):
    """A contact, made of ``person`` (JSON) unless it is there, and its conversation to be."""

    contact: UUID
    person: str
    conversation: UUID
    bot: UUID
    data: str  # the session that has not begun
    started: str  # its first event


class Arrived(NamedTuple):
    """An event from the visitor whom a channel knows as ``sender``; ``event`` is JSON."""

    workspace: UUID
    channel: UUID
    sender: str
    dedupe: str
    event: str


class Claimed(NamedTuple):
    """A message to be sent now; JSON columns are text."""

    seq: int
    attempts: int  # this one included
    kind: str
    settings: str
    recipient: str | None
    body: str
    input: str | None


class Deliveries:
    """Raises `Unavailable` from every method while the database is away."""

    def __init__(self, connections: Connections) -> None:
        self._fetch, self._read = connections.fetch, connections.read

    # Coming in ----------------------------------------------------------------

    async def queue(self, arrived: Arrived) -> Known:
        """Puts the event into the inbox of the visitor's conversation, if there is one."""
        statement = "select * from flyt.identity_queue_1($1, $2, $3, $4, $5)"
        return Known._make((await self._read(statement, *arrived))[0])

    async def open(self, arrived: Arrived, newcomer: Newcomer) -> UUID:
        """Makes the conversation with its contact, unless somebody was first; queues the event."""
        statement = "select flyt.identity_open_1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        return (await self._read(statement, *arrived, *newcomer))[0][0]

    # Going out ----------------------------------------------------------------

    async def claim(self, where: Where, courier: str, lease: float) -> Claimed | None:
        """The conversation's next message, if it is due and nobody sends it."""
        statement = "select * from flyt.delivery_claim_1($1, $2, $3, $4)"
        rows = await self._fetch(statement, *where, courier, lease)
        return Claimed._make(rows[0]) if rows else None

    async def renew(self, where: Where, seq: int, courier: str, lease: float) -> bool:
        statement = "select flyt.delivery_renew_1($1, $2, $3, $4, $5)"
        return (await self._fetch(statement, *where, seq, courier, lease))[0][0]

    async def settle(self, where: Where, seq: int, courier: str, *went: Any) -> bool:
        """``went``: state, external id, error, seconds until the next attempt."""
        statement = "select flyt.delivery_settle_1($1, $2, $3, $4, $5, $6, $7, $8)"
        return (await self._fetch(statement, *where, seq, courier, *went))[0][0]

    async def stuck(self, limit: int, lease: float) -> Sequence[Where]:
        """Conversations whose next message nobody sends; leased for handing on."""
        statement = "select * from flyt.stuck_deliveries_1($1, $2)"
        return [Where._make(row) for row in await self._fetch(statement, limit, lease)]
