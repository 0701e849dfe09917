"""The frame around a page: rail, header, and the door that stands before sign-in."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from builder.design.controls import Text
from builder.design.islands import RailPin, SkipLink
from builder.words import t

CONTENT = "content"


def frame(
    entries: list[rx.Component],
    foot: list[rx.Component],
    content: list[rx.Component],
    *,
    full: bool = False,
) -> rx.Component:
    """Rail on the left (a bar at the bottom of a phone), page on the right.

    ``full``: the page has no margins and no greatest width.
    """
    return rx.fragment(
        SkipLink.create(label=t("Skip to content"), target=CONTENT),
        rx.el.div(
            rx.el.nav(
                ReactRouterLink.create(
                    mark(), rx.el.span("Flyt"), to="/", class_name="rail-mark", aria_label="Flyt"
                ),
                rx.el.div(*entries, class_name="rail-entries"),
                rx.el.div(
                    RailPin.create(pin=t("Keep the labels open"), unpin=t("Fold the labels")),
                    *foot,
                    class_name="rail-foot",
                ),
                class_name="rail",
                aria_label=t("Main"),
            ),
            rx.el.main(
                *content, class_name="page full" if full else "page", id=CONTENT, tab_index=-1
            ),
            class_name="frame",
        ),
    )


def rail_entry(label: str, icon: str, to: str, *, current: bool) -> rx.Component:
    here = {"aria-current": "page"} if current else {}
    return ReactRouterLink.create(
        rx.icon(icon, size=20, stroke_width=1.75, aria_hidden="true"),
        rail_label(label),
        to=to,
        class_name="rail-entry",
        custom_attrs=here,
    )


def rail_label(text: Text) -> rx.Component:
    return rx.el.span(text, class_name="rail-label")


def tile(letter: Text, *, round: bool = False) -> rx.Component:  # noqa: A002
    """A letter in place of a picture; drawn by the style sheet, since the name stands beside it."""
    look = "tile round" if round else "tile"
    return rx.el.span(class_name=look, custom_attrs={"data-letter": letter})


def page_header(
    title: Text,
    *,
    action: rx.Component | None = None,
    more: rx.Component | None = None,
    back: tuple[str, str] | None = None,
) -> rx.Component:
    """The page's name and its one primary action; ``back`` is the page above: label, address."""
    above = []
    if back:
        label, to = back
        face = (rx.icon("chevron-left", size=14, aria_hidden="true"), label)
        above = [ReactRouterLink.create(*face, to=to, class_name="trail")]
    beside = [each for each in (more, action) if each is not None]
    return rx.el.header(
        rx.el.div(*above, rx.el.h1(title), class_name="titles"), *beside, class_name="page-header"
    )


def door(title: Text, lead: Text, *content: rx.Component) -> rx.Component:
    """A page for somebody who has not signed in: one card, one form."""
    return rx.el.main(
        rx.el.div(
            rx.el.div(mark(), rx.el.h1(title), rx.el.p(lead), class_name="door-head"),
            *content,
            class_name="door-card",
        ),
        class_name="door",
    )


def mark() -> rx.Component:
    """Flyt's mark: a way that forks."""
    ways = "M10 23V12.5A3.5 3.5 0 0 1 13.5 9H22M10 16.5h8"
    return rx.el.svg(
        rx.el.rect(width="32", height="32", rx="8", fill="var(--accent)"),
        _path(ways),
        rx.el.circle(cx="22", cy="16.5", r="2", fill="var(--on-accent)"),
        view_box="0 0 32 32",
        custom_attrs={"aria-hidden": "true"},
    )


def _path(drawn: str) -> rx.Component:
    look: dict[str, Any] = {
        "fill": "none",
        "stroke": "var(--on-accent)",
        "stroke_width": "2.5",
        "stroke_linecap": "round",
        "stroke_linejoin": "round",
    }
    return rx.el.path(d=drawn, **look)
