"""What a turn reads and writes: the functions of ``sql/20_turns.sql``, called by name.

Each call is one round trip and one transaction; turns that are ready together share one. The
application's role can read nothing without the workspace that these functions are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from storage.connections import Connections
from storage.together import Together


class AlreadyServed(Exception):
    """An event with this dedupe key, or an opening call with this client id, has its row."""


class Outdated(Exception):
    """The channel has changed since it was read: read it again."""


class Unstorable(ValueError):
    """The database refuses a value of this turn: a NUL in a text, a number beyond all measure."""


class Where(NamedTuple):
    workspace: UUID
    conversation: UUID


class Loaded(NamedTuple):
    """Everything a turn may see, of one snapshot; JSON columns are text. See ``turn_facts_1``."""

    workspace: UUID
    conversation: UUID
    data: str  # the session
    version: int
    turn: int
    seq: int
    status: str
    epoch: int  # of the visitor's token
    channel: UUID
    bot: UUID
    attributes: str
    locale: str | None
    timezone: str | None
    contact: UUID
    name: str | None
    email: str | None
    phone: str | None
    contact_attributes: str
    pending: str | None
    now: datetime


class TurnRows(NamedTuple):
    """What one turn writes; ``version`` is the one it was made from. JSON columns are text."""

    version: int
    turn: int
    seq: int
    status: str
    data: str
    at: datetime
    dedupe: str | None  # of the event, where its row is written by this turn
    event: str | None
    answer: str | None
    kinds: Sequence[str]
    senders: Sequence[str]
    bodies: Sequence[str]
    visits: str | None
    rest: str | None


class _Saving(NamedTuple):
    where: Where
    rows: TurnRows
    alone: bool


class Opened(NamedTuple):
    """A new conversation; ``person`` is a new contact's JSON, None for one who is known."""

    conversation: UUID
    channel: UUID
    state: str  # of the channel, as it was read
    bot: UUID
    contact: UUID
    person: str | None
    about: str  # JSON: client_id, locale, timezone, attributes


class Replayed(NamedTuple):
    state: str
    turn: int | None
    answer: str | None
    said: str | None  # JSON: [[seq, sender, at, body]]


class EventRow(NamedTuple):
    seq: int
    kind: str
    sender: str
    turn: int | None
    at: datetime
    edited_at: datetime | None
    deleted: bool
    body: str


class Visitor(NamedTuple):
    contact: UUID
    name: str | None
    email: str | None
    phone: str | None
    locale: str | None
    timezone: str | None
    contact_attributes: str
    conversation: UUID | None
    epoch: int | None


class ChannelRow(NamedTuple):
    workspace: UUID
    id: UUID
    key: str
    kind: str
    name: str
    bot: UUID | None
    brand: UUID | None
    brand_name: str | None
    settings: str
    look: str
    language: str
    timezone: str
    live: str | None  # JSON: [[number, share]], highest number first
    state: str  # another word whenever the channel or its live releases are changed
    now: datetime


class EffectId(NamedTuple):
    workspace: UUID
    conversation: UUID
    turn: int
    n: int

    @property
    def key(self) -> str:
        """The idempotency key."""
        return f"{self.conversation}:{self.turn}:{self.n}"

    @staticmethod
    def of(workspace: UUID, key: str) -> EffectId:
        """The effect that ``key`` names."""
        conversation, turn, n = key.split(":")
        return EffectId(workspace, UUID(conversation), int(turn), int(n))


class ClaimedEffect(NamedTuple):
    conversation: UUID
    turn: int
    n: int
    kind: str
    args: str
    format: int
    lane: str
    retry: str
    node: str
    token: str | None
    attempts: int
    orphaned: bool
    result: str | None
    died: bool  # somebody began it and never told how it went


_LOAD = "select * from flyt.turn_load_1($1, $2)"
_SAVE = (
    "select flyt.turn_save_1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
    " $17)"
)
_SAVE_TOGETHER = (
    "select flyt.turn_save_together_1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
    " $15, $16, $17)"
)
_SAVE_MANY = "select flyt.turn_save_many_3($1, $2, $3, $4::jsonb)"
_OPEN = (
    "select flyt.turn_open_2($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
    " $16, $17, $18, $19, $20)"
)


class Turns:
    """Raises `Unavailable` from every method while the database is away."""

    def __init__(self, connections: Connections) -> None:
        self._fetch, self._read = connections.fetch, connections.read
        self._save_soon = Together(self._save_all, asyncpg.PostgresError)

    # One conversation ---------------------------------------------------------

    async def load(self, where: Where) -> Loaded | None:
        rows = await self._read(_LOAD, *where)
        return Loaded._make(rows[0]) if rows else None

    async def save(self, where: Where, rows: TurnRows, *, alone: bool = False) -> bool:
        """False: somebody was first and nothing is written.

        ``alone``: nor is it where rows wait in the inbox, which the turn has not seen. Raises
        `AlreadyServed` and `Unstorable`.
        """
        turn = _Saving(where, rows, alone)
        try:
            if rows.rest is None:
                return await self._save_soon(turn)
            return (await self._save_all([turn]))[0]  # what else it writes, others may write too
        except asyncpg.UniqueViolationError as error:
            raise AlreadyServed(rows.dedupe) from error
        except asyncpg.DataError as error:
            raise Unstorable(str(error)) from error

    async def _save_all(self, turns: Sequence[_Saving]) -> Sequence[bool]:
        if len(turns) == 1:
            where, rows, alone = turns[0]
            return [row[0] for row in await self._fetch(_SAVE, *where, *rows, alone)]
        # One order in all processes, so that two batches never wait for one another.
        order = sorted(range(len(turns)), key=lambda n: turns[n].where.conversation)
        columns = _columns([turns[n] for n in order])
        saved = (await self._fetch(_SAVE_TOGETHER, *columns))[0][0]
        return [one for _, one in sorted(zip(order, saved, strict=True))]

    async def open(self, workspace: UUID, opened: Opened, rows: TurnRows) -> bool:
        """False: the contact has got a conversation meanwhile.

        Raises `AlreadyServed`, `Outdated` and `Unstorable`.
        """
        turn = (*rows[1:6], *rows[7:])
        try:
            went = (await self._fetch(_OPEN, workspace, *opened, *turn))[0][0]
        except asyncpg.UniqueViolationError as error:
            raise AlreadyServed(opened.about) from error
        except asyncpg.DataError as error:
            raise Unstorable(str(error)) from error
        if went == "outdated":
            raise Outdated(opened.channel)
        return went == "opened"

    async def replay(self, where: Where, dedupe: str) -> Replayed | None:
        rows = await self._read("select * from flyt.turn_replay_1($1, $2, $3)", *where, dedupe)
        return Replayed._make(rows[0]) if rows else None

    async def queue(self, where: Where, dedupe: str, event: str) -> bool:
        """False: the event is there already."""
        statement = "select flyt.turn_queue_1($1, $2, $3, $4)"
        return (await self._fetch(statement, *where, dedupe, event))[0][0]

    async def events(self, where: Where, after: int, limit: int) -> list[EventRow]:
        statement = "select * from flyt.turn_events_1($1, $2, $3, $4)"
        return [EventRow._make(row) for row in await self._read(statement, *where, after, limit)]

    async def read(self, where: Where, seq: int) -> int | None:
        """Writes how far the visitor has read, as an event; None where that was known."""
        return (await self._fetch("select flyt.turn_read_1($1, $2, $3)", *where, seq))[0][0]

    async def count(self, where: Where, name: str, data: str) -> None:
        await self._fetch("select flyt.turn_count_1($1, $2, $3, $4)", *where, name, data)

    async def files(self, where: Where, ids: Sequence[UUID]) -> list[asyncpg.Record]:
        """(id, name, type, size) of those the visitor has uploaded; they count as sent now."""
        return await self._fetch("select * from flyt.turn_files_1($1, $2, $3)", *where, ids)

    # Before there is a conversation -------------------------------------------

    async def channel_by_key(self, key: str) -> ChannelRow | None:
        return await self._channel(key, None, None)

    async def channel_by_id(self, workspace: UUID, id_: UUID) -> ChannelRow | None:
        return await self._channel(None, workspace, id_)

    async def _channel(
        self, key: str | None, workspace: UUID | None, id_: UUID | None
    ) -> ChannelRow | None:
        statement = "select * from flyt.channel_live_3($1, $2, $3)"
        rows = await self._read(statement, key, workspace, id_)
        return ChannelRow._make(rows[0]) if rows else None

    async def release(self, workspace: UUID, bot: UUID, number: int) -> str | None:
        """The frozen document as JSON."""
        statement = "select flyt.release_document_1($1, $2, $3)"
        return (await self._read(statement, workspace, bot, number))[0][0]

    async def visitor(self, workspace: UUID, channel: UUID, hash_: bytes) -> Visitor | None:
        statement = "select * from flyt.visitor_find_1($1, $2, $3)"
        rows = await self._read(statement, workspace, channel, hash_)
        return Visitor._make(rows[0]) if rows else None

    async def opened_by(
        self, workspace: UUID, channel: UUID, client_id: str
    ) -> tuple[UUID, int] | None:
        """The conversation that an opening call made, with the epoch of its token."""
        statement = "select * from flyt.opened_by_1($1, $2, $3)"
        rows = await self._read(statement, workspace, channel, client_id)
        return (rows[0][0], rows[0][1]) if rows else None

    # Many conversations -------------------------------------------------------

    async def load_many(self, workspace: UUID, conversations: Sequence[UUID]) -> list[Loaded]:
        statement = "select * from flyt.turn_load_many_1($1, $2)"
        return [Loaded._make(row) for row in await self._read(statement, workspace, conversations)]

    async def save_many(
        self, workspace: UUID, turns: Iterable[tuple[UUID, TurnRows, Any]]
    ) -> set[UUID]:
        """Turns with all the timers their sessions want from now on; answers those written.

        Neither event nor answer of such a turn is kept.
        """
        ordered = sorted(turns, key=lambda turn: turn[0])  # as in a batch: nobody waits crosswise
        given, said = _rows_of_many(ordered)
        saved = await self._fetch(_SAVE_MANY, workspace, given, said, _more(ordered))
        return {row[0] for row in saved}

    async def due_workspaces(self, limit: int) -> list[UUID]:
        """Workspaces with a due timer that nobody has taken."""
        rows = await self._read("select flyt.due_workspaces_1($1)", limit)
        return [row[0] for row in rows]

    async def claim_due(self, workspace: UUID, limit: int, lease: float) -> list[Loaded]:
        """Conversations with a due timer, this caller's until the lease (seconds) is over."""
        statement = "select * from flyt.timer_claim_1($1, $2, $3)"
        return [Loaded._make(row) for row in await self._fetch(statement, workspace, limit, lease)]

    async def next_due(self, at_most: float) -> float:
        """Seconds until a timer may be due."""
        return (await self._read("select flyt.next_due_1($1)", at_most))[0][0]

    async def stuck_rows(self, limit: int, age: float) -> list[Where]:
        rows = await self._read("select * from flyt.stuck_rows_1($1, $2)", limit, age)
        return [Where._make(row) for row in rows]

    async def changed_since(
        self, conversations: Sequence[UUID], seqs: Sequence[int]
    ) -> list[tuple[UUID, int]]:
        rows = await self._read("select * from flyt.changed_since_1($1, $2)", conversations, seqs)
        return [(row[0], row[1]) for row in rows]

    # Effects ------------------------------------------------------------------

    async def stuck_effects(self, limit: int, lease: float) -> list[tuple[EffectId, str]]:
        """Effects that are due or were left behind, with their lanes; leased for handing on."""
        rows = await self._fetch("select * from flyt.stuck_effects_1($1, $2)", limit, lease)
        return [(EffectId(*row[:4]), row[4]) for row in map(tuple, rows)]

    async def claim(
        self, workspace: UUID, effects: Sequence[EffectId], performer: str, lease: float
    ) -> list[ClaimedEffect]:
        rows = await self._fetch(
            "select * from flyt.effect_claim_2($1, $2, $3, $4, $5, $6)",
            workspace,
            [effect.conversation for effect in effects],
            [effect.turn for effect in effects],
            [effect.n for effect in effects],
            performer,
            lease,
        )
        return [ClaimedEffect._make(row) for row in rows]

    async def settle(
        self,
        effect: EffectId,
        state: str,
        result: str | None = None,
        error: str | None = None,
        message: str | None = None,
    ) -> str | None:
        """Writes how an effect went where no turn follows; None: somebody else has done so."""
        statement = "select flyt.effect_settle_1($1, $2, $3, $4, $5, $6, $7, $8)"
        return (await self._fetch(statement, *effect, state, result, error, message))[0][0]

    async def close_orphan(self, effect: EffectId) -> None:
        await self._fetch("select flyt.effect_close_1($1, $2, $3, $4)", *effect)

    async def postpone(self, effect: EffectId, seconds: float) -> None:
        await self._fetch("select flyt.effect_postpone_1($1, $2, $3, $4, $5)", *effect, seconds)

    async def renew(self, effects: Sequence[EffectId], performer: str, lease: float) -> None:
        columns = [list(column) for column in zip(*effects, strict=True)]
        statement = "select flyt.effect_renew_1($1, $2, $3, $4, $5, $6)"
        await self._fetch(statement, *columns, performer, lease)


def _columns(turns: Sequence[_Saving]) -> list[Sequence[Any]]:
    """The arguments of ``turn_save_together_1``; each turn's messages follow those before it."""
    workspaces, conversations = zip(*(turn.where for turn in turns), strict=True)
    rows = [turn.rows for turn in turns]
    *columns, kinds, senders, bodies, visits, _ = zip(*rows, strict=True)
    return [
        workspaces,
        conversations,
        *columns,
        visits,
        [turn.alone for turn in turns],
        [len(each) for each in kinds],
        *([one for each in column for one in each] for column in (kinds, senders, bodies)),
    ]


def _rows_of_many(
    turns: Sequence[tuple[UUID, TurnRows, Any]],
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """As ``turn_row_1`` and ``message_row_1`` have them."""
    given = [(conversation, *one[:6], one.visits) for conversation, one, _ in turns]
    said = [
        (conversation, one.turn, one.seq - len(one.bodies) + place, one.at, *message)
        for conversation, one, _ in turns
        for place, message in enumerate(zip(one.kinds, one.senders, one.bodies, strict=True), 1)
    ]
    return given, said


def _more(turns: Sequence[tuple[UUID, TurnRows, Any]]) -> str:
    """What only some turns have, as JSON."""
    found = [
        {
            "c": conversation,
            "t": one.turn,
            "at": one.at,
            "timers": timers,
            "rest": None if one.rest is None else msgspec.Raw(one.rest.encode()),
        }
        for conversation, one, timers in turns
        if timers or one.rest is not None
    ]
    return msgspec.json.encode(found).decode()
