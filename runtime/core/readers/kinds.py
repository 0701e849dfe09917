"""One answer read as one kind of field of a form, as the question of that kind would read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from runtime.core.ask import Answer, Unfit
from runtime.core.choices import matched
from runtime.core.contract import Context, FormField, FormType, Option
from runtime.core.dates.here import day_of, read_here, time_of
from runtime.core.expressions import values
from runtime.core.phrases import says_yes
from runtime.core.readers import alone, emails, links, numbers, phones

LONGEST = 10_000  # characters of a text

Read = Callable[[str, Context], Answer | Unfit]


def read_as(field: FormField, value: Any, ctx: Context) -> Answer | Unfit:
    """What was typed for a field, or sent by its control: a text, a number, true or false."""
    if field.type == "choice":
        return _choice(field.options, value)
    if field.type == "confirm":
        meant = value if isinstance(value, bool) else says_yes(_text(value))
        return Unfit("retry_confirm") if meant is None else Answer(meant)
    if field.type == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        fits = abs(value) < 10**numbers.DIGITS
        return Answer(value) if fits else Unfit("retry_number")
    return _READERS[field.type](_text(value), ctx)


def _text(value: Any) -> str:
    """The words of a value; an object or a list has none."""
    return "" if isinstance(value, dict | list) else values.text(value).strip()


def _plain(text: str, ctx: Context) -> Answer | Unfit:
    if len(text) > LONGEST:
        return Unfit("retry_long")
    return Answer(text, sure=False) if text else Unfit("retry_text")


def _number(text: str, ctx: Context) -> Answer | Unfit:
    found = numbers.number_in(text, numbers.decimal_sign(ctx.language))
    if found is None:
        return Unfit("retry_number")
    return Answer(found.value, sure=numbers.is_plain(text, found))


def _email(text: str, ctx: Context) -> Answer | Unfit:
    found = alone(emails.addresses_in(text))
    return Answer(found.value) if found and found.value else Unfit("retry_email")


def _phone(text: str, ctx: Context) -> Answer | Unfit:
    where = phones.regions(ctx.facts, ctx.language)
    if number := phones.normalised(text, where):
        return Answer(number)
    if found := alone(phones.numbers_in(text, where)):
        return Answer(found.value, sure=False)
    return Unfit("retry_phone", {"example": phones.example(where[0] if where else None)})


def _url(text: str, ctx: Context) -> Answer | Unfit:
    if address := links.normalised(text):
        return Answer(address)
    found = alone(links.links_in(text))
    return Answer(found.value, sure=False) if found else Unfit("retry_url")


def _date(text: str, ctx: Context) -> Answer | Unfit:
    if day := day_of(text):
        return Answer(day.isoformat())
    found = read_here(text, ctx, "day")
    if found is None or found.first is None:
        return Unfit("retry_date")
    if not found.one_day:
        return Unfit("date_one")
    return Answer(found.first.isoformat(), sure=found.sure)


def _time(text: str, ctx: Context) -> Answer | Unfit:
    if at := time_of(text):
        return Answer(at.isoformat("minutes"))
    found = read_here(text, ctx, "time")
    if found is None or found.start is None:
        return Unfit("retry_time")
    if found.end is not None:
        return Unfit("time_one")
    return Answer(found.start.isoformat("minutes"), sure=found.sure)


def _choice(options: Sequence[Option], value: Any) -> Answer | Unfit:
    """The control sends an option's value, its label where it has none."""
    for option in options:
        if values.equal(value, option.value):
            return Answer(option.value)
    names = [[values.text(option.value), option.label] for option in options]
    found = matched(_text(value), names)
    return Answer(options[found.place].value, sure=found.sure) if found else Unfit("retry_choice")


_READERS: Final[dict[FormType, Read]] = {
    "text": _plain,
    "number": _number,
    "email": _email,
    "phone": _phone,
    "url": _url,
    "date": _date,
    "time": _time,
}
