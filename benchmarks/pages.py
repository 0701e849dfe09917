"""Reading a PDF and cutting it into passages: pages a second of CPU time."""

from __future__ import annotations

import re
import time
from statistics import median

import pymupdf

from benchmarks.report import Verdict
from connectors.knowledge import Parsed
from connectors.knowledge.chunks import chunk
from connectors.knowledge.pdf import read

PAGES = 200
COLUMNS = (50, 310)  # points from the left
LINES = 42  # of a column
EACH_TABLE = 5  # pages
_NUMBER = re.compile(r"\bn(\d+)\b")


def run(*, quick: bool) -> list[Verdict]:
    """Every line has a number, so what is lost, repeated or out of order shows."""
    pages = 20 if quick else PAGES
    content, numbers = _made(pages)
    parsed = read("bench.pdf", content)  # warms up, and is what is judged
    found = _numbers(parsed)
    wrong = sum(one != other for one, other in zip(found, numbers, strict=False))
    wrong += abs(len(found) - len(numbers))
    reading, cutting = _speeds(content, parsed, 1 if quick else 5, pages)
    return [
        Verdict(
            f"a PDF of {pages} pages in two columns, tables among them, is read in order",
            f"{len(found):,} of {len(numbers):,} lines and cells, {wrong} lost or out of order",
            not wrong,
        ),
        Verdict("pages read a second of CPU time", f"{reading:.0f}, in the middle", None),
        Verdict("pages cut into passages a second of CPU time", f"{cutting:.0f}", None),
    ]


def _speeds(content: bytes, parsed: Parsed, repeats: int, pages: int) -> tuple[float, float]:
    reading: list[float] = []
    cutting: list[float] = []
    for _ in range(repeats):
        began = time.process_time()
        read("bench.pdf", content)
        reading.append(pages / (time.process_time() - began))
        began = time.process_time()
        chunk(parsed)
        cutting.append(pages / (time.process_time() - began))
    return median(reading), median(cutting)


def _numbers(parsed: Parsed) -> list[int]:
    return [int(number) for block in parsed.blocks for number in _NUMBER.findall(block.text)]


def _made(pages: int) -> tuple[bytes, list[int]]:
    """The file, and the numbers of its lines and cells as one reads them."""
    document = pymupdf.open()
    count = 0
    for number in range(pages):
        page = document.new_page()
        page.insert_text((50, 40), "Handbook of the benchmark", fontsize=8)
        page.insert_text((290, 820), str(number + 1), fontsize=8)
        page.insert_text((50, 90), f"Chapter {number + 1}", fontsize=18)
        with_table = number % EACH_TABLE == 0
        lines = LINES - 10 if with_table else LINES
        for x in COLUMNS:
            for line in range(lines):
                text = f"n{count} and words that fill a line of this column."
                page.insert_text((x, 120 + 14 * line), text, fontsize=9)
                count += 1
        if with_table:
            count = _table(page, 120 + 14 * lines + 10, count)
    return document.tobytes(), list(range(count))


def _table(page: pymupdf.Page, top: float, count: int) -> int:
    """Six rows of four cells; the next number."""
    for row in range(7):
        page.draw_line((50, top + 18 * row), (530, top + 18 * row))
    for column in range(5):
        page.draw_line((50 + 120 * column, top), (50 + 120 * column, top + 108))
    for row in range(6):
        for column in range(4):
            page.insert_text((54 + 120 * column, top + 13 + 18 * row), f"n{count}", fontsize=9)
            count += 1
    return count
