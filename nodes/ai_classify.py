from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from runtime.core.contract import (
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
from runtime.core.effects.ai import BY_RULES, Category, Classified, ClassifyText
from runtime.core.expressions import Template
from runtime.core.fields import (
    AtHome,
    ForColleagues,
    Given,
    Id,
    Label,
    Part,
    PlainText,
    Selector,
    Ui,
    Variable,
    Words,
    given,
    own_ids,
)
from runtime.core.results import result_of


class CategoryPart(Part):
    """A way out. Examples are what a visitor might write."""

    id: Id
    label: Annotated[Label, Field(title="Name")]
    description: Annotated[
        PlainText,
        Field(title="What belongs here", description="In a sentence, as to a new colleague."),
    ] = ""
    examples: Annotated[
        Words,
        Field(title="Examples", description="What visitors might write; ten are plenty."),
    ] = ()


class ClassifyIt(Node):
    """Finds out what a text is about and goes that way."""

    type: ClassVar[str] = "ai.classify"
    label: ClassVar[str] = "Sort by topic"
    icon: ClassVar[str] = "tags"
    example: ClassVar[dict[str, Any]] = {
        "categories": [
            {"id": "order", "label": "Order", "examples": ["Where is my parcel?"]},
            {"id": "refund", "label": "Refund", "examples": ["I want my money back"]},
        ],
    }
    group: ClassVar[Group] = "ai"
    summary: ClassVar[str | None] = "categories"
    ways: ClassVar[tuple[Way, ...]] = (
        Way(each="categories", label="label", kind="branch"),
        Way(id="none", label="None of them", kind="branch"),
        Way(id="error", label="If it fails", kind="error"),
    )

    text: Annotated[
        Given, Field(title="Text", description="Empty: what the visitor said last.")
    ] = Template("")
    categories: Annotated[
        tuple[CategoryPart, ...],
        Field(min_length=1, max_length=50),
        own_ids("none", "error"),
        Selector("list", item="Topic", title="label", add="Add a topic"),
        Field(title="Topics"),
    ]
    variable: Annotated[
        Variable | None,
        Field(title="Store the topic in", description="Its id; nothing where it is none of them."),
    ] = None
    instructions: Annotated[
        ForColleagues,
        Field(title="Instructions", description="What else helps to tell the topics apart."),
        Ui(more=True),
    ] = Template("")
    threshold: Annotated[
        float,
        Field(
            title="Sure from",
            description='A score between 0 and 1; below it, "None of them" is taken.',
            ge=0,
            le=1,
        ),
        Ui(more=True),
    ] = 0.5
    confidential: AtHome = False

    def run(self, ctx: Context) -> AnyOutcome:
        text = given(self.text, ctx)
        if not text:
            return self._leave(None)
        effect = ClassifyText(
            text,
            tuple(Category(c.id, c.label, c.description, c.examples) for c in self.categories),
            ctx.language,
            self.threshold,
            self.instructions.render(ctx, markdown=False),
            confidential=self.confidential,
        )
        return Perform(effect)

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        found = result_of(event, Classified)
        if isinstance(found, Fail):
            return found
        note = f"{found.score:.0%} sure" + (f": {BY_RULES}" if found.by_rules else "")
        return self._leave(found.category, note)

    def _leave(self, category: str | None, note: str = "") -> Next:
        known = category if category in {one.id for one in self.categories} else None
        kept = {self.variable: known} if self.variable else {}
        return Next(known or "none", set=kept, note=note)
