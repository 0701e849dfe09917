from __future__ import annotations

from typing import Any, ClassVar

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Uploaded, UserSaid

LONGEST = 10_000  # characters


class AskText(Ask):
    """Asks a question and stores the answer as it was written."""

    type: ClassVar[str] = "ask.text"
    label: ClassVar[str] = "Text"
    icon: ClassVar[str] = "text-cursor-input"
    example: ClassVar[dict[str, Any]] = {"text": "What is your name?", "variable": "name"}

    def input(self, ctx: Context) -> Input:
        return Input("text")

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        text = said(event)
        if len(text) > LONGEST:
            return Unfit("retry_long")
        return Answer(text, sure=False) if text else Unfit("retry_text")
