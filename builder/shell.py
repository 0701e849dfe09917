"""The shell of every page behind the sign-in: where one can go, and one's own affairs."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.style import LiteralColorMode, color_mode, set_color_mode

from builder.design import (
    button,
    dialog,
    field,
    form,
    form_actions,
    frame,
    named,
    page_header,
    submit_button,
)
from builder.design.frame import rail_entry, rail_label, tile
from builder.design.islands import SignOut
from builder.design.overlays import (
    connection_banner,
    menu,
    menu_choice,
    menu_heading,
    menu_item,
    menu_line,
    toaster,
)
from builder.session import PageState
from builder.states.workspace import WorkspaceState
from builder.words import t

# Label, icon and address of each page that exists; look.md names those to come.
ENTRIES = (
    ("Bots", "bot", "/"),
    ("Inbox", "inbox", "/inbox"),
    ("Knowledge", "book-open", "/knowledge"),
    ("Connections", "plug", "/connections"),
    ("Settings", "settings", "/settings"),
)
THEMES: tuple[tuple[str, LiteralColorMode], ...] = (
    ("Light", "light"),
    ("Dark", "dark"),
    ("As the system", "system"),
)


def page(
    title: Any,
    *content: rx.Component,
    current: str,
    action: rx.Component | None = None,
    more: rx.Component | None = None,
    back: tuple[str, str] | None = None,
    undo: Any = PageState.dismiss,
) -> rx.Component:
    """A whole page. ``undo`` is the page's handler for the Undo of its toasts."""
    header = page_header(title, action=action, more=more, back=back)
    return _framed([header, *content], current, undo)


def own_page(*content: rx.Component, current: str) -> rx.Component:
    """A page with the usual margins that brings a header of its own."""
    return _framed(list(content), current, PageState.dismiss)


def full_page(*content: rx.Component, current: str) -> rx.Component:
    """A page that fills the window beside the rail and brings a header of its own."""
    return _framed(list(content), current, PageState.dismiss, full=True)


def _framed(
    content: list[rx.Component], current: str, undo: Any, *, full: bool = False
) -> rx.Component:
    entries = [
        rail_entry(t(label), icon, to, current=label == current) for label, icon, to in ENTRIES
    ]
    return rx.fragment(
        connection_banner(),
        frame(entries, [_workspace_menu(), _person_menu()], content, full=full),
        _new_workspace_dialog(),
        toaster(PageState.toasts, undo, PageState.dismiss),
    )


def _workspace_menu() -> rx.Component:
    return menu(
        named(t("Workspace"), PageState.workspace_name),
        menu_heading(t("Workspaces")),
        rx.foreach(
            PageState.workspaces,
            lambda each: menu_choice(
                each["name"],
                chosen=each["id"] == PageState.workspace_id,
                on_click=WorkspaceState.switch(each["id"]),
            ),
        ),
        menu_line(),
        menu_item(t("New workspace"), icon="plus", on_click=WorkspaceState.open_new),
        face=rx.fragment(
            tile(PageState.workspace_name[:1].upper()), rail_label(PageState.workspace_name)
        ),
        look="rail-entry",
    )


def _person_menu() -> rx.Component:
    return menu(
        named(t("You"), PageState.email),
        menu_heading(PageState.email),
        menu_line(),
        menu_heading(t("Appearance")),
        *(
            menu_choice(t(label), chosen=color_mode == mode, on_click=set_color_mode(mode))
            for label, mode in THEMES
        ),
        menu_line(),
        SignOut.create(label=t("Sign out")),
        face=rx.fragment(tile(PageState.initial, round=True), rail_label(PageState.email)),
        look="rail-entry",
    )


def _new_workspace_dialog() -> rx.Component:
    return dialog(
        t("New workspace"),
        form(
            field(
                t("Name"),
                "workspace-name",
                error=WorkspaceState.name_error,
                help=t("It has its own bots, people and keys. You will own it."),
                auto_complete="off",
                required=True,
            ),
            form_actions(
                button(t("Cancel"), on_click=WorkspaceState.close),
                submit_button(t("Make the workspace")),
            ),
            on_submit=WorkspaceState.create,
        ),
        open=WorkspaceState.naming,
        on_close=WorkspaceState.close,
    )
