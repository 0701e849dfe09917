"""Effects: typed requests to the world outside the core, performed later by a handler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import msgspec

from runtime.core.formats import Chain

if TYPE_CHECKING:
    from runtime.core.contract import Facts

Lane = Literal["interactive", "background"]
Retry = Literal["safe", "once"]


class Effect(msgspec.Struct, frozen=True):
    """One family member, in ``runtime/core/effects/<family>.py``; its fields are its arguments.

    ``lane``: *interactive* is performed at once in the web process, because a visitor waits;
    *background* by an RQ worker.
    ``retry``: *safe* may be repeated under its key; *once* must not be, so that after a death
    its fate is ``unknown`` and it takes the error port. ``writes`` is false for what only looks
    things up: a visitor may go back across it.
    """

    kind: ClassVar[str]
    lane: ClassVar[Lane] = "background"
    retry: ClassVar[Retry] = "safe"
    writes: ClassVar[bool] = True
    result: ClassVar[Any] = None  # the type a handler must return; None: nothing
    registry: ClassVar[dict[str, type[Effect]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "kind" not in cls.__dict__:
            return
        if cls.registry.setdefault(cls.kind, cls) is not cls:
            raise TypeError(f"effect {cls.kind!r} is defined twice")

    def fake(self, facts: Facts) -> Any:
        """A plausible result for the simulator, from nothing but the facts."""
        return None

    def undo(self, result: Any) -> Effect | None:
        """The effect that takes this one back, if there is one."""
        return None


FORMATS = Chain("effect")  # of ``{"kind", "args"}``


def dump(effect: Effect) -> dict[str, Any]:
    """The arguments of an effect as plain JSON values, of today's format."""
    return msgspec.to_builtins(effect)


def load(kind: str, args: dict[str, Any], stored: int = 1) -> Effect:
    """A stored effect of format ``stored``. Raises ``KeyError`` and ``msgspec.ValidationError``."""
    plain = FORMATS.lift({"kind": kind, "args": args}, stored)
    return msgspec.convert(plain["args"], Effect.registry[plain["kind"]])


class EffectError(Exception):
    """An effect failed in a way a flow can branch on; ``kind`` is the error's kind.

    ``again`` says whether the same call may succeed later (a timeout, a 5xx).
    """

    def __init__(self, kind: str, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.kind, self.message, self.again = kind, message, again
