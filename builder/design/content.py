"""What stands on a page: sections, tables, badges, facts, code and times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from builder.design.controls import Shown, Text
from builder.design.islands import RelativeTime, copy_button
from builder.words import t


def card(*children: rx.Component) -> rx.Component:
    return rx.el.div(*children, class_name="card padded")


def section(
    title: Text, *children: rx.Component, lead: str = "", action: rx.Component | None = None
) -> rx.Component:
    """A part of a page under its own heading, with at most one action beside it."""
    below = [rx.el.p(lead, class_name="quiet-text")] if lead else []
    beside = [action] if action is not None else []
    return rx.el.section(
        rx.el.div(
            rx.el.div(rx.el.h2(title), *below, class_name="titles"),
            *beside,
            class_name="section-head",
        ),
        *children,
        class_name="section",
    )


def table(
    caption: str,
    columns: list[str],
    rows: Shown,
    cells: Callable[[Shown], list[Any]],
) -> rx.Component:
    """One row an item of ``rows``; ``cells`` draws them in the order of ``columns``.

    The first column names the row. A column without a heading holds its actions. On a phone each
    row is a card and each cell is headed by the name of its column.
    """

    def row(item: Any) -> rx.Component:
        drawn = zip(columns, cells(item), strict=True)
        return rx.el.tr(*(_cell(at, head, cell) for at, (head, cell) in enumerate(drawn)))

    heads = [
        rx.el.th(head or rx.el.span(t("Actions"), class_name="visually-hidden"), scope="col")
        for head in columns
    ]
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="visually-hidden"),
            rx.el.thead(rx.el.tr(*heads)),
            rx.el.tbody(rx.foreach(rows, row)),
            class_name="table",
        ),
        class_name="table-wrap",
    )


def _cell(at: int, head: str, content: rx.Component) -> rx.Component:
    look = "head-cell wrap" if at == 0 else "" if head else "actions"
    return rx.el.td(content, class_name=look, custom_attrs={"data-label": head})


def badge(label: Text, tone: Shown = "") -> rx.Component:
    """``tone``: green, amber, red or blue. The word carries the meaning, the colour repeats it."""
    return rx.el.span(label, class_name=rx.Var.create("badge ").to(str) + tone)


def notice(text: Text, tone: str = "", icon: str = "info") -> rx.Component:
    return rx.el.div(
        rx.icon(icon, size=16, aria_hidden="true"),
        rx.el.p(text),
        class_name=f"notice {tone}".strip(),
        role="status",
    )


def code(text: Text) -> rx.Component:
    return rx.el.code(text, class_name="code")


def code_block(title: str, text: Text) -> rx.Component:
    """A command or snippet under its title, with a button that copies it."""
    return rx.el.div(
        rx.el.div(rx.el.h3(title), copy_button(text, t("Copy")), class_name="copy-head"),
        rx.el.pre(text, class_name="code-block", tab_index=0, aria_label=title, role="region"),
    )


def facts(*pairs: tuple[str, rx.Component]) -> rx.Component:
    return rx.el.dl(
        *(rx.el.div(rx.el.dt(name), rx.el.dd(value)) for name, value in pairs),
        class_name="facts",
    )


def relative_time(at: Text) -> rx.Component:
    """``at`` is a moment in ISO 8601; nothing is drawn for an empty text."""
    return RelativeTime.create(at=at)
