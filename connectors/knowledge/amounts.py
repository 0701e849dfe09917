"""What a price says: "1 299,50 kr", "$1,299.50", "1.299,-" as an exact number and its currency."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Mark = Literal[".", ","]

_CURRENCIES = {
    "$": "USD", "us$": "USD", "€": "EUR", "eur": "EUR", "euro": "EUR", "евро": "EUR", "євро": "EUR",
    "£": "GBP", "¥": "JPY", "₴": "UAH", "грн": "UAH", "гривень": "UAH", "гривня": "UAH",
    "гривні": "UAH", "₽": "RUB", "руб": "RUB", "рублей": "RUB", "рубль": "RUB", "рубля": "RUB",
    "р": "RUB", "zł": "PLN", "kč": "CZK", "₹": "INR", "₸": "KZT", "₺": "TRY", "₪": "ILS",
    "kr": "kr", "kroner": "kr", "krone": "kr", "kronor": "kr", "krona": "kr",
}  # fmt: skip
_CODES = (
    "AED AUD BGN BRL BYN CAD CHF CNY CZK DKK EUR GBP GEL HUF ILS INR ISK JPY KZT MDL NOK NZD PLN "
    "RON RSD RUB SEK SGD THB TRY UAH USD ZAR"
)
CODES = frozenset(_CODES.split())
_FREE = frozenset(
    ("free", "gratis", "kostnadsfritt", "бесплатно", "безкоштовно", "безплатно", "fri")
)
_BEFORE = r"(?:from|fra|från|от|від|only|kun|bare|endast|только|тільки|c?a\.?|≈|~)"
_NUMBER = r"\d{1,3}(?:(?P<group>[ \u202f\u2009'’.,])\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_NAME = r"[^\W\d_]{1,9}\.?|[^\w\s.,:;/()+\-–—'’\"%]{1,2}|[A-Za-z]{2}\$"
_PER = re.compile(r"(?:/|per\b|pr\b\.?|pro\b|за\b|à\b)\s*", re.IGNORECASE)
_ASIDE = re.compile(
    r"\s*(?:\([^()]*\)|(?:inkl|incl|ekskl|exkl|excl|включая|з|с|без)\b\.?\s*(?:mva|moms|vat|ндс|пдв)\.?)$",
    re.IGNORECASE,
)
_LONGEST = 80  # characters
_PRICE = re.compile(
    rf"(?:{_BEFORE}\s+)?(?P<sign>[-−–])?\s*(?P<before>{_NAME})?\s*(?P<sign2>[-−])?"
    rf"(?P<number>{_NUMBER})\s*(?P<dash>[.,:]?\s*[-–—](?!\d)|:-)?\s*(?P<after>{_NAME})?"
    r"\s*(?P<unit>(?:/|per\b|pr\b\.?|pro\b|за\b|à\b)\s*\S.{0,30})?",
    re.IGNORECASE,
)


class Amount(Struct, frozen=True):
    """``currency`` is an ISO code or "kr", which is Norwegian, Swedish or Danish."""

    number: Decimal
    currency: str | None = None
    unit: str | None = None


def currency(word: str) -> str | None:
    """Of a sign, a word or an ISO code."""
    plain = word.strip().strip(".()").lower()
    return plain.upper() if plain.upper() in CODES else _CURRENCIES.get(plain)


def amount(text: str, mark: Mark | None = None) -> Amount | None:
    """The one price that a text is; None where it is no price, or more than one.

    ``mark`` is what stands before decimals in this list, for a text that does not show it, such as
    "1.299": without it, three digits after the only mark are thousands.
    """
    plain = _ASIDE.sub("", " ".join(text.replace("\xa0", " ").split()))
    if len(plain) > _LONGEST:
        return None
    if plain.lower().strip(".!") in _FREE:
        return Amount(Decimal(0))
    found = _PRICE.fullmatch(plain)
    if found is None:
        return None
    names = [found["before"], found["after"]]
    known = [currency(name) for name in names if name]
    after = found["after"]
    unit = _PER.sub("", found["unit"] or "", count=1).strip()
    if after and currency(after) is None and found["before"] is None and not unit:
        unit, known = after, []  # "12 pcs" is no price by itself, but a column may say that it is
    if None in known or len(known) > 1:
        return None
    number = _number(found["number"], mark)
    if number is None:
        return None
    negative = bool(found["sign"] or found["sign2"])
    return Amount(-number if negative else number, known[0] if known else None, unit or None)


def decimal_mark(texts: Iterable[str]) -> Mark | None:
    """What a column's prices show of their decimals; None where they show nothing."""
    votes = {".": 0, ",": 0}
    for text in texts:
        for number in re.findall(r"\d[\d .,'’\u202f\u2009\xa0]*\d", text):
            marks = [character for character in number if character in ".,"]
            if not marks:
                continue
            last = marks[-1]
            decimals = len(number) - number.rindex(last) - 1
            both = len(set(marks)) == 2
            if both or (len(marks) == 1 and (decimals != 3 or number.startswith(("0.", "0,")))):
                votes[last] += 1
            elif len(marks) > 1:
                votes["," if last == "." else "."] += 1  # repeated, so it groups
    if votes["."] == votes[","]:
        return None
    return "." if votes["."] > votes[","] else ","


def _number(written: str, mark: Mark | None) -> Decimal | None:
    plain = re.sub(r"[ \u202f\u2009'’]", "", written)
    marks = [character for character in plain if character in ".,"]
    if not marks:
        return Decimal(plain)
    last = marks[-1]
    decimals = len(plain) - plain.rindex(last) - 1
    alone = len(marks) == 1
    grouped = len(plain) != len(written)
    if len(set(marks)) == 1 and not alone:
        return Decimal(plain.replace(last, ""))
    is_decimal = not alone or decimals != 3 or grouped or plain.startswith("0") or last == mark
    whole, _, rest = plain.rpartition(last)
    whole = whole.replace(".", "").replace(",", "")
    return Decimal(f"{whole}.{rest}") if is_decimal else Decimal(whole + rest)
