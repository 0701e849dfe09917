"""Brands, a section of the settings."""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder import workspace
from builder.design import (
    Shown,
    button,
    dialog,
    empty_state,
    field,
    form,
    form_actions,
    loaded,
    menu,
    menu_item,
    named,
    section,
    select_field,
    submit_button,
    table,
)
from builder.states.brands import BrandsState
from builder.words import t


def brands_section() -> rx.Component:
    columns = [t("Name"), t("Time zone"), ""]
    return rx.fragment(
        section(
            t("Brands"),
            loaded(
                BrandsState,
                rx.cond(
                    BrandsState.brands,
                    table(t("Brands"), columns, BrandsState.brands, _brand),
                    empty_state(
                        "store",
                        t("One shop needs no brand"),
                        t("With several, give each its chats and its collections of knowledge."),
                        small=True,
                    ),
                ),
            ),
            action=button(t("Add a brand"), icon="plus", on_click=BrandsState.open_new),
            lead=t("The knowledge of a brand is told in its own chats only."),
        ),
        _change_dialog(),
        _delete_dialog(),
    )


def _brand(brand: Shown) -> list[Any]:
    return [
        rx.el.span(brand.name),
        rx.cond(
            brand.timezone,
            rx.el.span(brand.timezone),
            rx.el.span(t("The workspace's"), class_name="quiet-text"),
        ),
        menu(
            named(t("Actions for"), brand.name),
            menu_item(
                t("Change"),
                icon="pencil",
                on_click=BrandsState.open_change(brand.id, brand.name, brand.timezone),
            ),
            menu_item(
                t("Delete"),
                icon="trash-2",
                danger=True,
                on_click=BrandsState.ask_delete(brand.id, brand.name),
            ),
        ),
    ]


def _change_dialog() -> rx.Component:
    zones = [("", t("The workspace's")), *((z, z.replace("_", " ")) for z in workspace.zones())]
    return dialog(
        rx.cond(BrandsState.changing == "new", t("Add a brand"), t("Change the brand")),
        form(
            field(
                t("Name"),
                "brand-name",
                default_value=BrandsState.name,
                error=BrandsState.error,
                help=t("As your visitors know it."),
                auto_complete="off",
                required=True,
            ),
            select_field(
                t("Time zone"),
                "brand-timezone",
                zones,
                default_value=BrandsState.timezone,
                help=t("For times of day where nothing nearer is known of a visitor."),
            ),
            form_actions(button(t("Cancel"), on_click=BrandsState.close), submit_button(t("Save"))),
            on_submit=BrandsState.save,
        ),
        open=BrandsState.changing != "",
        on_close=BrandsState.close,
    )


def _delete_dialog() -> rx.Component:
    return dialog(
        t("Delete the brand"),
        rx.el.div(
            rx.el.p(
                rx.el.strong(BrandsState.name),
                " ",
                t(
                    "goes; its chats and collections stay. What was known for it alone is then"
                    " told in every chat of this workspace."
                ),
            ),
            form_actions(
                button(t("Cancel"), on_click=BrandsState.close),
                button(t("Delete"), kind="danger", on_click=BrandsState.delete),
            ),
            class_name="stack-4",
        ),
        open=BrandsState.deleting != "",
        on_close=BrandsState.close,
    )
