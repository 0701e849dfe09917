"""Any file or page to blocks in reading order."""

from __future__ import annotations

import re

from connectors.knowledge import (
    CannotRead,
    Parsed,
    archives,
    html,
    markdown,
    pdf,
    sheets,
    text,
    word,
)
from connectors.knowledge.text import shown

LARGEST = 50_000_000  # bytes

_PAGE = re.compile(
    r"\s*(?:<!--.*?-->\s*)*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = "Save it as PDF, DOCX, XLSX, CSV, HTML, Markdown or plain text."
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture, sound or film"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)


def read(
    name: str, content: bytes, media_type: str | None = None, *, url: str | None = None
) -> Parsed:
    """Reads by what the bytes are; name and media type only tell plain texts apart.

    ``url`` is where it came from, for links that are relative to it. May take minutes: call it in a
    worker, never on the event loop. Raises `CannotRead`.
    """
    check(name, content)
    parsed = _read(name, content, media_type, url)
    if not parsed.blocks:
        raise CannotRead(f"{shown(name)} has no text to read. Check that it is the right one.")
    return parsed


def check(name: str, content: bytes) -> None:
    """Raises `CannotRead` where nobody can read it, whatever it is for."""
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise CannotRead(f"{shown(name)} is empty. Check that it is the right file.")
    if len(content) > LARGEST:
        raise CannotRead(
            f"{shown(name)} is too large ({len(content) / 1_000_000:.0f} MB; at most "
            f"{LARGEST // 1_000_000}). Divide it into several files."
        )
    if content.startswith(_OLD_OFFICE):
        raise CannotRead(
            f"{shown(name)} is protected by a password or of an old kind (DOC, XLS). Save it as "
            "DOCX, XLSX or PDF without a password, and add it again."
        )
    for start, what in _FOREIGN:
        if content.startswith(start):
            raise CannotRead(f"{shown(name)} is {what}, which can't be read. {_KINDS}")


def _read(name: str, content: bytes, media_type: str | None, url: str | None) -> Parsed:
    if b"%PDF-" in content[:1024]:
        return pdf.read(name, content)
    if content.startswith(b"PK\x03\x04"):
        kind = archives.kind(name, content)
        return word.read(name, content) if kind == "docx" else sheets.read(name, content)
    told = (media_type or "").split(";")[0].strip().lower()
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if told in ("text/html", "application/xhtml+xml") or ending in (".html", ".htm", ".xhtml"):
        return html.read(name, content, media_type, url)
    if told == "text/csv" or ending in (".csv", ".tsv"):
        return sheets.read(name, content)
    if told == "text/markdown" or ending in (".md", ".markdown"):
        return markdown.read(name, content)
    if _PAGE.match(text.decode(content[:8192], name)):
        return html.read(name, content, media_type, url)
    return text.read(name, content)
