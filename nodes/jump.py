from __future__ import annotations

from typing import ClassVar, Literal

from runtime.core.contract import AnyOutcome, Context, Goto, Node, Way
from runtime.core.fields import NodeRef


class Jump(Node):
    """Goes on at another step of the same flow."""

    type: ClassVar[str] = "jump"
    label: ClassVar[str] = "Jump"
    icon: ClassVar[str] = "corner-up-right"
    group: ClassVar[Literal["talk", "ask", "logic", "ai", "do", "people"]] = "logic"
    summary: ClassVar[str | None] = "node"
    ways: ClassVar[tuple[Way, ...]] = ()

    node: NodeRef

    def jumps(self) -> tuple[str, ...]:
        return (self.node,)

    def run(self, ctx: Context) -> AnyOutcome:
        return Goto(self.node)
