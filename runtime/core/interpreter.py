"""Advance one conversation by one event. Pure: same arguments, same turn.

Here an event finds the frame it is for; `moves` runs the nodes, `run` writes the turn down.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from runtime.core.contract import (
    AnyEvent,
    Chosen,
    EffectDone,
    EffectFailed,
    Facts,
    Fail,
    HandedBack,
    Input,
    Next,
    Returned,
    Signal,
    Started,
    TakenOver,
    TimedOut,
    Uploaded,
    UserSaid,
)
from runtime.core.moves import REPAIRED_BY, Onward, digress, enter, resume, until_parked, wake
from runtime.core.release import Release
from runtime.core.run import Run, wants
from runtime.core.session import MAX_SIGNALS, Session, Turn
from runtime.core.timers import IDLE

PATIENCE = timedelta(minutes=5)  # between two "please be patient"


def step(session: Session, event: AnyEvent, facts: Facts, release: Release, now: datetime) -> Turn:
    """What ``event`` makes of the conversation.

    A session without frames begins with its first event. Raises only for a defect in a node.
    """
    run = Run(session, facts, release, now)
    return run.turn(event, fresh=receive(run, event))


def give_up(
    session: Session, facts: Facts, release: Release, now: datetime, kind: str, reason: str
) -> Turn:
    """The turn for a conversation whose event cannot be stepped: the error way of its flow.

    While a person owns the conversation it stays as it is.
    """
    run = Run(session, facts, release, now)
    if run.frames and run.status == "bot":
        until_parked(run, Fail(kind, reason))
    return run.turn(None)


def listens(session: Session) -> bool:
    """Whether a visitor's message may be stepped now, or must stay queued for a moment."""
    waiting = session.frames[-1].waiting if session.frames else None
    return session.status != "bot" or waiting is None or waiting.lane != "interactive"


def current_input(session: Session, facts: Facts, release: Release, now: datetime) -> Input | None:
    """What the bot waits for from the visitor at this moment."""
    return Run(session, facts, release, now).input()


# --- Events in ------------------------------------------------------------------------------


def receive(run: Run, event: AnyEvent) -> bool:
    """Take an event in; False where it is stale and nothing must change."""
    if run.status in ("ended", "failed"):
        return False
    match event:
        case UserSaid() | Chosen() | Uploaded():
            return hear(run, event)
        case Started(flow=flow, inputs=inputs):
            return start(run, flow, inputs)
        case TimedOut(slot=slot) if slot == IDLE:
            return fall_silent(run, event)
        case TimedOut() | EffectDone() | EffectFailed():
            return deliver(run, event, waiter(run, event.token))
        case Signal():
            return signalled(run, event)
        case TakenOver():
            run.status, run.epoch = "human", run.epoch + 1
            return True
        case HandedBack():
            return hand_back(run)
        case Returned():
            return False


def hear(run: Run, event: UserSaid | Chosen | Uploaded) -> bool:
    waiting = run.frames[-1].waiting if run.frames else None
    if event.token and (waiting is None or event.token != waiting.token):
        return False
    run.hear(event)
    if run.frames:
        visitor_is_there(run)
    if run.status == "human":
        return True
    if run.frames:
        until_parked(run, answer(run, event))
    else:
        begin(run, triggered(run, event) or run.release.main, {})
    return True


def answer(run: Run, event: UserSaid | Chosen | Uploaded) -> Onward:
    """What a visitor's message leads to: the answer to a question, or a digression."""
    asked = run.waits_for_reply()
    flow = triggered(run, event)
    if flow and not (asked and run.node().claims(run.context(), event)):
        return digress(run, flow, {})
    if asked:
        if isinstance(event, UserSaid) and event.early and not fits(run, event):
            return None
        return wake(run, event)
    be_patient(run)
    return None


def fits(run: Run, event: UserSaid) -> bool:
    """Whether what was written early is right at the first try."""
    outcome = run.node().resume(run.context(), event)
    return isinstance(outcome, Next) and outcome.port not in REPAIRED_BY


def triggered(run: Run, event: AnyEvent) -> str | None:
    """The flow that a visitor's words start, unless it is running already."""
    if not isinstance(event, UserSaid):
        return None
    for flow in run.release.triggered_by(event.text):
        if not run.runs(flow):
            return flow
    return None


def be_patient(run: Run) -> None:
    """Answer somebody who writes while something else is waited for, now and then."""
    waiting = run.top.waiting
    says = run.node().meanwhile(run.context()) if waiting else ()
    if waiting and says and (waiting.told is None or run.now - waiting.told >= PATIENCE):
        run.say(says)
        run.change(waiting=replace(waiting, told=run.now))


def visitor_is_there(run: Run) -> None:
    """Any visitor event moves the no-reply deadlines of all frames, and inactivity."""
    for depth, frame in enumerate(run.frames):
        if frame.waiting and frame.waiting.on == "reply" and frame.waiting.until:
            until = run.node(depth).deadline(run.context(depth))
            in_time = tuple(e for e in frame.arrived if not isinstance(e, TimedOut))
            waiting = replace(frame.waiting, until=until)
            run.frames[depth] = replace(frame, waiting=waiting, arrived=in_time)
    if run.release.inactivity or run.idle:
        expect_silence(run, 0)


def expect_silence(run: Run, stage: int) -> None:
    """Set the inactivity timer for the trigger number ``stage``, the shortest first."""
    triggers = run.release.inactivity
    if stage >= len(triggers):
        run.idle = run.idle_token = None
        return
    waited = triggers[stage - 1].after if stage else timedelta()
    run.idle = run.now + triggers[stage].after - waited
    run.idle_token = f"{run.facts.turn}:{IDLE}:{stage}"


def fall_silent(run: Run, event: TimedOut) -> bool:
    if event.token != run.idle_token:
        return False
    stage = int(event.token.rsplit(":", 1)[1])
    expect_silence(run, stage + 1)
    flow = run.release.inactivity[stage].flow
    asked = run.status == "bot" and bool(run.frames) and run.waits_for_reply()
    if asked and not run.runs(flow):
        until_parked(run, digress(run, flow, {}))
    return True


def start(run: Run, flow: str | None, inputs: Mapping[str, Any]) -> bool:
    """Open the conversation, or start ``flow`` over a running one."""
    if not run.frames:
        run.given = dict(inputs)
        begin(run, flow or run.release.main, inputs)
        return True
    if flow is None or run.status != "bot" or run.runs(flow) or flow not in run.release.flows:
        return False
    until_parked(run, digress(run, flow, inputs))
    return True


def begin(run: Run, flow: str, given: Mapping[str, Any]) -> None:
    run.vars = run.release.defaults | dict(given)
    run.push(flow, "call", given)
    expect_silence(run, 0)
    until_parked(run, enter(run))


def waiter(run: Run, token: str | None) -> int | None:
    """The depth of the frame this token belongs to, unless its wait is over."""
    for depth, frame in enumerate(run.frames):
        if frame.waiting and frame.waiting.token == token:
            return depth
    return None


def deliver(run: Run, event: AnyEvent, depth: int | None) -> bool:
    """Wake the frame at ``depth``, or keep the event until that frame may run."""
    if depth is None:
        return False
    frame = run.frames[depth]
    if run.status == "bot" and depth == len(run.frames) - 1:
        until_parked(run, wake(run, event))
    else:
        run.frames[depth] = replace(frame, arrived=(*frame.arrived, event))
    return True


def signalled(run: Run, signal: Signal) -> bool:
    if signal.token:
        return deliver(run, signal, waiter(run, signal.token))
    for depth, frame in enumerate(run.frames):
        if wants(frame, signal):
            return deliver(run, signal, depth)
    flow = run.release.on_event(signal.name) if signal.name else None
    if flow and run.status == "bot" and not run.runs(flow):
        told = {"event": {"name": signal.name, "data": signal.data}}
        if run.frames:
            until_parked(run, digress(run, flow, told))
        else:
            begin(run, flow, told)
    else:
        run.signals = (*run.signals[1 - MAX_SIGNALS :], signal)
    return True


def hand_back(run: Run) -> bool:
    if run.status != "human":
        return False
    run.status, run.epoch = "bot", run.epoch + 1
    if not run.frames:
        return True
    waiting = run.top.waiting
    event = HandedBack()
    until_parked(run, wake(run, event) if waiting and waiting.on == "person" else resume(run))
    return True
