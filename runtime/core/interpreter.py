"""Advance one conversation by one event. Pure: same arguments, same turn.

Here an event finds the frame it is for; `moves` runs the nodes, `run` writes the turn down.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from msgspec.structs import replace

from runtime.core.contract import (
    AnyEvent,
    Choosing,
    Chosen,
    Closed,
    EffectDone,
    EffectFailed,
    Facts,
    Fail,
    HandedBack,
    Input,
    Next,
    Perform,
    PersonSaid,
    Picked,
    Returned,
    Signal,
    Started,
    TakenOver,
    TimedOut,
    Uploaded,
    UserSaid,
)
from runtime.core.document.system import LANGUAGE, PREFIX
from runtime.core.expressions import ExpressionError
from runtime.core.language_names import Wish
from runtime.core.moves import REPAIRED_BY, Onward, digress, enter, until_parked, wake
from runtime.core.people import step_in
from runtime.core.phrases import plain
from runtime.core.release import Release
from runtime.core.run import Run, wants
from runtime.core.session import MAX_SIGNALS, Session, Turn
from runtime.core.timers import IDLE
from runtime.core.tongues import written_in

FREE_WORDS = ("text", "form")  # questions that would take any sentence for an answer
SURE = 0.7  # how sure a model must be of the options that it takes words to mean
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
    if run.status in ("ended", "failed") and not isinstance(event, PersonSaid):
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
        case TakenOver() | PersonSaid() | HandedBack() | Closed():
            return step_in(run, event)
        case Returned():
            return False


def hear(run: Run, event: UserSaid | Chosen | Uploaded) -> bool:
    waiting = run.frames[-1].waiting if run.frames else None
    if event.token and (waiting is None or event.token != waiting.token):
        return False
    run.hear(event)
    if type(event) is UserSaid and len(run.release.languages) > 1:
        follow_language(run, event)
    if run.frames:
        visitor_is_there(run)
    if run.status == "human":
        return True
    if run.frames:
        until_parked(run, answer(run, event))
    else:
        open_with(run, triggered(run, event) or meant(run, event))
    return True


def open_with(run: Run, found: Trigger | None) -> None:
    """The visitor's first words open the conversation; a repair they ask for finds it empty."""
    if found and found.flow.startswith(PREFIX):
        run.vars = dict(run.release.defaults)
        expect_silence(run, 0)
        until_parked(run, turn_to(run, found))
    elif found:
        begin(run, found.flow, {}, found.why)
    else:
        begin(run, run.release.main, {})


def follow_language(run: Run, event: UserSaid) -> None:
    """Go on in the language the visitor writes in, unless they chose the one spoken now."""
    if event.value is not None or (run.chosen_language and not run.followed):
        return
    language = written_in(event.text, run.release.languages, run.language)
    if language and plain(event.text) not in labels(run):
        run.speak(language, followed=True)


def labels(run: Run) -> set[str]:
    """What the buttons now say, in any language of the bot: to copy one is not to speak it."""
    if not (run.frames and run.waits_for_reply()):
        return set()
    place, context = (run.top.flow, run.top.node), run.context()
    spoken = (run.release.nodes(language)[place] for language in run.release.languages)
    asked = (node.input(context) for node in spoken)
    return {plain(option.label) for wanted in asked if wanted for option in wanted.options}


def answer(run: Run, event: UserSaid | Chosen | Uploaded) -> Onward:
    """What a visitor's message leads to: the answer to a question, or a digression."""
    asked = run.waits_for_reply()
    found = triggered(run, event)
    if found and not (asked and run.node().claims(run.context(), event)):
        return turn_to(run, found)
    if intended := None if found else meant(run, event):
        return turn_to(run, intended)
    if asked:
        if isinstance(event, UserSaid):
            if event.early and not fits(run, event):
                return None
            if event.understood:  # it has served; answers are kept with the session
                event, picked = replace(event, understood=None), event.understood.picked
                if picked and picked.options:
                    return as_picked(run, event, picked)
        return wake(run, event)
    be_patient(run)
    return None


def as_picked(run: Run, event: UserSaid, picked: Picked) -> Onward:
    """The answer as if the options that a model found in it had been pressed, if they hold."""
    waiting, choice = run.top.waiting, open_choice(run, event)
    if choice is None or waiting is None or waiting.token != picked.token:
        return wake(run, event)
    names = {one.id: one.names[0] for one in choice.options}
    one_too_many = len(picked.options) > 1 and not choice.multiple
    if one_too_many or not names.keys() >= {*picked.options}:
        return wake(run, event)
    sure = picked.score >= SURE
    outcome = wake(run, Chosen(picked.options) if sure else event)
    told = ", ".join(names[id_] for id_ in picked.options)
    doubt = "" if sure else ", which is too little"
    run.note(f"understood by {picked.by} as {told} ({picked.score:.0%} sure{doubt})")
    return outcome


def open_choice(run: Run, event: UserSaid) -> Choosing | None:
    """What a model may choose from, because the open question reads no option in these words."""
    node = run.node()
    try:
        return node.choosing(run.context(), event) if node.chooses() else None
    except ExpressionError:  # the question can't be shown either, and says so when it is woken
        return None


def fits(run: Run, event: UserSaid) -> bool:
    """Whether the question takes these words at once."""
    try:
        outcome = run.node().resume(run.context(), event)
    except ExpressionError:
        return False
    return isinstance(outcome, Perform) or (
        isinstance(outcome, Next) and outcome.port not in REPAIRED_BY
    )


class Trigger(NamedTuple):
    """The flow that a visitor's words start, what it is given, and why, for colleagues."""

    flow: str
    given: dict[str, Any]
    why: str = ""


def turn_to(run: Run, found: Trigger) -> Onward:
    outcome = digress(run, found.flow, found.given)
    if found.why:
        run.note(found.why)
    return outcome


def triggered(run: Run, event: AnyEvent) -> Trigger | None:
    """What a visitor's words start, unless it is running already."""
    if not isinstance(event, UserSaid):
        return None
    said = plain(event.text)
    for flow in run.release.triggered_by(said):
        if not run.runs(flow):
            return Trigger(flow, {})
    wish = run.release.language_named(said)
    return language_asked_for(run, event, wish) if wish else None


def language_asked_for(run: Run, event: UserSaid, wish: Wish) -> Trigger | None:
    """A language that is spoken already may be an answer, unless one is to be chosen just now."""
    if run.frames and run.top.flow == LANGUAGE:
        found = wish.spoken
    else:
        found = wish.code != run.language and not run.runs(LANGUAGE)
    if not found or may_be_an_answer(run, event, wish):
        return None
    return Trigger(LANGUAGE, {"repair": {"language": wish.code if wish.spoken else None}})


def may_be_an_answer(run: Run, event: UserSaid, wish: Wish) -> bool:
    """The bare name of a language that the bot lacks is one wherever the question can use it."""
    if wish.spoken or not wish.bare:
        return False
    return not run.frames or (run.waits_for_reply() and fits(run, event))


def meant(run: Run, event: AnyEvent) -> Trigger | None:
    """The flow that the visitor's words mean, where an intent may take them at all."""
    if not isinstance(event, UserSaid) or event.understood is None:
        return None
    understood = event.understood
    if understood.flow is None or understood.flow not in run.release.flows:
        return None
    bar = bar_for_intents(run, event)
    if bar is None or (bar == "clear" and not understood.clear) or run.runs(understood.flow):
        return None
    return Trigger(
        understood.flow, {}, f"understood as {understood.flow} ({understood.score:.0%} sure)"
    )


def bar_for_intents(run: Run, event: UserSaid) -> Literal["usual", "clear"] | None:
    """How surely words must mean another flow to be no answer; None: they are one in any case."""
    if not (run.frames and run.waits_for_reply()):
        return "usual"
    node, context = run.node(), run.context()
    if node.claims(context, event):
        return None
    wanted = node.input(context)
    if wanted is None or wanted.type in FREE_WORDS:
        return "clear"
    return None if fits(run, event) else "usual"


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
    if run.status != "bot":
        return False
    if not run.frames:
        run.given = dict(inputs)
        begin(run, flow or run.release.main, inputs)
        return True
    if flow is None or run.runs(flow) or flow not in run.release.flows:
        return False
    until_parked(run, digress(run, flow, inputs))
    return True


def begin(run: Run, flow: str, given: Mapping[str, Any], why: str = "") -> None:
    run.vars = run.release.defaults | dict(given)
    run.push(flow, "call", given)
    expect_silence(run, 0)
    outcome = enter(run)
    if why:
        run.note(why)
    until_parked(run, outcome)


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
