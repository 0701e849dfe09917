"""PDF: text in reading order, headings, lists and tables, with their pages.

MuPDF is not thread-safe: `read` is the only place that touches it, one caller at a time, and it
belongs into a worker process, which may be ended where a file takes too long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import pymupdf

from connectors.knowledge import Block, CannotRead, Parsed, tables
from connectors.knowledge.layout import Line, PageLines, blocks
from connectors.knowledge.text import clean, one_line, shown

PAGES = 2_000
SECONDS = 180.0  # looked at between pages

_ONE_AT_A_TIME = threading.Lock()
_FLAGS = (
    pymupdf.TEXT_PRESERVE_WHITESPACE
    | pymupdf.TEXT_MEDIABOX_CLIP
    | pymupdf.TEXT_CID_FOR_UNKNOWN_UNICODE
)
_BOLD = 16  # of a span's flags
_STROKES = (4, 4_000)  # drawn lines and areas of a page with a table; more are a map or a picture
_ABOVE = 30  # points over the lines of a table: a header may stand outside of them
_SCANNED = 0.4  # of the page that is covered by pictures


def read(name: str, content: bytes) -> Parsed:
    """Scanned pages are told in ``notes``. Raises `CannotRead`."""
    with _ONE_AT_A_TIME:
        pymupdf.TOOLS.mupdf_display_errors(False)
        pymupdf.TOOLS.mupdf_display_warnings(False)
        pymupdf.no_recommend_layout()
        try:
            with pymupdf.open(stream=content, filetype="pdf") as document:
                return _document(name, document)
        except CannotRead:
            raise
        except Exception as error:  # MuPDF has dozens of its own for what is wrong with a file
            raise CannotRead(
                f"{shown(name)} is damaged and can't be opened. Open it in a PDF viewer, save or "
                "print it as a new PDF, and add that."
            ) from error


def _document(name: str, document: pymupdf.Document) -> Parsed:
    if document.needs_pass:
        raise CannotRead(
            f"{shown(name)} is protected by a password. Save it without one, and add it again."
        )
    count = document.page_count
    if count == 0:
        raise CannotRead(f"{shown(name)} has no pages. Save it again, and add the new file.")
    if count > PAGES:
        raise CannotRead(
            f"{shown(name)} has {count} pages; at most {PAGES} are read. Divide it into several "
            "files."
        )
    until = time.monotonic() + SECONDS
    sheets: list[PageLines] = []
    scanned: list[int] = []
    for page in document:
        if time.monotonic() > until:
            raise CannotRead(
                f"{shown(name)} takes too long to read: {len(sheets)} of {count} pages in "
                f"{SECONDS:.0f} seconds. Divide it into several files, or print it as a new PDF."
            )
        sheets.append(_sheet(page))
        if not sheets[-1].lines and _is_picture(page):
            scanned.append(sheets[-1].number)
    found = tuple(blocks(sheets))
    if not found:
        raise CannotRead(_nothing(name, scanned))
    first = next((block.text for block in found if block.kind == "heading"), None)
    title = one_line((document.metadata or {}).get("title") or "") or first or shown(name)
    return Parsed(title, found, document.language or None, count, _notes(scanned))


def _nothing(name: str, scanned: Sequence[int]) -> str:
    if scanned:
        return (
            f"{shown(name)} is scanned: its pages are pictures without text. Run it through text "
            "recognition (OCR), and add the result."
        )
    return f"{shown(name)} has no text to read. Add a PDF that has text in it."


def _notes(scanned: Sequence[int]) -> tuple[str, ...]:
    if not scanned:
        return ()
    if len(scanned) == 1:
        return (f"Page {scanned[0]} is a scanned picture without text and was left out.",)
    return (f"Pages {_ranges(scanned)} are scanned pictures without text and were left out.",)


def _ranges(numbers: Sequence[int]) -> str:
    """[3, 4, 5, 9] is "3–5, 9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _sheet(page: pymupdf.Page) -> PageLines:
    found = _tables(page)
    lines = [line for line in _lines(page) if not any(_inside(line, table) for table in found)]
    return PageLines((page.number or 0) + 1, page.rect.height, (*lines, *found))


def _inside(line: Line, table: Line) -> bool:
    x, y = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
    return table.x0 - 1 <= x <= table.x1 + 1 and table.y0 - 1 <= y <= table.y1 + 1


def _lines(page: pymupdf.Page) -> list[Line]:
    """Those one reads upright; others only where there are no upright ones."""
    upright: list[Line] = []
    turned: list[Line] = []
    written: Any = page.get_text("dict", flags=_FLAGS)
    for block in written["blocks"]:
        for line in block.get("lines", ()):
            spans = [span for span in line["spans"] if span["text"].strip()]
            text = clean("".join(span["text"] for span in line["spans"])).rstrip()
            if not spans or not text.strip():
                continue
            size = max(spans, key=lambda span: len(span["text"]))["size"]
            bold = all(span["flags"] & _BOLD or "bold" in span["font"].lower() for span in spans)
            x0, y0, x1, y1 = line["bbox"]
            found = Line(text.replace("\ufffd", ""), x0, y0, x1, y1, size, bold)
            (upright if line["dir"][0] > 0.7 else turned).append(found)
    return upright or turned


def _tables(page: pymupdf.Page) -> list[Line]:
    """Tables with drawn lines. To look for them takes long, so pages without lines are spared."""
    drawn = [box for kind, box in page.get_bboxlog() if kind in ("stroke-path", "fill-path")]
    if not _STROKES[0] <= len(drawn) <= _STROKES[1]:
        return []
    around = pymupdf.Rect(
        min(box[0] for box in drawn) - 3,
        min(box[1] for box in drawn) - _ABOVE,
        max(box[2] for box in drawn) + 3,
        max(box[3] for box in drawn) + 3,
    )
    found: list[Line] = []
    finder: Any = page.find_tables(clip=around & page.rect)
    for table in finder.tables:
        block = _table(table, (page.number or 0) + 1)
        if block is not None:
            found.append(Line("", *table.bbox, size=10.0, table=block))
    return found


def _table(table, page: int) -> Block | None:  # noqa: ANN001  # pymupdf has no types
    rows = [[cell or "" for cell in row] for row in table.extract()]
    block = tables.block(rows, page)
    return block if block and len(block.rows) > 1 and len(block.rows[0]) > 1 else None


def _is_picture(page: pymupdf.Page) -> bool:
    whole = abs(page.rect.width * page.rect.height) or 1
    pictures = (pymupdf.Rect(image["bbox"]) & page.rect for image in page.get_image_info())
    return sum(abs(picture.width * picture.height) for picture in pictures) > _SCANNED * whole
