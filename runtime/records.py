"""Between the core's values and what is stored and answered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import orjson
from msgspec import Struct
from msgspec.structs import replace

from connectors.channels.web import body, event_json
from runtime.core import effects as outgoing
from runtime.core import events
from runtime.core import session as sessions
from runtime.core.contract import (
    VISITOR_EVENTS,
    AnyEvent,
    Facts,
    Input,
    Message,
    PersonSaid,
    Value,
)
from runtime.core.session import Performed, Session, SetTimer, Turn
from runtime.core.timers import due
from runtime.releases import Channel
from storage.turns import EventRow, Loaded, Replayed, TurnRows

INTERACTIVE_LEASE = 10.0  # seconds, renewed meanwhile
HANDED_ON = 5.0  # seconds until a sweep looks whether a worker has taken an effect or a message

_encode = msgspec.json.Encoder().encode


class Arrival(Struct, frozen=True, array_like=True):
    """A stored event that waits for its turn; ``id`` counts arrivals."""

    id: int
    dedupe: str
    event: msgspec.Raw
    at: datetime

    def read(self) -> AnyEvent:
        """Raises `msgspec.MsgspecError` for an event of another format."""
        return events.load(self.event)


_decode_pending = msgspec.json.Decoder(list[Arrival]).decode


class Answer(Value, frozen=True):
    """What a client is told about a turn. ``input`` is JSON; ``open`` means more is on its way.

    ``language`` is the one the visitor has chosen or writes in; None: it is as at the opening.
    """

    status: str
    seq: int
    messages: tuple[dict[str, Any], ...] = ()
    input: bytes = b"null"
    stale: bool = False
    open: bool = False
    language: str | None = None

    def json(self, **more: Any) -> bytes:
        shown = {
            **more,
            "status": self.status,
            "seq": self.seq,
            "messages": self.messages,
            "input": orjson.Fragment(self.input),
        }
        if self.stale:
            shown["stale"] = True
        if self.language:
            shown["language"] = self.language
        return orjson.dumps(shown)


def encode_event(event: AnyEvent) -> str:
    return events.dump(event).decode()


def encode_input(wanted: Input | None) -> bytes:
    return b"null" if wanted is None else _encode(wanted)


def pending(loaded: Loaded) -> list[Arrival]:
    """The stored events that wait for their turn, in order of arrival."""
    return _decode_pending(loaded.pending) if loaded.pending else []


def is_visitors(event: AnyEvent) -> bool:
    return isinstance(event, VISITOR_EVENTS)


def waits_for_visitor(session: Session) -> bool:
    """Whether nothing more comes until somebody writes."""
    waiting = session.frames[-1].waiting if session.frames else None
    return session.status != "bot" or waiting is None or waiting.on == "reply"


def facts(loaded: Loaded, channel: Channel | None) -> Facts:
    contact = contact_facts(
        loaded.contact, loaded.name, loaded.email, loaded.phone, loaded.contact_attributes
    )
    return Facts(
        conversation=str(loaded.conversation),
        turn=loaded.turn + 1,
        contact=contact,
        channel=channel.facts if channel else {},
        attributes=_object(loaded.attributes),
        locale=loaded.locale,
        timezone=loaded.timezone or (channel.row.timezone if channel else "UTC"),
        home=channel.row.timezone if channel else None,
    )


def contact_facts(
    id_: UUID, name: str | None, email: str | None, phone: str | None, attributes: str
) -> dict[str, Any]:
    """What expressions see as ``contact``; the attributes cannot hide the fields."""
    known = {"id": str(id_), "name": name, "email": email, "phone": phone}
    return _object(attributes) | known


def rows(
    loaded: Loaded,
    before: Session,
    turn: Turn,
    *,
    event: AnyEvent | None,
    dedupe: str | None,
    draft: str | None = None,
    rest: Mapping[str, Any] | None = None,
) -> tuple[TurnRows, Answer]:
    """What a turn writes, and what its visitor is told. ``before`` is the session it stepped.

    ``draft`` is the key under which words of it were shown before: its first message bears it.
    """
    said = visible(loaded.status, turn)
    if draft and (first := next((shown for _, who, shown in said if who == "bot"), None)):
        first["key"] = draft
    answer = Answer(
        status=turn.session.status,
        seq=loaded.seq + len(said),
        messages=tuple(
            event_json(loaded.conversation, loaded.seq + place, sender, loaded.now, shown)
            for place, (kind, sender, shown) in enumerate(said, 1)
            if kind == "message" and sender != "visitor"
        ),
        input=encode_input(turn.input),
        open=not waits_for_visitor(turn.session),
        language=turn.session.language,
    )
    more = _rest(before, turn, rest)
    return _rows(loaded, turn, said, event, dedupe, told(answer), more), answer


def batch_rows(
    loaded: Loaded, turn: Turn, *, fired: bool, rest: Mapping[str, Any] | None
) -> TurnRows:
    """What a turn in a batch writes; where no timer fired only they change, and no turn counts.

    The timers are given to the batch as a whole.
    """
    turn_without_timers = replace(turn, set_timers=(), drop_timers=())
    more = _rest(turn.session, turn_without_timers, rest)
    rows = _rows(loaded, turn, visible(loaded.status, turn), None, None, None, more)
    return rows if turn.trace or rows.bodies or fired else rows._replace(turn=loaded.turn)


def _rows(
    loaded: Loaded,
    turn: Turn,
    said: list[tuple[str, str, dict[str, Any]]],
    event: AnyEvent | None,
    dedupe: str | None,
    told: str | None,
    rest: str | None,
) -> TurnRows:
    return TurnRows(
        version=loaded.version,
        turn=loaded.turn + 1,
        seq=loaded.seq + len(said),
        status=turn.session.status,
        data=sessions.dump(turn.session).decode(),
        at=loaded.now,
        dedupe=dedupe,
        event=encode_event(event) if event is not None and dedupe is not None else None,
        answer=told,
        kinds=[kind for kind, _, _ in said],
        senders=[sender for _, sender, _ in said],
        bodies=[orjson.dumps(shown).decode() for _, _, shown in said],
        visits=_encode(turn.trace).decode() if turn.trace else None,
        rest=rest,
    )


def told(answer: Answer) -> str:
    """What is kept to answer a repeated call; the messages are in their own rows."""
    kept = {"status": answer.status, "seq": answer.seq, "input": orjson.Fragment(answer.input)}
    more = {"open": answer.open, "language": answer.language}
    return orjson.dumps(kept | {name: value for name, value in more.items() if value}).decode()


def retold(conversation: UUID, replayed: Replayed) -> Answer:
    """The answer that the first call of this dedupe key got."""
    kept = orjson.loads(replayed.answer or "{}")
    messages = (
        event_json(conversation, seq, sender, datetime.fromisoformat(at), shown)
        for seq, sender, at, shown in orjson.loads(replayed.said or "[]")
    )
    return Answer(
        status=kept["status"],
        seq=kept["seq"],
        messages=tuple(messages),
        input=orjson.dumps(kept["input"]),
        open=kept.get("open", False),
        language=kept.get("language"),
    )


def shown_row(conversation: UUID, row: EventRow) -> dict[str, Any]:
    """A message or a status of the transcript."""
    return event_json(conversation, row.seq, row.sender, row.at, orjson.loads(row.body))


def shown_event(conversation: UUID, row: EventRow) -> dict[str, Any]:
    """A visible event for replay and streams; ``event`` says which kind."""
    event = event_json(conversation, row.seq, row.sender, row.at, orjson.loads(row.body))
    event = {"event": row.kind, **event, "turn": row.turn}
    if row.edited_at:
        event["edited_at"] = row.edited_at
    if row.deleted:
        event["deleted"] = True
    return event


def visible(status: str, turn: Turn) -> list[tuple[str, str, dict[str, Any]]]:
    """(kind, sender, body) of each event that a turn adds to the conversation, in order.

    The bot is announced before it speaks again; any other status follows what was said.
    """
    now = turn.session.status
    said = [("message", "bot", body(message)) for message in turn.messages]
    if now != status or turn.joined is not None:
        shown = {"status": now} if turn.joined is None else {"status": now, "name": turn.joined}
        said.insert(0 if now == "bot" else len(said), ("status", "system", shown))
    if turn.spoken:
        said.append(("message", "agent", body(turn.spoken)))
    return [("message", "visitor", body(turn.heard)), *said] if turn.heard else said


def heard(event: AnyEvent | None) -> Message | None:
    """A visitor's words for the transcript where nothing else is made of them."""
    text = getattr(event, "text", None) if isinstance(event, VISITOR_EVENTS) else None
    return Message(text=text) if text else None


def spoken(event: AnyEvent | None) -> Message | None:
    """What a person says; it is said whatever else cannot be done."""
    return event.message() if isinstance(event, PersonSaid) else None


def timers(wanted: Iterable[SetTimer]) -> list[dict[str, Any]]:
    return [{"slot": each.slot, "token": each.token, "due": each.due} for each in wanted]


def effect_rows(effects: Iterable[Performed], performer: str | None) -> list[dict[str, Any]]:
    """Outbox rows; ``performer`` is the process that performs the interactive ones at once."""
    written: list[dict[str, Any]] = []
    for one in effects:
        effect = one.effect
        here = performer if effect.lane == "interactive" else None
        args = outgoing.dump(effect)
        written.append(
            {
                "n": one.n,
                "kind": effect.kind,
                "args": args,
                "format": outgoing.FORMATS.current,
                "lane": effect.lane,
                "retry": effect.retry,
                "node": one.node,
                "token": one.token,
                "lease": INTERACTIVE_LEASE if here else HANDED_ON,
                "by": here,
                # An effect that carries these is a reminder: it outlives the session.
                **{name: args.get(name) for name in ("due_at", "subject", "slot")},
            }
        )
    return written


def deliveries(loaded: Loaded, before: Session, turn: Turn) -> dict[str, Any]:
    """What a turn has to say by a channel that must be sent to, see ``delivery_add_1``.

    What the bot says while a person owns the conversation (it has failed) counts as said before
    that person came, so it is never sent. The turn that hands over still has the word.
    """
    said = enumerate(visible(loaded.status, turn), loaded.seq + 1)
    silenced = before.status == "human" and before.epoch == turn.session.epoch
    given: dict[str, Any] = {
        "channel": loaded.channel,
        "epoch": turn.session.epoch - silenced,
        "seqs": [seq for seq, (kind, who, _) in said if kind == "message" and who != "visitor"],
        "lease": HANDED_ON,
    }
    return given | ({"input": turn.input} if turn.input else {})


def _rest(before: Session, turn: Turn, more: Mapping[str, Any] | None) -> str | None:
    """What most turns do not have, see ``turn_rest_1``.

    A timer that only moves to a later moment is not written: the row that is there wakes the
    clock, which asks the session what it really wants.
    """
    rest = dict(more or {})
    if turn.set_timers:
        known = {timer.slot: timer.due for timer in due(before)}
        sooner = [t for t in turn.set_timers if t.slot not in known or t.due < known[t.slot]]
        if sooner:
            rest["timers"] = timers(sooner)
    if turn.drop_timers:
        rest["dropped"] = turn.drop_timers
    if turn.withdrawn:
        rest["withdrawn"] = [[int(n) for n in key.split(":")[1:3]] for key in turn.withdrawn]
    return _encode(rest).decode() if rest else None


def _object(text: str) -> dict[str, Any]:
    return {} if text == "{}" else orjson.loads(text)
