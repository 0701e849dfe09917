"""A bot out of a description in one's own words, or of a procedure."""

from __future__ import annotations

import reflex as rx

from builder.describing import describe_bot
from builder.design import button, empty_state, loaded, page_header
from builder.shell import own_page
from builder.states.describing import DescribeState
from builder.words import t


def describe_page() -> rx.Component:
    state = DescribeState
    header = page_header(t("Describe your bot"), back=(t("Bots"), "/"))
    return own_page(
        rx.cond(
            state.ready,
            rx.cond(
                state.may_edit,
                describe_bot(
                    workspace=state.workspace_id, me=state.me, manages=state.manages, words={}
                ),
                rx.fragment(header, _not_allowed()),
            ),
            rx.fragment(header, loaded(state, rx.fragment())),
        ),
        current="Bots",
    )


def _not_allowed() -> rx.Component:
    return empty_state(
        "lock",
        t("Your role does not make bots"),
        t("An editor or an owner of this workspace can describe one here."),
        button(t("All bots"), href="/"),
    )
