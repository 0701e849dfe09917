"""The settings of a workspace."""

from __future__ import annotations

import reflex as rx

from builder import workspace
from builder.design import (
    card,
    facts,
    field,
    form,
    form_actions,
    form_row,
    loaded,
    section,
    select_field,
    submit_button,
)
from builder.pages.brands import brands_section
from builder.pages.keys import keys_section
from builder.pages.members import members_section
from builder.pages.models import models_section
from builder.shell import page
from builder.states.settings import SettingsState
from builder.words import t


def settings_page() -> rx.Component:
    return page(
        t("Settings"),
        loaded(
            SettingsState,
            rx.el.div(
                _you(),
                rx.cond(SettingsState.may_manage, _form(), _facts()),
                models_section(),
                rx.cond(SettingsState.may_connect, brands_section()),
                rx.cond(SettingsState.may_manage, rx.fragment(members_section(), keys_section())),
                class_name="sections",
            ),
        ),
        current="Settings",
    )


def _you() -> rx.Component:
    return section(
        t("You"),
        card(
            form(
                form_row(
                    field(
                        t("Your name"),
                        "own_name",
                        default_value=SettingsState.own_name,
                        error=SettingsState.own_error,
                        help=t("Visitors see it when you answer them in the inbox."),
                        required=True,
                    ),
                ),
                form_actions(submit_button(t("Save your name"))),
                on_submit=SettingsState.save_name,
            )
        ),
    )


def _form() -> rx.Component:
    shown = SettingsState.facts
    return section(
        t("Workspace"),
        card(
            form(
                form_row(
                    field(
                        t("Name"),
                        "name",
                        default_value=shown.name,
                        error=SettingsState.error,
                        required=True,
                    ),
                    select_field(
                        t("Language"),
                        "language",
                        workspace.languages(),
                        default_value=shown.language,
                        help=t("For new bots and for the times of day."),
                    ),
                    select_field(
                        t("Time zone"),
                        "timezone",
                        [(zone, zone.replace("_", " ")) for zone in workspace.zones()],
                        default_value=shown.timezone,
                        help=t("Where nothing nearer is known of a visitor."),
                    ),
                ),
                form_actions(submit_button(t("Save"))),
                on_submit=SettingsState.save,
                key=SettingsState.workspace_id,
            )
        ),
    )


def _facts() -> rx.Component:
    shown = SettingsState.facts
    return section(
        t("Workspace"),
        card(
            facts(
                (t("Name"), rx.el.span(shown.name)),
                (t("Language"), rx.el.span(shown.language)),
                (t("Time zone"), rx.el.span(shown.timezone)),
            )
        ),
        lead=t("An owner can change these."),
    )
