"""Which handler performs which effect of models and knowledge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from connectors.ai import Called, History, Houses, Search
from connectors.ai.answering import Answering
from connectors.ai.reading import Desk, classify, extract, rewrite
from connectors.llm import Models
from runtime.core.effects import Effect
from runtime.core.effects.ai import AnswerQuestion, ClassifyText, ExtractValues, RewriteText
from runtime.core.effects.knowledge import Found, SearchKnowledge

Handler = Callable[[str, Any, Any], Awaitable[Any]]


def handlers(
    models: Models,
    search: Search,
    history: History,
    houses: Houses,
) -> dict[str, Handler]:
    """By kind of effect, as the engine takes them: called with key, effect and call."""
    desk = Desk(models, houses)
    by_type: dict[type[Effect], Handler] = {
        AnswerQuestion: Answering(models, search, history, houses),
        ExtractValues: partial(extract, desk),
        ClassifyText: partial(classify, desk),
        RewriteText: partial(rewrite, desk),
        SearchKnowledge: partial(look_up, search),
    }
    return {effect.kind: handler for effect, handler in by_type.items()}


async def look_up(search: Search, key: str, effect: SearchKnowledge, call: Called) -> Found:
    """Performs `SearchKnowledge`."""
    passages = await search.find(
        call.workspace,
        effect.query,
        collections=effect.collections,
        language=effect.language,
        top_k=effect.top_k,
    )
    return Found(tuple(passages))
