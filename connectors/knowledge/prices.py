"""A price list as typed rows: CSV, XLSX, or JSON with an object for each product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from connectors.knowledge import CannotRead, products, sheets
from connectors.knowledge.amounts import CODES, Amount, Mark, amount, currency, decimal_mark
from connectors.knowledge.columns import Columns, find, label
from connectors.knowledge.reading import check
from connectors.knowledge.sheets import Cell, shown_cell
from connectors.knowledge.text import clean, decode, one_line, shown

_LEAST, _MOST = -9, 15  # powers of ten; what is beyond is a number, but no price


class PriceRow(Struct, frozen=True):
    """A thing with its price. ``fields`` are all that stood in its row, as it stood there.

    ``currency`` is an ISO code, or "kr" where the list does not say whose; a ``price`` of None was
    not given or is no number.
    """

    name: str
    fields: dict[str, str]
    price: Decimal | None = None
    currency: str | None = None
    unit: str | None = None


class PriceList(Struct, frozen=True):
    """``columns`` tells which ones were taken for name, price, currency and unit."""

    rows: tuple[PriceRow, ...]
    columns: dict[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()


def read(
    name: str,
    content: bytes,
    media_type: str | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
) -> PriceList:
    """The rows in their order; one with several prices becomes a row for each. Raises `CannotRead`.

    ``columns`` names those of ``name``, ``price`` (one or several), ``currency`` and ``unit`` where
    they are not to be found; as ``currency`` an ISO code is taken for all rows.
    """
    check(name, content)
    rows: list[PriceRow] = []
    notes: list[str] = []
    taken: dict[str, tuple[str, ...]] = {}
    for sheet in _sheets(name, content, media_type):
        _, header, cells = sheets.parts(sheet)
        if not cells:
            continue
        found = find(_named(header), cells, columns or {}, shown(name))
        taken = taken or found.named()
        rows += _rows(found, cells)
        if sheet.cut:
            notes.append(f"Only the first {sheets.ROWS} rows of {shown(sheet.name)} were read.")
    if not rows:
        raise CannotRead(
            f"{shown(name)} lists nothing: it needs a row of headings and below it a row for each "
            "thing."
        )
    return PriceList(tuple(rows), taken, (*notes, *_notes(rows, taken)))


def _sheets(name: str, content: bytes, media_type: str | None) -> list[sheets.Sheet]:
    told = (media_type or "").partition(";")[0].strip().lower()
    if told == "application/json" or content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        return [products.sheet(name, clean(decode(content, name)))]
    return sheets.sheets(name, content)


def _named(header: Sequence[str]) -> list[str]:
    """Each column under a name of its own."""
    names: list[str] = []
    for number, words in enumerate(header, 1):
        name = one_line(words) or f"Column {number}"
        names.append(f"{name} ({number})" if name in names else name)
    return names


def _rows(columns: Columns, cells: Sequence[Sequence[Cell]]) -> Iterator[PriceRow]:
    marks: dict[int, Mark | None] = {at: _mark(cells, at) for at in columns.prices}
    for row in cells:
        texts = {
            name: shown_cell(row[at])
            for at, name in enumerate(columns.header)
            if at < len(row) and row[at] != ""
        }
        name = " ".join(part for at in columns.names if (part := texts.get(columns.header[at], "")))
        name = name or next(iter(texts.values()), "")
        priced = [at for at in columns.prices if columns.header[at] in texts]
        for at in priced or [None]:
            yield _row(columns, name, texts, row, at, marks)


def _row(
    columns: Columns,
    name: str,
    texts: Mapping[str, str],
    row: Sequence[Cell],
    at: int | None,
    marks: Mapping[int, Mark | None],
) -> PriceRow:
    """Of several prices, each keeps the fields of the row without the other prices."""
    others = {columns.header[other] for other in columns.prices if other != at}
    fields = {field: text for field, text in texts.items() if field not in others}
    if at is None:
        return PriceRow(name, fields)
    found = _amount(row[at], marks[at])
    told = texts.get(columns.header[columns.currency]) if columns.currency is not None else None
    unit = texts.get(columns.header[columns.unit]) if columns.unit is not None else None
    variant = label(columns.header[at]) if len(columns.prices) > 1 else ""
    return PriceRow(
        f"{name} ({variant})" if variant else name,
        fields,
        found.number if found else None,
        (found.currency if found else None)
        or (currency(told) or told if told else None)
        or columns.all_in.get(at),
        unit or (found.unit if found else None),
    )


def _amount(cell: Cell, mark: Mark | None) -> Amount | None:
    found = Amount(cell) if isinstance(cell, Decimal) else amount(cell, mark)
    return found if found and _LEAST <= found.number.adjusted() <= _MOST else None


def _mark(cells: Sequence[Sequence[Cell]], at: int) -> Mark | None:
    found = (row[at] for row in cells if at < len(row))
    return decimal_mark(cell for cell in found if isinstance(cell, str))


def _notes(rows: Sequence[PriceRow], taken: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    without = [row.name for row in rows if row.price is None]
    if not taken.get("price"):
        yield "No column of prices was found: say in the settings which column is the price."
    elif without:
        listed = ", ".join(f"“{one_line(name)[:60]}”" for name in without[:5])
        more = f" and {len(without) - 5} more" if len(without) > 5 else ""
        yield f"{len(without)} of {len(rows)} rows have no price: {listed}{more}."
    if any(row.currency == "kr" for row in rows):
        yield "Prices are in kr: say in the settings whether these are NOK, SEK or DKK."
    if any(row.price is not None and row.currency is None for row in rows):
        yield "Some prices name no currency: say in the settings which one it is."
    strange = sorted({row.currency for row in rows if row.currency} - CODES - {"kr"})
    if strange:
        yield f"These are no currencies that are known: {', '.join(strange[:5])[:200]}."
