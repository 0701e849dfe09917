"""What the API says about the understanding of visitors' words."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Score = Annotated[float, Field(ge=0, le=1, description="How sure, from 0 to 1.")]
Share = Annotated[float, Field(ge=0, le=1)]


class UnderstandBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=2_000, examples=["I want my money back"])
    language: str | None = Field(
        None, max_length=35, description="The visitor's (BCP 47); null: told from the words."
    )
    release: int | None = Field(
        None, ge=1, le=2**31 - 1, description="By its number; null: the draft."
    )


class GuessView(BaseModel):
    intent: str = Field(description="The flow.")
    name: str
    score: Score
    nearest: str | None = Field(description="The example of this flow that is closest.")


class UnderstoodView(BaseModel):
    """What words mean to a bot."""

    intent: str | None = Field(description="The flow that is meant; null: none of them.")
    name: str | None
    score: Score
    threshold: float = Field(description="The score from which a flow starts.")
    out_of_scope: bool
    ranking: list[GuessView] = Field(description="The best first, at most five.")
    keyword: str | None = Field(description="The flow that a keyword starts before any intent.")
    entities: dict[str, Any] = Field(
        description="What the words fill in of the first form of the flow, by variable."
    )
    language: str = Field(description="The one the words were taken for.")
    by: str | None = Field(
        description="What decided; null: there was nothing to decide.",
        examples=["minilm", "ngrams", "model:gpt-5-mini"],
    )
    milliseconds: float
    note: str | None = Field(description="Why nothing could be understood, and the mend.")


class PairView(BaseModel):
    text: str = Field(description="An example that was taken for the other intent.")
    nearest: str = Field(description="The example of the other that it is close to.")


class ConfusionView(BaseModel):
    flow: str
    name: str
    share: Share = Field(description="Of the examples, that were taken for this other intent.")
    pairs: list[PairView]


class IntentView(BaseModel):
    flow: str
    name: str
    examples: int
    languages: dict[str, int] = Field(description="Examples by language.")
    recognised: Share = Field(description="Of the examples, each asked as if it were not known.")
    few: bool = Field(description="Too few examples to be sure of the figures.")
    confused_with: list[ConfusionView]


class LanguageView(BaseModel):
    code: str
    quality: Literal["meaning", "words"] = Field(
        description="`meaning`: other words for the same are understood; `words`: like spelling."
    )
    note: str


class UnderstandingView(BaseModel):
    """How well a bot's intents can be told apart, on its own examples."""

    state: Literal["none", "ready"] = Field(description="`none`: no flow has an intent trigger.")
    intents: list[IntentView]
    threshold: float = Field(description="The score from which a flow starts.")
    tuned: bool = Field(
        description="Found on the bot's own examples; false: set by hand, or too few to tell."
    )
    in_scope: float | None = Field(
        ge=0, le=1, description="Share of the examples that would be understood rightly."
    )
    out_of_scope: float | None = Field(
        ge=0, le=1, description="Share of other sentences that would be left to the bot."
    )
    embedder: str | None
    languages: list[LanguageView]
    milliseconds: float = Field(description="That the training took, when it was done.")
