"""What the models API takes and shows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
)

from storage.tables import ProviderKind

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
ModelName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    Field(examples=["gpt-6-luna"], description="As its provider writes it."),
]
Region = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, max_length=20, pattern=r"^[\w-]*$"),
    Field(examples=["eu"], description="Where its data are processed; empty: not known."),
]
Settings = Annotated[
    dict[Annotated[str, Field(max_length=50)], Annotated[str, Field(max_length=20_000)]],
    Field(max_length=20),
]
Amount = Annotated[float, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]
Tokens = Annotated[int, Field(description="As the provider counted them.")]
Currency = Literal["USD", "EUR", "GBP", "NOK", "SEK", "DKK", "UAH", "RUB"]
Strength = Literal["strong", "cheap"]
Use = Literal["strong", "cheap", "embedding"]
PolicyAction = Literal["refuse", "promise_never", "ask_first", "hand_over"]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PresetField(BaseModel):
    """A value that a provider of this kind asks for."""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(description="`secret`, `base_url`, `region`, or a key of `settings`.")
    label: str
    secret: bool
    required: bool
    help: str
    value: str | None = Field(None, description="What stands there at first.")
    choices: list[str] | None = Field(None, description="One of these; null: any text.")
    lines: bool = Field(False, description="Text of several lines, such as a certificate.")


class PresetModel(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    model: str
    strength: Literal["strong", "cheap", "embedding"]
    size: int | None = Field(None, description="Numbers in a vector, of an embedding model.")
    note: str | None = None


class PriceItem(Body):
    """What a million tokens cost."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    model: ModelName
    taken: Amount = Field(description="Of what is sent.")
    cached: Amount = Field(description="Of what is sent and the provider remembers.")
    given: Amount = Field(description="Of what it answers.")


class PresetView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    kind: ProviderKind
    name: str
    about: str
    base_url: str = Field(description="Fixed, unless `base_url` is among the fields.")
    local: bool
    region: str
    regions: list[str] = Field(description="To choose from; empty: any word.")
    fields: list[PresetField]
    models: list[PresetModel]
    prices: list[PriceItem] = Field(description="In `currency`.")
    currency: Currency


class ProviderBody(Body):
    kind: ProviderKind
    name: Name | None = Field(None, description="Without it, the preset's.")
    base_url: Annotated[str, Field(max_length=500)] | None = Field(
        None, description="Only where the preset has it among its fields."
    )
    secret: SecretStr | None = Field(
        None, max_length=20_000, description="Key or token. It is never shown again."
    )
    settings: Settings = Field({}, description="The preset's further fields.")
    region: Region | None = Field(None, description="Without it, the preset's.")
    local: bool | None = Field(
        None, description="Its models may see what is confidential. Without it, the preset's."
    )
    enabled: bool = True


class ProviderChange(Body):
    """Only the fields sent are changed; ``settings`` are replaced as a whole."""

    name: Name | None = None
    base_url: Annotated[str, Field(max_length=500)] | None = None
    secret: SecretStr | None = Field(
        None, max_length=20_000, description="Null keeps the one that is there, empty removes it."
    )
    settings: Settings | None = None
    region: Region | None = None
    local: bool | None = None
    enabled: bool | None = None

    @field_validator("name", "base_url", "settings", "region", "local", "enabled")
    @classmethod
    def _something(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("leave it out, or give a value")
        return value


class ProviderView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: ProviderKind
    name: str
    base_url: str
    settings: dict[str, Any]
    region: str
    local: bool
    enabled: bool
    has_secret: bool
    used_for: list[Use]
    from_installation: bool = Field(
        description="Given by whoever runs this installation: it can be used, but not changed."
    )
    created_at: datetime | None = Field(description="Null where the installation gives it.")


class TestBody(Body):
    model: ModelName | None = Field(None, description="Without it, one that the preset names.")


class TestProblem(BaseModel):
    kind: str = Field(examples=["key"])
    message: str = Field(description="A sentence a person understands.")


class TestResult(BaseModel):
    ok: bool
    model: str | None
    milliseconds: int | None = None
    text: str | None = Field(default=None, description="What the model answered.")
    problem: TestProblem | None = None


class ModelNames(BaseModel):
    items: list[str]


class Link(Body):
    """One model of a chain."""

    provider: UUID
    model: ModelName


class EmbeddingLink(Link):
    size: int = Field(ge=1, le=4000, description="Numbers in a vector.")


class Policy(Body):
    """A rule in plain words that every AI step obeys."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    rule: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
    action: PolicyAction
    brand: UUID | None = Field(None, description="Whose chats it holds in; null: in all of them.")


class _Setup(Body):
    strong: list[Link] = Field(max_length=8, description="Tried in this order.")
    cheap: list[Link] = Field(
        max_length=8, description="For small tasks; none listed: the strong ones."
    )
    embedding: EmbeddingLink | None
    per_minute: int = Field(ge=0, le=100_000, description="Calls in a minute; 0: any number.")
    budget: Amount = Field(description="Of a calendar month, in `currency`; 0: no limit.")
    currency: Currency
    regions: list[Annotated[str, StringConstraints(min_length=1), Region]] = Field(
        max_length=20, description="Allowed ones; none listed: all. Local models are always."
    )
    persona: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
    policies: list[Policy] = Field(max_length=100)
    cache: bool = Field(True, description="Give an answer again to others who ask the same.")


class SetupBody(_Setup):
    remember: bool | None = Field(
        None,
        description="Note what visitors say of themselves from now on, once a talk is over. Left"
        " out: as it is.",
    )


class SetupView(_Setup):
    remember: bool
    notes: list[str] = Field(
        description="What a person should know: a model outside the allowed regions, or without"
        " a price."
    )
    from_installation: bool = Field(
        description="Nothing is set up here yet, so the models of the installation answer."
    )


class PricesBody(Body):
    items: list[PriceItem] = Field(
        max_length=500, description="The workspace's own; others keep what ships."
    )


class PriceView(PriceItem):
    own: bool = Field(description="False: the usual one, converted where the currency differs.")


class PricesView(BaseModel):
    currency: Currency
    as_of: str = Field(description="When the usual prices were read, as a date.")
    items: list[PriceView]


class PromptBody(Body):
    text: Annotated[str, StringConstraints(max_length=20_000)] | None = Field(
        description="Null brings the usual text back."
    )


class PromptView(BaseModel):
    name: str
    about: str
    text: str = Field(description="What is used.")
    standard: str = Field(description="What ships.")
    own: bool


class CallView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    conversation_id: UUID | None
    purpose: str
    provider: str = Field(description="Its name at that time.")
    model: str
    status: str = Field(description="`ok`, or the kind of error.")
    error: str | None
    tokens_in: Tokens
    tokens_cached: Tokens
    tokens_out: Tokens
    cost: float
    milliseconds: int
    cache_hit: bool


class SpentView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    model: str
    calls: int
    tokens_in: Tokens
    tokens_out: Tokens
    cost: float


class SpendingView(BaseModel):
    month: str = Field(examples=["2026-11"], description="A calendar month, in UTC.")
    calls: int
    tokens_in: Tokens
    tokens_cached: Tokens
    tokens_out: Tokens
    cost: float
    budget: float = Field(description="0: no limit.")
    currency: Currency
    by_model: list[SpentView]


class SharesView(BaseModel):
    """How often something was there already."""

    hits: int
    misses: int


class SavingsView(BaseModel):
    month: str = Field(examples=["2026-11"], description="A calendar month, in UTC.")
    currency: Currency
    cost: float = Field(description="What the answers of the cache have cost when they were made.")
    tokens_in: Tokens
    tokens_out: Tokens
    milliseconds: int = Field(description="That visitors did not wait.")
    answers: SharesView
    searches: SharesView
    embeddings: SharesView
