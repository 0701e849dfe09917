from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from runtime.core.contract import AnyOutcome, Context, Group, Node, Repair, RepairAction, Way
from runtime.core.fields import Answered, Selector, Ui

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
    example: ClassVar[dict[str, Any]] = {"action": "back"}
    group: ClassVar[Group] = "logic"
    summary: ClassVar[str | None] = "action"
    ways: ClassVar[tuple[Way, ...]] = ()

    action: Annotated[RepairAction, Field(title="What to do"), Selector("select", labels=_LABELS)]
    variable: Annotated[
        Answered | None,
        Field(
            title="Which",
            description="To correct: the answer's variable, or one that holds its name. "
            "To change the language: one that holds its code, such as nb.",
        ),
        Ui(when={"field": "action", "in": ["correct", "language"]}),
    ] = None

    def run(self, ctx: Context) -> AnyOutcome:
        return Repair(self.action, self.variable)
