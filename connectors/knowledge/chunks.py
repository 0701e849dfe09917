"""Cuts a document into passages that can be found and quoted on their own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from connectors.knowledge import Block, Chunk, Parsed, tables
from connectors.knowledge.sentences import sentences


class _Piece(Struct, frozen=True):
    """What is not cut: a sentence or a line of code. ``glue`` joins it to the one before it."""

    text: str
    glue: str
    page: int | None
    fence: str = ""  # of code, as it begins


class _Section(Struct):
    heading: str
    blocks: list[Block]


def chunk(
    parsed: Parsed, *, longest: int = 1200, overlap: int = 1, window: int | None = 3
) -> list[Chunk]:
    """Passages of at most ``longest`` characters, in order, each below its heading's path.

    ``overlap`` sentences of a passage begin the next one; ``window`` is the most sentences a
    passage has (with three the benchmark `xquad` finds more than with whole paragraphs). Only a
    sentence that is itself longer than ``longest`` is cut, between words. A table is cut between
    rows only, each piece repeats its header, and a row that is too long alone stands alone.
    """
    found: list[Chunk] = []
    for section in _sections(parsed.blocks):
        pieces: list[_Piece] = []
        for block in section.blocks:
            if block.kind == "table" and block.rows:
                found += _passages(pieces, section.heading, longest, overlap, window)
                found += _of_table(block, section.heading, longest)
                pieces = []
            else:
                pieces += _pieces(block, longest)
        found += _passages(pieces, section.heading, longest, overlap, window)
    return found


def _sections(blocks: Sequence[Block]) -> Iterator[_Section]:
    """What stands below each heading; a heading with nothing below it stands for itself."""
    path: list[Block] = []
    section = _Section("", [])
    for at, block in enumerate(blocks):
        if block.kind != "heading":
            section.blocks.append(block)
            continue
        yield section
        path = [*(upper for upper in path if upper.level < block.level)]
        below = blocks[at + 1] if at + 1 < len(blocks) else None
        if below is None or (below.kind == "heading" and below.level <= block.level):
            yield _Section(_path(path), [block])
        path.append(block)
        section = _Section(_path(path), [])
    yield section


def _path(headings: Sequence[Block]) -> str:
    return " > ".join(heading.text for heading in headings)


def _pieces(block: Block, longest: int) -> Iterator[_Piece]:
    if block.kind == "code":
        lines = block.text.split("\n")
        fence = lines[0] if lines[0].startswith("```") else ""
        inner = lines[1:-1] if fence else lines
        room = longest - (len(fence) + len("\n\n```") if fence else 0)
        found = [("\n", part) for line in inner for part in _fitting(line, room)]
    else:
        fence = ""
        found = [
            (" " if at or inside else "\n", part)
            for line in block.text.split("\n")
            for at, sentence in enumerate(sentences(line))
            for inside, part in enumerate(_fitting(sentence, longest))
        ]
    for number, (glue, part) in enumerate(found):
        yield _Piece(part, glue if number else "\n\n", block.page, fence)


def _fitting(text: str, longest: int) -> Iterator[str]:
    while len(text) > longest:
        at = text.rfind(" ", 1, longest + 1)
        at = at if at > 0 else longest
        yield text[:at]
        text = text[at:].lstrip(" ")
    yield text


def _passages(
    pieces: Sequence[_Piece], heading: str, longest: int, overlap: int, window: int | None
) -> list[Chunk]:
    overlap = overlap if window is None else min(overlap, window - 1)
    found: list[Chunk] = []
    held: list[_Piece] = []
    for piece in pieces:
        full = window is not None and len(held) >= window
        if held and (full or len(_joined([*held, piece])) > longest):
            found.append(Chunk(_joined(held), heading=heading, page=held[0].page))
            held = held[-overlap:] if overlap else []
            while held and (
                held[0].fence
                or len(_joined(held)) > longest // 3
                or len(_joined([*held, piece])) > longest
            ):
                held = held[1:]
        held.append(piece)
    if held:
        found.append(Chunk(_joined(held), heading=heading, page=held[0].page))
    return found


def _joined(pieces: Sequence[_Piece]) -> str:
    """The text of pieces that follow each other, with code fenced again."""
    parts: list[str] = []
    fence = ""
    for number, piece in enumerate(pieces):
        begins = piece.fence and (not number or piece.glue == "\n\n")
        if fence and (not piece.fence or begins):
            parts.append("\n```")
            fence = ""
        if number:
            parts.append(piece.glue)
        if begins:
            fence = piece.fence
            parts.append(f"{fence}\n")
        parts.append(piece.text)
    return "".join([*parts, "\n```" if fence else ""]).strip("\n")


def _of_table(block: Block, heading: str, longest: int) -> Iterator[Chunk]:
    """Pieces of a table; joined, their rows are the table's."""
    header = f"{tables.line(block.rows[0])}\n{tables.rule(len(block.rows[0]))}"
    whole = Chunk(header, "table", heading, block.page)
    lines: list[str] = []
    size = len(header)
    for row in block.rows[1:]:
        line = tables.line(row)
        if lines and size + 1 + len(line) > longest:
            yield replace(whole, text="\n".join([header, *lines]))
            lines, size = [], len(header)
        lines.append(line)
        size += 1 + len(line)
    yield replace(whole, text="\n".join([header, *lines]))
