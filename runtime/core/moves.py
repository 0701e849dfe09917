"""Where a conversation goes next: running nodes and following their outcomes.

Each move returns the outcome to apply next, or None once the conversation is parked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from runtime.core import history
from runtime.core.confidential import kept_at_home, mark_spoken, mark_stored
from runtime.core.contract import (
    VISITOR_EVENTS,
    AnyEvent,
    AnyOutcome,
    Call,
    Each,
    EffectDone,
    End,
    Fail,
    Goto,
    HandOver,
    Next,
    Perform,
    Repair,
    Returned,
    UserSaid,
    Wait,
)
from runtime.core.document.system import LANGUAGE, PREFIX
from runtime.core.expressions.values import at
from runtime.core.run import Run, wants
from runtime.core.session import Frame, Loop, Replay
from runtime.core.situation import situation

MAX_VISITS = 200  # outside loops, between two waits
MAX_TURN_VISITS = 5_000
MAX_DEPTH = 50  # frames
DONE = Next(port="done")  # of a loop
REPAIRED_BY = {"invalid": "system.not_understood", "no_reply": "system.silence"}
ANSWERS_TO = {  # what a visitor says instead of an answer, and the repair flow it answers
    f"{PREFIX}person": REPAIRED_BY["invalid"],
    LANGUAGE: LANGUAGE,
}

Onward = AnyOutcome | None


def until_parked(run: Run, outcome: Onward) -> None:
    """Record what a node answered, then move; and so on until something must be waited for."""
    while outcome is not None:
        if run.visits > MAX_VISITS or run.positions > MAX_TURN_VISITS:
            outcome = break_out(run)
        else:
            run.record(outcome)
            if run.marked and outcome.say:
                mark_spoken(run)
            outcome = _MOVES[type(outcome)](run, outcome)


def break_out(run: Run) -> Onward:
    """Leave a loop that never waits: by the error way once, and if that loops too, for good."""
    reason = f"the flow goes round without waiting: {' → '.join(run.circle())}"
    if run.spent:
        return give_up(run)
    run.spent, run.visits, run.positions = run.positions, 0, 0
    return Fail("loop", reason)


def give_up(run: Run) -> None:
    run.say_phrase("error")
    run.finish("failed")


def enter(run: Run) -> Onward:
    """Arrive at the top frame's node; a question answered before a correction is skipped."""
    outcome, replay = run.visit(), run.replay
    if outcome.takes:
        take_words(run, outcome)
    if replay and replay.walking and isinstance(outcome, Wait) and outcome.on == "reply":
        return walk_on(run, replay) or outcome
    return outcome


def take_words(run: Run, outcome: AnyOutcome) -> None:
    """A node is made of what the visitor said before; what it stores of that is their answer.

    It is kept as a control would send it, so that it comes to the same when it is given again.
    """
    run.taken = True
    if isinstance(outcome, Next) and outcome.set:
        said = UserSaid(run.said, next(iter(outcome.set.values())))
        mark_stored(run, said, outcome.set)
        run.remember(run.top, outcome.set, said)


def walk_on(run: Run, replay: Replay) -> Onward:
    """Answer again what was answered before; None, and the end of the silence, if that fails."""
    run.replay = None
    if not replay.entries:
        return None
    entry = replay.entries[0]
    asked = entry.frames[-1]
    if (asked.flow, asked.node) != (run.top.flow, run.top.node):
        return None
    outcome = run.visit(entry.event)
    if not (isinstance(outcome, Next) and outcome.set):
        return None
    run.remember(run.top, outcome.set, entry.event)
    run.replay = replace(replay, said=entry.said, entries=replay.entries[1:])
    return outcome


def wake(run: Run, event: AnyEvent) -> AnyOutcome:
    """End the top frame's wait with ``event``."""
    top = run.frames[-1]
    run.frames[-1] = replace(top, waiting=None, attempt=top.attempt + 1)
    outcome = run.visit(event)
    if outcome.set and (run.release.confidential or type(event) is EffectDone):
        mark_stored(run, event, outcome.set)
    replied = top.waiting and top.waiting.on == "reply" and isinstance(event, VISITOR_EVENTS)
    if replied and isinstance(outcome, Next) and outcome.set:
        run.remember(top, outcome.set, event)
        run.taken = True
        if run.replay and run.replay.depth in (0, len(run.frames)):
            run.replay = replace(run.replay, walking=True)
    return outcome


def perform(run: Run, outcome: Perform) -> None:
    effect = kept_at_home(run, outcome.effect)
    run.taken = run.taken or outcome.takes  # woken, it may ask again
    key = run.emit(effect, run.token())
    run.park("effect", lane=effect.lane, effect=key)


def hand_over(run: Run, outcome: HandOver) -> None:
    if outcome.summary:
        run.note(outcome.summary)
    run.status, run.epoch = "human", run.epoch + 1
    run.park("person")


# --- Along the edges ------------------------------------------------------------------------


def follow(run: Run, outcome: Next) -> Onward:
    """Go through a port; one without an edge is mended, or ends the item or the flow."""
    top, port = run.frames[-1], outcome.port
    target = run.release.targets.get((top.flow, top.node, port))
    if target is not None:
        return move(run, target)
    if port == "cancelled":
        return climb(run, port)
    if port in REPAIRED_BY and not run.runs(REPAIRED_BY[port]):
        return mend(run, REPAIRED_BY[port])
    return next_item(run) if top.kind == "loop" else leave(run, None)


def move(run: Run, target: str) -> Onward:
    """Go to a node of the same flow, out of the loops whose bodies it is not in."""
    while run.frames[-1].kind == "loop":
        loop = run.frames[-2].node
        if target == loop:
            return next_item(run)
        if target in run.release.body(run.top.flow, loop):
            break
        run.drop()
    top = run.frames[-1]
    run.frames[-1] = replace(top, node=target, attempt=0, repairs=0, waiting=None, kept=None)
    return enter(run)


def wait(run: Run, outcome: Wait) -> Onward:
    run.park(outcome.on, outcome.until, name=outcome.name)
    if outcome.afresh:
        run.change(attempt=0)
    if outcome.on == "signal":
        for signal in run.signals:
            if wants(run.top, signal):
                run.signals = tuple(s for s in run.signals if s is not signal)
                return wake(run, signal)
    return None


def call(run: Run, flow: str, args: Mapping[str, Any]) -> Onward:
    if flow not in run.release.flows:
        return Fail("flow", f"there is no flow {flow!r} in this version")
    if len(run.frames) >= MAX_DEPTH:
        return Fail("loop", f"flows call each other {MAX_DEPTH} deep: {' → '.join(run.circle())}")
    run.push(flow, "call", args)
    return enter(run)


def each(run: Run, item: str, items: tuple[Any, ...]) -> Onward:
    """Go over a snapshot of the items in a frame of its own."""
    first = run.release.targets.get((run.top.flow, run.top.node, "each"))
    if not items or first is None:
        return follow(run, DONE)
    loop = Loop(start=first, item=item, items=items)
    run.frames.append(
        Frame(flow=run.top.flow, node=first, kind="loop", vars={item: items[0]}, loop=loop)
    )
    return move(run, first)


def next_item(run: Run) -> Onward:
    loop = run.top.loop
    index = loop.index + 1 if loop else 0
    if loop is None or index >= len(loop.items):
        run.drop()
        return follow(run, DONE)
    own = run.top.vars | {loop.item: loop.items[index]}
    run.change(vars=own, loop=replace(loop, index=index))
    return move(run, loop.start)


def leave(run: Run, result: Any) -> Onward:
    """End the flow of the top frame and go back to whoever called it."""
    while run.top.kind == "loop":
        run.drop()
    done = run.drop()
    if not run.frames:
        run.finish("ended")
        return None
    if done.kind == "digression":
        return resume(run)
    outputs = {o.name: done.vars.get(o.name) for o in run.release.flow(done.flow).outputs}
    return wake(run, Returned(result, outputs))


# --- Upwards: cancel and errors -------------------------------------------------------------


def fail(run: Run, kind: str, reason: str) -> Onward:
    """An expected failure: the nearest ``error`` edge, else the error trigger."""
    run.note(reason, failed=True)
    run.assign({"error": {"kind": kind, "message": reason, "node": run.top.node}})
    return climb(run, "error")


def climb(run: Run, port: str) -> Onward:
    """Leave by ``port`` of the waiting node, of its caller, of the caller's caller …"""
    caught = run.release.error_flow if port == "error" else None
    while run.frames:
        target = run.release.targets.get((run.top.flow, run.top.node, port))
        if target is not None:
            run.withdraw(run.top)
            return move(run, target)
        left = run.drop()
        if left.flow == caught:
            caught = None  # the error flow itself failed
        if left.kind == "digression" and run.frames:
            break
    if port == "cancelled":
        return resume(run)
    if caught:
        return digress(run, caught, {}) if run.frames else call(run, caught, {})
    if not run.frames:
        return give_up(run)
    run.say_phrase("error")
    return resume(run)


# --- Digressions and repair -----------------------------------------------------------------


def digress(run: Run, flow: str, given: Mapping[str, Any]) -> Onward:
    """Run another flow over what is waited for now; `resume` comes back to that."""
    if flow.startswith(PREFIX):
        if run.frames and run.top.flow == ANSWERS_TO.get(flow):
            end_digression(run)
        given = {**given, "repair": situation(run, given.get("repair", {}))}
    run.push(flow, "digression", given)
    return enter(run)


def end_digression(run: Run) -> None:
    """Drop the topmost digression with all it has called, and the answers given in it."""
    while run.drop().kind != "digression":
        pass
    history.forget_digressions(run)


def mend(run: Run, flow: str) -> Onward:
    """Run a repair flow over a question that got no usable answer; it stays open below."""
    count = run.top.repairs + 1
    run.change(repairs=count, attempt=0)
    run.park("reply")
    return digress(run, flow, {"repair": {"count": count}})


def resume(run: Run) -> Onward:
    """Come back to the frame below a digression: its question is asked again."""
    history.forget_digressions(run)
    if not run.frames:
        run.finish("ended")
        return None
    top = run.top
    if top.arrived:
        run.change(arrived=top.arrived[1:])
        return wake(run, top.arrived[0])
    if top.waiting and top.waiting.on == "reply":
        context = run.context()
        run.say(run.node().ask_again(context), question=True)
        run.change(waiting=replace(top.waiting, until=run.node().deadline(context)))
    return None


def repair(run: Run, outcome: Repair) -> Onward:
    """Act on the frame below the digression (in no digression: on the flow itself)."""
    held = at(run.context(), outcome.variable) if outcome.variable else None
    if any(frame.kind == "digression" for frame in run.frames):
        end_digression(run)
    if outcome.action == "language":
        run.speak(str(held) if held else None)
    if not run.frames:
        return begin_instead(run, outcome)
    match outcome.action:
        case "cancel":
            return climb(run, "cancelled")
        case "restart":
            return restart(run)
        case "back":
            return turn_back(run, len(run.answers) - 1, "nothing_back")
        case "correct":
            return turn_back(run, wrong_answer(run, outcome, held), "nothing_to_correct", walk=True)
        case "skip" if run.waits_for_reply():
            run.change(waiting=None)
            ports = [port.id for port in run.node().ports()]
            return follow(run, Next(port="next" if "next" in ports or not ports else ports[0]))
        case "language" | "resume" | "repeat" | "skip":
            pass  # the question below is asked again, that is all
    return go_on(run)


def begin_instead(run: Run, outcome: Repair) -> Onward:
    """A repair that a visitor's first words asked for: there is nothing to act on yet."""
    if outcome.action in ("cancel", "resume"):
        run.finish("ended")
        return None
    return restart(run)


def wrong_answer(run: Run, outcome: Repair, held: Any) -> int:
    """The place of the answer to correct: by its variable, or by one that holds its name."""
    place = history.find(run, outcome.variable)
    return history.find(run, held) if place < 0 and isinstance(held, str) else place


def restart(run: Run) -> Onward:
    run.clear()  # silence goes on counting from the visitor's last word
    run.vars = run.release.defaults | run.given
    run.push(run.release.main, "call", run.given)
    return enter(run)


def turn_back(run: Run, place: int, nothing: str, *, walk: bool = False) -> Onward:
    """Reopen the answer at ``place``; say so where there is none or an effect is in between."""
    if place < 0:
        run.say_phrase(nothing)
    elif history.is_final(run, place):
        run.say_phrase("cannot_go_back")
    else:
        history.restore(run, place, walk=walk)
        return enter(run)
    return go_on(run)


def go_on(run: Run) -> Onward:
    """Back to what was waited for; a repair that stands in a flow of its own simply passes."""
    return resume(run) if run.top.waiting else follow(run, Next())


_MOVES: dict[type[AnyOutcome], Callable[[Run, Any], Onward]] = {
    Next: follow,
    Goto: lambda run, outcome: move(run, outcome.node),
    Wait: wait,
    Perform: perform,
    Call: lambda run, outcome: call(run, outcome.flow, outcome.args),
    Each: lambda run, outcome: each(run, outcome.item, outcome.items),
    HandOver: hand_over,
    Repair: repair,
    End: lambda run, outcome: leave(run, outcome.result),
    Fail: lambda run, outcome: fail(run, outcome.kind, outcome.reason),
}
