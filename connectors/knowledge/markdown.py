"""Markdown: headings, lists, tables, code and paragraphs."""

from __future__ import annotations

import re

from connectors.knowledge import Block, Parsed, tables
from connectors.knowledge.text import clean, decode, one_line, shown

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+\S")
_RULE = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BREAK = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_FRONT = re.compile(r"---\n(.*?)\n(?:---|\.\.\.)(?:\n|$)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.MULTILINE)
_CELL = re.compile(r"(?<!\\)\|")


def read(name: str, content: bytes) -> Parsed:
    return parse(decode(content, name), shown(name))


def parse(written: str, title: str = "") -> Parsed:
    """Of a text that somebody wrote; ``title`` where the text has none of its own."""
    text = clean(written)
    if front := _FRONT.match(text):
        text = text[front.end() :]
        named = _FRONT_TITLE.search(front[1])
        title = named[1] if named else title
    blocks = _Lines(_without_comments(text)).blocks()
    first = next((block for block in blocks if block.kind == "heading"), None)
    own = bool(front and _FRONT_TITLE.search(front[1]))
    return Parsed(first.text if first and first.level == 1 and not own else title, tuple(blocks))


def _without_comments(text: str) -> list[str]:
    """The lines; where there is code, a comment is code."""
    kept: list[str] = []
    fence: str | None = None
    hidden = False
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence is None and not hidden and mark:
            fence = mark[1]
        elif fence is not None and _closes(line, fence):
            fence = None
        elif fence is None and (hidden or "<!--" in line):
            seen, hidden = _seen(line, hidden)
            kept += [seen] if seen.strip() else []
            continue
        kept.append(line)
    return kept


def _closes(line: str, fence: str) -> bool:
    return line.strip().startswith(fence) and not line.strip().strip(fence[0])


def _seen(line: str, hidden: bool) -> tuple[str, bool]:
    """What of a line stands outside of comments, and whether it ends inside of one."""
    seen = ""
    while line:
        if hidden:
            _, end, line = line.partition("-->")
            hidden = not end
        else:
            part, begin, line = line.partition("<!--")
            seen += part
            hidden = bool(begin)
    return seen, hidden


class _Lines:
    """Takes block after block from the lines."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0

    def blocks(self) -> list[Block]:
        found: list[Block] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip() or _BREAK.match(line):
                self._at += 1
            elif block := self._next(line):
                found.append(block)
        return found

    def _next(self, line: str) -> Block | None:
        if heading := _HEADING.match(line):
            self._at += 1
            words = one_line(heading[2] or "")
            return Block("heading", words, level=len(heading[1])) if words else None
        if fence := _FENCE.match(line):
            return self._code(fence[1], fence[2])
        if (
            "|" in line
            and self._at + 1 < len(self._lines)
            and self._rules(self._lines[self._at + 1])
        ):
            return self._table()
        if _ITEM.match(line):
            return self._list()
        return self._paragraph()

    def _rules(self, line: str) -> bool:
        return "|" in line and bool(_RULE.match(line))

    def _code(self, mark: str, language: str) -> Block | None:
        self._at += 1
        inner: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if _closes(line, mark):
                break
            inner.append(line)
        code = "\n".join(inner).strip("\n")
        return Block("code", f"```{language}\n{code}\n```") if code.strip() else None

    def _table(self) -> Block | None:
        rows = [_cells(self._lines[self._at])]
        self._at += 2
        while self._at < len(self._lines) and "|" in self._lines[self._at]:
            rows.append(_cells(self._lines[self._at]))
            self._at += 1
        return tables.block(rows)

    def _list(self) -> Block:
        """Until something else begins; a line that goes on belongs to the item above it."""
        items: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip():
                following = self._lines[self._at + 1 : self._at + 2]
                if not following or not (_ITEM.match(following[0]) or following[0][:2] == "  "):
                    break
            elif _ITEM.match(line) and not _BREAK.match(line):
                items.append(line.rstrip().expandtabs(4))
            elif _HEADING.match(line) or _FENCE.match(line) or _BREAK.match(line):
                break
            else:
                items[-1] += " " + line.strip()
            self._at += 1
        return Block("list", "\n".join(items))

    def _paragraph(self) -> Block | None:
        lines: list[str] = []
        quoted = False
        while self._at < len(self._lines) and (line := self._lines[self._at]).strip():
            underline = _UNDERLINE.match(line)
            if lines and underline:
                self._at += 1
                return Block("heading", " ".join(lines), level=1 if "=" in underline[1] else 2)
            if lines and (_HEADING.match(line) or _FENCE.match(line) or _BREAK.match(line)):
                break
            if lines and (_ITEM.match(line) or (line.lstrip()[:1] == ">") != quoted):
                break
            quoted = line.lstrip()[:1] == ">"
            lines.append(re.sub(r"^[ \t]*(?:>[ \t]?)*", "", line).strip())
            self._at += 1
            if line.endswith(("  ", "\\")) and lines[-1]:
                lines[-1] = lines[-1].removesuffix("\\").rstrip() + "\n"
        text = re.sub(r" ?\n ?", "\n", " ".join(lines)).strip()
        return Block("text", text) if text else None


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(inner)]
