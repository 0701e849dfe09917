"""Which timers a session wants, and what a turn changes about them. Pure."""

from __future__ import annotations

from runtime.core.contract import TimedOut
from runtime.core.session import Session, SetTimer

IDLE = "idle"  # the slot of the inactivity trigger; frames use their depth


def due(session: Session) -> list[SetTimer]:
    """All timers of a session, one a slot."""
    timers: list[SetTimer] = []
    for depth, frame in enumerate(session.frames):
        waiting = frame.waiting
        if waiting and waiting.until and not _has_fired(frame.arrived):
            timers.append(SetTimer(str(depth), waiting.token, waiting.until))
    if session.idle and session.idle_token:
        timers.append(SetTimer(IDLE, session.idle_token, session.idle))
    return timers


def timer_changes(
    before: Session, after: Session, fired: str | None
) -> tuple[tuple[SetTimer, ...], tuple[str, ...]]:
    """The rows to write and the slots to delete. The row of ``fired`` is on its way out."""
    if fired is None and not (_has_any(before) or _has_any(after)):
        return (), ()  # mostly
    earlier, now = due(before), due(after)
    old, new = ({timer.slot: timer for timer in timers} for timers in (earlier, now))
    if fired is not None:
        old.pop(fired, None)
    wanted = tuple(timer for slot, timer in new.items() if old.get(slot) != timer)
    gone = [slot for slot in old if slot not in new]
    if fired is not None and fired not in new:
        gone.append(fired)
    return wanted, tuple(gone)


def _has_any(session: Session) -> bool:
    for frame in session.frames:
        if frame.waiting and frame.waiting.until:
            return True
    return session.idle is not None


def _has_fired(arrived: tuple[object, ...]) -> bool:
    return any(isinstance(event, TimedOut) for event in arrived)
