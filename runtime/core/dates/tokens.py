"""A text as the parts that dates are made of: words, numbers, written days and clocks, marks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, Literal, NamedTuple

LOOKED_AT = 200  # characters of a text in which a date is looked for

Kind = Literal["word", "number", "ordinal", "day", "short", "clock", "mark", "other"]


class Token(NamedTuple):
    """One part of a text, at its place there; a word's ``text`` is folded for comparing.

    ``written`` is the word in lower case with its accents: "åttende" is the 8th, "attende" the
    18th, and who leaves out the ring means the former.

    ``value`` by kind: of ``number`` and ``ordinal`` the number, of ``day`` (year, then the other
    two as written, and whether the year came first), of ``short`` the two numbers, of ``clock``
    hour and minute.
    """

    kind: Kind
    text: str
    start: int
    end: int
    value: Any = None
    written: str = ""


_MARKS = "\u0300-\u036f"  # letters may come in two characters: й as и and a breve
_LETTER = rf"[^\W\d_][{_MARKS}]*"
_APOSTROPHE = "['’ʼ`´]"
_ENDINGS = "го|ого|ої|ій|му|ше|ге|тє|те|ме|е|й|я|ша|та|ту|х"  # 5-го
_TOKEN = re.compile(
    rf"""
    (?P<address>\S+@\S+ | https?://\S+ | www\.\S+)
  | (?P<iso>(?<![\w.,/-])(\d{{4}})(?P<s1>[-./])(\d{{1,2}})(?P=s1)(\d{{1,2}})
            (?:T(?=\d\d:\d\d)|(?![\w/-])(?![.,]\d)))
  | (?P<full>(?<![\w.,/-])(\d{{1,2}})(?:(?P<s2>[./])[ ]?(\d{{1,2}})(?P=s2)[ ]?(\d{{4}}|\d\d)
             |-(\d{{1,2}})-(\d{{4}}))(?![\w/-]|[.,:]\d))
  | (?P<code>[+#№$€£]\s?\d[\d\s.,'-]* | \d+(?:-\d+){{2,}} | \d+\s?[%€$£]
             | (?!kl\d|кл\d)(?:{_LETTER})+\d\w*)
  | (?P<clock>(?:(?<![\w:.,])|(?<=\dT))(\d{{1,2}})(?::|h(?=\d))(\d\d)(?::\d\d)?(?![\d:]))
  | (?P<short>(?<![\w.,/-])(\d{{1,2}})([./])(\d{{1,2}})(?:(?=[ap]m\b)|(?![\w/]|[.,:]\d)))
  | (?P<decimal>\d+(?:[.,]\d+)+)
  | (?P<ordinal>\d{{1,2}}(?:st|nd|rd|th|:[ea]|-?(?:{_ENDINGS}))(?![\w{_MARKS}]))
  | (?P<number>\d+)
  | (?P<word>(?:{_LETTER})+(?:{_APOSTROPHE}(?:{_LETTER})+)*)
  | (?P<mark>[^\w\s])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = str.maketrans("åäáàâöøóéèêüё", "aaaaaoooeeeuе") | {ord("æ"): "ae"}
_APOSTROPHES = re.compile(_APOSTROPHE)
_CYRILLIC = re.compile("[а-яіїєґ]")


@lru_cache(maxsize=4096)
def folded(word: str) -> str:
    """A word without what people leave out or write in several ways: case, accents, apostrophes."""
    plain = unicodedata.normalize("NFC", word).casefold().translate(_PLAIN)
    plain = _APOSTROPHES.sub("", plain)
    return plain.replace("i", "і") if _CYRILLIC.search(plain) else plain


def tokens(text: str) -> tuple[Token, ...]:
    """The parts of the first `LOOKED_AT` characters."""
    return tuple(_token(found) for found in _TOKEN.finditer(text[:LOOKED_AT]))


def _token(found: re.Match[str]) -> Token:
    kind, written = str(found.lastgroup), found[0]
    start, end = found.span()
    numbers = [int(n) for n in re.findall(r"\d+", written)] if kind not in _NO_NUMBERS else []
    match kind:
        case "iso":
            return Token("day", written, start, end, (numbers[0], *numbers[1:], True))
        case "full":
            return Token("day", written, start, end, (numbers[2], *numbers[:2], False))
        case "clock" | "short":
            return Token(kind, written, start, end, tuple(numbers[:2]))
        case "number" | "ordinal" if len(written) < 9 and numbers[0] <= 9999:
            return Token(kind, written, start, end, numbers[0])
        case "word":
            return Token("word", folded(written), start, end, written=written.casefold())
        case "mark":
            return Token("mark", _DASHES.get(written, written), start, end)
        case _:
            return Token("other", written, start, end)


_NO_NUMBERS = ("word", "mark", "address", "code", "decimal")
_DASHES = dict.fromkeys("–—−‑", "-")
