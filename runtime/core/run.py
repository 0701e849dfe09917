"""The scratchpad of one step: what a turn has changed so far. Never escapes the core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from runtime.core.contract import (
    AnyEvent,
    AnyOutcome,
    Chosen,
    Context,
    Facts,
    Fail,
    HandOver,
    Input,
    Message,
    Next,
    Node,
    Outcome,
    Says,
    Signal,
    TimedOut,
    Uploaded,
    UserSaid,
    Wait,
)
from runtime.core.effects import Effect
from runtime.core.expressions import ExpressionError
from runtime.core.phrases import phrase
from runtime.core.release import Release
from runtime.core.session import (
    FORMATS,
    MAX_ANSWERS,
    MAX_SAID,
    SAID,
    Entry,
    Frame,
    Performed,
    Session,
    Status,
    Turn,
    Visit,
    Waiting,
    WaitsOn,
)
from runtime.core.timers import timer_changes

MAX_TRACE = 500  # visits written down; a longer turn is a loop, and its beginning shows it


def wants(frame: Frame, signal: Signal) -> bool:
    """Whether a signal by node or by name is what this frame waits for."""
    waiting = frame.waiting
    if waiting is None or waiting.on != "signal":
        return False
    if signal.node:
        return signal.node == frame.node
    return signal.name is not None and signal.name == waiting.name


class Run:
    """A mutable copy of a session, with the words for changing it."""

    __slots__ = (
        "answers", "before", "chosen_language", "effects", "epoch", "facts", "followed", "frames",
        "given", "heard", "idle", "idle_token", "joined", "language", "marked", "messages", "nodes",
        "now", "owner", "positions", "release", "replay", "said", "signals", "spent", "spoken",
        "status", "taken", "trace", "vars", "visits", "withdrawn",
    )  # fmt: skip

    def __init__(self, session: Session, facts: Facts, release: Release, now: datetime) -> None:
        self.before, self.facts, self.release, self.now = session, facts, release, now
        self.frames = list(session.frames)
        self.vars = session.vars  # copied at the first change
        self.given = session.given
        self.status: Status = session.status
        self.epoch, self.owner = session.epoch, session.owner
        self.idle, self.idle_token = session.idle, session.idle_token
        self.answers, self.replay = list(session.answers), session.replay
        self.signals = session.signals
        self.chosen_language, self.followed = session.language, session.followed
        self.language = release.language(session.language or facts.locale)
        self.nodes = release.nodes(self.language)
        self.said, self.taken, self.marked = session.said, session.taken, session.marked
        self.heard: Message | None = None
        self.spoken: Message | None = None
        self.joined: str | None = None
        self.messages: list[Message] = []
        self.effects: list[Performed] = []
        self.withdrawn: list[str] = []
        self.trace: list[Visit] = []
        self.positions = 0  # of visits in this turn
        self.visits = 0  # of them outside loops
        self.spent = 0  # positions used up when the loop guard spoke

    # Reading ----------------------------------------------------------------

    @property
    def top(self) -> Frame:
        return self.frames[-1]

    def node(self, depth: int = -1) -> Node:
        frame = self.frames[depth]
        return self.nodes[frame.flow, frame.node]

    def context(self, depth: int = -1) -> Context:
        """What the node of the frame at ``depth`` may see: its frames' own names shadow."""
        frame = self.frames[depth]
        scopes = (*self._own(depth), self.vars) if frame.vars else (self.vars,)
        place = (self.before.bot, frame.flow, frame.node)
        words = (self.said, self.taken)
        return Context(
            scopes,
            self.now,
            self.facts,
            self.language,
            frame.attempt,
            self.positions,
            place,
            *words,
            frame.kept,
        )

    def _own(self, depth: int) -> Iterator[Mapping[str, Any]]:
        """The names of the frame at ``depth``, and below a loop's those of its flow."""
        while self.frames[depth].kind == "loop":
            yield self.frames[depth].vars
            depth -= 1
        yield self.frames[depth].vars

    def runs(self, flow: str) -> bool:
        """Whether a frame of this flow is on the stack."""
        return any(frame.flow == flow for frame in self.frames)

    def input(self) -> Input | None:
        """What the top frame waits for from the visitor, with the token of that wait."""
        if not self.frames or self.status != "bot":
            return None
        waiting = self.frames[-1].waiting
        if waiting is None or waiting.on != "reply":
            return None
        wanted = self.node().input(self.context())
        return replace(wanted, token=waiting.token) if wanted else None

    def speak(self, language: str | None, *, followed: bool = False) -> None:
        """Go on in a language the visitor chose; None: in that of their locale.

        ``followed``: they did not choose it, they write in it.
        """
        self.chosen_language, self.followed = language, followed
        self.language = self.release.language(language or self.facts.locale)
        self.nodes = self.release.nodes(self.language)

    def waits_for_reply(self) -> bool:
        waiting = self.frames[-1].waiting
        return waiting is not None and waiting.on == "reply"

    def circle(self) -> list[str]:
        """The nodes that the end of the trace goes round, the repeated one first and last."""
        visited = [visit.node for visit in self.trace]
        again = max((i for i, n in enumerate(visited[:-1]) if n == visited[-1]), default=0)
        return visited[again:]

    # Running a node ---------------------------------------------------------

    def visit(self, event: AnyEvent | None = None) -> AnyOutcome:
        """Run the top node, or wake it with ``event``, and write down what it answered."""
        frame, context = self.frames[-1], self.context()
        node = self.nodes[frame.flow, frame.node]
        try:
            outcome = node.run(context) if event is None else node.resume(context, event)
        except ExpressionError as error:
            outcome = Fail("expression", str(error))
        self.positions += 1
        if len(self.frames) == 1 or all(f.kind != "loop" for f in self.frames):
            self.visits += 1
        if self.positions <= MAX_TRACE:
            kind = type(outcome)
            woken = None if event is None else type(event).__name__
            port = outcome.port if isinstance(outcome, Next) else None
            self.trace.append(
                Visit(frame.flow, frame.node, node.type, woken, kind.__name__, port, outcome.set)
            )
        return outcome

    def note(self, why: str, *, failed: bool = False) -> None:
        """Say more in the last line of the trace: why the interpreter stepped in, for example."""
        if self.trace:
            said = self.trace[-1].note
            told = f"{said}; {why}" if said else why
            self.trace[-1] = replace(self.trace[-1], note=told, failed=failed)

    def record(self, outcome: Outcome) -> None:
        """Take in what an outcome says, sets and emits."""
        if outcome.say:
            kind = type(outcome)
            self.say(outcome.say, question=kind is Wait or kind is HandOver)
        if outcome.set:
            self.assign(outcome.set)
        for effect in outcome.emit:
            self.emit(effect)
        if outcome.note:
            self.note(outcome.note)
        if outcome.keep is not None:
            self.change(kept=outcome.keep)

    # Speaking ---------------------------------------------------------------

    def say(self, messages: Says, *, question: bool = False) -> None:
        """Say something, unless a silent walk has been here before."""
        if self.replay and self.replay.walking and not question:
            if self.top.node in self.replay.said:
                return
            self.replay = None  # from here on the way differs
        self.messages += messages
        if self.answers and not question:
            node, said = self.top.node, self.answers[-1].said
            if node not in said:
                self.amend(said=(*said, node))

    def say_phrase(self, key: str) -> None:
        self.messages.append(Message(phrase(key, self.language)))

    def hear(self, event: UserSaid | Chosen | Uploaded) -> None:
        """The visitor's message as the transcript shows it, and the words that steps may read."""
        match event:
            case UserSaid(text=text):
                self.heard = Message(text)
            case Chosen(ids=ids):
                asked = self.frames and self.waits_for_reply()
                wanted = self.node().input(self.context()) if asked else None
                labels = {option.id: option.label for option in wanted.options} if wanted else {}
                self.heard = Message(", ".join([labels.get(id_, id_) for id_ in ids]))
            case Uploaded(files=files, text=text):
                self.heard = Message(text, "file", files=files)
        self.said = "" if isinstance(event, Chosen) else event.text[:MAX_SAID]
        self.taken = False
        if self.marked:
            self.marked = tuple(mark for mark in self.marked if mark != SAID)

    # Changing ---------------------------------------------------------------

    def change(self, **changes: Any) -> None:
        """Replace fields of the top frame."""
        frames = self.frames
        frames[-1] = replace(frames[-1], **changes)

    def push(self, flow: str, kind: Any, given: Mapping[str, Any]) -> None:
        """Begin a flow. Raises ``KeyError`` where the release has none of this id."""
        plan = self.release.flow(flow)
        own = {output.name: output.default for output in plan.outputs}
        own |= {field.name: given.get(field.name, field.default) for field in plan.inputs}
        own |= {name: value for name, value in given.items() if kind == "digression"}
        self.frames.append(Frame(flow=flow, node=plan.start, kind=kind, vars=own))

    def drop(self) -> Frame:
        """Remove the top frame and withdraw what it was waiting for."""
        frame = self.frames.pop()
        self.withdraw(frame)
        return frame

    def withdraw(self, frame: Frame) -> None:
        """Have taken back what this frame, which is left now, was waiting for."""
        if frame.waiting and frame.waiting.effect:
            self.withdrawn.append(frame.waiting.effect)

    def clear(self) -> None:
        """Drop whatever is under way, and what could be gone back to."""
        while self.frames:
            self.drop()
        self.replay = None
        self.answers, self.signals = [], ()
        self.said, self.taken = "", False

    def finish(self, status: Status) -> None:
        self.clear()
        self.status = status
        self.idle = self.idle_token = None

    def assign(self, values: Mapping[str, Any]) -> None:
        """Set variables: a frame's own names in that frame, all others in the conversation."""
        if not self.frames[-1].vars:  # mostly
            self._share(values)
            return
        shared: dict[str, Any] = {}
        for name, value in values.items():
            depth = self._owner(name)
            if depth is None:
                shared[name] = value
            else:
                frame = self.frames[depth]
                self.frames[depth] = replace(frame, vars=frame.vars | {name: value})
        if shared:
            self._share(shared)

    def _share(self, values: Mapping[str, Any]) -> None:
        if self.answers:
            undo = self.answers[-1].undo
            old = {name: self.vars.get(name) for name in values if name not in undo}
            if old:
                self.amend(undo=undo | old)
        self.vars = {**self.vars, **values}

    def _owner(self, name: str) -> int | None:
        """The depth of the frame that has this name for its own."""
        for depth in range(len(self.frames) - 1, -1, -1):
            frame = self.frames[depth]
            if name in frame.vars:
                return depth
            if frame.kind != "loop":
                return None
        return None

    def park(self, on: WaitsOn, until: datetime | None = None, **more: Any) -> None:
        waiting = Waiting(on, self.token(), until, **more)
        self.frames[-1] = replace(self.frames[-1], waiting=waiting)

    def token(self) -> str:
        """A name for this position in the conversation, never used again."""
        return f"{self.facts.turn}:{self.positions + self.spent}"

    def emit(self, effect: Effect, token: str | None = None) -> str:
        """Put an effect into the outbox; the key it is performed under."""
        number = len(self.effects)
        key = f"{self.facts.conversation}:{self.facts.turn}:{number}"
        self.effects.append(Performed(key, number, effect, self.top.node, token))
        if self.answers and effect.writes:
            if type(effect).undo is Effect.undo:
                self.amend(final=True)
            else:
                self.amend(effects=(*self.answers[-1].effects, key))
        return key

    # Answers that can be gone back to ----------------------------------------

    def remember(self, asked: Frame, given: Mapping[str, Any], event: AnyEvent) -> None:
        """Note an answer together with the frames as they were when it was asked.

        ``asked`` is the top one of them, ``given`` what the answer sets, the question's own
        variable first.
        """
        asked = replace(asked, waiting=None, attempt=0, repairs=0, arrived=(), kept=None)
        own = self.frames[-1].vars
        shared = [name for name in given if self._owner(name) is None] if own else given
        undo = {name: self.vars.get(name) for name in shared}
        bare = replace(event, token=None)  # type: ignore[arg-type]
        self.answers.append(Entry((*self.frames[:-1], asked), next(iter(given)), bare, undo))
        if len(self.answers) > MAX_ANSWERS:
            del self.answers[0]

    def amend(self, **changes: Any) -> None:
        """Replace fields of the latest answer, where there is one."""
        if self.answers:
            self.answers[-1] = replace(self.answers[-1], **changes)

    # The result -------------------------------------------------------------

    def turn(self, event: AnyEvent | None, *, fresh: bool = True) -> Turn:
        after = self._session() if fresh else self.before
        fired = event.slot if isinstance(event, TimedOut) else None
        set_timers, drop_timers = timer_changes(self.before, after, fired)
        return Turn(
            session=after,
            heard=self.heard if fresh else None,
            spoken=self.spoken,
            joined=self.joined,
            messages=tuple(self.messages),
            effects=tuple(self.effects),
            withdrawn=tuple(self.withdrawn),
            set_timers=set_timers,
            drop_timers=drop_timers,
            trace=tuple(self.trace),
            input=self.input(),
            stale=not fresh,
        )

    def _session(self) -> Session:
        return Session(
            bot=self.before.bot,
            release=self.before.release,
            format=FORMATS.current,
            vars=self.vars,
            given=self.given,
            frames=tuple(self.frames),
            status=self.status,
            epoch=self.epoch,
            idle=self.idle,
            idle_token=self.idle_token,
            answers=tuple(self.answers),
            replay=self.replay,
            signals=self.signals,
            language=self.chosen_language,
            followed=self.followed,
            owner=self.owner,
            said=self.said,
            taken=self.taken,
            marked=self.marked,
        )
