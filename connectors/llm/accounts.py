"""What the middleware is told: whose models there are, what is allowed, what they cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, Protocol
from uuid import UUID

Kind = Literal[
    "openai", "anthropic", "azure", "gemini", "mistral", "ollama", "vllm", "yandex", "gigachat",
    "compatible",
]  # fmt: skip


class Secret:
    """A key or token that shows itself to nobody who does not ask for it by name."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(…)" if self._value else "Secret()"


@dataclass(frozen=True)
class Account:
    """An account with a provider. ``settings`` are of its kind, see `presets.json`."""

    id: UUID
    kind: Kind
    name: str
    base_url: str
    secret: Secret = field(default_factory=Secret)
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    region: str = ""
    local: bool = False
    enabled: bool = True
    shared: bool = False  # given by the installation to all workspaces


@dataclass(frozen=True)
class Link:
    """One model of a chain. ``size`` is of an embedding model's vectors."""

    account: Account
    model: str
    size: int = 0


@dataclass(frozen=True)
class Price:
    """What a million tokens cost: sent, sent and remembered there, answered."""

    taken: Decimal
    cached: Decimal
    given: Decimal

    @property
    def free(self) -> bool:
        return not (self.taken or self.cached or self.given)


@dataclass(frozen=True)
class Setup:
    """What a workspace has decided. ``regions``: none listed, all allowed."""

    strong: tuple[Link, ...] = ()
    cheap: tuple[Link, ...] = ()
    embedding: Link | None = None
    accounts: tuple[Account, ...] = ()
    per_minute: int = 0
    budget: Decimal = Decimal(0)  # of a calendar month; 0: no limit
    currency: str = "USD"
    regions: frozenset[str] = frozenset()
    prices: Mapping[str, Price] = field(default_factory=dict[str, Price])  # its own, by model


@dataclass(frozen=True)
class Called:
    """One call of a model, for the journal. ``status`` is "ok" or the kind of failure."""

    purpose: str
    provider: str
    model: str
    status: str
    milliseconds: int
    conversation: UUID | None = None
    key: str | None = None
    error: str | None = None
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)


class Setups(Protocol):
    async def setup(self, workspace: UUID) -> Setup: ...


class Journal(Protocol):
    """Keeps what was asked and refused. Nothing of it may raise for a full or absent disk."""

    async def write(self, workspace: UUID, called: Called) -> None: ...

    async def spent(self, workspace: UUID) -> Decimal:
        """What this calendar month has cost so far, in the setup's currency."""
        ...

    async def refused(self, workspace: UUID, link: Link, why: str, purpose: str) -> None:
        """Notes for good that a model was not asked, because of its region, or a secret."""
        ...


class Limiter(Protocol):
    async def take(self, workspace: UUID, per_minute: int, patience: float) -> float | None:
        """How many seconds to wait before a call; None: longer than ``patience``, don't call."""
        ...
