from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Self

from babel.numbers import get_decimal_symbol
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Uploaded, UserSaid
from runtime.core.expressions import values
from runtime.core.expressions.functions import locale_of
from runtime.core.fields import Ui

LOOKED_AT = 100  # characters: a longer text is no answer to "how many?"
DIGITS = 15  # more cannot be kept exactly
_NUMBER = re.compile(r"[-+−]?\d(?:[\d.,' \u00a0\u202f]*\d)?")
_SPACES = re.compile(r"(?<=\d)[ '\u00a0\u202f](?=\d{3}(?!\d))")
_UNIT = re.compile(r"[^\W\d_]{0,10}[.$€£%]?|,-")
_MULTIPLIERS = ("k", "m", "mn", "mln", "mill", "thousand", "million", "tusen", "тис", "тыс", "млн")


class AskNumber(Ask):
    """Asks for a number, understands "1 234,5" and "12 kr", and checks its limits."""

    type: ClassVar[str] = "ask.number"
    label: ClassVar[str] = "Number"
    icon: ClassVar[str] = "hash"

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
            found = Answer(typed) if abs(typed) < 10**DIGITS else None
        elif isinstance(typed, dict | list):
            found = None
        else:
            found = read_number(said(event), decimal_sign(ctx.language))
        if found is None:
            return Unfit("retry_number")
        return self._unfit(found.value) or found

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


@lru_cache(maxsize=64)
def decimal_sign(language: str) -> str:
    """What a language writes before fractions: a point or a comma."""
    return str(get_decimal_symbol(locale_of(language)))


def read_number(text: str, decimal: str) -> Answer | None:
    """The one number in a reply; ``decimal`` is the sign that language puts before fractions."""
    found = _NUMBER.findall(text) if len(text) <= LOOKED_AT else []
    if len(found) != 1:
        return None
    before, _, after = text.partition(found[0])
    around = [before.strip().casefold(), after.strip().casefold()]
    if around[1].rstrip(".") in _MULTIPLIERS:
        return None
    value = _value(found[0].replace("−", "-"), decimal)
    sure = all(_UNIT.fullmatch(words) for words in around)
    return None if value is None else Answer(value, sure=sure)


def _value(written: str, decimal: str) -> int | float | None:
    """A number written with any of the usual signs between thousands and before fractions."""
    written = _SPACES.sub("", written)
    signs = [sign for sign in written if sign in ".,"]
    if len(set(signs)) == 2:
        decimal = signs[-1]
    elif len(signs) == 1 and not re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", written):
        decimal = signs[0]
    elif len(signs) > 1:
        decimal = "," if signs[0] == "." else "."
    thousands = "," if decimal == "." else "."
    whole, _, fraction = written.partition(decimal)
    if not re.fullmatch(rf"[-+]?\d+|[-+]?\d{{1,3}}(\{thousands}\d{{3}})+", whole):
        return None
    whole = whole.replace(thousands, "")
    if len(whole) + len(fraction) > DIGITS or not re.fullmatch(r"\d*", fraction):
        return None
    return float(f"{whole}.{fraction}") if fraction.strip("0") else int(whole)
