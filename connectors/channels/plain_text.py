"""Markdown as a person would write it without marks. Pure, in time linear to the text.

It reads what the widget reads (`widget/src/markdown.ts`): a link keeps its address, a picture too,
lists stay lists, a quotation stands in quotation marks, and what is only a look goes.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r" {0,3}(```|~~~)")
_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*?)\s*#*$")
_RULE = re.compile(r" {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_QUOTE = re.compile(r"^ {0,3}> ?")
_BULLET = re.compile(r"^(\s*)[-*+]\s+")

_ADDRESS = r"\(\s*<?(?P<to>[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)?)>?(?:\s+\"[^\"\n]*\")?\s*\)"
_KEPT = re.compile(
    rf"(?P<sign>\\[!-/:-@\[-`{{-~])|(?P<code>`+)(?P<inside>[^`\n]+)(?P=code)"
    rf"|(?P<link>!?\[(?P<words>[^\[\]\n]*)\]{_ADDRESS})|<(?P<bare>(?:https?://|mailto:)[^\s<>]+)>"
    r"|(?P<address>https?://[^\s<>]+)"
)
_STARS = re.compile(r"(\*{1,3}|~~)(?=[^\s*~])([^*~\n]*[^\s*~])\1")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])([^_\n]*[^\s_])\1(?!\w)")
_HELD = re.compile("\ue000(\\d+)\ue001")
_LAST_NUMBER = re.compile(r"\s*\[\d{1,3}\]\Z")
_OPENING = "\"“”„«»'‘"
_DEEPEST = 3  # emphasis within emphasis


def plain(markdown: str) -> str:
    """The text without marks; empty lines stand between what were blocks."""
    lines: list[str] = []
    fence: str | None = None
    quoted: int | None = None  # the first line of a quotation
    held: list[str] = []
    for line in markdown.replace("\r\n", "\n").split("\n"):
        mark = _FENCE.match(line)
        quotes = not fence and _QUOTE.match(line) is not None
        if quoted is not None and not quotes:
            _in_marks(lines, quoted)
        quoted = (len(lines) if quoted is None else quoted) if quotes else None
        if fence or mark:
            if mark and fence in (None, mark[1]):
                fence = None if fence else mark[1]
            else:
                lines.append(_hold(line, held))
        else:
            lines.append(_line(line, held))
    if quoted is not None:
        _in_marks(lines, quoted)
    text = _emphasised("\n".join(lines))
    text = _HELD.sub(lambda found: _given_back(found, held), text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _in_marks(lines: list[str], first: int) -> None:
    """Puts what was said by others, from this line on, in marks, unless it has some."""
    said = [at for at in range(first, len(lines)) if lines[at].strip()]
    if said and lines[said[0]][0] not in _OPENING:
        lines[said[0]] = f'"{lines[said[0]]}'
        last = lines[said[-1]]
        end = _end_of_words(last)
        lines[said[-1]] = f'{last[:end]}"{last[end:]}'


def _end_of_words(line: str) -> int:
    """Where numbers of sources begin, such as `[1][2]` at the end of a line."""
    end = len(line)
    while found := _LAST_NUMBER.search(line[max(0, end - 8) : end]):
        end -= len(found[0])
    return end


def _line(line: str, held: list[str]) -> str:
    if _RULE.fullmatch(line):
        return ""
    line = _QUOTE.sub("", line, count=1)
    if heading := _HEADING.fullmatch(line):
        line = heading[1]
    line = _BULLET.sub(r"\1- ", line, count=1)
    if line.endswith("\\"):  # a line that is broken by hand
        line = line[:-1]
    return _KEPT.sub(lambda found: _kept(found, held), line).rstrip()


def _kept(found: re.Match[str], held: list[str]) -> str:
    """What must not be read as marks any more: signs, code, addresses."""
    if found["sign"]:
        return _hold(found["sign"][1], held)
    if found["inside"]:
        return _hold(found["inside"], held)
    if found["link"]:
        return _link(found["words"].strip(), found["to"], held)
    return _hold(found["bare"] or found["address"], held)


def _link(words: str, address: str, held: list[str]) -> str:
    shown = re.sub(r"^(?:mailto|tel):", "", address)
    if not words or words in (address, shown):
        return _hold(shown, held)
    return f"{words} ({_hold(shown, held)})" if shown else words


def _hold(text: str, held: list[str]) -> str:
    held.append(text)
    return f"\ue000{len(held) - 1}\ue001"


def _given_back(found: re.Match[str], held: list[str]) -> str:
    number = int(found[1]) if len(found[1]) < 8 else len(held)
    return held[number] if number < len(held) else ""


def _emphasised(text: str) -> str:
    for _ in range(_DEEPEST):
        without = _UNDERSCORES.sub(r"\2", _STARS.sub(r"\2", text))
        if without == text:
            break
        text = without
    return text
