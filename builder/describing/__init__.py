"""A bot out of a description: the page where it is written, and what was left out of the draft.

The browser asks the admin API with the session's cookie. Reflex only says who looks.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder.describing.sources import SCRIPT, SHEET, TOLD


class DescribeBot(rx.NoSSRComponent):
    library = SCRIPT
    tag = "DescribeBot"

    workspace: rx.Var[str]
    me: rx.Var[str]
    manages: rx.Var[bool]
    words: rx.Var[dict[str, str]]

    def add_imports(self) -> dict[str, Any]:
        return {"": [SHEET]}


class LeftOut(rx.NoSSRComponent):
    library = TOLD
    tag = "LeftOut"

    words: rx.Var[dict[str, str]]

    def add_imports(self) -> dict[str, Any]:
        return {"": [SHEET]}


describe_bot = DescribeBot.create
left_out = LeftOut.create
