"""What a version says, as Markdown, and how two versions differ.

A version's blocks are plain values: those of `connectors.knowledge.Block`, or, of a price list, its
rows as ``{"kind": "price", "name", "fields", "price", "currency", "unit"}``. An article is one
block of text as it was written; of questions and answers each question is a heading.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Blocks = Sequence[Mapping[str, Any]]
MOST_EDITS = 1000  # lines added and removed, before what differs is told as a whole
QUESTION_LEVEL = 2


@dataclass(frozen=True)
class Line:
    op: Literal["same", "added", "removed"]
    text: str


def digest(blocks: Blocks) -> str:
    written = json.dumps(blocks, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def markdown(blocks: Blocks, *, pages: bool = False) -> str:
    """``pages``: a line like ``<!-- page 2 -->`` stands where each of several pages begins."""
    if blocks and blocks[0].get("kind") == "price":
        return _price_table(blocks)
    marks = _page_marks(blocks) if pages else [""] * len(blocks)
    return "\n\n".join(mark + _block(block) for mark, block in zip(marks, blocks, strict=True))


def _page_marks(blocks: Blocks) -> list[str]:
    numbers = [block.get("page") for block in blocks]
    several = len({number for number in numbers if number}) > 1
    marks: list[str] = []
    last = None
    for number in numbers:
        begins = several and number and number != last
        marks.append(f"<!-- page {number} -->\n\n" if begins else "")
        last = number or last
    return marks


def article(text: str) -> list[dict[str, Any]]:
    return [{"kind": "text", "text": text}]


def questions(pairs: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    for question, answer in pairs:
        blocks += (
            {"kind": "heading", "text": question, "level": QUESTION_LEVEL},
            {"kind": "text", "text": answer},
        )
    return blocks


def pairs(blocks: Blocks) -> list[tuple[str, str]]:
    """The questions with their answers again."""
    texts = [str(block["text"]) for block in blocks]
    return list(zip(texts[::2], texts[1::2], strict=True))


def difference(old: str, new: str) -> list[Line]:
    """Line by line, as few changes as there can be; very different texts as one removed and one
    added.
    """
    before, after = old.splitlines(), new.splitlines()
    start, end = _common(before, after)
    middle = before[start : len(before) - end], after[start : len(after) - end]
    lines = [Line("same", line) for line in before[:start]]
    lines += _shortest(*middle)
    lines += [Line("same", line) for line in before[len(before) - end :]]
    return lines


def _common(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many lines both begin with, and how many of the others both end with."""
    most = min(len(before), len(after))
    start = 0
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, end


def _shortest(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    """Myers' greedy search; it walks back along the furthest points that each step reached."""
    reached: list[dict[int, int]] = []
    points = {1: 0}
    for edits in range(min(len(before) + len(after), MOST_EDITS) + 1):
        reached.append(dict(points))
        for diagonal in range(-edits, edits + 1, 2):
            x = _next(points, diagonal, edits)
            while (
                x < len(before) and x - diagonal < len(after) and before[x] == after[x - diagonal]
            ):
                x += 1
            points[diagonal] = x
            if x >= len(before) and x - diagonal >= len(after):
                return list(_back(before, after, reached))[::-1]
    return [Line("removed", line) for line in before] + [Line("added", line) for line in after]


def _next(points: Mapping[int, int], diagonal: int, edits: int) -> int:
    """Where the next edit leads to on a diagonal: down from the one above, or right."""
    below, above = points.get(diagonal - 1, -1), points.get(diagonal + 1, -1)
    down = diagonal == -edits or (diagonal != edits and below < above)
    return above if down else below + 1


def _back(
    before: Sequence[str], after: Sequence[str], reached: Sequence[Mapping[int, int]]
) -> Iterator[Line]:
    x, y = len(before), len(after)
    for edits in range(len(reached) - 1, -1, -1):
        points, diagonal = reached[edits], x - y
        below, above = points.get(diagonal - 1, -1), points.get(diagonal + 1, -1)
        down = diagonal == -edits or (diagonal != edits and below < above)
        came = diagonal + 1 if down else diagonal - 1
        from_x = points[came]
        from_y = from_x - came
        while x > max(from_x, 0) and y > max(from_y, 0):
            x, y = x - 1, y - 1
            yield Line("same", before[x])
        if edits and down:
            yield Line("added", after[from_y])
        elif edits:
            yield Line("removed", before[from_x])
        x, y = from_x, from_y


def _block(block: Mapping[str, Any]) -> str:
    text = str(block.get("text", ""))
    if block.get("kind") == "heading":
        return f"{'#' * max(int(block.get('level', 1)), 1)} {text}"
    if block.get("kind") == "table" and block.get("rows"):
        return _table(block["rows"])
    return text


def _price_table(blocks: Blocks) -> str:
    names = list(dict.fromkeys(name for block in blocks for name in block["fields"]))
    rows = [[str(block["fields"].get(name, "")) for name in names] for block in blocks]
    return _table([names, *rows])


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
