"""DOCX: headings, paragraphs, lists and tables in the order of the document."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph

from connectors.knowledge import Block, CannotRead, Parsed, tables
from connectors.knowledge.text import clean, one_line, shown

_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_BULLETS = re.compile(r"list bullet", re.IGNORECASE)
_NUMBERS = re.compile(r"list (?:number|continue)?", re.IGNORECASE)


def read(name: str, content: bytes) -> Parsed:
    """The bytes must have passed `archives.kind`."""
    try:
        document = docx.Document(io.BytesIO(content))
        blocks = tuple(_Reader(document).blocks())
        properties = document.core_properties
        title, language = one_line(properties.title or ""), properties.language or None
    except Exception as error:  # whatever a damaged document makes python-docx stumble over
        raise CannotRead(
            f"{shown(name)} is damaged and can't be read. Open it in a word processor, save it "
            "again, and add the new file."
        ) from error
    first = next((block.text for block in blocks if block.kind == "heading"), None)
    return Parsed(title or first or shown(name), blocks, language)


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._ordered = _ordered(document)

    def blocks(self) -> Iterator[Block]:
        items: list[str] = []
        for part in self._document.iter_inner_content():
            item = self._item(part) if isinstance(part, Paragraph) else None
            if item is not None:
                items.append(item)
                continue
            if items:
                yield Block("list", "\n".join(items))
                items = []
            block = self._block(part)
            if block is not None:
                yield block
        if items:
            yield Block("list", "\n".join(items))

    def _block(self, part: Paragraph | Table) -> Block | None:
        if isinstance(part, Table):
            return tables.block(_rows(part))
        text = _words(part)
        if not text:
            return None
        level = _level(part)
        return Block("heading", one_line(text), level=level) if level else Block("text", text)

    def _item(self, paragraph: Paragraph) -> str | None:
        """The paragraph as a line of a list, where it is one."""
        text = one_line(_words(paragraph))
        if not text or _level(paragraph):
            return None
        numbering = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        style = _style_name(paragraph)
        if numbering is None and not style.lower().startswith("list "):
            return None
        depth = _value(numbering, "w:ilvl") if numbering is not None else 0
        number = _value(numbering, "w:numId") if numbering is not None else 0
        ordered = number in self._ordered if numbering is not None else "number" in style.lower()
        return f"{'  ' * min(depth, 8)}{'1.' if ordered else '-'} {text}"


def _words(paragraph: Paragraph) -> str:
    """A paragraph's text, its links as Markdown."""
    parts: list[str] = []
    for part in paragraph.iter_inner_content():
        address = part.url if isinstance(part, Hyperlink) else ""
        if address.startswith(("http://", "https://", "mailto:")) and part.text.strip():
            parts.append(f"[{one_line(part.text)}]({address.replace(' ', '%20')})")
        else:
            parts.append(part.text)
    lines = (" ".join(line.split()) for line in clean("".join(parts)).split("\n"))
    return "\n".join(line for line in lines if line)


def _style_name(paragraph: Paragraph) -> str:
    style = paragraph.style
    return (style.name or "") if style is not None else ""


def _level(paragraph: Paragraph) -> int:
    """By the style's name, else by the outline level it or the paragraph sets; 0: no heading."""
    name = _style_name(paragraph)
    if name == "Title":
        return 1
    if found := _HEADING.match(name):
        return int(found[1])
    style = paragraph.style
    elements = [paragraph._p]
    for _ in range(10):  # styles stand on each other; a damaged file may let them do so in a ring
        if not isinstance(style, ParagraphStyle):
            break
        elements.append(style.element)
        if found := _HEADING.match(style.name or ""):
            return int(found[1])
        style = style.base_style
    for element in elements:
        outline = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if outline is not None:
            level = int(outline.get(qn("w:val"), "9"))
            return level + 1 if level < 9 else 0
    return 0


def _value(element, name: str) -> int:  # noqa: ANN001  # an element of lxml
    found = element.find(qn(name))
    value = found.get(qn("w:val"), "0") if found is not None else "0"
    return int(value) if value.isdecimal() else 0


def _ordered(document: Document) -> frozenset[int]:
    """The lists whose items are numbered."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return frozenset()
    abstract = {
        each.get(qn("w:abstractNumId")): each.find(f"{qn('w:lvl')}/{qn('w:numFmt')}")
        for each in root.findall(qn("w:abstractNum"))
    }
    found: set[int] = set()
    for each in root.findall(qn("w:num")):
        refers = each.find(qn("w:abstractNumId"))
        form = abstract.get(refers.get(qn("w:val"))) if refers is not None else None
        if form is not None and form.get(qn("w:val")) not in ("bullet", "none"):
            found.add(int(each.get(qn("w:numId"), "0")))
    return frozenset(found)


def _rows(table: Table) -> list[list[str]]:
    """A merged cell stands in each place it spans."""
    rows: list[list[str]] = []
    cells = 0
    for row in table.rows:
        rows.append([_cell(cell) for cell in row.cells])
        cells += len(rows[-1])
        if cells > tables.LARGEST:
            break
    return rows


def _cell(cell: _Cell, depth: int = 0) -> str:
    parts = [
        _words(part)
        if isinstance(part, Paragraph)
        else "; ".join(
            " ".join(_cell(inner, depth + 1) for inner in row.cells) for row in part.rows
        )
        for part in cell.iter_inner_content()
        if depth < 3
    ]
    return one_line(" ".join(parts))
