from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runtime.core.contract import (
    NEXT,
    AnyEvent,
    AnyOutcome,
    Context,
    Fail,
    Group,
    Next,
    Node,
    Perform,
    Way,
)
from runtime.core.effects.ai import BY_RULES, Extracted, ExtractValues, Wanted
from runtime.core.expressions import Template
from runtime.core.expressions.values import is_empty
from runtime.core.fields import (
    AtHome,
    ForColleagues,
    Given,
    Part,
    PlainText,
    Selector,
    Ui,
    Variable,
    Words,
    given,
)
from runtime.core.results import result_of

MOST = 20  # values

ValueType = Literal["text", "number", "email", "phone", "url", "date", "time", "choice", "yes_no"]

_TYPES = {
    "text": "Text",
    "number": "Number",
    "email": "E-mail",
    "phone": "Phone",
    "url": "Web address",
    "date": "Date",
    "time": "Time",
    "choice": "One of a list",
    "yes_no": "Yes or no",
}


class WantedPart(Part):
    """One value that is looked for, stored in a variable of its own."""

    variable: Annotated[Variable, Field(title="Store it in")]
    type: Annotated[ValueType, Selector("select", labels=_TYPES), Ui(half=True)]
    required: Annotated[bool, Field(title="Must be there"), Ui(half=True)] = False
    description: Annotated[
        PlainText,
        Field(title="What it is", description="In plain words, such as: the number of the order."),
    ] = ""
    options: Annotated[
        Words, Field(title="One of"), Ui(when={"field": "type", "in": ["choice"]})
    ] = ()

    @model_validator(mode="after")
    def _something_to_choose(self) -> Self:
        if self.type == "choice" and not self.options:
            raise PydanticCustomError("no_options", "one of a list needs the list: add to it")
        return self


class ExtractThem(Node):
    """Reads values out of what the visitor wrote: names, dates, numbers, one of a list."""

    type: ClassVar[str] = "ai.extract"
    label: ClassVar[str] = "Read out values"
    icon: ClassVar[str] = "file-text"
    example: ClassVar[dict[str, Any]] = {
        "fields": [
            {
                "variable": "order",
                "type": "text",
                "description": "the number of the order",
                "required": True,
            },
            {"variable": "day", "type": "date", "description": "when it was delivered"},
        ],
    }
    group: ClassVar[Group] = "ai"
    summary: ClassVar[str | None] = "fields"
    ways: ClassVar[tuple[Way, ...]] = (
        NEXT,
        Way(id="missing", label="If something is missing", kind="branch"),
        Way(id="error", label="If it fails", kind="error"),
    )

    text: Annotated[
        Given, Field(title="Read from", description="Empty: what the visitor said last.")
    ] = Template("")
    fields: Annotated[
        tuple[WantedPart, ...],
        Field(min_length=1, max_length=MOST, title="Values"),
        Selector("list", item="Value", title="variable", add="Add a value"),
    ]
    instructions: Annotated[
        ForColleagues,
        Field(title="Instructions", description="What else helps to tell the values apart."),
        Ui(more=True),
    ] = Template("")
    confidential: AtHome = False

    @model_validator(mode="after")
    def _own_variables(self) -> Self:
        names = [field.variable for field in self.fields]
        if repeated := next((name for name in names if names.count(name) > 1), None):
            raise PydanticCustomError(
                "repeated_variable",
                "'{name}' is stored twice: choose another variable",
                {"name": repeated},
            )
        return self

    def run(self, ctx: Context) -> AnyOutcome:
        text = given(self.text, ctx)
        if not text:
            return self._leave(ctx, {})
        effect = ExtractValues(
            text,
            tuple(Wanted(f.variable, f.type, f.description, f.options) for f in self.fields),
            ctx.now,
            ctx.language,
            ctx.facts.locale,
            ctx.facts.timezone,
            self.instructions.render(ctx, markdown=False),
            confidential=self.confidential,
        )
        return Perform(effect)

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        found = result_of(event, Extracted)
        if isinstance(found, Fail):
            return found
        return self._leave(ctx, found.values, BY_RULES if found.by_rules else "")

    def _leave(self, ctx: Context, values: dict[str, Any], note: str = "") -> Next:
        """What was known before and is not said again stays."""
        ours = {field.variable for field in self.fields}
        kept = {name: value for name, value in values.items() if name in ours}
        needed = (field.variable for field in self.fields if field.required)
        missing = any(is_empty(kept.get(name, ctx.get(name))) for name in needed)
        return Next("missing" if missing else "next", set=kept, note=note)
