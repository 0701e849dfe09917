"""Several fields of a form out of one sentence: "I'm Ada, ada@example.com, tomorrow at 10".

What names its field ("Phone: 40612345") comes first; then each kind finds its own; the rest goes to
the one text field that is open, if there is no doubt. What could be two things is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from runtime.core.ask import Answer
from runtime.core.contract import Context, FormField, FormType
from runtime.core.dates.here import read_here
from runtime.core.phrases import says_yes
from runtime.core.readers import Found, alone, emails, links, phones, without
from runtime.core.readers.kinds import read_as

LOOKED_AT = 2_000  # characters
A_NAME = 60  # characters that the rest of a sentence may have, to be somebody's name and the like
A_FEW = 4  # words of it

_PIECE = re.compile(r"[,;\n]|\s[-–—]\s|(?<!\w)(?:and|og|och|і|й|та|и)(?!\w)|[.!](?=\s|$)")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_INTRODUCED = re.compile(
    r"(?:hi|hello|hey|hei|hej|привіт|привет)?\s*"
    r"(?:(?:my|the)\s+name(?:'s|\s+is)|name\s+is|i\s+am|i'm|this\s+is|it's|call\s+me"
    r"|jeg\s+heter|jag\s+heter|(?:mitt\s+)?(?:navn|namn)\s+(?:er|är)|navnet\s+(?:mitt\s+)?er"
    r"|namnet\s+är|jeg\s+er|jag\s+är|det\s+er|det\s+är"
    r"|мене\s+звати|мене\s+звуть|меня\s+зовут|мо[єе]\s+ім['’]я|мо[её]\s+имя|це|это|я)\s+",
    re.IGNORECASE,
)
JOINTS = frozenset(
    re.findall(
        r"\S+",
        """
        hi hello hey my is are it it's the a an e mail post email phone tel telephone number mobile
        cell
        call me at on in by from to for you can reach web site website page address please thanks
        born date time people persons day name
        hei hallo min mitt er det en et den e-post epost telefon tlf mobil nummer nummeret ring meg
        på i fra til kan dere nå nettside nettsiden adresse takk født dato tid navn klokka kl
        hej är mobilen numret mig hemsida webb adressen tack född tid namn klockan
        привіт добрий день мій моя моє це пошта пошту емейл телефон номер телефону сайт адреса на
        за мені можна дякую дата час ім'я о
        привет здравствуйте мой мое почта почту телефона сайт адрес мне можно спасибо дата время имя
        это в
        """,
    )
)
SPEAKING = frozenset(
    re.findall(
        r"\S+",
        """
        i i'd i'll i've we you he she they need want would like can could should what how when where
        why who is are do does don't have has not no yes help cancel stop
        jeg vi du dere han hun de trenger vil kan skal hva hvordan når hvor hvorfor hvem er har ikke
        nei ja hjelp avbryt
        jag ni hon behöver vill ska vad hur när var varför vem är inte nej hjälp
        я ми ви він вона вони треба потрібно хочу можу можна що як коли де чому хто ні так допомога
        мы вы он она они нужно надо могу что как когда где почему кто нет да помощь не
        """,
    )
)
_FOUND_BY_ITSELF: tuple[FormType, ...] = ("email", "url", "phone")


def told(
    text: str, fields: Sequence[FormField], filled: Collection[str], ctx: Context
) -> dict[str, Any]:
    """The values that a sentence holds for fields, by variable.

    ``filled`` are the variables that have one already: a value that can only be theirs replaces it.
    """
    text = text[:LOOKED_AT]
    values, rest = named(text, fields, ctx)
    given = {*filled, *values}
    rest, doubtful = addresses(rest, fields, given, ctx, values)
    rest = moments(rest, fields, given, ctx, values)
    pieces = list(_unread(pieces_of(rest), fields, given, ctx, values))
    field = only("text", fields, given, replacing=False)
    bare = _bare(pieces[0]) if len(pieces) == 1 and not doubtful else None
    return values | {field.variable: bare} if field and bare else values


def named(text: str, fields: Sequence[FormField], ctx: Context) -> tuple[dict[str, Any], str]:
    """What stands behind the names of fields and a colon, and the text without it."""
    names = "|".join(re.escape(field.label) for field in fields)
    marks = list(re.finditer(rf"(?<!\w)({names})\s*[:=]", text, re.IGNORECASE)) if names else []
    if not marks:
        return {}, text
    ends = [*(each.start() for each in marks[1:]), len(text)]
    by_label = {field.label.casefold(): field for field in fields}
    values: dict[str, Any] = {}
    for mark, after in zip(marks, ends, strict=True):
        field = by_label.get(mark[1].casefold())
        answer = read_as(field, text[mark.end() : after].strip(" \t\n,;."), ctx) if field else None
        if field and isinstance(answer, Answer):
            values[field.variable] = answer.value
    return values, text[: marks[0].start()]


def addresses(
    text: str,
    fields: Sequence[FormField],
    given: Collection[str],
    ctx: Context,
    values: dict[str, Any],
) -> tuple[str, bool]:
    """Puts what nobody takes for anything else into its fields; the text without it.

    True: there was more than one of a kind, so that it is not known whose it is.
    """
    doubtful = False
    for type_ in _FOUND_BY_ITSELF:
        field = only(type_, fields, given)
        found = _found(type_, text, ctx) if _any_of(type_, fields) else []
        if field and (one := alone(found)) and one.value is not None:
            values[field.variable] = one.value
        else:
            doubtful = doubtful or bool(found)
        text = without(text, found)
    return text, doubtful


def pieces_of(text: str) -> list[str]:
    """What stands between commas, ends of sentences and "and"."""
    return [piece for piece in map(trimmed, _PIECE.split(text)) if piece]


def _any_of(type_: FormType, fields: Sequence[FormField]) -> bool:
    return any(field.type == type_ for field in fields)


def only(
    type_: FormType, fields: Sequence[FormField], given: Collection[str], *, replacing: bool = True
) -> FormField | None:
    """The one field of a type that is open; or the one there is, if it may be replaced."""
    alike = [field for field in fields if field.type == type_]
    open_ = [field for field in alike if field.variable not in given]
    if len(open_) == 1:
        return open_[0]
    return alike[0] if replacing and not open_ and len(alike) == 1 else None


def _found(type_: FormType, text: str, ctx: Context) -> list[Found]:
    match type_:
        case "email":
            return emails.addresses_in(text)
        case "url":
            return links.links_in(text)
        case _:
            return phones.numbers_in(text, phones.regions(ctx.facts, ctx.language))


def moments(
    text: str,
    fields: Sequence[FormField],
    given: Collection[str],
    ctx: Context,
    values: dict[str, Any],
    *,
    certain: bool = False,
) -> str:
    """Puts the one day and the one time that are said into their fields; the text without them.

    ``certain``: no time that may as well be twelve hours later, as "at seven".
    """
    day, at = only("date", fields, given), only("time", fields, given)
    if not (_any_of("date", fields) or _any_of("time", fields)):
        return text
    found = read_here(text, ctx)
    if found is None:
        return text
    if day and found.one_day and found.first:
        values[day.variable] = found.first.isoformat()
    doubtful = certain and found.other_half is not None
    if at and found.start and found.end is None and not doubtful:
        values[at.variable] = found.start.isoformat("minutes")
    return without(text, [Found(None, start, end) for start, end in found.spans])


def _unread(
    pieces: Sequence[str],
    fields: Sequence[FormField],
    given: Collection[str],
    ctx: Context,
    values: dict[str, Any],
) -> Iterator[str]:
    """The pieces that are neither a number, nor an option, nor mere words between."""
    names = {word.casefold() for field in fields for word in WORD.findall(field.label)}
    for piece in pieces:
        if any(_takes(field, piece, ctx, values) for field in _short(fields, given)):
            continue
        if not {word.casefold() for word in WORD.findall(piece)} <= JOINTS | names:
            yield piece


def _short(fields: Sequence[FormField], given: Collection[str]) -> Iterator[FormField]:
    for type_ in ("number", "choice"):
        if field := only(type_, fields, given, replacing=False):
            yield field


def _takes(field: FormField, piece: str, ctx: Context, values: dict[str, Any]) -> bool:
    """Whether a piece is all of it the number or the option that a field waits for."""
    if field.variable in values or (field.type == "choice" and piece.isdecimal()):
        return False
    answer = read_as(field, piece, ctx)
    if not isinstance(answer, Answer) or not answer.sure:
        return False
    values[field.variable] = answer.value
    return True


def trimmed(piece: str) -> str:
    return " ".join(piece.split()).strip(" \t.,:;!()-–—\"'«»“”")


def _bare(piece: str) -> str | None:
    """A short piece without "my name is"; None where it may be something else that is said."""
    bare = trimmed(_INTRODUCED.sub("", piece, count=1)) if _INTRODUCED.match(piece) else piece
    words = [word.casefold() for word in WORD.findall(bare)]
    spelt = any(sign.isalpha() for sign in bare)
    if not spelt or len(words) > A_FEW or len(bare) > A_NAME or "?" in bare:
        return None
    return None if {*words} & SPEAKING or says_yes(bare) is not None else bare
