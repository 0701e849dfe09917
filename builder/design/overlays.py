"""What lies above the page: dialogs, menus, toasts, the banner of a lost connection."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from builder.design.controls import Text
from builder.design.islands import Dialog, Menu, Toaster
from builder.words import t


def dialog(
    title: Text,
    *children: rx.Component,
    open: Any,  # noqa: A002
    on_close: Any,
    wide: bool = False,
) -> rx.Component:
    return Dialog.create(
        *children, title=title, open=open, on_close=on_close, wide=wide, close_label=t("Close")
    )


def menu(
    label: Text,
    *items: rx.Component,
    face: rx.Component | None = None,
    look: str = "button quiet icon",
) -> rx.Component:
    """A button that opens ``items``. Without a face it shows three dots."""
    shown = face if face is not None else rx.icon("ellipsis", size=16, aria_hidden="true")
    return Menu.create(*items, label=label, face=shown, button_class=look)


def menu_item(
    label: Text, *, icon: str = "", danger: bool = False, on_click: Any = None
) -> rx.Component:
    face = [rx.icon(icon, size=16, aria_hidden="true")] if icon else []
    return rx.el.button(
        *face,
        rx.el.span(label, class_name="menu-text"),
        type="button",
        role="menuitem",
        tab_index=-1,
        class_name="menu-item danger" if danger else "menu-item",
        on_click=on_click,
    )


def menu_choice(label: Text, *, chosen: Any, on_click: Any) -> rx.Component:
    """One of several, of which exactly one is chosen."""
    return rx.el.button(
        rx.el.span(label, class_name="menu-text"),
        rx.icon("check", size=16, class_name="menu-check", aria_hidden="true"),
        type="button",
        role="menuitemradio",
        aria_checked=chosen,
        tab_index=-1,
        class_name="menu-item",
        on_click=on_click,
    )


def menu_line() -> rx.Component:
    return rx.el.hr(class_name="menu-line", aria_hidden="true")


def menu_heading(text: Text) -> rx.Component:
    return rx.el.div(text, class_name="menu-heading", role="presentation")


def toaster(toasts: Any, on_undo: Any, on_dismiss: Any) -> rx.Component:
    return Toaster.create(
        toasts=toasts,
        on_undo=on_undo,
        on_dismiss=on_dismiss,
        undo_label=t("Undo"),
        dismiss_label=t("Dismiss"),
    )


def connection_banner() -> rx.Component:
    """Shown while the page has lost the server; nothing typed into it is lost meanwhile."""
    return rx.cond(
        has_connection_errors,
        rx.el.div(
            t("The connection is lost. Trying again; what you see is kept."),
            class_name="banner",
            role="status",
        ),
    )
