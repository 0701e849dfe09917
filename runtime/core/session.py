"""The state of one conversation, and the result of advancing it by one event."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from runtime.core.contract import AnyEvent, Input, Message, Signal, Value
from runtime.core.effects import Effect
from runtime.core.formats import Chain, format_of

FORMATS = Chain("session")
MAX_BYTES = 256 * 1024
MAX_ANSWERS = 20
MAX_SIGNALS = 20
MAX_SAID = 2_000  # characters
SAID = "(said)"  # a mark: the visitor's latest words answered something confidential
TOLD = "(told)"  # a mark: the conversation holds something confidential

Status = Literal["bot", "human", "ended", "failed"]
WaitsOn = Literal["reply", "signal", "time", "effect", "person"]


class Waiting(Value, frozen=True):
    """What a frame waits for. The token makes stale answers harmless."""

    on: WaitsOn
    token: str
    until: datetime | None = None
    name: str | None = None  # the event waited for
    lane: str | None = None  # of the effect waited for
    effect: str | None = None  # its key
    told: datetime | None = None  # when the visitor was last told to be patient


class Loop(Value, frozen=True):
    """A snapshot of what a loop frame goes over."""

    start: str  # the first node of the body
    item: str
    items: tuple[Any, ...]
    index: int = 0


class Frame(Value, frozen=True):
    """Where we are in one flow. ``vars`` are its own: inputs, outputs, the loop's item."""

    flow: str
    node: str
    kind: Literal["call", "loop", "digression"] = "call"
    vars: dict[str, Any] = {}
    attempt: int = 0
    repairs: int = 0  # how often a repair flow ran on this node since it was entered
    waiting: Waiting | None = None
    arrived: tuple[AnyEvent, ...] = ()  # what came for this frame while another was on top
    loop: Loop | None = None
    kept: dict[str, Any] | None = None  # by the node, for itself


class Entry(Value, frozen=True):
    """An answer that can be gone back to: where it was asked, and what followed.

    ``undo`` holds the old values (null: none) of the conversation variables changed between
    this answer and the next. ``final``: an effect that cannot be undone has followed.
    """

    frames: tuple[Frame, ...]  # bottom first; the last one asked
    variable: str
    event: AnyEvent
    undo: dict[str, Any] = {}
    said: tuple[str, ...] = ()  # nodes that spoke between this answer and the next
    effects: tuple[str, ...] = ()  # keys of effects that can be taken back
    final: bool = False


class Replay(Value, frozen=True):
    """A silent walk forward after a correction, until something differs.

    ``said`` are the nodes already heard since the last answer, ``entries`` the answers to come.
    It begins (``walking``) once the corrected question is answered, which is the top one of
    ``depth`` frames.
    """

    said: tuple[str, ...]
    entries: tuple[Entry, ...]
    walking: bool = False
    depth: int = 0  # 0 in sessions stored before it was noted


class Owner(Value, frozen=True):
    """The person who answers; ``name`` as the visitor sees it, perhaps empty."""

    id: str
    name: str = ""


class Session(Value, frozen=True):
    """One run of a bot. At most 256 kB as JSON."""

    bot: str
    release: int
    format: int = 1  # of this class when it was stored; left out of the JSON where it is the first
    vars: dict[str, Any] = {}
    given: dict[str, Any] = {}  # at the opening; where a restart begins again
    frames: tuple[Frame, ...] = ()
    status: Status = "bot"
    epoch: int = 0  # of ownership: a bot message of an older epoch is never sent
    idle: datetime | None = None  # when inactivity is noticed
    idle_token: str | None = None
    answers: tuple[Entry, ...] = ()
    replay: Replay | None = None
    signals: tuple[Signal, ...] = ()
    language: str | None = None  # chosen by the visitor; None: from the locale
    followed: bool = False  # nobody chose it: it is the one they wrote in, and may change again
    owner: Owner | None = None  # None though a person is to answer: nobody has come yet
    said: str = ""  # the visitor's latest words; none where they pressed a button
    taken: bool = False  # those words were the answer to a question, or were answered
    marked: tuple[str, ...] = ()  # what only local models may see: variables, SAID and TOLD

    def anew(self, bot: str, release: int) -> Session:
        """The next session of the same conversation, which holds what was told in this one."""
        told = (TOLD,) if TOLD in self.marked else ()
        return Session(bot=bot, release=release, epoch=self.epoch, marked=told)


class Performed(Value, frozen=True):
    """An outbox row to be. ``token`` is who to wake with the result, if anybody."""

    key: str  # <conversation>:<turn>:<n>, also the idempotency key
    n: int
    effect: Effect
    node: str
    token: str | None = None


class SetTimer(Value, frozen=True):
    slot: str
    token: str
    due: datetime


class Visit(Value, frozen=True):
    """One line of the trace: a node ran or woke, and what came of it."""

    flow: str
    node: str
    type: str
    event: str | None = None  # None: on arrival
    outcome: str = ""
    port: str | None = None
    changed: dict[str, Any] = {}
    note: str | None = None  # why the interpreter stepped in, or what a colleague should know
    failed: bool = False  # something went wrong, and the note says what


class Turn(Value, frozen=True):
    """Everything one event caused. Written in one transaction.

    ``heard`` is the visitor's own message as the transcript shows it (a button's label),
    ``spoken`` a person's, ``joined`` the name of the person who owns the conversation since now.
    ``stale`` means the event answered a wait that is over: nothing else changed.
    """

    session: Session
    heard: Message | None = None
    spoken: Message | None = None
    joined: str | None = None
    messages: tuple[Message, ...] = ()  # the bot's
    effects: tuple[Performed, ...] = ()
    withdrawn: tuple[str, ...] = ()  # keys of effects whose frame went away
    set_timers: tuple[SetTimer, ...] = ()
    drop_timers: tuple[str, ...] = ()  # slots
    trace: tuple[Visit, ...] = ()
    input: Input | None = None
    stale: bool = False


class SessionTooLarge(ValueError):
    """The conversation's variables are larger than 256 kB."""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Session).decode


def dump(session: Session) -> bytes:
    """The session as JSON. Raises `SessionTooLarge`, naming the largest variable."""
    data = _encode(session)
    if len(data) > MAX_BYTES:
        largest = max(session.vars, key=lambda name: len(_encode(session.vars[name])), default="?")
        raise SessionTooLarge(
            f"the conversation has grown to {len(data) // 1024} kB (at most 256);"
            f" the largest variable is {largest!r}: store less in it"
        )
    return data


def load(data: bytes | str) -> Session:
    """A stored session in today's form. Raises `msgspec.ValidationError`."""
    try:
        session = _decode(data)
    except msgspec.ValidationError:
        stored = format_of(data)
        if stored == FORMATS.current:
            raise
    else:
        if session.format == FORMATS.current:
            return session
        stored = session.format
    plain = FORMATS.lift(msgspec.json.decode(data), stored)
    return msgspec.convert(plain | {"format": FORMATS.current}, Session)
