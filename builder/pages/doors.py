"""The pages before sign-in: first run, sign-in, invitation. They hold no state and no events."""

from __future__ import annotations

import reflex as rx

from builder.design import account_form, door, invitation
from builder.words import t
from storage.accounts.passwords import SHORTEST

EMAIL = {"name": "email", "label": t("E-mail"), "type": "email", "autocomplete": "username"}
PASSWORD = {
    "name": "password",
    "label": t("Password"),
    "type": "password",
    "autocomplete": "current-password",
}
NEW_PASSWORD = {
    "name": "password",
    "label": t("Password"),
    "type": "password",
    "autocomplete": "new-password",
    "minlength": SHORTEST,
    "help": t("At least {count} characters. A sentence is easier to remember.", count=SHORTEST),
}


def setup() -> rx.Component:
    workspace = {
        "name": "workspace",
        "label": t("Name of the workspace"),
        "type": "text",
        "autocomplete": "organization",
        "help": t("Your company or team. You can change it later."),
    }
    return door(
        t("Welcome to Flyt"),
        t(
            "Make the first account. You will own the workspace and can invite others;"
            " a demo bot to talk to will be there already."
        ),
        account_form("/auth/setup", [workspace, EMAIL, NEW_PASSWORD], t("Make the workspace")),
    )


def sign_in() -> rx.Component:
    return door(
        t("Sign in"),
        t("To the builder of your bots."),
        account_form("/auth/login", [EMAIL, PASSWORD], t("Sign in")),
    )


def invite() -> rx.Component:
    return door(
        t("You are invited"),
        t("Join the workspace and build bots together."),
        invitation(NEW_PASSWORD),
    )
