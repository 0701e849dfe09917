"""A conversation in memory: the functions of the shell with fake effects and a movable clock."""

from __future__ import annotations

import mimetypes
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any, Literal

import msgspec

import nodes  # noqa: F401  registers the node types
from connectors.channels.rendering import EVERYTHING, capabilities, rendered
from runtime.core import session as sessions
from runtime.core.contract import (
    VISITOR_EVENTS,
    AnyEvent,
    Chosen,
    Closed,
    EffectDone,
    Facts,
    File,
    HandedBack,
    Input,
    Message,
    Signal,
    Started,
    TakenOver,
    TimedOut,
    Understood,
    Uploaded,
    UserSaid,
)
from runtime.core.document import Document, Step, Test
from runtime.core.document.talk import Colleague
from runtime.core.expressions import ExpressionError
from runtime.core.interpreter import current_input, give_up, listens, step
from runtime.core.release import Release
from runtime.core.session import Performed, Session, SessionTooLarge, Turn, Visit
from runtime.core.timers import due
from runtime.core.understanding import Understanding, needs, noted
from runtime.simulator.expectations import Expectations
from runtime.simulator.fakes import Fakes
from runtime.understanding import local

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday
MAX_EVENTS = 2_000  # caused by one action; more is a flow that never comes to rest

_BY_COLLEAGUES: Mapping[Colleague, AnyEvent] = {
    "take_over": TakenOver("colleague"),
    "hand_back": HandedBack(),
    "end": Closed(),
}

_decode_event = msgspec.json.Decoder(AnyEvent).decode


class NeverRests(RuntimeError):
    """The conversation caused more than 2,000 events without coming to rest."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of the transcript."""

    by: Literal["bot", "visitor"]
    message: Message  # as the channel shows it
    at: datetime
    line: int | None = None  # of the talk (from 0) that brought it about; None: the opening
    meant: Message | None = None  # what the bot said, where that is another value


class Simulator:
    """One visitor's conversation with a release. Every action returns the bot's new messages.

    The session goes through JSON at every turn. Effects are answered at once; with
    ``hold=True`` they stay in flight until `perform`, and what the visitor writes meanwhile
    is queued as in the shell.
    """

    def __init__(
        self,
        release: Release,
        *,
        fakes: Mapping[str, Any] | None = None,
        channel: str = "web",
        locale: str | None = None,
        now: datetime = NOON,
        hold: bool = False,
    ) -> None:
        self.release, self.now, self.hold = release, now, hold
        self.facts = Facts("simulation", channel={"kind": channel}, locale=locale)
        self._can = capabilities(channel)
        self.session = self._new_session()
        self.transcript: list[Spoken] = []
        self.trace: list[Visit] = []
        self.performed: list[Performed] = []
        self.in_flight: deque[Performed] = deque()
        self.slowest = 0.0  # seconds the longest turn of the latest action took
        self.handed_off = False  # whether a person ever got the conversation
        self.confidence: float | None = None  # of the latest answer from knowledge
        self.line: int | None = None  # of the talk that is being acted out
        self._fakes = Fakes(fakes)
        self._queued: deque[AnyEvent] = deque()
        if release.intents:
            local.model_of(release)  # now: it may take longer than a turn

    # What can be seen -------------------------------------------------------

    @property
    def messages(self) -> list[Message]:
        """Everything the bot has said."""
        return [line.message for line in self.transcript if line.by == "bot"]

    @property
    def status(self) -> str:
        return self.session.status

    @property
    def input(self) -> Input | None:
        return current_input(self.session, self.facts, self.release, self.now)

    @property
    def drawn(self) -> Input | None:
        """What of the input is left for the channel to draw."""
        return rendered(Message(), self.input, self._can)[1]

    @property
    def variables(self) -> dict[str, Any]:
        """All variables with a value, those of the frames included."""
        found = dict(self.session.vars)
        for frame in self.session.frames:
            found |= frame.vars
        return found

    # What a visitor can do --------------------------------------------------

    def start(
        self, variables: Mapping[str, Any] | None = None, flow: str | None = None
    ) -> list[Message]:
        """Open the conversation; or start ``flow`` by hand in a running one."""
        return self.send(Started(flow, dict(variables or {})))

    def say(self, text: str, value: Any = None) -> list[Message]:
        return self.send(UserSaid(text, value, self._token()))

    def choose(self, *ids: str) -> list[Message]:
        """Press buttons, named by option id or by label. Raises `LookupError`."""
        options = self.input.options if self.input else ()
        known = {option.label: option.id for option in options} | {o.id: o.id for o in options}
        if strange := next((id_ for id_ in ids if id_ not in known), None):
            there = ", ".join(option.id for option in options) or "none"
            raise LookupError(f'there is no button "{strange}" (there: {there})')
        return self.send(Chosen(tuple(known[id_] for id_ in ids), self._token()))

    def upload(self, *names: str, type: str | None = None, size: int = 1_000) -> list[Message]:  # noqa: A002
        """Send files of ``size`` bytes; their type is guessed from the name where not given."""
        guessed = (type or mimetypes.guess_type(name)[0] for name in names)
        files = tuple(
            File(f"file-{number}", name, kind or "application/octet-stream", size)
            for number, (name, kind) in enumerate(zip(names, guessed, strict=True), 1)
        )
        return self.send(Uploaded(files, token=self._token()))

    # What the world can do --------------------------------------------------

    def signal(
        self, data: Any = None, *, name: str | None = None, node: str | None = None
    ) -> list[Message]:
        """Send an event by name or to a node; without either, to whatever waits for one."""
        token = None
        if name is None and node is None:
            waiting = [f.waiting for f in self.session.frames if f.waiting]
            tokens = [wait.token for wait in waiting if wait.on == "signal"]
            if not tokens:
                raise LookupError("nothing waits for a signal")
            token = tokens[-1]
        return self.send(Signal(name, node, token, data))

    def colleague(self, does: Colleague) -> list[Message]:
        """A person takes over, hands back or ends. Raises `LookupError` where that cannot be."""
        if self.status in ("ended", "failed"):
            raise LookupError(f"the conversation has {self.status}")
        if does == "hand_back" and self.status != "human":
            raise LookupError("no person has the conversation")
        if does == "take_over" and self.session.owner:
            raise LookupError("a person has the conversation already")
        return self.send(_BY_COLLEAGUES[does])

    def wait(self, duration: timedelta) -> list[Message]:
        """Move the clock; timers due on the way fire in order, each at its own moment."""
        begin, end, fired = len(self.transcript), self.now + duration, 0
        while timers := [timer for timer in due(self.session) if timer.due <= end]:
            fired += 1
            if fired > MAX_EVENTS:
                raise NeverRests
            timer = min(timers, key=lambda timer: (timer.due, timer.slot))
            self.now = max(self.now, timer.due)
            self.send(TimedOut(timer.slot, timer.token))
        self.now = end
        return self._said_since(begin)

    def send(self, event: AnyEvent) -> list[Message]:
        """Let anything happen: the actions above are made of this."""
        begin, self.slowest = len(self.transcript), 0.0
        self._queued.append(event)
        self._settle()
        return self._said_since(begin)

    def perform(self) -> list[Message]:
        """Answer the effect that has been in flight longest (see ``hold``)."""
        begin = len(self.transcript)
        self._step(self._fakes.answer(self.in_flight.popleft(), self.facts))
        self._settle()
        return self._said_since(begin)

    # As the shell does it ---------------------------------------------------

    def _settle(self) -> None:
        """Step what has happened, and what that causes, until nothing is left."""
        for _ in range(MAX_EVENTS):
            if self.in_flight and not self.hold:
                self._step(self._fakes.answer(self.in_flight.popleft(), self.facts))
            elif self._queued and (not self._held_back(self._queued[0])):
                self._step(self._queued.popleft())
            else:
                return
        raise NeverRests

    def _held_back(self, event: AnyEvent) -> bool:
        """A visitor's message waits while a quick effect is in flight, and is early then."""
        if not isinstance(event, VISITOR_EVENTS) or listens(self.session):
            return False
        if isinstance(event, UserSaid) and not event.early:
            self._queued[0] = msgspec.structs.replace(event, early=True, token=None)
        return True

    def _step(self, event: AnyEvent) -> None:
        if self.status in ("ended", "failed") and isinstance(event, (*VISITOR_EVENTS, Started)):
            self.session = self._new_session()
        began = perf_counter()
        event = _decode_event(msgspec.json.encode(event))
        match event:
            case EffectDone(result={"confidence": int() | float() as confidence}):
                self.confidence = confidence
            case _:
                pass
        while isinstance(event, UserSaid) and (
            wanted := needs(self.session, event, self.facts, self.release, self.now)
        ):
            event = noted(event, wanted, self._understand(wanted))
        turn = step(self.session, event, self.facts, self.release, self.now)
        try:
            stored = sessions.dump(turn.session)
        except SessionTooLarge as error:
            turn = give_up(
                self.session, self.facts, self.release, self.now, "too_large", str(error)
            )
            stored = sessions.dump(turn.session)
        self.slowest = max(self.slowest, perf_counter() - began)
        self._take(turn, sessions.load(stored))

    def _understand(self, wanted: Understanding) -> Understood | None:
        """By the bot's examples; which option is meant is told by a fake, never by a model."""
        if wanted.choice is None:
            return local.understand(self.release, wanted)
        return self._fakes.picked(wanted.choice)

    def _take(self, turn: Turn, session: Session) -> None:
        if turn.stale:
            return
        self.session = session
        self.handed_off |= session.status == "human"
        self.facts = msgspec.structs.replace(self.facts, turn=self.facts.turn + 1)
        if turn.heard:
            self.transcript.append(Spoken("visitor", turn.heard, self.now, self.line))
        self.transcript += self._spoken(turn.messages)
        self.trace += turn.trace
        self.performed += turn.effects
        going_on = (p for p in (*self.in_flight, *turn.effects) if p.key not in turn.withdrawn)
        self.in_flight = deque(p for p in going_on if p.token)

    def _spoken(self, messages: tuple[Message, ...]) -> Iterator[Spoken]:
        """As delivery does it: what the bot waits for goes with the last message."""
        wanted = self.input if messages and self._can is not EVERYTHING else None
        for place, message in enumerate(messages, 1):
            asked = wanted if place == len(messages) else None
            shown, _ = rendered(message, asked, self._can)
            meant = None if shown is message else message
            yield Spoken("bot", shown, self.now, self.line, meant)

    def _new_session(self) -> Session:
        return Session(bot=self.release.bot, release=self.release.number)

    def _token(self) -> str | None:
        return self.input.token if self.input else None

    def _said_since(self, begin: int) -> list[Message]:
        return [line.message for line in self.transcript[begin:] if line.by == "bot"]


# --- The tests inside a document ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Failure:
    """The line ``step`` (from 0) of a test's talk was not met."""

    step: int
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class TestResult:
    __test__ = False  # not one of pytest's

    name: str
    failures: tuple[Failure, ...]
    transcript: tuple[Spoken, ...]
    trace: tuple[Visit, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def run_test(document: Document, test: Test, release: Release | None = None) -> TestResult:
    """Play one of a document's tests. ``release`` spares compiling the document again."""
    simulator = Simulator(
        release or Release(document),
        fakes=test.fakes,
        channel=test.channel,
        locale=test.language,
    )
    failures = tuple(play(simulator, test.talk, test.variables))
    return TestResult(test.name, failures, tuple(simulator.transcript), tuple(simulator.trace))


def play(
    simulator: Simulator,
    talk: Sequence[Step],
    variables: Mapping[str, Any] | None = None,
    *,
    opening: bool = False,
) -> Iterator[Failure]:
    """Act and check line by line; a line that cannot be acted out ends the talk.

    The conversation opens first, unless the talk begins with the visitor's own words and no
    ``opening`` is asked for.
    """
    expectations = Expectations(simulator)
    if opening or variables or not talk or talk[0].kind not in ("user", "choose", "upload"):
        simulator.start(variables)
    for number, step_ in enumerate(talk):
        simulator.line = number
        try:
            wrong = None if _act(simulator, step_) else expectations.check(step_)
        except (LookupError, NeverRests, ExpressionError) as error:
            yield Failure(number, f"{step_.kind} {step_.value}", str(error))
            return
        if wrong:
            yield Failure(number, wrong.expected, wrong.got)


def _act(simulator: Simulator, line: Step) -> bool:
    """Do what the line says; False where it is an expectation."""
    match line.kind, line.value:
        case "user", str(text):
            simulator.say(text)
        case "choose", str(option):
            simulator.choose(option)
        case "choose", options:
            simulator.choose(*options)
        case "upload", upload:
            simulator.upload(upload.name, type=upload.type, size=upload.size)
        case "wait", duration:
            simulator.wait(duration)
        case "signal", what:
            _signal(simulator, what)
        case "colleague", does:
            simulator.colleague(does)
        case _:
            return False
    return True


def _signal(simulator: Simulator, what: Any) -> None:
    """An event by its name, ``{"name" or "node": …, "data": …}``, or data for what waits."""
    waiting = [frame.waiting for frame in simulator.session.frames if frame.waiting]
    nameless = any(wait.on == "signal" and wait.name is None for wait in waiting)
    if isinstance(what, str) and not nameless:
        simulator.signal(name=what)
    elif isinstance(what, dict) and what and set(what) <= {"name", "node", "data"}:
        simulator.signal(what.get("data"), name=what.get("name"), node=what.get("node"))
    else:
        simulator.signal(what)
