"""Files of every kind, made where they are needed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx
import openpyxl
import pymupdf

LEFT, RIGHT, TOP = 56, 306, 90  # of two columns on a page
BODY = 10


def pdf(*pages: Sequence[tuple], **options) -> bytes:
    """Each page a list of (x, y, text) with size and font where they differ, or (x, y, rows)."""
    document = pymupdf.open()
    for page in pages:
        drawn = document.new_page()
        for x, y, what, *style in page:
            if isinstance(what, str):
                size, font = [*style, *(BODY, "helv")[len(style) :]]
                drawn.insert_text((x, y), what, fontsize=size, fontname=font)
            elif isinstance(what, bytes):
                drawn.insert_image(drawn.rect, stream=what)
            else:
                _table(drawn, x, y, what)
    return document.tobytes(**options)


def column(x: float, y: float, *lines: str, step: float = 13) -> list[tuple]:
    return [(x, y + step * number, line) for number, line in enumerate(lines)]


def _table(page: pymupdf.Page, x: float, y: float, rows: Sequence[Sequence[str]]) -> None:
    width, height = 90, 20
    right, bottom = x + width * len(rows[0]), y + height * len(rows)
    for number in range(len(rows) + 1):
        page.draw_line((x, y + number * height), (right, y + number * height))
    for number in range(len(rows[0]) + 1):
        page.draw_line((x + number * width, y), (x + number * width, bottom))
    for down, row in enumerate(rows):
        for across, cell in enumerate(row):
            page.insert_text((x + across * width + 4, y + down * height + 14), cell, fontsize=BODY)


def picture() -> bytes:
    pixels = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 60, 80))
    pixels.clear_with(200)
    return pixels.tobytes("png")


def word(write) -> bytes:
    document = docx.Document()
    write(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook(**sheets: Sequence[Sequence]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(archive: bytes, **parts: bytes) -> bytes:
    """The archive with parts in the place of its own; ``word__document`` is word/document.xml."""
    out = io.BytesIO()
    named = {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            if part not in named:
                new.writestr(part, old.read(part))
        for name, content in named.items():
            new.writestr(name, content)
    return out.getvalue()
