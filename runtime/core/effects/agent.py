"""One step of an AI agent: a model decides what to do next, and nothing is done yet.

What it decides is done by the node, each call of a tool as an effect or a flow of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from runtime.core.contract import Citation, Facts, Value
from runtime.core.effects.ai import Hearing, Mood
from runtime.core.expressions import escape
from runtime.core.phrases import phrase

Does = Literal["say", "call", "done", "hand_over"]


class Offered(Value, frozen=True):
    """A tool as the model sees it; ``parameters`` is a JSON Schema of an object."""

    name: str
    description: str
    parameters: dict[str, Any]


class ToolUse(Value, frozen=True):
    """A tool that the model wants used. The provider's ``id`` may come again in a later step."""

    id: str
    tool: str  # its name
    args: dict[str, Any] = {}


class Heard(Value, frozen=True, tag="heard"):
    """The visitor's words; the rest is found out by the first step that reads them.

    ``seq`` is the number of their message: what was said before has smaller ones. ``first`` and
    ``known`` are the number that the first fact about the visitor is cited with, and how many
    there are; the facts themselves are read anew for each step, for they may be forgotten.
    """

    text: str
    felt: Mood | None = None  # None: nobody has read them yet
    seq: int = 0
    first: int = 0
    known: int = 0


class Decided(Value, frozen=True, tag="decided"):
    """What the model said, and the tools it wanted; their results follow in the same order."""

    text: str = ""
    calls: tuple[ToolUse, ...] = ()


class CameBack(Value, frozen=True, tag="came_back"):
    """The result of a tool; ``sources`` are passages by the numbers they are cited with."""

    call: str
    text: str = ""
    sources: tuple[Citation, ...] = ()


Step = Heard | Decided | CameBack


def next_source(steps: Iterable[Step]) -> int:
    """The number that the next passage or fact is cited with."""
    last = 0
    for step in steps:
        if isinstance(step, Heard):
            last = max(last, step.first + step.known - 1)
        elif isinstance(step, CameBack):
            last = max((last, *(one.number for one in step.sources)))
    return last + 1


class Stepped(Value, frozen=True):
    """What the model decided, and what it says to the visitor meanwhile.

    ``reason`` and ``rule`` are for colleagues: why a person is needed, and by which house rule.
    ``before``: what was said in the conversation before the agent began, as the model read it;
    ``heard``: the visitor's latest words with what was found out about them.
    """

    does: Does
    text: str = ""
    calls: tuple[ToolUse, ...] = ()
    citations: tuple[Citation, ...] = ()
    cost: float = 0.0  # in the workspace's currency
    before: str = ""
    heard: Heard | None = None
    reason: str = ""
    rule: str = ""  # its id
    confidential: bool = False  # made of what only local models may read


class AgentStep(Hearing, frozen=True):
    """Asks what to do next. ``before`` is None where it is to be looked up."""

    kind: ClassVar[str] = "ai.agent"
    result: ClassVar[Any] = Stepped

    instructions: str
    steps: tuple[Step, ...] = ()
    tools: tuple[Offered, ...] = ()
    language: str = "en"
    persona: str = ""
    converses: bool = False  # it may ask back, until it says that it is done
    before: str | None = None
    seconds: float = 30.0  # that are left

    @property
    def heard(self) -> Heard | None:
        """The visitor's latest words."""
        return next((step for step in reversed(self.steps) if isinstance(step, Heard)), None)

    def fake(self, facts: Facts) -> Stepped:
        tools = ", ".join(tool.name for tool in self.tools) or "–"
        task = escape(self.heard.text if self.heard else self.instructions[:200])
        told = phrase("example_agent", self.language, task=task, tools=escape(tools))
        return Stepped("done", told)
