"""CSV and XLSX: sheets of cells, and each as a table with its header."""

from __future__ import annotations

import csv
import io
import warnings
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl
from msgspec import Struct

from connectors.knowledge import Block, CannotRead, Parsed, archives, tables
from connectors.knowledge.text import clean, decode, one_line, shown

ROWS = 100_000
COLUMNS = 256
_DELIMITERS = ",;\t|"
_LONG_CELL = 1_000_000  # characters

Cell = str | Decimal  # a number stays one where the file says that it is


class Sheet(Struct, frozen=True):
    """``rows`` without empty ones. ``cut`` where the file has more than is read."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    cut: bool = False


def read(name: str, content: bytes) -> Parsed:
    """Of each sheet its name, where there are several, what stands above the table, the table."""
    found = sheets(name, content)
    blocks: list[Block] = []
    notes: list[str] = []
    for sheet in found:
        if len(found) > 1:
            blocks.append(Block("heading", one_line(sheet.name) or "Sheet", level=1))
        above, header, rows = parts(sheet)
        blocks += [Block("text", line) for line in above]
        table = tables.block([header, *([shown_cell(cell) for cell in row] for row in rows)])
        blocks += [table] if table else []
        if sheet.cut:
            notes.append(
                f"Only the first {ROWS} rows and {COLUMNS} columns of {shown(sheet.name)} were "
                "read."
            )
    return Parsed(shown(name), tuple(blocks), notes=tuple(notes))


def sheets(name: str, content: bytes) -> list[Sheet]:
    """Those that are not empty. Raises `CannotRead`."""
    if content.startswith(b"PK"):
        return _of_workbook(name, content)
    return _of_text(name, content)


def parts(sheet: Sheet) -> tuple[list[str], list[str], list[tuple[Cell, ...]]]:
    """The lines above the table, its header, and its rows.

    Lines of one cell above a wider row are titles. Where cells of the header are merged, as "2026"
    over "spring" and "autumn", each column is called by both.
    """
    rows = list(sheet.rows)
    above: list[str] = []
    wide = max((sum(map(_filled, row)) for row in rows[:20]), default=0)
    while wide > 1 and len(rows) > 1 and sum(map(_filled, rows[0])) == 1:
        above.append(next(shown_cell(cell) for cell in rows.pop(0) if _filled(cell)))
    if not rows:
        return above, [], []
    header = [shown_cell(cell) for cell in rows[0]]
    if len(rows) > 2 and _is_merged(rows):
        return above, _under_each_other(header, [shown_cell(cell) for cell in rows[1]]), rows[2:]
    return above, header, rows[1:]


def shown_cell(cell: Cell) -> str:
    """A number as one writes it; one with dozens of zeros by its power of ten."""
    if isinstance(cell, str):
        return cell
    return format(cell, "f") if abs(cell.adjusted()) < 40 else str(cell)


def _filled(cell: Cell) -> bool:
    return cell != ""


def _is_merged(rows: Sequence[Sequence[Cell]]) -> bool:
    """The first row has gaps that the second one fills, and only words stand in both."""
    upper, lower, below = rows[0], rows[1], rows[2]
    inner = upper[: max(at for at, cell in enumerate(upper) if _filled(cell)) + 1]
    gaps = [at for at, cell in enumerate(inner) if not _filled(cell)]
    after = range(len(inner), len(lower))
    under = [*gaps, *after]
    words = all(isinstance(cell, str) and not _has_digit(cell) for cell in lower)
    return (
        bool(under)
        and words
        and (under[0] == 0 or _filled(lower[under[0] - 1]))
        and all(at < len(lower) and _filled(lower[at]) for at in under)
        and any(not isinstance(cell, str) or _has_digit(cell) for cell in below)
    )


def _has_digit(cell: str) -> bool:
    return any(character.isdigit() for character in cell)


def _under_each_other(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    names: list[str] = []
    last = ""
    for at in range(max(len(upper), len(lower))):
        over = upper[at] if at < len(upper) else ""
        under = lower[at] if at < len(lower) else ""
        last = over or (last if under else "")
        names.append(" ".join(part for part in (last, under) if part))
    return names


def _of_text(name: str, content: bytes) -> list[Sheet]:
    text = clean(decode(content, name))
    rows: list[tuple[Cell, ...]] = []
    cut = False
    csv.field_size_limit(_LONG_CELL)
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter(text)):
            if len(rows) == ROWS:
                cut = True
                break
            cut = cut or len(row) > COLUMNS
            if any(cell.strip() for cell in row):
                rows.append(tuple(one_line(cell) for cell in row[:COLUMNS]))
    except csv.Error as error:
        raise CannotRead(
            f"{shown(name)} is damaged near row {len(rows) + 1}: {error}. Save it again as CSV."
        ) from error
    return [Sheet(shown(name), tuple(rows), cut)] if rows else []


def delimiter(text: str) -> str:
    """What parts most of the first lines into equally many cells."""
    lines = [line for line in text[:65536].split("\n")[:50] if line.strip()]

    def even(mark: str) -> tuple[int, int]:
        try:
            counts = Counter(len(row) for row in csv.reader(lines, delimiter=mark))
        except csv.Error:
            return (0, 0)
        counts.pop(1, None)
        width, often = max(counts.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return (often, width)

    return max(_DELIMITERS, key=even)


def _of_workbook(name: str, content: bytes) -> list[Sheet]:
    archives.kind(name, content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not matter here
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            found = [_sheet(sheet) for sheet in book.worksheets]
            book.close()
    except Exception as error:  # whatever a damaged workbook makes openpyxl stumble over
        raise CannotRead(
            f"{shown(name)} is damaged and can't be read. Open it in a spreadsheet program, save "
            "it again, and add the new file."
        ) from error
    return [sheet for sheet in found if sheet.rows]


def _sheet(sheet) -> Sheet:  # noqa: ANN001  # openpyxl has no types
    sheet.reset_dimensions()  # what the file says of them may be wrong, or a million rows
    rows: list[tuple[Cell, ...]] = []
    cut = False
    cells = 0
    for number, row in enumerate(sheet.iter_rows(max_row=ROWS + 1), 1):
        cells += len(row)
        if number > ROWS or cells > 10 * tables.LARGEST:
            cut = True
            break
        cut = cut or len(row) > COLUMNS
        line = [_cell(cell) for cell in row[:COLUMNS]]
        while line and not _filled(line[-1]):
            line.pop()
        if line:
            rows.append(tuple(line))
    return Sheet(sheet.title, tuple(rows), cut)


def _cell(cell) -> Cell:  # noqa: ANN001  # openpyxl has no types
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            whole = value.time() == time(0)
            return value.date().isoformat() if whole else value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case int() | float():
            return _number(value, cell.number_format or "")
        case _:
            return one_line(str(value))


def _number(value: float, form: str) -> Cell:
    """As it was typed: 0.1 + 0.2 is kept by Excel in 15 digits, which are what one sees."""
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")
    if not number.is_finite():
        return ""
    if "%" in form:
        return f"{(number * 100).normalize():f}%"
    return Decimal(f"{number.normalize():f}")
