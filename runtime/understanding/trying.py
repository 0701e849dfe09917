"""Trying a sentence out: what a bot would make of it, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import networkx as nx

from connectors.understanding import Ranked
from runtime.core.contract import Context, Facts, FormField, Understood
from runtime.core.phrases import plain
from runtime.core.readers.beforehand import told_before
from runtime.core.release import Release
from runtime.core.tongues import written_in
from runtime.core.understanding import Understanding
from runtime.understanding.trained import Understandings

SHOWN = 5  # flows of a ranking
NO_INTENTS = "No flow starts by an intent. Add an intent with some examples to a flow."
NO_ANSWER = "Nothing could tell what is meant just now; try again in a moment."


@dataclass(frozen=True)
class Tried:
    """``entities`` are what the words fill in of the first form of the flow that is meant."""

    understood: Understood
    threshold: float
    language: str
    ranking: tuple[Ranked, ...] = ()
    keyword: str | None = None
    entities: dict[str, Any] = field(default_factory=dict[str, Any])
    note: str | None = None


async def attempt(
    understandings: Understandings,
    workspace: UUID,
    release: Release,
    text: str,
    language: str | None,
    now: datetime,
) -> Tried:
    """As at the beginning of a conversation. Raises `TimeoutError`."""
    spoken = release.language(language)
    if language is None:
        spoken = written_in(text, release.languages, spoken) or spoken
    keyword = next(iter(release.triggered_by(plain(text))), None)
    if not release.intents:
        return Tried(Understood(None), 1.0, spoken, keyword=keyword, note=NO_INTENTS)
    wanted = Understanding(text.strip(), spoken)
    answer = await understandings.answer(workspace, release, wanted)
    bar = release.document.settings.intent_confidence
    found = await understandings.understand(workspace, None, release, wanted)
    understood = found or answer.understood(bar)
    flow = keyword or understood.flow
    return Tried(
        understood,
        answer.threshold if bar is None else bar,
        answer.language,
        answer.ranking[:SHOWN],
        keyword,
        entities(release, flow, text, spoken, now) if flow else {},
        None if found else NO_ANSWER,
    )


def entities(
    release: Release, flow: str, text: str, language: str, now: datetime
) -> dict[str, Any]:
    """What the first form of a flow finds in the words, by variable."""
    context = Context((release.defaults,), now, Facts("try", locale=language), language)
    fields = _fields(release, flow, language, context)
    return told_before(text, fields, (), context) if fields else {}


def _fields(release: Release, flow: str, language: str, context: Context) -> tuple[FormField, ...]:
    plan, nodes = release.flow(flow), release.nodes(language)
    reached = cast("list[str]", list(nx.bfs_tree(release.graphs[flow], plan.start)))  # pyright: ignore
    forms = (nodes[flow, node] for node in reached if nodes[flow, node].type == "ask.form")
    first = next(forms, None)
    wanted = first.input(context) if first and getattr(first, "reads_before", False) else None
    return wanted.fields if wanted else ()
