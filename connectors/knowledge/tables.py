"""Tables as Markdown, the same from every kind of file."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.knowledge import Block
from connectors.knowledge.text import one_line

LARGEST = 200_000  # cells of one table; what is beyond is told, not read


def block(rows: Sequence[Sequence[str]], page: int | None = None) -> Block | None:
    """A table of these rows, the first one its header; None where nothing stands in them.

    Rows become equally long; rows and columns in which nothing stands go.
    """
    cells = [[one_line(cell) for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    width = max(map(len, cells), default=0)
    cells = [row + [""] * (width - len(row)) for row in cells]
    used = [at for at in range(width) if any(row[at] for row in cells)]
    kept = tuple(tuple(row[at] for at in used) for row in cells)
    return Block("table", text(kept), page, rows=kept) if kept else None


def text(rows: Sequence[Sequence[str]]) -> str:
    """Markdown: header, rule, rows."""
    lines = [line(row) for row in rows]
    return "\n".join([lines[0], rule(len(rows[0])), *lines[1:]])


def line(row: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def rule(columns: int) -> str:
    return "|" + " --- |" * columns
