from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from runtime.core.contract import (
    AnyEvent,
    AnyOutcome,
    Context,
    Group,
    HandedBack,
    HandOver,
    Message,
    Next,
    Node,
    Says,
    Way,
)
from runtime.core.expressions import Template as Blank
from runtime.core.fields import ForColleagues, Template
from runtime.core.phrases import phrase


class HandOff(Node):
    """Gives the conversation to a person; the bot is silent until it is handed back."""

    type: ClassVar[str] = "handoff"
    label: ClassVar[str] = "Hand over"
    icon: ClassVar[str] = "headset"
    example: ClassVar[dict[str, Any]] = {
        "text": "A colleague will answer you in a moment.",
        "about": "{{ name }} asks about order {{ order }}.",
    }
    group: ClassVar[Group] = "people"
    summary: ClassVar[str | None] = "text"
    ways: ClassVar[tuple[Way, ...]] = (Way(id="next", label="When handed back"),)

    text: Annotated[
        Template,
        Field(
            title="Told to the visitor",
            description="Empty: that a colleague has been asked to take over.",
        ),
    ] = Blank("")
    about: Annotated[
        ForColleagues,
        Field(
            title="Told to the colleague",
            description="What it is about; it stands in the path of the conversation.",
        ),
    ] = Blank("")

    def run(self, ctx: Context) -> AnyOutcome:
        about = self.about.render(ctx, markdown=False).strip()
        return HandOver(say=self.ask_again(ctx), summary=about)

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        return Next() if isinstance(event, HandedBack) else HandOver()

    def ask_again(self, ctx: Context) -> Says:
        told = self.text.render(ctx)
        return (Message(told if told.strip() else phrase("handed_over", ctx.language)),)
