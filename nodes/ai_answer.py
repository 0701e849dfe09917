from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from msgspec.structs import asdict
from pydantic import Field

from runtime.core.contract import (
    AnyEvent,
    AnyOutcome,
    Chosen,
    Context,
    EffectDone,
    EffectFailed,
    Fail,
    Group,
    Input,
    Message,
    Next,
    Node,
    Perform,
    Says,
    TimedOut,
    Uploaded,
    UserSaid,
    Wait,
    Way,
)
from runtime.core.effects.ai import Answered, AnswerQuestion
from runtime.core.expressions import Template as Blank
from runtime.core.fields import (
    Collections,
    Duration,
    ForColleagues,
    Given,
    MessagesRemembered,
    Persona,
    Reranked,
    TalkAtHome,
    Template,
    ToneAdapted,
    Ui,
    Variable,
)
from runtime.core.phrases import phrase, says_done, says_hello, says_yes
from runtime.core.results import result_of


class AnswerIt(Node):
    """Answers a question from what the bot knows and names the sources; says so if it can't."""

    type: ClassVar[str] = "ai.answer"
    label: ClassVar[str] = "AI answer"
    icon: ClassVar[str] = "sparkles"
    example: ClassVar[dict[str, Any]] = {
        "collections": ["Manuals", "Prices"],
        "keep_answering": True,
        "variable": "answer",
    }
    group: ClassVar[Group] = "ai"
    summary: ClassVar[str | None] = "instructions"
    ways: ClassVar[tuple[Way, ...]] = (
        Way(id="answered", label="Answered"),
        Way(id="unsure", label="If not sure", kind="branch"),
        Way(id="nothing_found", label="If nothing is found", kind="branch"),
        Way(id="no_reply", label="If no question comes", kind="no_reply", when="timeout"),
        Way(id="error", label="If it fails", kind="error"),
    )

    question: Annotated[
        Given,
        Field(
            title="Question",
            description="Empty: what the visitor said, unless it answered another question; "
            "then they are asked.",
        ),
    ] = Blank("")
    collections: Annotated[
        Collections,
        Field(title="Knowledge", description="The collections to look in. None: all of them."),
    ] = ()
    instructions: Annotated[
        ForColleagues,
        Field(
            title="Instructions",
            description="How to answer, in plain words: briefly, in steps, with an example.",
        ),
    ] = Blank("")
    keep_answering: Annotated[
        bool,
        Field(
            title="Go on answering",
            description="Waits for the next question until the visitor has no more, "
            "it is not sure, or nothing is found.",
        ),
    ] = False
    variable: Annotated[
        Variable | None,
        Field(
            title="Store the answer in",
            description="Its text, confidence, citations and more, such as answer.text.",
        ),
    ] = None
    persona: Persona = Blank("")
    threshold: Annotated[
        float,
        Field(
            title="Sure from",
            description='A confidence between 0 and 1; below it, "If not sure" is taken.',
            ge=0,
            le=1,
        ),
        Ui(more=True),
    ] = 0.5
    memory: MessagesRemembered = 10
    unsure_text: Annotated[
        Template,
        Field(title="Said if not sure", description="Empty: a stock phrase."),
        Ui(more=True),
    ] = Blank("")
    nothing_text: Annotated[
        Template,
        Field(title="Said if nothing is found", description="Empty: a stock phrase."),
        Ui(more=True),
    ] = Blank("")
    timeout: Annotated[
        Duration | None,
        Field(
            title="Wait for a question",
            description='Then "Answered" is taken, or "If no question comes" before the first.',
        ),
        Ui(more=True),
    ] = None
    adapt_tone: ToneAdapted = True
    rerank: Reranked = False
    confidential: TalkAtHome = False

    # Asking -----------------------------------------------------------------------------------

    def run(self, ctx: Context) -> AnyOutcome:
        open_ = "" if ctx.taken or says_hello(ctx.said) else ctx.said.strip()
        question = self.question.render(ctx, markdown=False).strip() or open_
        if question:
            return self._perform(ctx, question)
        return self._wait(ctx, (Message(phrase("ask_question", ctx.language)),))

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        match event:
            case UserSaid() | Chosen() | Uploaded():
                return self._heard(ctx)
            case TimedOut():
                return Next("no_reply" if ctx.attempt == 1 else "answered")
            case EffectDone() | EffectFailed():
                found = result_of(event, Answered)
                return found if isinstance(found, Fail) else self._tell(ctx, found)
            case _:
                return self._wait(ctx, self.ask_again(ctx))

    def ask_again(self, ctx: Context) -> Says:
        return (Message(phrase("ask_more" if ctx.attempt else "ask_question", ctx.language)),)

    def input(self, ctx: Context) -> Input:
        return Input("text")

    def deadline(self, ctx: Context) -> datetime | None:
        return ctx.now + self.timeout if self.timeout else None

    # Answering --------------------------------------------------------------------------------

    def _heard(self, ctx: Context) -> AnyOutcome:
        """What a visitor writes while a question is waited for."""
        words = ctx.said.strip()
        if ctx.attempt > 1 and says_done(words):
            return Next("answered")
        if not words or says_yes(words) or says_hello(words):
            return self._wait(ctx, (Message(phrase("ask_question", ctx.language)),))
        return self._perform(ctx, words)

    def _perform(self, ctx: Context, question: str) -> Perform:
        effect = AnswerQuestion(
            question,
            ctx.language,
            self.collections,
            self.persona.render(ctx, markdown=False),
            self.instructions.render(ctx, markdown=False),
            self.threshold,
            memory=self.memory,
            confidential=self.confidential,
            brand=ctx.facts.channel.get("brand_id"),
            adapt_tone=self.adapt_tone,
            rerank=self.rerank,
        )
        return Perform(effect, takes=True)

    def _tell(self, ctx: Context, found: Answered) -> AnyOutcome:
        citations = [asdict(one) for one in found.citations]
        kept = {self.variable: {**asdict(found), "citations": citations}} if self.variable else {}
        if found.verdict == "answered":
            says = (Message(found.text, citations=found.citations),)
            if self.keep_answering:
                return self._wait(ctx, says, kept, _note(found))
            return Next("answered", say=says, set=kept, note=_note(found))
        says = (Message(self._regret(ctx, found)),)
        return Next(found.verdict, say=says, set=kept, note=_note(found))

    def _regret(self, ctx: Context, found: Answered) -> str:
        unsure = found.verdict == "unsure"
        own = (self.unsure_text if unsure else self.nothing_text).render(ctx)
        warmly = "_upset" if found.mood == "upset" else ""
        stock = f"{'ai_unsure' if unsure else 'ai_nothing'}{warmly}"
        return own if own.strip() else phrase(stock, ctx.language)

    def _wait(
        self, ctx: Context, says: Says, kept: dict[str, Any] | None = None, note: str = ""
    ) -> Wait:
        until = self.deadline(ctx)
        return Wait(on="reply", say=says, set=kept or {}, until=until, note=note)


def _note(found: Answered) -> str:
    """How sure it was, by which rule and why, for colleagues."""
    rule = f"rule “{found.rule}”" if found.rule else ""
    told = ", ".join(filter(None, (found.reason, rule)))
    return f"{found.verdict.replace('_', ' ')}, {found.confidence:.0%} sure" + (
        f": {told}" if told else ""
    )
