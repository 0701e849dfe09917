"""One way to every language model: ask, stream, embed; counted, limited and paid for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

Strength = Literal["strong", "cheap"]
Role = Literal["system", "user", "assistant", "tool"]


class ToolCall(msgspec.Struct, frozen=True):
    """A call the model wants made; ``arguments`` are what its JSON says."""

    id: str
    name: str
    arguments: dict[str, Any]


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message to or from a model. ``tool`` is the id of the call that a result answers."""

    role: Role
    text: str
    calls: tuple[ToolCall, ...] = ()
    tool: str | None = None


class Tool(msgspec.Struct, frozen=True):
    """Something a model may ask for; ``parameters`` is a JSON Schema of an object."""

    name: str
    description: str
    parameters: dict[str, Any]


class Purpose(msgspec.Struct, frozen=True):
    """What a call is for, as the journal has it. ``key`` is the effect's."""

    name: str
    workspace: UUID
    conversation: UUID | None = None
    key: str | None = None
    confidential: bool = False  # only models marked local may see it


class Request(msgspec.Struct, frozen=True):
    """``schema``: the answer must be JSON of this schema. ``deadline`` is in seconds."""

    said: tuple[Said, ...]
    purpose: Purpose
    strength: Strength = "strong"
    tools: tuple[Tool, ...] = ()
    schema: dict[str, Any] | None = None
    longest: int = 1024  # tokens of the answer
    temperature: float = 0.2
    deadline: float = 25.0


class Reply(msgspec.Struct, frozen=True):
    """``data`` is the checked JSON where a schema was given. Tokens are the provider's count."""

    text: str
    model: str
    provider: str
    calls: tuple[ToolCall, ...] = ()
    data: Any = None
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    cut: bool = False  # the answer was longer than allowed


class CallPart(msgspec.Struct, frozen=True):
    """A part of the JSON that a model gives the tool ``name``; ``place`` tells calls apart."""

    place: int
    name: str
    text: str


class Piece(msgspec.Struct, frozen=True):
    """A part of a streamed answer. A higher ``attempt`` begins the answer anew."""

    text: str
    attempt: int = 0
    reply: Reply | None = None  # the last piece carries the whole
    call: CallPart | None = None


class NoModel(Exception):
    """No model is set up, or none may be used for this; the message says which and why.

    ``kind`` is one of ``not_set_up``, ``over_budget``, ``busy``, ``region``, ``confidential``.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class ModelFailed(Exception):
    """Every model of the chain failed; ``kind`` is the last one's error."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Models(Protocol):
    """What the rest of Flyt sees of language models."""

    async def ready(
        self, workspace: UUID, strength: Strength = "strong", *, confidential: bool = False
    ) -> bool:
        """Whether a model is set up and neither budget nor rules forbid asking it now.

        ``confidential``: one that is marked local.
        """
        ...

    async def ask(self, request: Request) -> Reply:
        """Raises `NoModel` and `ModelFailed`."""
        ...

    def stream(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Raises `NoModel` and `ModelFailed`, also between pieces."""
        ...

    async def embed(self, purpose: Purpose, model: str, texts: Sequence[str]) -> list[list[float]]:
        """Vectors by the embedding model of this name. Raises `NoModel` and `ModelFailed`."""
        ...
