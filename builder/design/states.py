"""The three states of a page that has nothing to show: empty, failed, loading."""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder.design.controls import Text, button
from builder.words import t

WIDTHS = ("62%", "48%", "72%", "55%", "66%")


def empty_state(
    icon: str, title: str, text: Text, *actions: rx.Component, small: bool = False
) -> rx.Component:
    """Says what will be here and offers the first action."""
    return _state(f"state{' small' if small else ''}", icon, title, text, actions)


def error_state(text: Text, retry: Any) -> rx.Component:
    """Says what failed; ``retry`` is the handler that tries it again."""
    again = button(t("Try again"), icon="rotate-cw", on_click=retry)
    return _state("state error", "circle-alert", t("This could not be loaded"), text, (again,))


def skeleton_table(rows: int = 4) -> rx.Component:
    """The shape of a table that is still being read."""
    return rx.el.div(
        rx.el.span(t("Loading"), class_name="visually-hidden"),
        *(
            rx.el.div(*(_bar(WIDTHS[(row + at) % 5]) for at in range(4)), class_name="skeleton-row")
            for row in range(rows)
        ),
        class_name="table-wrap skeleton-rows",
        role="status",
    )


def loaded(state: Any, content: rx.Component) -> rx.Component:
    """The content once it is read, its shape before, and what failed with a way to try again.

    ``state`` is a page's state with ``ready``, ``failure`` and the handler ``load``.
    """
    return rx.cond(
        state.ready,
        content,
        rx.cond(state.failure != "", error_state(state.failure, state.load), skeleton_table()),
    )


def _bar(width: str) -> rx.Component:
    return rx.el.span(class_name="skeleton", style={"width": width})


def _state(
    look: str, icon: str, title: str, text: Text, actions: tuple[rx.Component, ...]
) -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.icon(icon, size=24, aria_hidden="true"), class_name="state-icon"),
        rx.el.h2(title),
        rx.el.p(text),
        rx.el.div(*actions, class_name="state-actions"),
        class_name=look,
    )
