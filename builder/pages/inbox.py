"""The inbox, which fills the window beside the rail."""

from __future__ import annotations

import reflex as rx

from builder.design import loaded
from builder.inbox import inbox
from builder.shell import page
from builder.states.inbox import InboxState
from builder.words import t
from runtime.services import FILES


def inbox_page() -> rx.Component:
    state = InboxState
    return page(
        t("Inbox"),
        loaded(
            state,
            inbox(
                workspace=state.workspace_id,
                me=state.me,
                answers=state.answers,
                corrects=state.corrects,
                largest=FILES.size,
                bots=state.bots,
                channels=state.channels,
                words={},
            ),
        ),
        current="Inbox",
    )
