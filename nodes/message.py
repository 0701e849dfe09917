from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from runtime.core.contract import AnyOutcome, Context, Group, Message, Next, Node
from runtime.core.fields import Condition, Part, Selector, Text, Ui


class Variant(Part):
    """Another wording. Without ``where`` it is one of those drawn at random."""

    text: Annotated[Text, Field(title="Wording")]
    where: Annotated[Condition | None, Field(title="Only if")] = None


class Say(Node):
    """Says something and goes straight on."""

    type: ClassVar[str] = "message"
    label: ClassVar[str] = "Message"
    icon: ClassVar[str] = "message-square"
    example: ClassVar[dict[str, Any]] = {
        "text": "Hello {{ contact.name or 'there' }}! How can we help?"
    }
    group: ClassVar[Group] = "talk"
    summary: ClassVar[str | None] = "text"

    text: Annotated[Text, Field(title="Message")]
    variants: Annotated[
        tuple[Variant, ...],
        Field(
            title="Other wordings",
            description="The first whose condition holds is said, else one of the others.",
        ),
        Selector("list", item="Wording", title="text", add="Add a wording"),
        Ui(more=True),
    ] = ()

    def run(self, ctx: Context) -> AnyOutcome:
        return Next(say=(Message(self._wording(ctx).render(ctx)),))

    def _wording(self, ctx: Context) -> Text:
        """The first variant whose condition holds, else one of the others at random."""
        for variant in self.variants:
            if variant.where and variant.where.holds(ctx):
                return variant.text
        free = [variant.text for variant in self.variants if variant.where is None]
        return ctx.random.choice(free) if free else self.text
