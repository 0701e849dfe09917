from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from runtime.core.contract import (
    NEXT,
    AnyEvent,
    AnyOutcome,
    Call,
    Context,
    Group,
    Next,
    Node,
    Returned,
    Way,
)
from runtime.core.expressions import worked_out
from runtime.core.fields import Anything, FlowRef, Name, Selector, Variable


class Subflow(Node):
    """Runs another flow and comes back with what it found out."""

    type: ClassVar[str] = "subflow"
    label: ClassVar[str] = "Sub-flow"
    icon: ClassVar[str] = "workflow"
    example: ClassVar[dict[str, Any]] = {"flow": "address", "outputs": {"city": "city"}}
    group: ClassVar[Group] = "logic"
    summary: ClassVar[str | None] = "flow"
    ways: ClassVar[tuple[Way, ...]] = (
        NEXT,
        Way(id="cancelled", label="If cancelled", kind="cancelled"),
        Way(id="error", label="If it fails", kind="error"),
    )

    flow: Annotated[FlowRef, Field(title="Flow to run")]
    inputs: Annotated[
        dict[Name, Anything],
        Field(title="What it is given"),
        Selector("map", of="input", key="Its input", value="Value"),
    ] = {}
    outputs: Annotated[
        dict[Name, Variable],
        Field(title="What comes back"),
        Selector("map", of="output", key="Its output", value="Variable here"),
    ] = {}

    def run(self, ctx: Context) -> AnyOutcome:
        return Call(self.flow, {name: worked_out(v, ctx) for name, v in self.inputs.items()})

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        found = event.outputs if isinstance(event, Returned) else {}
        return Next(set={variable: found.get(name) for name, variable in self.outputs.items()})
