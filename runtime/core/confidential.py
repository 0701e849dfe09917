"""What must stay at home: effects are marked so that only local models may see what they carry.

A step that reads or stores a confidential variable, or a value that says so of itself (a passage of
a confidential collection), may only be performed with local models; so may every step of a
conversation that is confidential as a whole. What was said while such a variable was given is kept
from others too, as the conversation holds it.
"""

from __future__ import annotations

from typing import Any, cast

from msgspec.structs import replace

from runtime.core.effects import Effect
from runtime.core.run import Run

_APART = "discreet"  # of effects that can do without the conversation


def kept_at_home(run: Run, effect: Effect) -> Effect:
    """The effect of the top node as it may be performed."""
    if getattr(effect, "confidential", None) is not False:
        return effect  # of another kind, or marked by its author
    if stays_at_home(run):
        return replace(effect, confidential=True)
    if getattr(effect, "hears", False) and _is_told(run):
        return replace(effect, **{_APART if hasattr(effect, _APART) else "confidential": True})
    return effect


def stays_at_home(run: Run) -> bool:
    """Whether what the top node reads and stores, or the conversation, is confidential."""
    return run.facts.attributes.get("confidential") is True or _carries(run)


def _carries(run: Run) -> bool:
    top, release = run.top, run.release
    touched = release.touched(top.flow, top.node)
    if not release.confidential.isdisjoint(touched):
        return True
    ctx = run.context()
    return any(_says_so(ctx.get(name)) for name in touched)


def _says_so(value: Any) -> bool:
    """Whether a value, or one of a list, is marked; as passages and answers are."""
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).get("confidential") is True
    return isinstance(value, list) and any(map(_says_so, cast("list[Any]", value)))


def _is_told(run: Run) -> bool:
    defaults = run.release.defaults
    return any(
        name in run.vars and run.vars[name] != defaults.get(name)
        for name in run.release.confidential
    )
