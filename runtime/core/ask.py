"""What all questions share: asking, waiting, retrying, giving up."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from runtime.core.contract import (
    NEXT,
    VISITOR_EVENTS,
    AnyEvent,
    AnyOutcome,
    Chosen,
    Context,
    Group,
    Message,
    Next,
    Node,
    Says,
    TimedOut,
    Uploaded,
    UserSaid,
    Value,
    Wait,
    Way,
)
from runtime.core.expressions.values import is_empty
from runtime.core.fields import Attempts, Duration, RetryTexts, Text, Ui, Variable
from runtime.core.phrases import phrase


class Answer(Value, frozen=True):
    """A reply that can be stored. ``sure``: nobody would take it for anything else."""

    value: Any
    port: str = "next"
    sure: bool = True


class Unfit(Value, frozen=True):
    """A reply that cannot be stored: the stock phrase that says why, and its values."""

    key: str
    values: dict[str, Any] = {}


class Ask(Node):
    """The base of all questions. A subclass says how it reads a reply."""

    group: ClassVar[Group] = "ask"
    summary: ClassVar[str | None] = "text"
    ways: ClassVar[tuple[Way, ...]] = (
        NEXT,
        Way(id="invalid", label="If not understood", kind="invalid"),
        Way(id="no_reply", label="If no answer", kind="no_reply"),
        Way(id="cancelled", label="If cancelled", kind="cancelled"),
    )

    text: Annotated[Text, Field(title="Question")]
    variable: Annotated[Variable, Field(title="Store the answer in")]
    retry_texts: Annotated[
        RetryTexts,
        Field(
            title="If the answer does not fit",
            description="Said one after the other; with none, a stock phrase.",
        ),
        Ui(more=True),
    ] = ()
    max_attempts: Annotated[
        Attempts,
        Field(
            title="Attempts",
            description='After so many that do not fit, the step is left by "If not understood".',
        ),
        Ui(more=True),
    ] = 3
    timeout: Annotated[
        Duration | None,
        Field(
            title="Wait for an answer",
            description='Then the step is left by "If no answer". Empty: as long as it takes.',
        ),
        Ui(more=True),
    ] = None
    skip_if_known: Annotated[
        bool,
        Field(
            title="Skip if known",
            description="Go on without asking where the variable holds a fitting value.",
        ),
        Ui(more=True),
    ] = False

    # What a kind of question decides --------------------------------------------------------

    @abstractmethod
    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        """Understand a reply."""

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        """The answer a value already stored stands for, if it would still be accepted."""
        return None if is_empty(value) else Answer(value)

    # What they share ------------------------------------------------------------------------

    def run(self, ctx: Context) -> AnyOutcome:
        if self.skip_if_known:
            known = self.recall(ctx, ctx.get(self.variable))
            if known:
                return Next(port=known.port)
        return self._wait(ctx, self.ask_again(ctx))

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        match event:
            case UserSaid() | Chosen() | Uploaded():
                reply = self.read(ctx, event)
                if isinstance(reply, Answer):
                    return Next(port=reply.port, set={self.variable: reply.value})
                return self._retry(ctx, reply)
            case TimedOut():
                return Next(port="no_reply")
            case _:
                return self._wait(ctx, self.ask_again(ctx))

    def ask_again(self, ctx: Context) -> Says:
        return (Message(self.text.render(ctx)),)

    def claims(self, ctx: Context, event: AnyEvent) -> bool:
        if not isinstance(event, VISITOR_EVENTS):
            return False
        reply = self.read(ctx, event)
        return isinstance(reply, Answer) and reply.sure

    def deadline(self, ctx: Context) -> datetime | None:
        return ctx.now + self.timeout if self.timeout else None

    def _wait(self, ctx: Context, says: Says) -> Wait:
        return Wait(on="reply", say=says, until=self.deadline(ctx))

    def _retry(self, ctx: Context, unfit: Unfit) -> AnyOutcome:
        if ctx.attempt >= self.max_attempts:
            return Next(port="invalid")
        if self.retry_texts:
            again = self.retry_texts[min(ctx.attempt, len(self.retry_texts)) - 1].render(ctx)
        else:
            again = phrase(unfit.key, ctx.language, **unfit.values)
        return self._wait(ctx, (Message(again),))


def said(event: UserSaid | Chosen | Uploaded) -> str:
    """The words of a reply; a pressed button has none."""
    return "" if isinstance(event, Chosen) else event.text.strip()
