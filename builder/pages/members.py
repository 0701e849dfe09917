"""Members and invitations, a section of the settings."""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder.design import (
    Shown,
    button,
    code,
    copy_button,
    dialog,
    field,
    form,
    form_actions,
    loaded,
    menu,
    menu_item,
    named,
    notice,
    relative_time,
    section,
    select_field,
    submit_button,
    table,
)
from builder.states.settings import PeopleState
from builder.words import t

ROLES = (
    ("viewer", t("Viewer: sees bots and conversations")),
    ("agent", t("Agent: also answers visitors")),
    ("editor", t("Editor: also makes and publishes bots")),
    ("owner", t("Owner: also manages people, keys and settings")),
)
NAMES = {"viewer": t("Viewer"), "agent": t("Agent"), "editor": t("Editor"), "owner": t("Owner")}


def members_section() -> rx.Component:
    columns = [t("E-mail"), t("Role"), t("Since"), ""]
    waiting = [t("E-mail"), t("Role"), t("Expires"), ""]
    return rx.fragment(
        section(
            t("Members"),
            loaded(PeopleState, table(t("Members"), columns, PeopleState.members, _member)),
            action=button(t("Invite"), icon="user-plus", on_click=PeopleState.open_invite),
        ),
        rx.cond(
            PeopleState.invitations,
            section(
                t("Open invitations"),
                table(t("Open invitations"), waiting, PeopleState.invitations, _invitation),
            ),
        ),
        _invite_dialog(),
        _remove_dialog(),
    )


def _member(member: Shown) -> list[Any]:
    role = rx.el.select(
        *(rx.el.option(name, value=value) for value, name in NAMES.items()),
        value=member.role,
        on_change=lambda value: PeopleState.change_role(member.id, value),
        class_name="input",
        aria_label=named(t("Role of"), member.email),
    )
    return [
        rx.el.span(
            member.email,
            rx.cond(member.is_you, rx.el.span(" ", t("(you)"), class_name="quiet-text")),
        ),
        role,
        relative_time(member.since),
        menu(
            named(t("Actions for"), member.email),
            menu_item(
                t("Remove from the workspace"),
                icon="user-minus",
                danger=True,
                on_click=PeopleState.ask_remove(member.id, member.email),
            ),
        ),
    ]


def _invitation(invitation: Shown) -> list[Any]:
    return [
        rx.el.span(invitation.email),
        rx.match(invitation.role, *NAMES.items(), invitation.role),
        relative_time(invitation.expires_at),
        button(
            t("Withdraw"),
            on_click=PeopleState.withdraw(invitation.id),
            aria_label=named(t("Withdraw the invitation of"), invitation.email),
        ),
    ]


def _invite_dialog() -> rx.Component:
    ask = form(
        field(
            t("E-mail"),
            "invite-email",
            type="email",
            error=PeopleState.error,
            auto_complete="off",
            required=True,
        ),
        select_field(t("Role"), "invite-role", ROLES, default_value="editor"),
        form_actions(
            button(t("Cancel"), on_click=PeopleState.close), submit_button(t("Make the link"))
        ),
        on_submit=PeopleState.invite,
    )
    done = rx.el.div(
        notice(t("Send this link to the person. It works once, for seven days."), "green", "link"),
        rx.el.p(code(PeopleState.link)),
        form_actions(
            button(t("Close"), on_click=PeopleState.close),
            copy_button(PeopleState.link, t("Copy link"), "primary"),
        ),
        class_name="stack-4",
    )
    return dialog(
        t("Invite to this workspace"),
        rx.cond(PeopleState.link != "", done, ask),
        open=PeopleState.inviting,
        on_close=PeopleState.close,
    )


def _remove_dialog() -> rx.Component:
    return dialog(
        t("Remove from the workspace"),
        rx.el.div(
            rx.el.p(
                rx.el.strong(PeopleState.leaving_email),
                " ",
                t("will lose access at once. What they made stays. You can invite them again."),
            ),
            form_actions(
                button(t("Cancel"), on_click=PeopleState.close),
                button(t("Remove"), kind="danger", on_click=PeopleState.remove),
            ),
            class_name="stack-4",
        ),
        open=PeopleState.leaving != "",
        on_close=PeopleState.close,
    )
