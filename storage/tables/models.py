"""Language models: who provides them, which are used for what, and every call of one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from storage.tables.base import (
    Identified,
    Owned,
    arrival_field,
    big_field,
    in_workspace,
    json_field,
    now_field,
    number_field,
    one_of,
    reference,
    word_field,
)

ProviderKind = Literal[
    "openai", "anthropic", "azure", "gemini", "mistral", "ollama", "vllm", "yandex", "gigachat",
    "compatible",
]  # fmt: skip


class ModelProvider(Identified, table=True):
    """An account with a provider. ``secret`` is encrypted; ``local`` ones keep data at home."""

    __table_args__ = (in_workspace(), one_of("kind", ProviderKind))

    kind: str
    name: str
    base_url: str
    secret: bytes | None = None
    settings: dict[str, Any] = json_field()  # of its kind: folder, scope, API version …
    region: str = word_field("")
    local: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    enabled: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    created_at: datetime = now_field()
    updated_at: datetime = now_field()


class ModelSetup(Owned, table=True):
    """What a workspace has decided about models; see `storage.models` for the shapes.

    ``strong`` and ``cheap`` are chains, tried in order: ``[{"provider", "model"}]``; ``embedding``
    is one of them or empty. ``budget`` is of a calendar month, in ``currency``; 0: no limit.
    """

    __table_args__ = (in_workspace(),)

    workspace_id: UUID = Field(primary_key=True)
    strong: list[Any] = json_field("[]")
    cheap: list[Any] = json_field("[]")
    embedding: dict[str, Any] = json_field()
    per_minute: int = number_field(0)  # calls; 0: any number
    budget: Decimal = Field(
        default=Decimal(0), nullable=False, sa_column_kwargs={"server_default": "0"}
    )
    currency: str = word_field("USD")
    regions: list[Any] = json_field("[]")  # allowed ones; none listed: all
    persona: str = word_field("")
    policies: list[Any] = json_field("[]")
    remember_since: datetime | None = None  # what is said from then on is read; null: nothing is
    cache: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})  # of answers
    updated_at: datetime = now_field()


class ModelPrice(Owned, table=True):
    """What a million tokens of a model cost, in the setup's currency."""

    __table_args__ = (in_workspace(),)

    model: str = Field(primary_key=True)
    taken: Decimal  # of what is sent
    cached: Decimal  # of what is sent and the provider remembers
    given: Decimal  # of what it answers


class ModelPrompt(Owned, table=True):
    """A prompt in a workspace's own words, in place of the one that ships."""

    __table_args__ = (in_workspace(),)

    name: str = Field(primary_key=True)
    text: str
    actor: str
    updated_at: datetime = now_field()


class ModelCall(Owned, table=True):
    """One call of a model, answered or not."""

    __table_args__ = (
        in_workspace(),
        reference("conversation", "conversation_id"),
        Index(None, "workspace_id", "at"),
        Index(None, "workspace_id", "conversation_id"),
    )

    id: int = arrival_field(primary_key=True)
    at: datetime = now_field()
    conversation_id: UUID | None = None
    key: str | None = None  # of the effect that it was made for
    purpose: str  # "answer", "extract", "embed", "test" …
    provider: str  # its name then: providers come and go
    model: str
    status: str  # "ok", or the kind of error
    error: str | None = None
    tokens_in: int = number_field(0)
    tokens_cached: int = number_field(0)
    tokens_out: int = number_field(0)
    cost: Decimal = Field(
        default=Decimal(0), nullable=False, sa_column_kwargs={"server_default": "0"}
    )
    milliseconds: int = number_field(0)
    cache_hit: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})


class ModelMonth(Owned, table=True):
    """What a workspace has spent in a calendar month (UTC), for its budget."""

    __table_args__ = (in_workspace(),)

    month: date = Field(primary_key=True)  # its first day
    calls: int = big_field(default=0, sa_column_kwargs={"server_default": "0"})
    tokens_in: int = big_field(default=0, sa_column_kwargs={"server_default": "0"})
    tokens_cached: int = big_field(default=0, sa_column_kwargs={"server_default": "0"})
    tokens_out: int = big_field(default=0, sa_column_kwargs={"server_default": "0"})
    cost: Decimal = Field(
        default=Decimal(0), nullable=False, sa_column_kwargs={"server_default": "0"}
    )


SavedKind = Literal["answers", "searches", "embeddings"]


class ModelSaving(Owned, table=True):
    """What a workspace has not spent in a calendar month (UTC), because it was there already.

    ``hits`` and ``misses`` are of the cache of one kind; the rest is what the hits have saved.
    """

    __table_args__ = (in_workspace(), one_of("kind", SavedKind))

    month: date = Field(primary_key=True)  # its first day
    kind: str = Field(primary_key=True)
    hits: int = big_field(default=0, sa_column_kwargs={"server_default": "0"})
    misses: int = big_field(default=0, sa_column_kwargs={"server_default": "0"})
    tokens_in: int = big_field(default=0, sa_column_kwargs={"server_default": "0"})
    tokens_out: int = big_field(default=0, sa_column_kwargs={"server_default": "0"})
    cost: Decimal = Field(
        default=Decimal(0), nullable=False, sa_column_kwargs={"server_default": "0"}
    )
    milliseconds: int = big_field(default=0, sa_column_kwargs={"server_default": "0"})
