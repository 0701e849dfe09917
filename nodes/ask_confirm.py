from __future__ import annotations

from typing import Any, ClassVar

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import (
    Called,
    Choosing,
    Chosen,
    Context,
    Input,
    Uploaded,
    UserSaid,
)
from runtime.core.fields import ByModel
from runtime.core.options import known_as, yes_and_no
from runtime.core.phrases import says_yes


class AskConfirm(Ask):
    """Asks a yes-or-no question and stores true or false."""

    type: ClassVar[str] = "ask.confirm"
    label: ClassVar[str] = "Yes or no"
    icon: ClassVar[str] = "circle-help"
    example: ClassVar[dict[str, Any]] = {"text": "Is {{ email }} right?", "variable": "email_right"}

    model_chooses: ByModel = True

    def input(self, ctx: Context) -> Input:
        return Input("confirm", options=yes_and_no(ctx.language))

    def chooses(self) -> bool:
        return self.model_chooses

    def choosing(self, ctx: Context, event: UserSaid) -> Choosing | None:
        if isinstance(self.read(ctx, event), Answer):
            return None
        options = tuple(Called(o.id, known_as(o.label)) for o in yes_and_no(ctx.language))
        return Choosing(self.text.render(ctx), options)

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        meant = _pressed(event) if isinstance(event, Chosen) else says_yes(said(event))
        if isinstance(event, UserSaid) and isinstance(event.value, bool):
            meant = event.value
        return Unfit("retry_confirm") if meant is None else Answer(meant)

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        return Answer(value) if isinstance(value, bool) else None


def _pressed(event: Chosen) -> bool | None:
    return {"yes": True, "no": False}.get(event.ids[0]) if len(event.ids) == 1 else None
