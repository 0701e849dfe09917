"""The list of bots."""

from __future__ import annotations

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink

from builder.design import (
    Shown,
    badge,
    button,
    card,
    chat_link,
    copy_button,
    dialog,
    empty_state,
    field,
    form,
    form_actions,
    loaded,
    menu,
    menu_item,
    named,
    relative_time,
    submit_button,
    table,
)
from builder.pages.documents import file_and_mistakes, template_cards
from builder.shell import page
from builder.states.bots import BotsState
from builder.words import t
from runtime.first_run import DEMO_KEY


def bots_page() -> rx.Component:
    add = button(t("Add bot"), icon="plus", kind="primary", on_click=BotsState.open_add)
    return page(
        t("Bots"),
        loaded(
            BotsState,
            rx.cond(
                BotsState.lines, rx.el.div(_demo(), _list(), class_name="stack-4"), _nothing_yet()
            ),
        ),
        _add_dialog(),
        _rename_dialog(),
        _imported_dialog(),
        current="Bots",
        action=rx.cond(_has_bots() & BotsState.may_edit, add),
        undo=BotsState.undo,
    )


def _has_bots() -> Shown:
    lines: Shown = BotsState.lines
    return BotsState.ready & (lines.length() > 0)


def _demo() -> rx.Component:
    """The first steps of somebody who has nothing but the bot that came with Flyt."""
    lines: Shown = BotsState.lines
    demo = lines[0]
    return rx.cond(
        (lines.length() == 1) & (demo.key == DEMO_KEY),
        card(
            rx.el.div(
                rx.el.div(
                    rx.el.h2(t("Meet the demo bot")),
                    rx.el.p(
                        t("It answers already. Talk to it, then open it and change what it says."),
                        class_name="quiet-text",
                    ),
                    class_name="titles",
                ),
                chat_link(t("Talk to the demo"), demo.key),
                button(t("Open it"), icon="pencil", href=f"/bots/{demo.id}/edit"),
                class_name="section-head",
            )
        ),
    )


def _list() -> rx.Component:
    columns = [t("Name"), t("Version"), t("Status"), t("Draft changed"), t("Channel key"), ""]
    return table(t("Bots"), columns, BotsState.lines, _cells)


def _cells(line: Shown) -> list[rx.Component]:
    return [
        ReactRouterLink.create(line.name, to=f"/bots/{line.id}", class_name="strong-link"),
        rx.cond(
            line.version,
            rx.el.span(line.version),
            rx.el.span(t("None yet"), class_name="quiet-text"),
        ),
        rx.cond(line.version, badge(t("Live"), "green"), badge(t("Draft"))),
        relative_time(line.changed_at),
        rx.cond(
            line.key != "",
            rx.el.div(
                rx.el.code(line.key, class_name="code"),
                copy_button(line.key, t("Copy"), "quiet"),
                class_name="copy-row",
            ),
            rx.el.span(t("No channel"), class_name="quiet-text"),
        ),
        rx.cond(BotsState.may_edit, _actions(line), rx.fragment()),
    ]


def _actions(line: Shown) -> rx.Component:
    return menu(
        named(t("Actions for"), line.name),
        menu_item(
            t("Open the editor"), icon="workflow", on_click=rx.redirect(f"/bots/{line.id}/edit")
        ),
        menu_item(t("Rename"), icon="pencil", on_click=BotsState.open_rename(line.id, line.name)),
        menu_item(t("Delete"), icon="trash-2", danger=True, on_click=BotsState.delete(line.id)),
    )


def _nothing_yet() -> rx.Component:
    return rx.cond(
        BotsState.may_edit,
        rx.fragment(
            empty_state(
                "bot",
                t("Your bots will be here"),
                rx.cond(
                    BotsState.cards,
                    t("Draw one, describe one, or start from one of the templates below."),
                    t("Draw one, describe one, or upload a bot document."),
                ),
                button(
                    t("Start with an empty bot"),
                    icon="workflow",
                    kind="primary",
                    on_click=BotsState.start_empty,
                ),
                button(t("Describe your bot"), icon="sparkles", on_click=BotsState.describe),
                button(t("Upload a document"), icon="upload", on_click=BotsState.open_add),
            ),
            rx.cond(
                BotsState.cards,
                rx.el.section(
                    rx.el.h2(t("Start from a template")),
                    template_cards(BotsState.cards, BotsState.start_from),
                    class_name="section",
                ),
            ),
        ),
        empty_state(
            "bot",
            t("The bots of this workspace will be here"),
            t("Nobody has made one yet. An editor can do so."),
        ),
    )


def _add_dialog() -> rx.Component:
    return dialog(
        t("Add bot"),
        rx.el.div(
            _way(
                t("Empty bot"),
                t("It greets; all else is yours to draw."),
                button(
                    t("Start drawing"),
                    icon="workflow",
                    kind="primary",
                    on_click=BotsState.start_empty,
                ),
            ),
            _way(
                t("Describe your bot"),
                t("Say what it should do, or paste a procedure: a language model drafts it."),
                button(t("Describe it"), icon="sparkles", on_click=BotsState.describe),
            ),
            rx.cond(
                BotsState.cards,
                rx.el.section(
                    rx.el.h3(t("Or start from a template")),
                    template_cards(BotsState.cards, BotsState.start_from),
                    class_name="section",
                ),
            ),
            rx.el.section(
                rx.el.h3(t("Or upload a document, or an export of Typebot")),
                file_and_mistakes(BotsState.upload, BotsState.mistakes, BotsState.more),
                class_name="section",
            ),
            class_name="sections",
        ),
        open=BotsState.adding,
        on_close=BotsState.close,
        wide=True,
    )


def _imported_dialog() -> rx.Component:
    """What became of another builder's bot: those pieces that want a look."""
    return dialog(
        BotsState.name,
        rx.el.div(
            rx.el.p(
                BotsState.told,
                " ",
                rx.cond(BotsState.pieces, t("These want a look:"), t("Nothing is left to do.")),
            ),
            rx.el.ul(rx.foreach(BotsState.pieces, _piece), class_name="problems"),
            form_actions(
                button(t("Later"), on_click=BotsState.close),
                button(
                    t("Open it on the canvas"),
                    icon="workflow",
                    kind="primary",
                    on_click=BotsState.open_imported,
                ),
            ),
            class_name="stack-4",
        ),
        open=BotsState.imported != "",
        on_close=BotsState.close,
        wide=True,
    )


def _piece(piece: Shown) -> rx.Component:
    left_out = piece.status == "review"
    return rx.el.li(
        rx.cond(
            left_out,
            rx.icon("triangle-alert", size=16, aria_label=t("For you to see to")),
            rx.icon("info", size=16, aria_label=t("Nearly the same")),
        ),
        rx.el.div(
            rx.el.p(piece.note),
            rx.el.p(piece.kind, class_name="place"),
            class_name="body",
        ),
        class_name="problem",
    )


def _way(title: str, about: str, start: rx.Component) -> rx.Component:
    """One of the ways to begin that need no choice."""
    return card(
        rx.el.div(
            rx.el.div(
                rx.el.h3(title), rx.el.p(about, class_name="quiet-text"), class_name="titles"
            ),
            start,
            class_name="section-head",
        )
    )


def _rename_dialog() -> rx.Component:
    return dialog(
        t("Rename bot"),
        form(
            field(
                t("Name"),
                "bot-name",
                default_value=BotsState.name,
                error=BotsState.name_error,
                help=t("Only your team sees this name."),
                required=True,
            ),
            form_actions(
                button(t("Cancel"), on_click=BotsState.close),
                submit_button(t("Rename")),
            ),
            on_submit=BotsState.rename,
        ),
        open=BotsState.renaming != "",
        on_close=BotsState.close,
    )
