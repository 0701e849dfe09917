from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from runtime.core.contract import AnyOutcome, Context, Goto, Group, Node, Way
from runtime.core.fields import NodeRef


class Jump(Node):
    """Goes on at another step of the same flow."""

    type: ClassVar[str] = "jump"
    label: ClassVar[str] = "Jump"
    icon: ClassVar[str] = "corner-up-right"
    example: ClassVar[dict[str, Any]] = {"node": "menu"}
    group: ClassVar[Group] = "logic"
    summary: ClassVar[str | None] = "node"
    ways: ClassVar[tuple[Way, ...]] = ()

    node: Annotated[NodeRef, Field(title="Go to")]

    def jumps(self) -> tuple[str, ...]:
        return (self.node,)

    def run(self, ctx: Context) -> AnyOutcome:
        return Goto(self.node)
