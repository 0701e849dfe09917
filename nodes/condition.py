from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from runtime.core.contract import AnyOutcome, Context, Group, Next, Node, Way
from runtime.core.fields import Condition, Id, Label, Part, Selector, own_ids


class Branch(Part):
    """A way out that is taken when its condition holds."""

    id: Id
    label: Annotated[Label, Field(title="Name of the way out")]
    where: Annotated[Condition, Field(title="If")]


class Branching(Node):
    """Takes the first branch whose condition holds, else the last way out."""

    type: ClassVar[str] = "condition"
    label: ClassVar[str] = "Condition"
    icon: ClassVar[str] = "split"
    example: ClassVar[dict[str, Any]] = {
        "branches": [
            {
                "id": "large_order",
                "label": "Large order",
                "where": {"all": [{"variable": "total", "op": "ge", "value": 500}]},
            }
        ]
    }
    group: ClassVar[Group] = "logic"
    summary: ClassVar[str | None] = "branches"
    ways: ClassVar[tuple[Way, ...]] = (
        Way(each="branches", label="label", kind="branch"),
        Way(id="else", label="Otherwise"),
    )

    branches: Annotated[
        tuple[Branch, ...],
        Field(min_length=1),
        own_ids("else"),
        Selector("list", item="Branch", title="label", add="Add a branch"),
    ]

    def run(self, ctx: Context) -> AnyOutcome:
        for branch in self.branches:
            if branch.where.holds(ctx):
                return Next(port=branch.id)
        return Next(port="else")
