"""What passes between the middleware and the wires: one call, and what came of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from connectors.llm import CallPart, Request, ToolCall


@dataclass(frozen=True)
class Usage:
    """Tokens as the provider counted them; ``cached`` ones are among those ``taken``."""

    taken: int = 0
    cached: int = 0
    given: int = 0


@dataclass(frozen=True)
class Answer:
    """``calls`` whose arguments are no JSON object raise `Failed` before there is an answer."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = None  # None: the provider did not tell
    cut: bool = False


@dataclass(frozen=True)
class Vectors:
    vectors: list[list[float]]
    usage: Usage | None = None


@dataclass(frozen=True)
class Manners:
    """What a model takes. It is found out by asking, and remembered."""

    temperature: bool = True
    effort: bool = True  # may be told not to think first
    schema: bool = True  # promises JSON of a schema by itself
    usage: bool = True  # tells tokens at the end of a stream when asked to

    def without(self, parameter: str, words: str) -> Manners | None:
        """Manners after a refusal that names ``parameter`` or speaks of it; None: not of these."""
        told = f"{parameter} {words}".lower()
        for name, signs in _SIGNS.items():
            if getattr(self, name) and any(sign in told for sign in signs):
                return replace(self, **{name: False})
        return None


_SIGNS = {
    "temperature": ("temperature",),
    "effort": ("reasoning_effort", "reasoning effort", "thinking"),
    "usage": ("stream_options", "include_usage"),
    "schema": ("response_format", "json_schema", "output_config", "output_format", "schema"),
}


@dataclass(frozen=True)
class Asked:
    """One call: what is asked of which model, and how it likes to be asked."""

    model: str
    request: Request
    manners: Manners
    seconds: float  # that it may take
    streamed: bool = False


@dataclass
class Seen:
    """What a call that fails has brought so far, for it is paid for all the same."""

    usage: Usage | None = None
    text: list[str] = field(default_factory=list[str])
    calls: list[str] = field(default_factory=list[str])  # what tools are given

    @property
    def anything(self) -> bool:
        return bool(self.text or self.calls)


Part = str | CallPart  # of an answer: of its text, or of what a tool is given


class Wire(Protocol):
    """A provider's way of talking. Every method raises `Failed` and nothing else."""

    manners: Manners
    only_strict: bool  # of schemas, it promises those that leave nothing open

    def talk(self, asked: Asked, seen: Seen) -> AsyncGenerator[Part | Answer, None]:
        """Parts as they come where it is streamed, and then the answer."""
        ...

    async def embed(self, model: str, texts: Sequence[str], seconds: float) -> Vectors: ...

    async def models(self, seconds: float) -> list[str]: ...

    async def close(self) -> None: ...


Body = dict[str, Any]
