"""What a sentence that led to a form fills in of it: "Book a table for four tomorrow, I am Anna".

It was no answer to the form, so less is taken than `sentences.told` takes: nothing that could be
about something else. A number needs its own word beside it, a name must be introduced, and a time
that may as well be twelve hours later is left to be asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from runtime.core.contract import Context, FormField
from runtime.core.phrases import plain, says_hello
from runtime.core.readers.ratings import spoken_numbers
from runtime.core.readers.sentences import (
    A_FEW,
    A_NAME,
    JOINTS,
    LOOKED_AT,
    SPEAKING,
    WORD,
    addresses,
    moments,
    named,
    only,
    pieces_of,
)

_STEM = 4  # letters by which a word is known, so that its ending does not matter

_PEOPLE = re.compile(
    r"people|person|guest|seat|adult|child|kid|gjest|gäst|plass|plats|voks|vuxn|barn"
    r"|особ|осіб|гост|людей|людин|місц|мест|человек|взросл|доросл|діт|дет",
    re.IGNORECASE,
)
_FOR = frozenset(("for", "til", "för", "till", "på", "на", "для"))
_COUNTED = re.compile(r"(?<![\w.,:/+-])(?:\d{1,4}|[^\W\d_]+)(?![\w:/+-]|[.,]\d)")

_A_NAME = re.compile(r"\bname\b|navn\b|namn\b|\bім['’ʼ]?я\b|\bимя\b", re.IGNORECASE)
_NOT_THEIRS = re.compile(
    r"compan|firm|business|user|log ?in|bedrift|selskap|bruker|företag|användar|компан|фірм|фирм",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:my\s+name(?:'s|\s+is)|call\s+me|jeg\s+heter|jag\s+heter|(?:mitt\s+)?(?:navn|namn)\s+(?:er|är)"
    r"|navnet\s+(?:mitt\s+)?er|namnet\s+är|мене\s+зв(?:ати|уть)|меня\s+зовут"
    r"|мо[єе]\s+ім['’ʼ]я|мо[её]\s+имя)\s+",
    re.IGNORECASE,
)
_PERHAPS_CALLED = re.compile(
    r"(?:i\s+am|i['’]m|this\s+is|jeg\s+er|jag\s+är|я)\s+", re.IGNORECASE
)  # "I am Anna", but also "I am late"
_GREETING = re.compile(r"(?:hi|hello|hey|hei|hej|привіт|привет)\s+", re.IGNORECASE)


def told_before(
    text: str, fields: Sequence[FormField], filled: Collection[str], ctx: Context
) -> dict[str, Any]:
    """The values that a sentence surely holds for fields, by variable.

    ``filled`` are the variables that have one already, as for `sentences.told`.
    """
    text = text[:LOOKED_AT]
    if says_hello(text):
        return {}
    values, rest = named(text, fields, ctx)
    given = {*filled, *values}
    rest, _ = addresses(rest, fields, given, ctx, values)
    rest = moments(rest, fields, given, ctx, values, certain=True)
    pieces = pieces_of(rest)
    counted = _counted(pieces, fields, ctx)
    return _own_name(pieces, fields) | _named_option(pieces, fields) | counted | values


# --- Numbers ----------------------------------------------------------------------------------


def _counted(pieces: Sequence[str], fields: Sequence[FormField], ctx: Context) -> dict[str, Any]:
    """The numbers that stand beside what their fields ask for: "4 guests", "for four"."""
    counting = [field for field in fields if field.type == "number"]
    of_people = [field for field in counting if _asks_for_people(field)]
    known, values = spoken_numbers(ctx.language), dict[str, Any]()
    for field in counting:
        alone = of_people == [field]
        found = {n for piece in pieces for n in _numbers(piece, field, known, people=alone)}
        if len(found) == 1:
            values[field.variable] = found.pop()
    return values


def _asks_for_people(field: FormField) -> bool:
    return bool(_PEOPLE.search(field.label) or _PEOPLE.search(field.variable))


def _numbers(piece: str, field: FormField, known: dict[str, int], *, people: bool) -> Iterator[int]:
    """``people``: it is the one field that asks how many come."""
    own = {word.casefold()[:_STEM] for word in WORD.findall(field.label) if len(word) >= _STEM}
    for found in _COUNTED.finditer(piece):
        word = found[0].casefold()
        number = int(word) if word.isdecimal() else known.get(word)
        if number is None:
            continue
        before = WORD.findall(piece[: found.start()].casefold())[-1:]
        after = WORD.findall(piece[found.end() :].casefold())[:1]
        beside = any(word[:_STEM] in own for word in after)
        counts = people and any(map(_PEOPLE.match, after))
        alone = not after or after[0] in JOINTS
        if beside or counts or (people and alone and before and before[0] in _FOR):
            yield number


# --- Options ----------------------------------------------------------------------------------


def _named_option(pieces: Sequence[str], fields: Sequence[FormField]) -> dict[str, Any]:
    """The one option that is all of a piece; never of a message that has but one."""
    field = only("choice", fields, ())
    if field is None or len(pieces) < 2:
        return {}
    said = {plain(piece) for piece in pieces}
    found = [option for option in field.options if plain(option.label) in said]
    return {field.variable: found[0].value} if len(found) == 1 else {}


# --- Who it is --------------------------------------------------------------------------------


def _own_name(pieces: Sequence[str], fields: Sequence[FormField]) -> dict[str, Any]:
    """The name by which somebody introduces themselves, for the one field that asks for it."""
    asked = [field for field in fields if field.type == "text" and _asks_for_a_name(field)]
    names = {name for piece in pieces if (name := _introduced(piece))}
    if len(asked) != 1 or len(names) != 1:
        return {}
    return {asked[0].variable: names.pop()}


def _asks_for_a_name(field: FormField) -> bool:
    known = f"{field.label} {field.variable.replace('_', ' ')}"
    return bool(_A_NAME.search(known)) and not _NOT_THEIRS.search(known)


def _introduced(piece: str) -> str | None:
    piece = _GREETING.sub("", piece, count=1) if _GREETING.match(piece) else piece
    surely, perhaps = _CALLED.match(piece), _PERHAPS_CALLED.match(piece)
    begun = surely or perhaps
    name = piece[begun.end() :].strip() if begun else ""
    words = WORD.findall(name)
    if not words or len(words) > A_FEW or len(name) > A_NAME or any(map(str.isdigit, name)):
        return None
    if {word.casefold() for word in words} & (SPEAKING | JOINTS):
        return None
    written = all(word[0].isupper() for word in words)
    return name if written or (surely and len(words) <= 2) else None
