"""The list of channels: where visitors meet the bots."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from builder.design import (
    Shown,
    badge,
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
    select_field,
    submit_button,
    table,
)
from builder.shell import page
from builder.states.channels import ChannelsState
from builder.words import t


def connections_page() -> rx.Component:
    add = button(
        t("Add website chat"), icon="plus", kind="primary", on_click=ChannelsState.open_add
    )
    return page(
        t("Connections"),
        loaded(ChannelsState, rx.cond(ChannelsState.lines, _list(), _nothing_yet())),
        _add_dialog(),
        rename_dialog(ChannelsState, ChannelsState.renaming != "", ChannelsState.name),
        delete_dialog(ChannelsState, ChannelsState.deleting != "", ChannelsState.name),
        current="Connections",
        action=rx.cond(_has_channels() & ChannelsState.may_connect, add),
    )


def status_badge(status: Shown) -> rx.Component:
    """``status`` as in `builder.channels.Line`."""
    waiting = rx.cond(
        status == "no_bot",
        badge(t("No bot"), "amber"),
        badge(t("Bot not published"), "amber"),
    )
    off = rx.cond(status == "off", badge(t("Off")), waiting)
    return rx.cond(status == "live", badge(t("Live"), "green"), off)


def rename_dialog(state: Shown, shown: Shown, name: Shown) -> rx.Component:
    """``state`` has the handlers ``rename`` and ``close``, and ``name_error``."""
    return dialog(
        t("Rename chat"),
        form(
            field(
                t("Name"),
                "new-channel-name",
                default_value=name,
                error=state.name_error,
                help=t("Visitors see it as the title, unless the look has one of its own."),
                required=True,
            ),
            form_actions(button(t("Cancel"), on_click=state.close), submit_button(t("Rename"))),
            on_submit=state.rename,
        ),
        open=shown,
        on_close=state.close,
    )


def delete_dialog(state: Shown, shown: Shown, name: Shown) -> rx.Component:
    """``state`` has the handlers ``delete`` and ``close``."""
    return dialog(
        t("Delete chat"),
        rx.el.div(
            rx.el.p(rx.el.strong(name, class_name="wrap")),
            rx.el.p(
                t(
                    "The line on your site shows no chat any more, and every link to its own page"
                    " answers nobody. Its look, words and sites are gone. Conversations stay in"
                    " the inbox."
                )
            ),
            rx.el.p(
                t("This can't be taken back. To stop it for a while, switch it off instead."),
                class_name="help",
            ),
            form_actions(
                button(t("Cancel"), on_click=state.close),
                button(t("Delete for good"), kind="danger", on_click=state.delete),
            ),
            class_name="stack-4",
        ),
        open=shown,
        on_close=state.close,
    )


def _has_channels() -> Shown:
    lines: Shown = ChannelsState.lines
    return ChannelsState.ready & (lines.length() > 0)


def _list() -> rx.Component:
    columns = [t("Name"), t("Bot"), t("Status"), t("Shown on"), ""]
    return table(t("Connections"), columns, ChannelsState.lines, _cells)


def _cells(line: Shown) -> list[rx.Component]:
    return [
        ReactRouterLink.create(line.name, to=f"/connections/{line.id}", class_name="strong-link"),
        rx.cond(
            line.bot != "",
            ReactRouterLink.create(
                line.bot, to=f"/bots/{line.bot_id}", class_name="strong-link wrap"
            ),
            rx.el.span(t("None"), class_name="quiet-text"),
        ),
        status_badge(line.status),
        rx.cond(
            line.sites != "",
            rx.el.span(line.sites, class_name="wrap"),
            rx.el.span(t("Every site"), class_name="quiet-text"),
        ),
        rx.cond(ChannelsState.may_connect, _actions(line), rx.fragment()),
    ]


def _actions(line: Shown) -> rx.Component:
    return menu(
        named(t("Actions for"), line.name),
        menu_item(
            t("Rename"), icon="pencil", on_click=ChannelsState.open_rename(line.id, line.name)
        ),
        rx.cond(
            line.enabled,
            menu_item(
                t("Switch off"), icon="power-off", on_click=ChannelsState.switch(line.id, False)
            ),
            menu_item(t("Switch on"), icon="power", on_click=ChannelsState.switch(line.id, True)),
        ),
        menu_item(
            t("Delete"),
            icon="trash-2",
            danger=True,
            on_click=ChannelsState.open_delete(line.id, line.name),
        ),
    )


def _nothing_yet() -> rx.Component:
    title = t("Your chats will be here")
    return rx.cond(
        ChannelsState.may_connect,
        empty_state(
            "plug",
            title,
            t(
                "A website chat is a place where visitors meet one of your bots: on your own site,"
                " or on a page that Flyt serves."
            ),
            button(
                t("Add website chat"), icon="plus", kind="primary", on_click=ChannelsState.open_add
            ),
        ),
        empty_state("plug", title, t("Nobody has made one yet. An editor can do so.")),
    )


def _add_dialog() -> rx.Component:
    return dialog(
        t("Add website chat"),
        form(
            field(
                t("Name"),
                "channel-name",
                error=ChannelsState.name_error,
                help=t("Visitors see it as the title, unless the look has one of its own."),
                auto_complete="off",
                required=True,
            ),
            select_field(
                t("Bot"),
                "channel-bot",
                ChannelsState.bots,
                help=t("Who answers there. It can be changed at any time."),
            ),
            form_actions(
                button(t("Cancel"), on_click=ChannelsState.close), submit_button(t("Add"))
            ),
            on_submit=ChannelsState.create,
        ),
        open=ChannelsState.adding,
        on_close=ChannelsState.close,
    )
