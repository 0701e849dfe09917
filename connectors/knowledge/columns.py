"""Which column of a list is the name, the price, the currency and the unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from connectors.knowledge import CannotRead
from connectors.knowledge.amounts import CODES, amount, currency
from connectors.knowledge.sheets import Cell

# The words of headings in English, Norwegian, Swedish, Russian and Ukrainian; best first.
_NAMES = """name navn namn название найменування назва наименование product produkt produktnavn
    produktnamn title tittel titel item artikkel artikel vare vara varenavn service tjeneste tjänst
    товар продукт услуга послуга dish rett rätt блюдо страва description beskrivelse beskrivning
    описание опис позиция позиція"""
_PRICES = """price prices pris priser цена цены ціна ціни cost kostnad amount beløp belopp стоимость
    вартість сумма сума rate fee gebyr avgift unitprice enhetspris styckpris"""
_CURRENCY = "currency valuta валюта"
_UNITS = "unit units enhet enheter measure måleenhet ед единица одиниця од одиниці измерения"
# Of numbers that are no prices:
_NEVER = """id sku ean gtin upc barcode strekkode streckkode code kode kod код артикул number nummer
    nr no номер qty quantity antall antal количество кількість кол stock lager beholdning остаток
    залишок наличие weight vekt vikt вес вага size størrelse storlek размер розмір year år год рік
    rating phone telefon телефон page side sida vat mva moms ндс пдв discount rabatt скидка знижка
    percent prosent procent days dager dagar hours"""
_NAME_WORDS, _PRICE_WORDS = _NAMES.split(), frozenset(_PRICES.split())
_CURRENCY_WORDS, _UNIT_WORDS = frozenset(_CURRENCY.split()), frozenset(_UNITS.split())
_NEVER_WORDS = frozenset(_NEVER.split())
_MOST = 200  # rows looked at


class Columns(Struct, frozen=True):
    """Places in ``header``. ``all_in`` is the currency of a whole column of prices."""

    header: tuple[str, ...]
    names: tuple[int, ...]
    prices: tuple[int, ...]
    currency: int | None
    unit: int | None
    all_in: dict[int, str]

    def named(self) -> dict[str, tuple[str, ...]]:
        found = {
            "name": self.names,
            "price": self.prices,
            "currency": () if self.currency is None else (self.currency,),
            "unit": () if self.unit is None else (self.unit,),
        }
        return {role: tuple(self.header[at] for at in places) for role, places in found.items()}


def find(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    given: Mapping[str, str | Sequence[str]],
    file: str,
) -> Columns:
    """By what is ``given``, else by the words of the headings, else by the values.

    Raises `CannotRead` where a column that is given is not there.
    """
    told = {
        role: (words,) if isinstance(words, str) else tuple(words) for role, words in given.items()
    }
    everywhere = next(
        (word.upper() for word in told.get("currency", ()) if word.upper() in CODES), None
    )
    if everywhere and everywhere not in header:
        del told["currency"]
    places = {
        role: tuple(_place(header, word, role, file) for word in words if word.strip())
        for role, words in told.items()
    }
    money = places.get("currency") or _worded(header, _CURRENCY_WORDS)[:1]
    unit = places.get("unit") or _worded(header, _UNIT_WORDS)[:1]
    prices = places.get("price") or _prices(header, rows, (*money, *unit))
    taken = {*prices, *money, *unit}
    names = places.get("name") or _names(header, rows, taken)
    all_in = {at: everywhere or _in_heading(header[at]) for at in prices}
    return Columns(
        tuple(header),
        names,
        prices,
        money[0] if money else None,
        unit[0] if unit else None,
        {at: code for at, code in all_in.items() if code},
    )


def label(heading: str) -> str:
    """What a price's heading says besides that it is a price, and in which currency."""
    left = [
        word
        for word in re.findall(r"[^\s,:()\[\]]+", heading)
        if word.lower() not in _PRICE_WORDS and currency(word) is None
    ]
    return " ".join(left)


def _place(header: Sequence[str], word: str, role: str, file: str) -> int:
    plain = [heading.casefold() for heading in header]
    if word.strip().casefold() in plain:
        return plain.index(word.strip().casefold())
    listed = ", ".join(f"“{heading}”" for heading in header[:20])
    raise CannotRead(
        f"{file} has no column “{word[:60]}”, which the settings name for the {role}. "
        f"Its columns are {listed}."
    )


def _words(heading: str) -> list[str]:
    apart = re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])", " ", heading)
    return [heading.casefold(), *re.findall(r"[^\W\d_]+", apart.casefold())]


def _worded(header: Sequence[str], words: frozenset[str]) -> tuple[int, ...]:
    return tuple(at for at, heading in enumerate(header) if words & set(_words(heading)))


def _values(rows: Sequence[Sequence[Cell]], at: int) -> list[Cell]:
    return [row[at] for row in rows[:_MOST] if at < len(row) and row[at] != ""]


def _prices(
    header: Sequence[str], rows: Sequence[Sequence[Cell]], taken: Sequence[int]
) -> tuple[int, ...]:
    """Those with a heading of prices, or else with money in them, or else with decimals."""
    free = [at for at in range(len(header)) if at not in taken]
    worded = [
        at for at in _worded(header, _PRICE_WORDS) if at in free and _share(rows, at, _is_price) > 0
    ]
    if worded:
        return tuple(worded)
    numbers = [
        at
        for at in free
        if not _NEVER_WORDS & set(_words(header[at])) and _share(rows, at, _is_money) >= 0.5
    ]
    for test in (_has_currency, _has_decimals):
        fitting = [at for at in numbers if _share(rows, at, test) >= 0.5]
        if test is _has_currency:
            fitting = fitting or [at for at in numbers if _in_heading(header[at])]
        if fitting:
            return tuple(fitting)
    return tuple(numbers) if len(numbers) == 1 else ()


def _names(
    header: Sequence[str], rows: Sequence[Sequence[Cell]], taken: set[int]
) -> tuple[int, ...]:
    """The best word of the headings, else the first column of words."""
    free = [at for at in range(len(header)) if at not in taken]
    for word in _NAME_WORDS:
        for at in free:
            if word in _words(header[at]) and not _NEVER_WORDS & set(_words(header[at])):
                return (at,)
    for at in free:
        if _share(rows, at, _is_words) >= 0.5:
            return (at,)
    return tuple(free[:1])


def _share(rows: Sequence[Sequence[Cell]], at: int, test: Callable[[Cell], bool]) -> float:
    values = _values(rows, at)
    return sum(map(test, values)) / len(values) if values else 0.0


def _is_price(cell: Cell) -> bool:
    return isinstance(cell, Decimal) or amount(cell) is not None


def _is_money(cell: Cell) -> bool:
    """Not a weight, which is a number with a unit too."""
    found = None if isinstance(cell, Decimal) else amount(cell)
    return isinstance(cell, Decimal) or (
        found is not None and (found.currency is not None or found.unit is None)
    )


def _has_currency(cell: Cell) -> bool:
    found = None if isinstance(cell, Decimal) else amount(cell)
    return found is not None and found.currency is not None


def _has_decimals(cell: Cell) -> bool:
    if isinstance(cell, Decimal):
        return cell != cell.to_integral_value()
    return bool(re.search(r"\d[.,]\d\d?\b", cell))


def _is_words(cell: Cell) -> bool:
    return isinstance(cell, str) and any(character.isalpha() for character in cell)


def _in_heading(heading: str) -> str | None:
    found = (currency(word) for word in re.findall(r"[^\s,:()\[\]/]+", heading))
    return next((code for code in found if code), None)
