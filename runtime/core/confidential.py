"""What must stay at home: effects are marked so that only local models may see what they carry.

A step that reads or stores a confidential variable, one that may hold what such a variable holds,
or a value that says so of itself (a passage of a confidential collection), may only be performed
with local models; so may every step of a conversation that is confidential as a whole. What was
said while such a variable was given is kept from others too, as the conversation holds it.

What variables may hold of others is known from the bot (`release.at_home`). Which of them hold
something confidential only since this conversation is kept with its session, as `marked`: a mark
stays as long as the session, for what was said stays in the conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from msgspec.structs import replace

from runtime.core.contract import VISITOR_EVENTS, AnyEvent
from runtime.core.effects import Effect
from runtime.core.run import Run
from runtime.core.session import SAID, TOLD

_APART = "discreet"  # of effects that can do without the conversation


def kept_at_home(run: Run, effect: Effect) -> Effect:
    """The effect of the top node as it may be performed; what comes of it is marked like it."""
    by_author = getattr(effect, "confidential", None)
    if by_author is None:
        return effect  # of another kind
    if by_author or _carries(run, effect):
        _mark_results(run)
        return effect if by_author else replace(effect, confidential=True)
    if run.facts.attributes.get("confidential") is True:
        return replace(effect, confidential=True)
    if getattr(effect, "hears", False) and _is_told(run):
        _mark_results(run)
        return replace(effect, **{_APART if hasattr(effect, _APART) else "confidential": True})
    return effect


def stays_at_home(run: Run) -> bool:
    """Whether what the top node reads and stores, or the conversation, is confidential."""
    return run.facts.attributes.get("confidential") is True or _touches(run)


def mark_stored(run: Run, event: AnyEvent, values: Mapping[str, Any]) -> None:
    """Notes what of ``values``, which the top node stores on ``event``, is confidential."""
    if isinstance(event, VISITOR_EVENTS):
        if not run.release.at_home.isdisjoint(values):
            _mark(run, (SAID, TOLD))
    elif found := [name for name, value in values.items() if _says_so(value)]:
        _mark(run, run.release.following(found))


def mark_spoken(run: Run) -> None:
    """Notes that the top node has said something that is marked."""
    if not run.release.touched(run.top.flow, run.top.node).isdisjoint(run.marked):
        _mark(run, (TOLD,))


def _mark_results(run: Run) -> None:
    filled = run.release.filled(run.top.flow, run.top.node)
    _mark(run, run.release.following(filled))


def _mark(run: Run, names: Iterable[str]) -> None:
    run.marked = tuple(sorted({*run.marked, *names}))


def _carries(run: Run, effect: Effect) -> bool:
    return _touches(run) or (SAID in run.marked and _repeats(effect, run.said.strip()))


def _touches(run: Run) -> bool:
    top, release = run.top, run.release
    touched = release.touched(top.flow, top.node)
    if not (release.at_home.isdisjoint(touched) and touched.isdisjoint(run.marked)):
        return True
    ctx = run.context()
    return any(_says_so(ctx.get(name)) for name in touched)


def _repeats(effect: Effect, said: str) -> bool:
    texts = (getattr(effect, name) for name in effect.__struct_fields__)
    return bool(said) and any(isinstance(text, str) and said in text for text in texts)


def _says_so(value: Any) -> bool:
    """Whether a value, or one of a list, is marked; as passages and answers are."""
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).get("confidential") is True
    return isinstance(value, list) and any(map(_says_so, cast("list[Any]", value)))


def _is_told(run: Run) -> bool:
    defaults = run.release.defaults
    return TOLD in run.marked or any(
        name in run.vars and run.vars[name] != defaults.get(name)
        for name in run.release.confidential
    )
