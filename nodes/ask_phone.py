from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic.functional_validators import BeforeValidator

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Uploaded, UserSaid
from runtime.core.fields import PlainText, Ui, checked
from runtime.core.readers import alone, phones, without


def _written(value: Any) -> Any:
    """``no`` as ``NO``; an emptied field is none."""
    return value.strip().upper() or None if isinstance(value, str) else value


def _wrong(region: str) -> str | None:
    known = region in phones.REGIONS
    return None if known else "write a country's two letters, such as NO, SE or GB"


class AskPhone(Ask):
    """Asks for a phone number, checks that it can exist, and stores it with its country's code."""

    type: ClassVar[str] = "ask.phone"
    label: ClassVar[str] = "Phone"
    icon: ClassVar[str] = "phone"
    example: ClassVar[dict[str, Any]] = {
        "text": "Which number may we call?",
        "variable": "phone",
    }

    region: Annotated[
        Annotated[PlainText, checked(_wrong, "region")] | None,
        BeforeValidator(_written),
        Field(
            title="Country",
            description="Two letters, such as NO, for numbers written without a country's code. "
            "Empty: the country the visitor seems to be in.",
        ),
        Ui(placeholder="NO"),
    ] = None

    def input(self, ctx: Context) -> Input:
        return Input("phone")

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        text, where = said(event), self._regions(ctx)
        if number := phones.normalised(text, where):
            return Answer(number)
        inside = phones.numbers_in(text, where)
        if one := alone(inside):
            return Answer(one.value, sure=not any(map(str.isalpha, without(text, inside))))
        return Unfit("retry_phone", {"example": phones.example(where[0] if where else None)})

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        known = isinstance(value, str | int) and not isinstance(value, bool)
        number = phones.normalised(str(value), self._regions(ctx)) if known else None
        return Answer(number) if number else None

    def _regions(self, ctx: Context) -> tuple[str, ...]:
        return (self.region,) if self.region else phones.regions(ctx.facts, ctx.language)
