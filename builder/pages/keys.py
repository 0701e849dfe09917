"""API keys, a section of the settings."""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder.design import (
    Shown,
    button,
    code,
    copy_button,
    dialog,
    empty_state,
    field,
    form,
    form_actions,
    loaded,
    named,
    notice,
    relative_time,
    section,
    select_field,
    submit_button,
    table,
)
from builder.pages.members import NAMES, ROLES
from builder.states.settings import KeysState
from builder.words import t


def keys_section() -> rx.Component:
    columns = [t("Name"), t("Begins with"), t("Role"), t("Made"), t("Last used"), ""]
    return rx.fragment(
        section(
            t("API keys"),
            loaded(
                KeysState,
                rx.cond(
                    KeysState.keys,
                    table(t("API keys"), columns, KeysState.keys, _key),
                    empty_state(
                        "key-round",
                        t("Keys will be here"),
                        t("With a key a program of yours can push bots and read conversations."),
                        small=True,
                    ),
                ),
            ),
            action=button(t("Make a key"), icon="plus", on_click=KeysState.open_new),
        ),
        _new_dialog(),
        _revoke_dialog(),
    )


def _key(key: Shown) -> list[Any]:
    return [
        rx.el.span(key.name),
        rx.el.span(code(key.prefix), "…"),
        rx.match(key.role, *NAMES.items(), key.role),
        relative_time(key.made_at),
        rx.cond(
            key.used_at,
            relative_time(key.used_at),
            rx.el.span(t("Never"), class_name="quiet-text"),
        ),
        button(
            t("Revoke"),
            on_click=KeysState.ask_revoke(key.id, key.name),
            aria_label=named(t("Revoke the key"), key.name),
        ),
    ]


def _new_dialog() -> rx.Component:
    ask = form(
        field(
            t("Name"),
            "key-name",
            error=KeysState.error,
            help=t("What will use it, such as “Deploy script”."),
            auto_complete="off",
            required=True,
        ),
        select_field(t("Role"), "key-role", ROLES, default_value="editor"),
        form_actions(
            button(t("Cancel"), on_click=KeysState.close), submit_button(t("Make the key"))
        ),
        on_submit=KeysState.create,
    )
    done = rx.el.div(
        notice(t("Copy the key now: it is shown only this once."), "amber", "key-round"),
        rx.el.p(code(KeysState.fresh)),
        form_actions(
            button(t("Close"), on_click=KeysState.close),
            copy_button(KeysState.fresh, t("Copy key"), "primary"),
        ),
        class_name="stack-4",
    )
    return dialog(
        t("Make an API key"),
        rx.cond(KeysState.fresh != "", done, ask),
        open=KeysState.naming,
        on_close=KeysState.close,
    )


def _revoke_dialog() -> rx.Component:
    return dialog(
        t("Revoke the key"),
        rx.el.div(
            rx.el.p(
                t("Whatever uses"),
                " ",
                rx.el.strong(KeysState.revoking_name),
                " ",
                t("stops working at once. A key can't be brought back; you can make a new one."),
            ),
            form_actions(
                button(t("Cancel"), on_click=KeysState.close),
                button(t("Revoke"), kind="danger", on_click=KeysState.revoke),
            ),
            class_name="stack-4",
        ),
        open=KeysState.revoking != "",
        on_close=KeysState.close,
    )
