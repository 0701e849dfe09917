"""The page of one channel: how to put it on a site, how it looks, where it may be shown."""

from __future__ import annotations

import reflex as rx

from builder import channels
from builder.design import (
    Shown,
    button,
    card,
    chat_link,
    code_block,
    copy_button,
    empty_state,
    field,
    form,
    form_actions,
    form_row,
    loaded,
    look_editor,
    named,
    notice,
    section,
    select_field,
    submit_button,
)
from builder.pages.connections import delete_dialog, rename_dialog, status_badge
from builder.shell import page
from builder.states.channels import ChannelState
from builder.words import t

BACK = (t("Connections"), "/connections")
WARNINGS = {
    "off": t("This chat is off: visitors see nothing on your site, and its page answers nobody."),
    "no_bot": t("Choose a bot, so that somebody answers here."),
    "unpublished": t("The bot is not published yet: a draft answers nobody."),
}


def connection_page() -> rx.Component:
    channel = ChannelState.channel
    shown = ChannelState.ready & ~ChannelState.missing
    return page(
        rx.cond(channel.name != "", channel.name, t("Website chat")),
        loaded(ChannelState, rx.cond(ChannelState.missing, _missing(), _body())),
        rename_dialog(ChannelState, ChannelState.renaming, channel.name),
        delete_dialog(ChannelState, ChannelState.deleting, channel.name),
        current="Connections",
        action=rx.cond(
            shown & (channel.status == "live"),
            chat_link(t("Open the chat"), channel.key, "primary"),
        ),
        more=rx.cond(shown & ChannelState.may_connect, _more()),
        back=BACK,
        undo=ChannelState.undo,
    )


def _body() -> rx.Component:
    return rx.el.div(_state(), _site(), _look(), _words(), _origins(), class_name="sections")


def _more() -> rx.Component:
    return rx.el.div(
        button(t("Rename"), icon="pencil", on_click=ChannelState.open_rename),
        rx.cond(
            ChannelState.channel.enabled,
            button(t("Switch off"), icon="power-off", on_click=ChannelState.switch(False)),
            button(t("Switch on"), icon="power", on_click=ChannelState.switch(True)),
        ),
        button(t("Delete"), icon="trash-2", on_click=ChannelState.open_delete),
        class_name="row-2",
    )


def _state() -> rx.Component:
    channel = ChannelState.channel
    return card(
        rx.el.div(
            form_row(
                select_field(
                    t("Bot that answers"),
                    "bot",
                    ChannelState.bots,
                    value=channel.bot_id,
                    on_change=ChannelState.choose_bot,
                    disabled=~ChannelState.may_connect,
                ),
                rx.cond(
                    ChannelState.brands,
                    select_field(
                        t("Brand"),
                        "brand",
                        ChannelState.brands,
                        value=channel.brand_id,
                        on_change=ChannelState.choose_brand,
                        disabled=~ChannelState.may_connect,
                        help=t("Other brands' knowledge is never told here."),
                    ),
                ),
                rx.el.div(
                    rx.el.p(t("Status"), class_name="label"),
                    rx.el.div(status_badge(channel.status), class_name="value"),
                    class_name="field",
                ),
            ),
            *(
                rx.cond(channel.status == status, notice(text, "amber"))
                for status, text in WARNINGS.items()
            ),
            class_name="stack-4",
        )
    )


def _site() -> rx.Component:
    return section(
        t("Put it on your site"),
        card(
            rx.el.div(
                rx.el.div(
                    code_block(t("For your own site"), ChannelState.snippet),
                    rx.el.p(
                        t(
                            "Paste this line once before </body> of every page that shall have the"
                            " chat. In a shop or site kit, look for a field named custom code or"
                            " footer."
                        ),
                        class_name="help",
                    ),
                    class_name="stack-2",
                ),
                rx.el.div(
                    rx.el.h3(t("A page of its own")),
                    rx.el.div(
                        rx.el.code(ChannelState.address, class_name="code"),
                        copy_button(ChannelState.address, t("Copy link")),
                        class_name="copy-row",
                    ),
                    rx.el.p(
                        t("The chat fills the window: for a link, a QR code or a profile."),
                        class_name="help",
                    ),
                    class_name="stack-2",
                ),
                class_name="stack-5",
            )
        ),
    )


def _look() -> rx.Component:
    channel = ChannelState.channel
    return section(
        t("Look"),
        look_editor(
            channel.look,
            name=channel.name,
            errors=ChannelState.look_errors,
            saved=ChannelState.looks_saved,
            read_only=~ChannelState.may_connect,
            on_save=ChannelState.save_look,
            key=channel.id,
        ),
        lead=t("The preview shows each change at once; visitors see it once it is saved."),
    )


def _words() -> rx.Component:
    labels = {
        "write": t("In the empty text box"),
        "closed": t("When nobody can answer"),
        "ended": t("When a conversation has ended"),
        "anew": t("To begin again"),
    }
    fields = (
        field(
            labels[key],
            f"text-{key}",
            default_value=ChannelState.channel.texts[key],
            placeholder=t(usual),
            max_length=300,
            disabled=~ChannelState.may_connect,
        )
        for key, usual in channels.TEXTS.items()
    )
    return section(
        t("Words"),
        card(
            form(
                rx.el.div(*fields, class_name="form-row pairs"),
                rx.el.p(ChannelState.texts_error, class_name="field-error", role="alert"),
                rx.cond(ChannelState.may_connect, form_actions(submit_button(t("Save the words")))),
                on_submit=ChannelState.save_texts,
                key=ChannelState.channel.id,
            )
        ),
        lead=t("An empty field has the usual words, in the language of each visitor."),
    )


def _origins() -> rx.Component:
    origins: Shown = ChannelState.channel.origins
    every = t("Every site may show this chat. Name your own sites to keep it from others.")
    return section(
        t("Sites that may show it"),
        card(
            rx.el.div(
                rx.cond(
                    origins,
                    rx.el.ul(
                        rx.foreach(origins, _site_line),
                        class_name="lines",
                        aria_label=t("Allowed sites"),
                    ),
                    notice(every, icon="globe"),
                ),
                rx.cond(ChannelState.may_connect, _add_origin()),
                class_name="stack-4",
            )
        ),
        lead=t("Where the list names sites, no other can open the chat. Its own page always can."),
    )


def _site_line(site: Shown) -> rx.Component:
    remove = button(
        t("Remove"),
        kind="quiet",
        on_click=ChannelState.remove_origin(site),
        aria_label=named(t("Remove"), site),
    )
    return rx.el.li(
        rx.icon("globe", size=16, aria_hidden="true"),
        rx.el.span(site, class_name="wrap"),
        rx.cond(ChannelState.may_connect, remove),
        class_name="line",
    )


def _add_origin() -> rx.Component:
    added: Shown = ChannelState.origins_added
    return form(
        rx.el.div(
            field(
                t("Add a site"),
                "origin",
                error=ChannelState.origin_error,
                help=t("Its address up to the first slash. With and without www are two sites."),
                default_value=ChannelState.origin,
                placeholder="https://shop.example",
                auto_complete="off",
                input_mode="url",
                key=added.to_string(),
            ),
            rx.el.button(t("Add"), type="submit", class_name="button"),
            class_name="field-with-button",
        ),
        on_submit=ChannelState.add_origin,
    )


def _missing() -> rx.Component:
    return empty_state(
        "search-x",
        t("This chat is not here"),
        t("It was deleted, or it belongs to another workspace of yours."),
        button(t("All connections"), href="/connections"),
    )
