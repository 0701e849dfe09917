"""Looking things up in what the bot knows."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from runtime.core.contract import Facts, Value
from runtime.core.effects import Effect, Lane
from runtime.core.phrases import phrase


class Passage(Value, frozen=True):
    """A passage that was found. ``score`` is between 0 and 1; 1 is certain."""

    source_id: str
    document_id: str
    title: str
    text: str
    score: float
    kind: Literal["text", "table", "faq", "price", "reviewed"] = "text"
    heading: str = ""
    page: int | None = None
    url: str | None = None
    question: str | None = None  # that this is the answer to
    fields: dict[str, Any] = {}  # of a row of a price list
    confidential: bool = False  # only models marked local may read it


class Found(Value, frozen=True):
    """The best passages first, at most as many as were asked for."""

    passages: tuple[Passage, ...] = ()


class SearchKnowledge(Effect, frozen=True):
    """``collections`` by name; none: all of the workspace.

    ``brand`` is the id of the one whose channel it is: those of others are not looked through.
    ``confidential``: only models marked local may see the query.
    """

    kind: ClassVar[str] = "knowledge.search"
    lane: ClassVar[Lane] = "interactive"
    writes: ClassVar[bool] = False
    result: ClassVar[Any] = Found

    query: str
    collections: tuple[str, ...] = ()
    language: str = "en"
    top_k: int = 5
    brand: str | None = None
    rerank: bool = False  # the cheap model orders what was found
    confidential: bool = False

    def fake(self, facts: Facts) -> Found:
        text = phrase("example_answer", self.language, question=self.query)
        title = phrase("example_source", self.language)
        return Found((Passage("example", "example", title, text, 1.0),))
