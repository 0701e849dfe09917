"""Reflex components for the small scripts that need the browser: clipboard, files, dialogs."""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder.design.sources import SCRIPTS
from builder.words import t
from storage.accounts.passwords import SHORTEST

FILE_LIMIT = 4_000_000
"""Bytes a bot document may have when it comes through the page."""


class Dialog(rx.Component):
    library = SCRIPTS["dialog"]
    tag = "Dialog"

    open: rx.Var[bool]
    title: rx.Var[str]
    close_label: rx.Var[str]
    wide: rx.Var[bool]
    on_close: rx.EventHandler[rx.event.no_args_event_spec]


class Menu(rx.Component):
    library = SCRIPTS["menu"]
    tag = "Menu"

    label: rx.Var[str]
    face: rx.Var[rx.Component]
    button_class: rx.Var[str]


class Toaster(rx.Component):
    library = SCRIPTS["toaster"]
    tag = "Toaster"

    toasts: rx.Var[list[dict[str, Any]]]
    undo_label: rx.Var[str]
    dismiss_label: rx.Var[str]
    on_undo: rx.EventHandler[rx.event.passthrough_event_spec(int)]
    on_dismiss: rx.EventHandler[rx.event.passthrough_event_spec(int)]


class RelativeTime(rx.Component):
    library = SCRIPTS["relative_time"]
    tag = "RelativeTime"

    at: rx.Var[str]


class CopyButton(rx.Component):
    library = SCRIPTS["copy_button"]
    tag = "CopyButton"

    text: rx.Var[str]
    label: rx.Var[str]
    done_label: rx.Var[str]
    failed_label: rx.Var[str]
    button_class: rx.Var[str]


class AccountForm(rx.Component):
    library = SCRIPTS["account_form"]
    tag = "AccountForm"

    action: rx.Var[str]
    fields: rx.Var[list[dict[str, Any]]]
    submit: rx.Var[str]
    words: rx.Var[dict[str, str]]
    destination: rx.Var[str]


class Invitation(rx.NoSSRComponent):
    library = SCRIPTS["invitation"]
    tag = "Invitation"

    password: rx.Var[dict[str, Any]]
    words: rx.Var[dict[str, str]]
    join: rx.Var[str]
    join_with: rx.Var[str]
    sign_in: rx.Var[str]
    invited: rx.Var[str]
    over: rx.Var[str]
    loading: rx.Var[str]


def _name_and_text(name: rx.Var[str], text: rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    return name, text


class FileDrop(rx.Component):
    library = SCRIPTS["file_drop"]
    tag = "FileDrop"

    prompt: rx.Var[str]
    choose: rx.Var[str]
    limit: rx.Var[int]
    too_large: rx.Var[str]
    unreadable: rx.Var[str]
    on_text: rx.EventHandler[_name_and_text]


class RailPin(rx.Component):
    library = SCRIPTS["rail"]
    tag = "RailPin"

    pin: rx.Var[str]
    unpin: rx.Var[str]


class SignOut(rx.Component):
    library = SCRIPTS["rail"]
    tag = "SignOut"

    label: rx.Var[str]


class SkipLink(rx.Component):
    library = SCRIPTS["rail"]
    tag = "SkipLink"

    label: rx.Var[str]
    target: rx.Var[str]


class Reload(rx.Component):
    library = SCRIPTS["rail"]
    tag = "Reload"

    label: rx.Var[str]


def copy_button(text: str | rx.Var[str], label: str, kind: str = "") -> rx.Component:
    return CopyButton.create(
        text=text,
        label=label,
        done_label=t("Copied"),
        failed_label=t("Copying is not allowed here"),
        button_class=f"button {kind}".strip(),
    )


def account_form(
    action: str, fields: list[dict[str, Any]], submit: str, destination: str = "/"
) -> rx.Component:
    """A form that signs in: posts JSON to ``action`` and then loads ``destination`` anew.

    Each field is ``{name, label, type, autocomplete, help?, value?, minlength?}``.
    """
    return AccountForm.create(
        action=action,
        fields=fields,
        submit=submit,
        destination=destination,
        words=_account_words(),
    )


def invitation(password: dict[str, Any]) -> rx.Component:
    """The page of an invitation's link; ``password`` is the field for a person who is new."""
    return Invitation.create(
        password=password,
        words=_account_words(),
        join=t("Join the workspace"),
        join_with=t("As"),
        sign_in=t("Sign in to join"),
        invited=t("Workspace"),
        over=t("This invitation was used, withdrawn or has expired. Ask for a new one."),
        loading=t("One moment…"),
    )


def _account_words() -> dict[str, str]:
    return {
        "busy": t("One moment…"),
        "offline": t("Flyt did not answer. Check the connection and try again."),
        "empty": t("Fill this in."),
        "email": t("This is no e-mail address; it should look like ada@example.org."),
        "short": t("At least {count} characters.", count=SHORTEST),
    }


def file_drop(prompt: str, on_text: Any) -> rx.Component:
    """``on_text(name, text)`` receives one file of at most `FILE_LIMIT` bytes."""
    return FileDrop.create(
        prompt=prompt,
        choose=t("Choose a file"),
        limit=FILE_LIMIT,
        too_large=t("This file is larger than 4 MB, so it can't be a bot document of this page."),
        unreadable=t("The browser could not read this file. Choose it again."),
        on_text=on_text,
    )
