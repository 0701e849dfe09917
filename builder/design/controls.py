"""Buttons, fields and forms."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from builder.words import t

Text = str | rx.Var[str]

Shown = Any
"""A variable of a state. Type checkers take it for the value that it holds on the server."""


def button(label: Text, *, icon: str = "", kind: str = "", **props: Any) -> rx.Component:
    """A button; with ``href`` a link that looks like one. ``kind``: primary, quiet or danger."""
    face = [rx.icon(icon, size=16, aria_hidden="true")] if icon else []
    look = f"button {kind}".strip()
    if "href" in props:
        return ReactRouterLink.create(*face, label, to=props.pop("href"), class_name=look, **props)
    return rx.el.button(*face, label, type="button", class_name=look, **props)


def chat_link(label: Text, key: Shown, kind: str = "") -> rx.Component:
    """Opens the full page of a chat. It is none of the builder's pages, so no link within them."""
    return rx.el.a(
        rx.icon("external-link", size=16, aria_hidden="true"),
        label,
        href=f"/chat/{key}",
        target="_blank",
        rel="noopener",
        class_name=f"button {kind}".strip(),
    )


def named(action: str, of: Shown) -> rx.Var[str]:
    """What a button in a row does and to which row, for those who do not see the row."""
    return rx.Var.create(f"{action} ").to(str) + of


def submit_button(label: Text, **props: Any) -> rx.Component:
    return rx.el.button(label, type="submit", class_name="button primary", **props)


def form(*children: rx.Component, on_submit: Any, **props: Any) -> rx.Component:
    """A form whose handler receives a dictionary of the fields by name."""
    return rx.el.form(*children, on_submit=on_submit, class_name="form", no_validate=True, **props)


def form_actions(*buttons: rx.Component) -> rx.Component:
    return rx.el.div(*buttons, class_name="form-actions")


def form_row(*fields: rx.Component) -> rx.Component:
    return rx.el.div(*fields, class_name="form-row")


def field(
    label: str,
    name: str,
    *,
    help: str = "",  # noqa: A002
    error: Text = "",
    optional: bool = False,
    multiline: bool = False,
    **props: Any,
) -> rx.Component:
    """Label above, control, help below, error in its place. The name must be unique on the page."""
    make = rx.el.textarea if multiline else rx.el.input
    return _framed(label, name, help, error, optional, make(**_described(name, help, error, props)))


def select_field(
    label: str,
    name: str,
    options: Any,
    *,
    help: str = "",  # noqa: A002
    error: Text = "",
    **props: Any,
) -> rx.Component:
    """``options`` is a list of ``(value, label)`` or a variable that holds one."""
    if isinstance(options, rx.Var):
        choices = [rx.foreach(options, lambda each: rx.el.option(each[1], value=each[0]))]
    else:
        choices = [rx.el.option(text, value=value) for value, text in options]
    control = rx.el.select(*choices, **_described(name, help, error, props))
    return _framed(label, name, help, error, False, control)


def _described(name: str, help_text: str, error: Text, props: dict[str, Any]) -> dict[str, Any]:
    described = f"{name}-help {name}-error" if help_text else f"{name}-error"
    return {
        "id": name,
        "name": name,
        "class_name": "input",
        "aria_describedby": described,
        "aria_invalid": error != "" if isinstance(error, rx.Var) else bool(error),
        **props,
    }


def _framed(
    label: str, name: str, help_text: str, error: Text, optional: bool, control: rx.Component
) -> rx.Component:
    hint = [rx.el.span(" ", t("(optional)"), class_name="optional")] if optional else []
    below = [rx.el.p(help_text, class_name="help", id=f"{name}-help")] if help_text else []
    return rx.el.div(
        rx.el.label(label, *hint, html_for=name),
        control,
        *below,
        rx.el.p(error, class_name="field-error", id=f"{name}-error", role="alert"),
        class_name="field",
    )
