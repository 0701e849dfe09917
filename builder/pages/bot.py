"""The page of one bot: what is live, how to try it, its versions."""

from __future__ import annotations

import reflex as rx

from builder.design import (
    Shown,
    badge,
    button,
    card,
    chat_link,
    code_block,
    copy_button,
    dialog,
    empty_state,
    facts,
    field,
    form,
    form_actions,
    loaded,
    named,
    notice,
    relative_time,
    section,
    submit_button,
    table,
)
from builder.pages.documents import file_and_mistakes, mistake_list
from builder.shell import page
from builder.states.bots import BotState
from builder.words import t

BACK = (t("Bots"), "/")


def bot_page() -> rx.Component:
    bot = BotState.bot
    shown = BotState.ready & ~BotState.missing
    publish = button(t("Publish"), kind="primary", on_click=BotState.ask_publish)
    edit = button(
        rx.cond(BotState.may_edit, t("Open the editor"), t("Look at the flows")),
        icon="workflow",
        href=f"/bots/{bot.id}/edit",
    )
    replace = button(t("Upload a new draft"), icon="upload", on_click=BotState.ask_replace)
    return page(
        rx.cond(bot.name != "", bot.name, t("Bot")),
        loaded(BotState, rx.cond(BotState.missing, _missing(), _body())),
        _publish_dialog(),
        _replace_dialog(),
        current="Bots",
        action=rx.cond(shown & BotState.may_edit, publish),
        more=rx.cond(shown, rx.fragment(rx.cond(BotState.may_edit, replace), edit)),
        back=BACK,
        undo=BotState.undo,
    )


def _body() -> rx.Component:
    return rx.el.div(_state(), _problems(), _try_it(), _versions(), class_name="sections")


def _state() -> rx.Component:
    bot = BotState.bot
    return card(
        facts(
            (
                t("Live"),
                rx.cond(
                    bot.live,
                    rx.el.span(t("Version"), " ", bot.live),
                    rx.el.span(t("Not published yet")),
                ),
            ),
            (
                t("Draft"),
                rx.cond(
                    bot.draft_is_new,
                    badge(t("Has changes to publish"), "blue"),
                    badge(t("Same as the newest version"), "green"),
                ),
            ),
            (t("Draft changed"), relative_time(bot.draft_at)),
        )
    )


def _problems() -> rx.Component:
    return rx.cond(
        BotState.bot.mistakes,
        section(
            t("Problems in the draft"),
            mistake_list(BotState.bot.mistakes),
            lead=t("Errors must be mended before publishing; warnings may stay."),
        ),
    )


def _try_it() -> rx.Component:
    key = BotState.bot.key
    return section(
        t("Try it"),
        rx.cond(
            key != "",
            card(
                rx.el.div(
                    rx.cond(
                        BotState.bot.live,
                        rx.fragment(),
                        notice(t("Publish the bot first: a draft answers nobody."), "amber"),
                    ),
                    rx.el.div(
                        rx.cond(BotState.bot.live, chat_link(t("Talk to it"), key)),
                        button(
                            t("Put it on your site"),
                            icon="plug",
                            href=f"/connections/{BotState.bot.channel_id}",
                        ),
                        class_name="row-2",
                    ),
                    rx.el.div(
                        rx.el.p(t("Channel key"), class_name="help"),
                        rx.el.div(
                            rx.el.code(key, class_name="code"),
                            copy_button(key, t("Copy")),
                            class_name="copy-row",
                        ),
                    ),
                    code_block(t("Open a conversation from a terminal"), BotState.snippet),
                    class_name="stack-4",
                )
            ),
            empty_state(
                "plug",
                t("No channel yet"),
                t("A channel gives the bot a key under which visitors reach it."),
                button(t("Make a channel"), on_click=BotState.make_channel),
                small=True,
            ),
        ),
    )


def _versions() -> rx.Component:
    columns = [t("Version"), t("Note"), t("Published"), t("By"), ""]
    return section(
        t("Versions"),
        rx.cond(
            BotState.bot.versions,
            table(t("Versions"), columns, BotState.bot.versions, _version_cells),
            empty_state(
                "history",
                t("Versions will be here"),
                t("Publishing freezes the draft as a version. You can go back to any of them."),
                small=True,
            ),
        ),
        lead=t("Conversations that are under way stay on the version they began with."),
    )


def _version_cells(version: Shown) -> list[rx.Component]:
    return [
        rx.el.div(
            rx.el.span(t("Version"), " ", version.number),
            rx.cond(version.live, badge(t("Live"), "green")),
            class_name="row-2",
        ),
        rx.cond(
            version.restores,
            rx.el.span(t("Brought back version"), " ", version.restores),
            rx.el.span(version.note),
        ),
        relative_time(version.at),
        rx.el.span(version.author, class_name="wrap"),
        rx.cond(
            BotState.may_edit & ~version.live,
            button(
                t("Roll back"),
                on_click=BotState.roll_back(version.number),
                aria_label=named(t("Roll back to version"), version.number.to_string()),
            ),
            rx.fragment(),
        ),
    ]


def _missing() -> rx.Component:
    return empty_state(
        "search-x",
        t("This bot is not here"),
        t("It was deleted, or it belongs to another workspace of yours."),
        button(t("All bots"), href="/"),
    )


def _publish_dialog() -> rx.Component:
    bot = BotState.bot
    ready = form(
        rx.cond(
            bot.mistakes,
            rx.el.div(
                rx.el.p(t("These are warnings; the bot can be published with them.")),
                mistake_list(bot.mistakes),
                class_name="stack-2",
            ),
        ),
        rx.el.p(
            t("New conversations will come to this version. Those under way stay on theirs."),
            class_name="quiet-text",
        ),
        field(
            t("Note"),
            "note",
            optional=True,
            help=t("What changed, for those who read the list of versions."),
            max_length=500,
        ),
        form_actions(button(t("Cancel"), on_click=BotState.close), submit_button(t("Publish"))),
        on_submit=BotState.publish,
    )
    forbidden = rx.el.div(
        rx.el.p(t("Errors stand in the way. Mend them in the document and upload it again.")),
        mistake_list(bot.mistakes),
        form_actions(button(t("Close"), on_click=BotState.close)),
        class_name="stack-4",
    )
    return dialog(
        rx.cond(bot.publishable, t("Publish"), t("This draft can't be published yet")),
        rx.cond(bot.publishable, ready, forbidden),
        open=BotState.publishing,
        on_close=BotState.close,
    )


def _replace_dialog() -> rx.Component:
    return dialog(
        t("Upload a new draft"),
        rx.el.div(
            rx.el.p(
                t("The document takes the place of the draft. What is live stays as it is."),
                class_name="quiet-text",
            ),
            file_and_mistakes(BotState.replace_draft, BotState.mistakes, BotState.more),
            class_name="stack-4",
        ),
        open=BotState.replacing,
        on_close=BotState.close,
        wide=True,
    )
