"""What bots know: sources and how far they are read, their documents, a search to try out.

The browser reads and changes all of it through the admin API with the session's cookie. Reflex only
says who looks, and whether they may change something.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder.knowledge.sources import SCRIPT, SHEET


class Knowledge(rx.NoSSRComponent):
    library = SCRIPT
    tag = "Knowledge"

    workspace: rx.Var[str]
    me: rx.Var[str]
    edits: rx.Var[bool]
    words: rx.Var[dict[str, str]]

    def add_imports(self) -> dict[str, Any]:
        return {"": [SHEET]}


knowledge = Knowledge.create
