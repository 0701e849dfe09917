from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, cast

from pydantic import Field

from runtime.core.contract import AnyOutcome, Context, Each, Fail, Group, Node, Way
from runtime.core.expressions.values import plain
from runtime.core.fields import Expression, Ui, Variable


class Loop(Node):
    """Does the same for each item of a list, at most as often as the limit says."""

    type: ClassVar[str] = "loop"
    label: ClassVar[str] = "For each"
    icon: ClassVar[str] = "repeat"
    example: ClassVar[dict[str, Any]] = {"items": "order.lines", "item": "line"}
    group: ClassVar[Group] = "logic"
    summary: ClassVar[str | None] = "items"
    ways: ClassVar[tuple[Way, ...]] = (
        Way(id="each", label="For each item", kind="branch"),
        Way(id="done", label="When done"),
    )

    items: Annotated[
        Expression,
        Field(title="List", description="A variable or an expression, such as order.items."),
    ]
    item: Annotated[Variable, Field(title="Call each item")]
    limit: Annotated[int, Field(title="At most so many", ge=1, le=1000), Ui(more=True)] = 100

    def run(self, ctx: Context) -> AnyOutcome:
        value: Any = self.items.evaluate(ctx)
        if isinstance(value, Mapping):
            value = list(cast("Mapping[str, Any]", value).values())
        if value is not None and not isinstance(value, list | tuple):
            return Fail("loop", f"'{self.items}' is {repr(value)[:60]}, not a list to go through")
        return Each(item=self.item, items=tuple(plain((value or ())[: self.limit])))
