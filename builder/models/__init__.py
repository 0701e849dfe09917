"""AI models, a page of the settings: who provides them, what for, at what cost, by which rules.

The browser asks the admin API with the session's cookie. Reflex only says who looks.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder.models.sources import SCRIPT, SHEET


class AiModels(rx.NoSSRComponent):
    library = SCRIPT
    tag = "AiModels"

    workspace: rx.Var[str]
    manages: rx.Var[bool]
    audits: rx.Var[bool]
    words: rx.Var[dict[str, str]]

    def add_imports(self) -> dict[str, Any]:
        return {"": [SHEET]}


ai_models = AiModels.create
