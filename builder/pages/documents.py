"""Parts of pages that take a bot document: drop zone, what is wrong with it, templates."""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder.design import Shown, button, file_drop, named
from builder.words import t


def file_and_mistakes(on_text: Any, mistakes: Shown, more: Shown) -> rx.Component:
    """A drop zone; below it what must be mended in the file that was tried."""
    return rx.el.div(
        file_drop(t("Drop a JSON file here"), on_text),
        rx.cond(
            mistakes,
            rx.el.div(
                rx.el.p(
                    t("This document was not taken. Mend these places and choose it again:"),
                    role="alert",
                ),
                mistake_list(mistakes),
                rx.cond(more > 0, rx.el.p(t("And more:"), " ", more, class_name="quiet-text")),
                class_name="stack-2",
            ),
        ),
        class_name="stack-4",
    )


def mistake_list(mistakes: Shown) -> rx.Component:
    return rx.el.ul(rx.foreach(mistakes, _mistake), class_name="problems")


def template_cards(cards: Shown, on_choose: Any) -> rx.Component:
    def card(template: Shown) -> rx.Component:
        return rx.el.li(
            rx.el.h3(template.name),
            rx.el.p(template.description),
            button(
                t("Use this template"),
                on_click=on_choose(template.id),
                aria_label=named(t("Use this template"), template.name),
            ),
            class_name="template",
        )

    return rx.el.ul(rx.foreach(cards, card), class_name="templates")


def _mistake(mistake: Shown) -> rx.Component:
    error = mistake.severity == "error"
    return rx.el.li(
        rx.cond(
            error,
            rx.icon("circle-x", size=16, aria_label=t("Error")),
            rx.icon("triangle-alert", size=16, aria_label=t("Warning")),
        ),
        rx.el.div(
            rx.el.p(mistake.message),
            rx.cond(mistake.hint, rx.el.p(mistake.hint, class_name="quiet-text")),
            rx.cond(mistake.path, rx.el.p(mistake.path, class_name="place")),
            class_name="body",
        ),
        class_name=rx.cond(error, "problem error", "problem"),
    )
