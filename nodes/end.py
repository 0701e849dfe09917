from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from runtime.core.contract import AnyOutcome, Context, End, Group, Node, Way
from runtime.core.expressions import worked_out
from runtime.core.fields import Anything


class Finish(Node):
    """Ends this flow. In a sub-flow it goes back to the flow that called it."""

    type: ClassVar[str] = "end"
    label: ClassVar[str] = "End"
    icon: ClassVar[str] = "circle-stop"
    example: ClassVar[dict[str, Any]] = {}
    group: ClassVar[Group] = "logic"
    ways: ClassVar[tuple[Way, ...]] = ()

    result: Annotated[
        Anything, Field(description="What the flow that called this one gets back.")
    ] = None

    def run(self, ctx: Context) -> AnyOutcome:
        return End(result=worked_out(self.result, ctx))
