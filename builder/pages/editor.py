"""The editor of one bot, which fills the window beside the rail."""

from __future__ import annotations

import reflex as rx

from builder.describing import left_out
from builder.design import button, empty_state, error_state, page_header
from builder.editor import editor
from builder.shell import full_page
from builder.states.editor import EditorState
from builder.words import t


def editor_page() -> rx.Component:
    state = EditorState
    return full_page(
        rx.cond(
            state.missing,
            _aside(_missing()),
            rx.cond(
                state.failure != "",
                _aside(error_state(state.failure, state.load)),
                editor(
                    bot_id=state.bot_id_opened,
                    name=state.bot_name,
                    email=state.email,
                    read_only=~state.may_edit,
                    locale="en",
                    words={},
                ),
            ),
        ),
        left_out(words={}),
        current="Bots",
    )


def _aside(content: rx.Component) -> rx.Component:
    """In place of the editor, with the margins of other pages."""
    return rx.el.div(page_header(t("Bot"), back=(t("Bots"), "/")), content, class_name="page")


def _missing() -> rx.Component:
    return empty_state(
        "search-x",
        t("This bot is not here"),
        t("It was deleted, or it belongs to another workspace of yours."),
        button(t("All bots"), href="/"),
    )
