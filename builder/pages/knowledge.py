"""What bots know: sources, documents, collections, and a box to try a question."""

from __future__ import annotations

import reflex as rx

from builder.design import loaded, page_header
from builder.knowledge import knowledge
from builder.shell import own_page
from builder.states.knowledge import KnowledgeState
from builder.words import t


def knowledge_page() -> rx.Component:
    state = KnowledgeState
    return own_page(
        rx.cond(
            state.ready,
            knowledge(workspace=state.workspace_id, me=state.me, edits=state.edits, words={}),
            rx.fragment(page_header(t("Knowledge")), loaded(state, rx.fragment())),
        ),
        current="Knowledge",
    )
