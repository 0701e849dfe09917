"""One step of an AI agent: a model decides what to do next, and nothing is done yet.

What it decides is done by the node, each call of a tool as an effect or a flow of its own.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from runtime.core.contract import Citation, Facts, Value
from runtime.core.effects.ai import Asking, Strength
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
    """The visitor's words."""

    text: str


class Decided(Value, frozen=True, tag="decided"):
    """What the model said, or the tools it wanted; their results follow in the same order."""

    text: str = ""
    calls: tuple[ToolUse, ...] = ()


class CameBack(Value, frozen=True, tag="came_back"):
    """The result of a tool; ``sources`` are passages by the numbers they are cited with."""

    call: str
    text: str = ""
    sources: tuple[Citation, ...] = ()


Step = Heard | Decided | CameBack


class Stepped(Value, frozen=True):
    """What the model decided.

    ``text`` is what it says to the visitor; of ``hand_over`` it is why, for colleagues.
    ``before``: what was said in the conversation before the agent began, as the model read it.
    """

    does: Does
    text: str = ""
    calls: tuple[ToolUse, ...] = ()
    citations: tuple[Citation, ...] = ()
    cost: float = 0.0  # in the workspace's currency
    before: str = ""


class AgentStep(Asking, frozen=True):
    """Asks what to do next. ``before`` is None at the first step: then it is looked up."""

    kind: ClassVar[str] = "ai.agent"
    result: ClassVar[Any] = Stepped
    hears: ClassVar[bool] = True

    instructions: str
    steps: tuple[Step, ...] = ()
    tools: tuple[Offered, ...] = ()
    language: str = "en"
    persona: str = ""
    converses: bool = False  # it may ask back, until it says that it is done
    before: str | None = None
    seconds: float = 30.0  # that are left
    strength: Strength = "strong"
    confidential: bool = False
    brand: str | None = None  # its id: rules of others do not hold

    @property
    def heard(self) -> str:
        """The visitor's latest words."""
        words = (step.text for step in reversed(self.steps) if isinstance(step, Heard))
        return next(words, "")

    def fake(self, facts: Facts) -> Stepped:
        tools = ", ".join(tool.name for tool in self.tools) or "–"
        task = escape(self.heard or self.instructions[:200])
        told = phrase("example_agent", self.language, task=task, tools=escape(tools))
        return Stepped("done", told)
