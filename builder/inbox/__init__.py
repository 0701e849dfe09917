"""The inbox: conversations as they happen, with the path each of them took, and people's answers.

The browser reads the admin API with the session's cookie: the list asks what moved every few
seconds, the open conversation follows its stream. Reflex only brings the choices of the filters.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder.inbox.sources import SCRIPT, SHEET


class Inbox(rx.NoSSRComponent):
    library = SCRIPT
    tag = "Inbox"

    workspace: rx.Var[str]
    me: rx.Var[str]
    answers: rx.Var[bool]
    corrects: rx.Var[bool]
    largest: rx.Var[int]
    bots: rx.Var[list[dict[str, str]]]
    channels: rx.Var[list[dict[str, str]]]
    words: rx.Var[dict[str, str]]

    def add_imports(self) -> dict[str, Any]:
        return {"": [SHEET]}


inbox = Inbox.create
