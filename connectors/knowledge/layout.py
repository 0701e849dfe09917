"""From lines that stand somewhere on pages to blocks in reading order. Pure.

Places are points (1/72 inch) from the upper left corner.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import ceil
from statistics import median

from msgspec import Struct

from connectors.knowledge import Block
from connectors.knowledge.text import one_line

_EDGE = 0.1  # of the page's height: where running lines stand
_GUTTER = 7.0  # points that nothing crosses, at least
_SHORTEST = 14  # characters of a line in the middle of a column; shorter ones are labels
_HEADING = 200  # characters at most
_BULLET = re.compile(r"(?:[-–•‣▪●○◦■□*·]|\d{1,3}[.)]|[a-zæøåа-яі]\))\s+(?=\S)", re.IGNORECASE)
_SIGNS = re.compile(r"[•‣▪●○◦■□*·–]\s+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|side|sida|стр|с|сторінка|стор|p)?\.?\s*(\d{1,4})"
    r"(?:\s*(?:/|of|av|из|з|\|)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?:;…][\"'»”’)\]]*$")


class Line(Struct, frozen=True):
    """A line of text, or a ``table`` where it stands."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool = False
    table: Block | None = None


class PageLines(Struct, frozen=True):
    """A page: its lines in any order."""

    number: int  # from 1
    height: float
    lines: tuple[Line, ...]


def blocks(pages: Sequence[PageLines]) -> list[Block]:
    """Headings by size and weight, paragraphs with mended words, lists, tables."""
    pages = without_running_lines(pages)
    style = _Style(pages)
    found: list[Block] = []
    for page in pages:
        for column in columns(page.lines):
            for block in _of_column(column, page.number, style):
                _append(found, block, style)
    return [block for block in found if block.text]


def without_running_lines(pages: Sequence[PageLines]) -> list[PageLines]:
    """Without what stands at the upper or lower edge of page after page, and without numbers."""
    seen = Counter(key for page in pages for key in {_key(line) for line in _at_edge(page)})
    often = max(2, ceil(0.3 * len(pages)))

    def runs(page: PageLines, line: Line) -> bool:
        number = _PAGE_NUMBER.fullmatch(line.text.strip())
        alone = number is not None and (len(pages) > 1 or int(number[1]) == page.number)
        return alone or seen[_key(line)] >= often

    kept: list[PageLines] = []
    for page in pages:
        running = {line for line in _at_edge(page) if runs(page, line)}
        lines = tuple(line for line in page.lines if line not in running)
        kept.append(PageLines(page.number, page.height, lines))
    return kept


def _at_edge(page: PageLines) -> list[Line]:
    upper, lower = _EDGE * page.height, (1 - _EDGE) * page.height
    return [
        line for line in page.lines if not line.table and (line.y1 <= upper or line.y0 >= lower)
    ]


def _key(line: Line) -> tuple[str, int]:
    """The words whatever the number in them, and about where they stand."""
    return re.sub(r"\d+", "#", one_line(line.text)), round(line.y0 / 12)


def columns(lines: Sequence[Line]) -> list[list[Line]]:
    """Runs of lines to be read one after another, each from top to bottom.

    A line across the space between columns ends them, and so does a heading with nothing beside
    it: those above it are read before it.
    """
    lines = sorted(lines, key=lambda line: (line.y0, line.x0))
    gutters = _gutters(lines)
    if not gutters:
        return [_rows(lines)] if lines else []
    runs: list[list[Line]] = []
    band: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
    for line in lines:
        if any(line.x0 < gutter < line.x1 for gutter in gutters) or _heads(line, lines):
            runs += [*(_rows(column) for column in band), [line]]
            band = [[] for _ in range(len(gutters) + 1)]
        else:
            band[sum(line.x0 >= gutter for gutter in gutters)].append(line)
    runs += [_rows(column) for column in band]
    return _together(run for run in runs if run)


def _heads(line: Line, lines: Sequence[Line]) -> bool:
    """Larger than the text, and the columns beside it end above it and begin again below it."""
    usual = median(other.size for other in lines)
    if line.table or line.size <= 1.12 * usual:
        return False
    upper, lower = line.y0 - usual / 2, line.y1
    return not any(
        other.y1 > upper and other.y0 < lower and (other.x0 > line.x1 or other.x1 < line.x0)
        for other in lines
    )


def _together(runs: Iterable[list[Line]]) -> list[list[Line]]:
    """Lines across all columns that follow each other are one run."""
    joined: list[list[Line]] = []
    for run in runs:
        if joined and len(run) == 1 and _follows(joined[-1][-1], run[0]):
            joined[-1] = [*joined[-1], *run]
        else:
            joined.append(run)
    return joined


def _follows(upper: Line, lower: Line) -> bool:
    near = 0 <= lower.y0 - upper.y0 < 2 * max(upper.size, lower.size)
    return near and abs(lower.x0 - upper.x0) < 3 * lower.size and abs(lower.size - upper.size) < 1


def _gutters(lines: Sequence[Line]) -> list[float]:
    """The middles of upright strips with columns of text on both sides."""
    texts = [line for line in lines if not line.table]
    if len(texts) < 6:
        return []
    left, right = min(line.x0 for line in texts), max(line.x1 for line in texts)
    narrow = [line for line in texts if line.x1 - line.x0 < 0.6 * (right - left)]
    crossing = [0] * (int(right - left) + 2)
    for line in narrow:
        for place in range(int(line.x0 - left), int(line.x1 - left) + 1):
            crossing[place] += 1
    free = [count <= 0.04 * len(narrow) for count in crossing]
    found: list[float] = []
    start = None
    for place, empty in enumerate([*free, False]):
        if empty and start is None:
            start = place
        elif not empty and start is not None:
            middle = left + (start + place - 1) / 2
            if start > 0 and place - start >= _GUTTER and _parts(narrow, middle):
                found.append(middle)
            start = None
    return found


def _parts(narrow: Sequence[Line], gutter: float) -> bool:
    """Texts stand beside each other there, not labels and their values."""
    before = [line for line in narrow if line.x1 <= gutter]
    after = [line for line in narrow if line.x0 >= gutter]
    if min(len(before), len(after)) < 3:
        return False
    wordy = all(median(len(line.text) for line in side) >= _SHORTEST for side in (before, after))
    overlap = min(max(line.y1 for line in before), max(line.y1 for line in after)) - max(
        min(line.y0 for line in before), min(line.y0 for line in after)
    )
    return wordy and overlap > 2 * median(line.size for line in before)


def _rows(lines: Sequence[Line]) -> list[Line]:
    """What stands at the same height is one line, from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.y0 + line.y1, line.x0)):
        if rows and _beside(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_row(sorted(row, key=lambda line: line.x0)) for row in rows]


def _beside(one: Line, other: Line) -> bool:
    same_height = (other.y0 + other.y1) / 2 < one.y1 and (one.y0 + one.y1) / 2 > other.y0
    return same_height and not one.table and not other.table


def _row(parts: Sequence[Line]) -> Line:
    if len(parts) == 1:
        return parts[0]
    return Line(
        " ".join(part.text.strip() for part in parts),
        parts[0].x0,
        min(part.y0 for part in parts),
        max(part.x1 for part in parts),
        max(part.y1 for part in parts),
        max(part.size for part in parts),
        all(part.bold for part in parts),
    )


class _Style:
    """What this document's body, headings and words look like."""

    def __init__(self, pages: Sequence[PageLines]) -> None:
        lines = [line for page in pages for line in page.lines if not line.table]
        sizes: Counter[float] = Counter()
        bold = 0
        for line in lines:
            sizes[_half(line.size)] += len(line.text)
            bold += len(line.text) if line.bold else 0
        self.body = sizes.most_common(1)[0][0] if sizes else 10.0
        self._larger = sorted((size for size in sizes if size > 1.12 * self.body), reverse=True)
        self._bold_means = 0 < bold < 0.4 * sizes.total()
        self.hyphened = frozenset(
            word.lower() for line in lines for word in re.findall(r"\w+-\w+", line.text)
        )

    def level(self, lines: Sequence[Line], text: str) -> int:
        """Of a heading; 0 for a paragraph."""
        if len(text) > _HEADING or not any(character.isalpha() for character in text):
            return 0
        size = _half(max(line.size for line in lines))
        if size in self._larger:
            return min(self._larger.index(size) + 1, 6)
        emphasised = self._bold_means and all(line.bold for line in lines)
        if emphasised and len(lines) <= 2 and len(text) <= 120 and not re.search(r"[.,;:]$", text):
            return min(len(self._larger) + 1, 6)
        return 0


def _half(size: float) -> float:
    return round(size * 2) / 2


def _of_column(lines: Sequence[Line], page: int, style: _Style) -> Iterator[Block]:
    leading = _leading(lines)
    right = max(line.x1 for line in lines)
    held: list[Line] = []
    for line in lines:
        if line.table or (held and _breaks(held[0], held[-1], line, leading, right)):
            yield from _paragraph(held, page, style)
            held = []
        if line.table:
            yield line.table
        else:
            held.append(line)
    yield from _paragraph(held, page, style)


def _leading(lines: Sequence[Line]) -> float:
    """From line to line, in sizes of its letters."""
    steps = [
        (lower.y0 - upper.y0) / max(lower.size, 1)
        for upper, lower in pairwise(lines)
        if abs(upper.size - lower.size) < 0.6
        and 0.8 < (lower.y0 - upper.y0) / max(lower.size, 1) < 2
    ]
    return median(steps) if steps else 1.3


def _breaks(first: Line, upper: Line, lower: Line, leading: float, right: float) -> bool:
    """Whether a paragraph ends between two lines of a column."""
    if abs(upper.size - lower.size) > 0.6 or upper.bold != lower.bold:
        return True
    if (lower.y0 - upper.y0) / max(lower.size, 1) > 1.25 * leading + 0.1:
        return True
    if _BULLET.match(lower.text) and (_BULLET.match(first.text) or _END.search(upper.text)):
        return True
    if _SIGNS.match(lower.text):
        return True
    if _BULLET.match(first.text):
        return lower.x0 < first.x0 - 1
    ended = bool(_END.search(upper.text.strip()))
    indented = lower.x0 > upper.x0 + 0.8 * lower.size
    short = upper.x1 < right - 0.25 * (right - upper.x0)
    return ended and (indented or short)


def _paragraph(lines: Sequence[Line], page: int, style: _Style) -> Iterator[Block]:
    if not lines:
        return
    text = ""
    for line in lines:
        text = joined(text, one_line(line.text), style.hyphened)
    text = text.replace("\xad", "")
    if level := style.level(lines, text):
        yield Block("heading", text, page, level)
    elif mark := _BULLET.match(text):
        sign = mark[0].strip()
        sign = sign if sign[0].isalnum() else "-"
        yield Block("list", f"{sign} {text[mark.end() :]}", page)
    else:
        yield Block("text", text, page)


def joined(upper: str, lower: str, hyphened: frozenset[str] = frozenset()) -> str:
    """One text of two lines; a word that was cut in two is mended.

    ``hyphened`` are words that the document writes with a hyphen inside a line: they keep it.
    """
    if not upper or not lower:
        return upper or lower
    cut = re.search(r"(\w+)([-\u2010\xad])$", upper)
    if cut is None or not lower[0].islower():
        return f"{upper}{'' if cut and cut[2] == '-' else ' '}{lower}"
    rest = re.match(r"\w+", lower)
    whole = f"{cut[1]}-{rest[0] if rest else ''}".lower()
    return f"{upper}{lower}" if whole in hyphened else f"{upper[:-1]}{lower}"


def _append(found: list[Block], block: Block, style: _Style) -> None:
    """A list goes on, and so does a paragraph that a column's or a page's end cut in two."""
    last = found[-1] if found else None
    if last is None or last.kind != block.kind:
        found.append(block)
    elif block.kind == "list" and last.page == block.page:
        found[-1] = Block("list", f"{last.text}\n{block.text}", last.page)
    elif block.kind == "text" and not _END.search(last.text) and block.text[:1].islower():
        found[-1] = Block("text", joined(last.text, block.text, style.hyphened), last.page)
    else:
        found.append(block)
