"""Answers that can be gone back to. Pure changes of a `Run`."""

from __future__ import annotations

from msgspec.structs import replace

from runtime.core.run import Run
from runtime.core.session import Entry, Frame, Replay


def find(run: Run, variable: str | None) -> int:
    """The place of the latest answer (stored in ``variable``, if named); -1 if there is none."""
    for place in range(len(run.answers) - 1, -1, -1):
        if variable is None or run.answers[place].variable == variable:
            return place
    return -1


def is_final(run: Run, place: int) -> bool:
    """Whether something that cannot be undone has happened since that answer."""
    return any(entry.final for entry in run.answers[place:])


def restore(run: Run, place: int, *, walk: bool) -> None:
    """Put variables and frames back to where the answer at ``place`` was asked for.

    With ``walk`` the later answers are kept, to be given again silently.
    """
    entry, later = run.answers[place], run.answers[place + 1 :]
    for undone in reversed(run.answers[place:]):
        old = {name: value for name, value in undone.undo.items() if value is not None}
        kept = {name: v for name, v in run.vars.items() if name not in undone.undo}
        run.vars = kept | old
        run.withdrawn += undone.effects
    shared = _shared(run.frames, entry.frames)
    while len(run.frames) > shared:
        run.drop()
    run.frames += entry.frames[shared:]
    run.answers = run.answers[:place]
    depth = len(run.frames)
    run.replay = Replay(said=entry.said, entries=tuple(later), depth=depth) if walk else None


def _shared(now: list[Frame], then: tuple[Frame, ...]) -> int:
    """How many frames stay as they are: those below a digression that both are in."""
    inside = [d for d, frame in enumerate(now) if frame.kind == "digression"]
    return inside[-1] if inside and len(then) > inside[-1] else 0


def forget_digressions(run: Run) -> None:
    """Drop the answers given in a digression that is over; what they changed stays undoable."""
    depth, kept = len(run.frames), list[Entry]()
    for entry in run.answers:
        if not any(frame.kind == "digression" for frame in entry.frames[depth:]):
            kept.append(entry)
        elif kept:
            kept[-1] = _merged(kept[-1], entry)
    run.answers = kept


def _merged(earlier: Entry, later: Entry) -> Entry:
    return replace(
        earlier,
        undo=later.undo | earlier.undo,
        effects=(*earlier.effects, *later.effects),
        final=earlier.final or later.final,
    )
