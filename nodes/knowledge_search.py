from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec.structs import asdict
from pydantic import Field

from runtime.core.contract import (
    NEXT,
    AnyEvent,
    AnyOutcome,
    Context,
    Fail,
    Group,
    Next,
    Node,
    Perform,
    Way,
)
from runtime.core.effects.knowledge import Found, SearchKnowledge
from runtime.core.expressions import Template
from runtime.core.fields import Collections, Given, Reranked, Ui, Variable, given
from runtime.core.results import result_of


class SearchIt(Node):
    """Looks for passages in what the bot knows and stores them, without saying anything."""

    type: ClassVar[str] = "knowledge.search"
    label: ClassVar[str] = "Search knowledge"
    icon: ClassVar[str] = "book-open"
    example: ClassVar[dict[str, Any]] = {
        "query": "{{ product }} warranty",
        "collections": ["Manuals"],
        "variable": "passages",
    }
    group: ClassVar[Group] = "ai"
    summary: ClassVar[str | None] = "query"
    ways: ClassVar[tuple[Way, ...]] = (
        NEXT,
        Way(id="nothing_found", label="If nothing is found", kind="branch"),
        Way(id="error", label="If it fails", kind="error"),
    )

    query: Annotated[
        Given,
        Field(title="Looked for", description="Empty: what the visitor said last."),
    ] = Template("")
    collections: Annotated[
        Collections,
        Field(title="Knowledge", description="The collections to look in. None: all of them."),
    ] = ()
    variable: Annotated[
        Variable,
        Field(
            title="Store the passages in",
            description="A list, the best first: each has title, text, page, url and score.",
        ),
    ]
    top_k: Annotated[int, Field(title="Passages at most", ge=1, le=20), Ui(more=True)] = 5
    rerank: Reranked = False

    def run(self, ctx: Context) -> AnyOutcome:
        query = given(self.query, ctx)
        if not query:
            return Next("nothing_found", set={self.variable: []})
        effect = SearchKnowledge(
            query,
            self.collections,
            ctx.language,
            self.top_k,
            brand=ctx.facts.channel.get("brand_id"),
            rerank=self.rerank,
        )
        return Perform(effect)

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        found = result_of(event, Found)
        if isinstance(found, Fail):
            return found
        port = "next" if found.passages else "nothing_found"
        return Next(port, set={self.variable: [asdict(one) for one in found.passages]})
