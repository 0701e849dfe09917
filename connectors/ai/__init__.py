"""Handlers of the ``ai.*`` effects, above models and knowledge alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from runtime.core.effects.knowledge import Passage

Action = Literal["refuse", "promise_never", "ask_first", "hand_over"]


class Line(msgspec.Struct, frozen=True):
    """One message of a conversation, in plain words."""

    by: Literal["visitor", "bot", "person"]
    text: str


class Policy(msgspec.Struct, frozen=True):
    """A rule in plain words, and what happens where it applies."""

    id: str
    rule: str
    action: Action


class HouseRules(msgspec.Struct, frozen=True):
    """What a workspace has decided for all its bots; ``prompts`` are its own texts, by name."""

    persona: str = ""
    policies: tuple[Policy, ...] = ()
    prompts: Mapping[str, str] = {}


class Search(Protocol):
    """Finds passages in what a workspace knows."""

    async def find(
        self,
        workspace: UUID,
        question: str,
        *,
        collections: Sequence[str] = (),
        language: str = "en",
        top_k: int = 5,
    ) -> tuple[Passage, ...]:
        """The best first. ``collections`` by name; none: all. ``language`` is the question's."""
        ...


class History(Protocol):
    """What was said in a conversation."""

    async def last(self, workspace: UUID, conversation: UUID, count: int) -> Sequence[Line]:
        """The last ``count`` messages, the oldest first."""
        ...


class Houses(Protocol):
    """Where house rules are kept."""

    async def rules(self, workspace: UUID) -> HouseRules: ...


class Tell(Protocol):
    """Shows a sentence of an answer before the whole is there."""

    async def token(self, key: str, attempt: int, i: int, text: str) -> None:
        """Sentence ``i`` (from 0) of the effect ``key``.

        A higher ``attempt`` of the same call begins anew, and so does every call.
        """
        ...


class Called(Protocol):
    """Whose effect is performed."""

    @property
    def workspace(self) -> UUID: ...
    @property
    def conversation(self) -> UUID: ...
    @property
    def progress(self) -> Tell: ...
