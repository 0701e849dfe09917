"""A plugin (`FLYT_PLUGINS=tests.doubles.undoing`) whose effects can be taken back.

`outside.reserve` runs in the background, `outside.reserve_now` while the visitor waits; both book
at `tests.doubles.outside`, and `outside.give_back` undoes either. The node `test.reserve` performs
one of them.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from runtime.core.contract import (
    AnyEvent,
    AnyOutcome,
    Context,
    EffectDone,
    Next,
    Node,
    Perform,
    Way,
)
from runtime.core.effects import Effect
from runtime.core.fields import Variable
from tests.doubles.plugin import Outside, perform


class GiveBack(Outside, frozen=True):
    kind: ClassVar[str] = "outside.give_back"
    path: ClassVar[str] = "/cancellations"


class Reserve(Outside, frozen=True):
    kind: ClassVar[str] = "outside.reserve"
    path: ClassVar[str] = "/bookings"

    def undo(self, result: Any) -> Effect | None:
        return GiveBack(number=int(result.reference.removeprefix("B-")))


class ReserveNow(Reserve, frozen=True):
    kind: ClassVar[str] = "outside.reserve_now"
    lane: ClassVar[Literal["interactive"]] = "interactive"


class Reserving(Node):
    """Reserves at the outside service and stores the reference it gives."""

    type: ClassVar[str] = "test.reserve"
    label: ClassVar[str] = "Reserve"
    icon: ClassVar[str] = "plug"
    group: ClassVar[Literal["do"]] = "do"
    ways: ClassVar[tuple[Way, ...]] = (
        Way(id="next", label="Next"),
        Way(id="cancelled", label="Cancelled", kind="cancelled"),
    )

    variable: Variable
    now: bool = False

    def run(self, ctx: Context) -> AnyOutcome:
        kind = ReserveNow if self.now else Reserve
        return Perform(kind(number=int(ctx.get("number"))))

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        if not isinstance(event, EffectDone):
            raise TypeError(f"a reservation does not end with {event!r}")
        return Next(set={self.variable: event.result["reference"]})


def register(abilities: Any) -> None:
    """Called once by each process that performs effects."""
    abilities.effects.update({effect.kind: perform for effect in (Reserve, ReserveNow, GiveBack)})
