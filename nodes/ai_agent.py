from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from msgspec.structs import asdict, replace
from pydantic import Field, PrivateAttr

from runtime.core.agents.tools import KINDS, ToolPart, in_words, named, offered
from runtime.core.agents.work import Work
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
    Returned,
    Says,
    TimedOut,
    Uploaded,
    UserSaid,
    Wait,
    Way,
)
from runtime.core.effects.agent import AgentStep, Stepped
from runtime.core.expressions import Template, escape
from runtime.core.fields import (
    Duration,
    ForColleagues,
    Given,
    MessagesRemembered,
    Persona,
    Selector,
    TalkAtHome,
    ToneAdapted,
    Ui,
    Variable,
    own_ids,
)
from runtime.core.options import yes_and_no
from runtime.core.phrases import phrase, says_yes
from runtime.core.results import result_of

if TYPE_CHECKING:
    from runtime.core.document import Flow

MOST = 20  # tools
IN_TIME = 1.0  # seconds: with less left no model is asked


class Agent(Node):
    """Reaches a goal step by step: decides which tools to use, asks back, and knows its limits."""

    type: ClassVar[str] = "ai.agent"
    label: ClassVar[str] = "AI agent"
    icon: ClassVar[str] = "bot"
    example: ClassVar[dict[str, Any]] = {
        "instructions": "Find out what the visitor wants to know about an order, or cancel it.",
        "tools": [
            {"id": "know", "kind": "knowledge", "description": "Questions about delivery."},
            {
                "id": "cancel",
                "kind": "flow",
                "flow": "cancel_order",
                "description": "Cancels an order that was not sent yet.",
                "confirm": True,
            },
        ],
        "keep_talking": True,
    }
    group: ClassVar[Group] = "ai"
    needs_model: ClassVar[bool] = True
    summary: ClassVar[str | None] = "instructions"
    ways: ClassVar[tuple[Way, ...]] = (
        Way(id="done", label="Done"),
        Way(id="handoff", label="A person is needed", kind="branch"),
        Way(id="limit", label="Out of steps, time or money", kind="branch"),
        Way(id="no_reply", label="If no answer", kind="no_reply", when="timeout"),
        Way(id="error", label="If it fails", kind="error"),
    )

    instructions: Annotated[
        ForColleagues,
        Field(
            min_length=1,
            title="Goal",
            description="What is to be reached, and how, in plain words.",
        ),
    ]
    question: Annotated[
        Given,
        Field(
            title="Works on",
            description="Empty: what the visitor said, unless it answered another question.",
        ),
    ] = Template("")
    tools: Annotated[
        tuple[ToolPart, ...],
        Field(max_length=MOST, title="Tools"),
        own_ids(),
        Selector("list", item="Tool", title="description", add="Add a tool"),
    ] = ()
    keep_talking: Annotated[
        bool,
        Field(
            title="Go on talking",
            description="Asks back and goes on until the goal is reached. Else it answers once.",
        ),
    ] = False
    variable: Annotated[
        Variable | None,
        Field(
            title="Store the result in",
            description="Its text, steps, cost, tools, citations and more, such as result.text.",
        ),
    ] = None
    max_steps: Annotated[
        int,
        Field(
            title="Steps at most",
            description="How often the model may decide, counted anew with each message.",
            ge=1,
            le=30,
        ),
        Ui(more=True),
    ] = 8
    time_limit: Annotated[
        Duration,
        Field(
            title="Time at most",
            description="Of models and searches, counted anew with each message.",
        ),
        Ui(more=True),
    ] = timedelta(seconds=60)
    max_cost: Annotated[
        float | None,
        Field(
            title="Cost at most",
            description="Of all its steps together, in the currency of your AI settings.",
            gt=0,
        ),
        Ui(more=True),
    ] = None
    persona: Persona = Template("")
    timeout: Annotated[
        Duration | None,
        Field(title="Wait for an answer", description='Then "If no answer" is taken.'),
        Ui(more=True),
    ] = None
    memory: MessagesRemembered = 10
    adapt_tone: ToneAdapted = True
    confidential: TalkAtHome = False

    _flows: dict[str, Flow] = PrivateAttr(default_factory=dict)  # that it may run

    # Its bot ----------------------------------------------------------------------------------

    def beside(self, flows: Mapping[str, Flow]) -> Self:
        known = self.model_copy()
        called = {tool.flow for tool in self.tools if tool.kind == "flow"}
        known._flows = {id_: flow for id_, flow in flows.items() if id_ in called}
        return known

    def with_texts(self, texts: Mapping[str, str]) -> Self:
        return super().with_texts(texts).beside(self._flows)

    @cached_property
    def _named(self) -> dict[str, ToolPart]:
        return named(self.tools)

    # Waking -----------------------------------------------------------------------------------

    def run(self, ctx: Context) -> AnyOutcome:
        open_ = "" if ctx.taken else ctx.said.strip()
        asked = self.question.render(ctx, markdown=False).strip() or open_
        return self._think(ctx, Work().hears(asked))

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        work = Work.of(ctx.kept)
        match event:
            case EffectDone() | EffectFailed() | Returned():
                work = work.ends(ctx.now)
                return self._used(ctx, work, event) if work.queue else self._led(ctx, work, event)
            case UserSaid() | Chosen() | Uploaded():
                return self._heard(ctx, work, event)
            case TimedOut():
                return Next("no_reply", set=self._result(work))
            case _:
                return self._wait(ctx, work, self.ask_again(ctx))

    def ask_again(self, ctx: Context) -> Says:
        work = Work.of(ctx.kept)
        if work.asking:
            return (self._may_i(ctx, work),)
        return (Message(work.said),) if work.said else ()

    def input(self, ctx: Context) -> Input:
        asking = Work.of(ctx.kept).asking
        return Input("confirm", options=yes_and_no(ctx.language)) if asking else Input("text")

    def claims(self, ctx: Context, event: AnyEvent) -> bool:
        return Work.of(ctx.kept).asking and _says(event) is not None

    def deadline(self, ctx: Context) -> datetime | None:
        return ctx.now + self.timeout if self.timeout else None

    # Deciding ---------------------------------------------------------------------------------

    def _think(self, ctx: Context, work: Work) -> AnyOutcome:
        """Has a model decide what comes next, within the limits."""
        left = self.time_limit.total_seconds() - work.seconds
        if work.decisions >= self.max_steps:
            return self._give_up(ctx, work, f"{work.decisions} steps were not enough")
        if left < min(IN_TIME, self.time_limit.total_seconds()):
            return self._give_up(ctx, work, f"it took {work.seconds:.0f} seconds")
        if self.max_cost is not None and work.cost >= self.max_cost:
            return self._give_up(ctx, work, f"it has cost {work.cost:.4f}")
        work = work.fitted
        effect = AgentStep(
            self.instructions.render(ctx, markdown=False),
            work.steps,
            offered(self._named, self._flows),
            ctx.language,
            self.persona.render(ctx, markdown=False),
            self.keep_talking,
            work.before,
            left,
            memory=self.memory,
            adapt_tone=self.adapt_tone,
            confidential=self._at_home(work),
            brand=ctx.facts.channel.get("brand_id"),
        )
        return Perform(effect, takes=True, keep=work.begins(ctx.now).kept)

    def _led(self, ctx: Context, work: Work, event: AnyEvent) -> AnyOutcome:
        """What the model decided is done."""
        found = result_of(event, Stepped)
        if isinstance(found, Fail):
            late = work.seconds >= self.time_limit.total_seconds() - IN_TIME
            if found.kind == "timeout" and late:
                return self._give_up(ctx, work, f"it took {work.seconds:.0f} seconds")
            return found
        work = work.decides(found)
        says = (Message(found.text, citations=found.citations),) if found.text else ()
        match found.does:
            case "call":
                onward = self._go_on(ctx, work)
                return replace(onward, say=(*says, *onward.say))
            case "hand_over":
                by = f" (rule “{found.rule}”)" if found.rule else ""
                why = f"a person is needed: {found.reason}{by}"
                return Next("handoff", say=says, set=self._result(work), note=why)
            case "say" if self.keep_talking:
                return self._wait(ctx, work, says)
            case "say" | "done":
                return Next("done", say=says, set=self._result(work, found), note=_note(work))

    def _give_up(self, ctx: Context, work: Work, why: str) -> Next:
        warmly = "_upset" if work.felt == "upset" else ""
        says = (Message(phrase(f"agent_limit{warmly}", ctx.language)),)
        return Next("limit", say=says, set=self._result(work), note=f"limit: {why}")

    def _at_home(self, work: Work) -> bool:
        """Whether only local models may go on: always, once one has read what others may not."""
        return self.confidential or work.confidential

    # Tools ------------------------------------------------------------------------------------

    def _go_on(self, ctx: Context, work: Work) -> AnyOutcome:
        """The calls that are left, one after the other; then the model decides again."""
        while work.queue:
            call = work.queue[0]
            earlier = work.earlier(call)
            if call.tool not in self._named:
                work = work.gets(f"There is no tool {call.tool[:64]!r}.")
            elif len(earlier) > 1:
                return self._give_up(ctx, work, f"{call.tool} was called again and again")
            elif earlier:
                work = work.gets(f"{AGAIN}\n{earlier[0].text}".strip(), earlier[0].sources)
            elif self._named[call.tool].confirm:
                asking = replace(work, asking=True)
                return self._wait(ctx, asking, (self._may_i(ctx, asking),))
            else:
                return self._use(ctx, work)
        return self._think(ctx, work)

    def _use(self, ctx: Context, work: Work) -> AnyOutcome:
        """Does the first call of the queue; the time that a visitor takes in a flow is theirs."""
        call = work.queue[0]
        tool = self._named[call.tool]
        outcome = KINDS[tool.kind].use(tool, call.args, ctx, at_home=self._at_home(work))
        work = replace(work.uses(call.tool), asking=False).fitted
        if isinstance(outcome, Perform):
            work = work.begins(ctx.now)
        return replace(outcome, keep=work.kept, note=_called(call.tool, call.args))

    def _used(self, ctx: Context, work: Work, event: AnyEvent) -> AnyOutcome:
        tool = self._named[work.queue[0].tool]
        text, sources = KINDS[tool.kind].told(event, work.next_source)
        return self._go_on(ctx, work.gets(text, sources))

    # The visitor ------------------------------------------------------------------------------

    def _heard(self, ctx: Context, work: Work, event: UserSaid | Chosen | Uploaded) -> AnyOutcome:
        words = _words(ctx, event)
        if work.asking:
            meant = _says(event)
            if meant:
                return self._use(ctx, work)
            if meant is False:
                return self._go_on(ctx, work.gets(REFUSED))
            while work.queue:
                work = work.gets(NOT_ANSWERED)
        if not words:
            return self._wait(ctx, work, self.ask_again(ctx))
        return self._think(ctx, work.hears(words))

    def _may_i(self, ctx: Context, work: Work) -> Message:
        """What is about to be done, in plain words."""
        call = work.queue[0]
        tool = self._named[call.tool]
        title = escape(KINDS[tool.kind].title(tool, self._flows).rstrip(" .!?"))
        question = phrase("agent_may_i", ctx.language, what=f"**{title}**")
        rows = (f"- {escape(name)}: {escape(value)}" for name, value in in_words(call.args))
        return Message("\n".join((question, *rows)))

    def _wait(self, ctx: Context, work: Work, says: Says) -> Wait:
        return Wait(on="reply", say=says, until=self.deadline(ctx), keep=work.fitted.kept)

    def _result(self, work: Work, found: Stepped | None = None) -> dict[str, Any]:
        if not self.variable:
            return {}
        told: dict[str, Any] = {
            "text": found.text if found else work.said,
            "steps": work.total,
            "cost": round(work.cost, 6),
            "tools": list(work.used),
            "citations": [asdict(one) for one in found.citations] if found else [],
            "mood": work.felt,
            "confidential": work.confidential,
        }
        return {self.variable: told}


# What the model is told, which reads English.
AGAIN = "You have called this already, with the same values; this is what came of it:"
REFUSED = "Not done: the visitor was asked first, and said no."
NOT_ANSWERED = "Not done: the visitor was asked first, and wrote something else."


def _says(event: AnyEvent) -> bool | None:
    """A yes or a no, by button or in words; None: neither."""
    match event:
        case Chosen(ids=(pressed,)):
            return {"yes": True, "no": False}.get(pressed)
        case UserSaid(value=bool(value)):
            return value
        case UserSaid(text=text):
            return says_yes(text)
        case _:
            return None


def _words(ctx: Context, event: UserSaid | Chosen | Uploaded) -> str:
    sent = ", ".join(file.name for file in event.files) if isinstance(event, Uploaded) else ""
    return " ".join(filter(None, (ctx.said.strip(), f"(sent: {sent})" if sent else "")))


def _called(tool: str, args: Mapping[str, Any]) -> str:
    given = ", ".join(f"{name}: {value}" for name, value in in_words(args))
    return f"uses {tool} ({given})" if given else f"uses {tool}"


def _note(work: Work) -> str:
    return f"steps: {work.total}; tools: {', '.join(work.used) or 'none'}"
