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
from runtime.core.effects.ai import RewriteText, Rewritten
from runtime.core.expressions import Template
from runtime.core.fields import AtHome, ForColleagues, Given, Selector, Variable, given
from runtime.core.results import result_of

_TASKS = {
    "tone": "Say it in another tone",
    "translate": "Translate it",
    "summarise": "Summarise it",
    "other": "As instructed",
}


class RewriteIt(Node):
    """Puts a text into other words: another tone, another language, or a summary of it."""

    type: ClassVar[str] = "ai.rewrite"
    label: ClassVar[str] = "Rewrite a text"
    icon: ClassVar[str] = "wand-2"
    example: ClassVar[dict[str, Any]] = {
        "text": "{{ complaint }}",
        "task": "summarise",
        "variable": "summary",
    }
    group: ClassVar[Group] = "ai"
    needs_model: ClassVar[bool] = True
    summary: ClassVar[str | None] = "task"
    ways: ClassVar[tuple[Way, ...]] = (NEXT, Way(id="error", label="If it fails", kind="error"))

    text: Annotated[
        Given, Field(title="Text", description="Empty: what the visitor said last.")
    ] = Template("")
    task: Annotated[
        Literal["tone", "translate", "summarise", "other"],
        Field(title="What to do"),
        Selector("select", labels=_TASKS),
    ]
    instructions: Annotated[
        ForColleagues,
        Field(
            title="Instructions",
            description="In plain words: friendlier, in three points, without names.",
        ),
    ] = Template("")
    language: Annotated[
        Given,
        Field(title="Language", description="Such as Norwegian or nb. Empty: the one spoken now."),
    ] = Template("")
    variable: Annotated[Variable, Field(title="Store the new text in")]
    confidential: AtHome = False

    @model_validator(mode="after")
    def _told_what_to_do(self) -> Self:
        if self.task in ("tone", "other") and not self.instructions.strip():
            raise PydanticCustomError(
                "no_instructions", "say in the instructions how the text shall be"
            )
        return self

    def run(self, ctx: Context) -> AnyOutcome:
        text = given(self.text, ctx)
        if not text:
            return Next(set={self.variable: ""})
        effect = RewriteText(
            text,
            self.task,
            self.language.render(ctx, markdown=False).strip() or ctx.language,
            self.instructions.render(ctx, markdown=False),
            confidential=self.confidential,
        )
        return Perform(effect)

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        found = result_of(event, Rewritten)
        return found if isinstance(found, Fail) else Next(set={self.variable: found.text})
