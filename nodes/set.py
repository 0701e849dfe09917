from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec.structs import replace
from pydantic import Field

from runtime.core.contract import AnyOutcome, Context, Group, Next, Node
from runtime.core.expressions import worked_out
from runtime.core.fields import Anything, Part, Selector, Variable


class Assignment(Part):
    """A variable and what to store in it: a value, or a template worked out when it is set."""

    variable: Variable
    value: Anything


class Set(Node):
    """Stores values in variables, one after the other. A later one may use an earlier one."""

    type: ClassVar[str] = "set"
    label: ClassVar[str] = "Set variables"
    icon: ClassVar[str] = "variable"
    example: ClassVar[dict[str, Any]] = {
        "assign": [{"variable": "total", "value": "{{ price * people }}"}]
    }
    group: ClassVar[Group] = "logic"
    summary: ClassVar[str | None] = "assign"

    assign: Annotated[
        tuple[Assignment, ...],
        Field(title="Variables"),
        Selector("list", item="Variable", title="variable", add="Set a variable", in_order=True),
    ]

    def run(self, ctx: Context) -> AnyOutcome:
        changed: dict[str, Any] = {}
        within = replace(ctx, scopes=(changed, *ctx.scopes))
        for assignment in self.assign:
            changed[assignment.variable] = worked_out(assignment.value, within)
        return Next(set=changed)
