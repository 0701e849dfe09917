from __future__ import annotations

from typing import Annotated, ClassVar

from runtime.core.contract import AnyOutcome, Context, Group, Node, Repair, RepairAction, Way
from runtime.core.fields import Selector, Source

_LABELS = {
    "resume": "Go on with the question",
    "cancel": "Cancel",
    "back": "Go back to the last answer",
    "correct": "Correct an answer",
    "repeat": "Ask again",
    "skip": "Skip the question",
    "restart": "Start over",
    "language": "Change the language",
}


class Mend(Node):
    """Ends a side conversation and acts on the one it interrupted, for example by cancelling it."""

    type: ClassVar[str] = "repair"
    label: ClassVar[str] = "Repair"
    icon: ClassVar[str] = "life-buoy"
    group: ClassVar[Group] = "logic"
    summary: ClassVar[str | None] = "action"
    ways: ClassVar[tuple[Way, ...]] = ()

    action: Annotated[RepairAction, Selector("select", labels=_LABELS)]
    variable: Source | None = None  # what to correct, or the language to speak

    def run(self, ctx: Context) -> AnyOutcome:
        return Repair(self.action, self.variable)
