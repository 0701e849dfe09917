from __future__ import annotations

import re
from typing import Any, ClassVar

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Option, Uploaded, UserSaid
from runtime.core.phrases import NO, YES, phrase

LOOKED_AT = 60  # characters: a longer text is no plain yes or no
_BETWEEN = re.compile(r"[\s.,!?:;)(]+")


class AskConfirm(Ask):
    """Asks a yes-or-no question and stores true or false."""

    type: ClassVar[str] = "ask.confirm"
    label: ClassVar[str] = "Yes or no"
    icon: ClassVar[str] = "circle-help"

    def input(self, ctx: Context) -> Input:
        yes = Option("yes", phrase("yes", ctx.language), value=True)
        no = Option("no", phrase("no", ctx.language), value=False)
        return Input("confirm", options=(yes, no))

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        meant = _pressed(event) if isinstance(event, Chosen) else _meant(said(event))
        if isinstance(event, UserSaid) and isinstance(event.value, bool):
            meant = event.value
        return Unfit("retry_confirm") if meant is None else Answer(meant)

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        return Answer(value) if isinstance(value, bool) else None


def _pressed(event: Chosen) -> bool | None:
    return {"yes": True, "no": False}.get(event.ids[0]) if len(event.ids) == 1 else None


def _meant(text: str) -> bool | None:
    """What a yes or no word says, in any of our languages."""
    if len(text) > LOOKED_AT:
        return None
    words = _BETWEEN.sub(" ", text.casefold().replace("’", "'")).strip()
    if words in YES:
        return True
    return False if words in NO else None
