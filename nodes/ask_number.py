from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Uploaded, UserSaid
from runtime.core.expressions import values
from runtime.core.fields import Ui
from runtime.core.readers.numbers import DIGITS, decimal_sign, is_plain, number_in


class AskNumber(Ask):
    """Asks for a number, understands "1 234,5" and "12 kr", and checks its limits."""

    type: ClassVar[str] = "ask.number"
    label: ClassVar[str] = "Number"
    icon: ClassVar[str] = "hash"
    example: ClassVar[dict[str, Any]] = {
        "text": "How many people are coming?",
        "variable": "people",
        "minimum": 1,
    }

    minimum: Annotated[float | None, Field(title="Smallest"), Ui(half=True)] = None
    maximum: Annotated[float | None, Field(title="Largest"), Ui(half=True)] = None
    step: Annotated[float | None, Field(title="In steps of", gt=0), Ui(more=True)] = None

    @model_validator(mode="after")
    def _minimum_is_lower(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise PydanticCustomError("minimum", "the minimum is higher than the maximum")
        return self

    def input(self, ctx: Context) -> Input:
        return Input("number", minimum=self.minimum, maximum=self.maximum, step=self.step)

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        typed = event.value if isinstance(event, UserSaid) else None
        if isinstance(typed, int | float) and not isinstance(typed, bool):
            answer = Answer(typed) if abs(typed) < 10**DIGITS else None
        elif isinstance(typed, dict | list):
            answer = None
        else:
            text = said(event)
            found = number_in(text, decimal_sign(ctx.language))
            answer = Answer(found.value, sure=is_plain(text, found)) if found else None
        return (self._unfit(answer.value) or answer) if answer else Unfit("retry_number")

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        found = values.number(value)
        return None if found is None or self._unfit(found) else Answer(found)

    def _unfit(self, value: float) -> Unfit | None:
        """What is wrong with a number, if anything."""
        low = self.minimum is not None and value < self.minimum
        high = self.maximum is not None and value > self.maximum
        limits = {"minimum": values.text(self.minimum), "maximum": values.text(self.maximum)}
        if (low or high) and self.minimum is not None and self.maximum is not None:
            return Unfit("number_between", limits)
        if low or high:
            return Unfit("number_low" if low else "number_high", limits)
        if self.step is not None:
            start = Decimal(str(self.minimum or 0))
            if (Decimal(str(value)) - start) % Decimal(str(self.step)):
                return Unfit("number_step", {"step": values.text(self.step)})
        return None
