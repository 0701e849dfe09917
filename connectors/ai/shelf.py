"""What answers are kept with, so that nobody pays twice: given by the runtime, lost at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from connectors.llm.accounts import Setups

Kind = Literal["answers", "searches", "embeddings"]


class Spent(msgspec.Struct, frozen=True):
    """What something has cost, and so what it saves when it need not be made again."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0  # in the currency of the workspace
    provider: str = ""
    model: str = ""


class Standing(msgspec.Struct, frozen=True):
    """A collection as it is now; ``version`` is another one as soon as something else is found."""

    id: UUID
    version: int
    embedder: str
    confidential: bool = False


class Shelf(Protocol):
    """Keeps values for a while, for all processes. It never fails: it has nothing, or is slow."""

    async def get(self, workspace: UUID, key: str) -> bytes | None: ...

    async def put(self, workspace: UUID, key: str, value: bytes, seconds: int) -> None: ...

    async def claim(self, workspace: UUID, key: str, owner: str, seconds: int) -> bool:
        """False where another one is at it; True also where nobody can tell."""
        ...

    async def is_claimed(self, workspace: UUID, key: str) -> bool: ...

    async def release(self, workspace: UUID, key: str, owner: str) -> None: ...


class Grounds(Protocol):
    """What answers rest on."""

    async def standing(
        self, workspace: UUID, collections: Sequence[str], brand: str | None
    ) -> tuple[Standing, ...]:
        """The collections of these names, or all, that ``brand`` may see, in the same order."""
        ...

    async def vector(
        self, workspace: UUID, embedder: str, text: str, *, confidential: bool = False
    ) -> Sequence[float] | None:
        """Of length 1; None where this embedder can't be used now.

        ``confidential``: only a model marked local may see the text.
        """
        ...


class Ledger(Protocol):
    """Counts what was saved."""

    async def spent(self, workspace: UUID, conversation: UUID, key: str) -> Spent:
        """What the calls of models for this effect have come to."""
        ...

    def missed(self, workspace: UUID, kind: Kind) -> None: ...

    def saved(
        self,
        workspace: UUID,
        kind: Kind,
        spent: Spent,
        milliseconds: int,
        told: tuple[UUID, str, int] | None = None,
    ) -> None:
        """``told`` is of an answer: conversation, effect key, how many milliseconds it took."""
        ...


@dataclass(frozen=True)
class Cache:
    """All that keeping needs; ``setups`` tell which models would answer."""

    shelf: Shelf
    grounds: Grounds
    ledger: Ledger
    setups: Setups


def decoded(raw: bytes | None, kind: Any) -> Any:
    """A value off the shelf; None also for what another release has kept in another form."""
    try:
        return None if raw is None else msgspec.msgpack.decode(raw, type=kind)
    except msgspec.DecodeError:
        return None
