"""Which handler performs which effect of models and knowledge."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from connectors.ai import Called, Digests, History, Houses, Memory, Search, reranking
from connectors.ai.agent import Acting
from connectors.ai.answering import Answering
from connectors.ai.aside import WITHIN, Aside
from connectors.ai.background import Archive
from connectors.ai.keeping import Keeping
from connectors.ai.reading import Desk, classify, extract, rewrite
from connectors.ai.shelf import Cache
from connectors.llm import Models, Purpose
from runtime.core.effects import Effect
from runtime.core.effects.agent import AgentStep
from runtime.core.effects.ai import AnswerQuestion, ClassifyText, ExtractValues, RewriteText
from runtime.core.effects.knowledge import Found, SearchKnowledge

Handler = Callable[[str, Any, Any], Awaitable[Any]]


def handlers(
    models: Models,
    search: Search,
    history: History,
    houses: Houses,
    memory: Memory,
    digests: Digests,
    cache: Cache | None = None,
) -> dict[str, Handler]:
    """By kind of effect, as the engine takes them: called with key, effect and call.

    Without a ``cache`` every answer is made anew.
    """
    desk = Desk(models, houses)
    archive = Archive(history, memory, houses)
    answering = Answering(models, search, archive, digests)
    by_type: dict[type[Effect], Handler] = {
        AnswerQuestion: Keeping(answering, archive, cache) if cache else answering,
        ExtractValues: partial(extract, desk),
        ClassifyText: partial(classify, desk),
        RewriteText: partial(rewrite, desk),
        AgentStep: Acting(models, archive, digests),
        SearchKnowledge: partial(look_up, search, desk),
    }
    return {effect.kind: handler for effect, handler in by_type.items()}


async def look_up(
    search: Search, desk: Desk, key: str, effect: SearchKnowledge, call: Called
) -> Found:
    """Performs `SearchKnowledge`."""
    wanted = max(effect.top_k, reranking.LOOKED_AT) if effect.rerank else effect.top_k
    passages = await search.find(
        call.workspace,
        effect.query,
        collections=effect.collections,
        language=effect.language,
        brand=effect.brand,
        top_k=wanted,
        confidential=effect.confidential,
    )
    if effect.rerank and await desk.models.ready(call.workspace, "cheap"):
        purpose = Purpose("search", call.workspace, call.conversation, key, effect.confidential)
        until = asyncio.get_running_loop().time() + WITHIN
        aside = Aside(desk.models, await desk.houses.rules(call.workspace), purpose, until)
        passages = await reranking.ordered(aside, effect.query, passages)
    return Found(tuple(passages)[: effect.top_k])
