"""Handlers of the ``ai.*`` effects, above models and knowledge alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from runtime.core.effects.knowledge import Passage

Speaker = Literal["visitor", "bot", "person"]
Action = Literal["refuse", "promise_never", "ask_first", "hand_over"]


class Line(msgspec.Struct, frozen=True):
    """One message of a conversation, in plain words; ``seq`` is its number there."""

    by: Speaker
    text: str
    seq: int = 0
    confidential: bool = False  # it quotes what only local models may read


class Digest(msgspec.Struct, frozen=True):
    """What was said in a conversation up to the message ``seq``, in short."""

    text: str
    seq: int
    confidential: bool = False  # made where only local models could read along


class Policy(msgspec.Struct, frozen=True):
    """A rule in plain words, and what happens where it applies; in the chats of one ``brand``."""

    id: str
    rule: str
    action: Action
    brand: str | None = None  # its id; None: of all


class HouseRules(msgspec.Struct, frozen=True):
    """What a workspace has decided for all its bots; ``prompts`` are its own texts, by name.

    ``cache``: whether an answer may be given again to others who ask the same.
    """

    persona: str = ""
    policies: tuple[Policy, ...] = ()
    prompts: Mapping[str, str] = {}
    cache: bool = True

    def of(self, brand: str | None) -> HouseRules:
        """Without the rules of other brands."""
        kept = tuple(one for one in self.policies if one.brand in (None, brand))
        return msgspec.structs.replace(self, policies=kept)


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
        confidential: bool = False,
        brand: str | None = None,
    ) -> tuple[Passage, ...]:
        """The best first. ``collections`` by name; none: all. ``language`` is the question's.

        ``confidential``: only models marked local may see the question. With a ``brand`` (its id)
        what belongs to others is not looked through.
        """
        ...


class History(Protocol):
    """What was said in a conversation."""

    async def last(self, workspace: UUID, conversation: UUID, count: int) -> Sequence[Line]:
        """The last ``count`` messages, the oldest first."""
        ...


class Digests(Protocol):
    """Where digests of conversations are kept; one that is lost is only made again."""

    async def digest(self, workspace: UUID, conversation: UUID) -> Digest | None: ...
    async def keep(self, workspace: UUID, conversation: UUID, digest: Digest) -> None: ...


class Remembered(msgspec.Struct, frozen=True):
    """Something known of a contact: a fact, whom they belong with, or what was promised."""

    id: UUID
    kind: Literal["fact", "relation", "promise"]
    text: str  # a whole sentence, as a colleague would say it
    said_at: datetime  # aware
    due: date | None = None  # of a promise
    corrected: bool = False  # by a person: it outweighs what was read out of a conversation


class Memory(Protocol):
    """What is known of the contact whose conversation it is."""

    async def of(
        self, workspace: UUID, conversation: UUID, question: str, count: int = 12
    ) -> Sequence[Remembered]:
        """At most ``count``, those nearest to the question and the open promises first."""
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
