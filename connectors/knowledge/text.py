"""Plain texts: which letters the bytes are, and which lines are one paragraph."""

from __future__ import annotations

import codecs
import re
import unicodedata

from connectors.knowledge import Block, CannotRead, Parsed

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65536  # bytes looked at
_COMMON = frozenset("оеаинтсрвлкмдпуяі")  # the letters that Russian and Ukrainian use most
_WRAPPED = 40  # characters: shorter lines were meant to end, longer ones ended at a margin
_ITEM = re.compile(r"\s*(?:[-*•‣▪–]|\d{1,3}[.)])\s+")
_UNSEEN = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f\ufeff\u200b\u2060\ud800-\udfff]")


def read(name: str, content: bytes) -> Parsed:
    """Paragraphs, with lists as lists; a form feed begins a page."""
    pages = clean(decode(content, name)).split("\f")
    numbered = len(pages) > 1
    blocks = tuple(
        _block(paragraph, number if numbered else None)
        for number, page in enumerate(pages, 1)
        for paragraph in re.split(r"\n[ \t]*\n", page)
        if paragraph.strip()
    )
    return Parsed(shown(name), blocks, pages=len(pages) if numbered else None)


def _block(paragraph: str, page: int | None) -> Block:
    lines = [line for line in paragraph.split("\n") if line.strip()]
    starts = [bool(_ITEM.match(line)) for line in lines]
    if starts[0] and sum(starts) > 1:
        items: list[str] = []
        for line, begins in zip(lines, starts, strict=True):
            if begins:
                items.append(line.strip())
            else:
                items[-1] += " " + line.strip()
        return Block("list", "\n".join(items), page)
    wrapped = all(len(line) > _WRAPPED for line in lines[:-1])
    return Block("text", (" " if wrapped else "\n").join(line.strip() for line in lines), page)


def decode(content: bytes, name: str, declared: str | None = None) -> str:
    """The text. Raises `CannotRead` where the bytes are no text at all.

    ``declared`` is what the sender says; it is believed where the bytes allow it.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _checked(content.decode(encoding, "replace"), name)
    wide = _without_mark(content[:_SAMPLE])
    if wide is not None:
        return _checked(content.decode(wide, "replace"), name)
    for encoding in ("utf-8", declared):
        try:
            if encoding is not None:
                return _checked(content.decode(encoding), name)
        except (LookupError, ValueError):
            continue
    return _checked(content.decode(_one_byte(content[:_SAMPLE]), "replace"), name)


def clean(text: str) -> str:
    """Without what no database keeps and nobody sees; one kind of line end; composed letters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n").replace("\xa0", " ")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def shown(name: str) -> str:
    """A file's name as it may stand in a sentence, whatever it was called."""
    last = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    seen = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    seen = " ".join(seen.split())
    return seen if 0 < len(seen) <= 80 else (f"{seen[:60]}…{seen[-15:]}" if seen else "the file")


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 shows in every second byte: 0 of a Latin letter, 4 of a Cyrillic one."""
    if len(sample) < 8:
        return None
    for encoding, high, low in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        highs, lows = sample[high::2], sample[low::2]
        if sum(byte in (0, 4) for byte in highs) > 0.8 * len(highs) and 0 not in lows:
            return encoding
    return None


def _one_byte(sample: bytes) -> str:
    """Cyrillic words are runs of high bytes; elsewhere these stand alone, as in Norwegian."""
    runs = re.findall(rb"[\x80-\xff]{3,}", sample)
    if sum(map(len, runs)) <= 0.5 * sum(byte >= 0x80 for byte in sample):
        return "cp1252"
    return max(("cp1251", "koi8_u", "cp866"), key=lambda encoding: _cyrillic(sample, encoding))


def _cyrillic(sample: bytes, encoding: str) -> int:
    return sum(letter in _COMMON for letter in sample.decode(encoding, "replace"))


def _checked(text: str, name: str) -> str:
    sample = text[:_SAMPLE]
    strange = sum(unicodedata.category(c) in ("Cc", "Cn") for c in sample) - sum(
        sample.count(c) for c in "\n\r\t\f\v"
    )
    if "\0" in text or strange > 0.02 * len(sample):
        raise CannotRead(
            f"{shown(name)} is not a kind of file that can be read. "
            "Save it as PDF, DOCX, XLSX, CSV, HTML, Markdown or plain text."
        )
    return text
