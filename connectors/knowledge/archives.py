"""DOCX and XLSX are ZIP archives of XML: looked at before anything unpacks them."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Literal

from connectors.knowledge import CannotRead
from connectors.knowledge.text import shown

LARGEST = 300_000_000  # bytes unpacked
PARTS = 5_000
_RATIO = 300  # a part that grows more than that is a bomb, no document
_SMALL = 5_000_000  # bytes that no ratio makes dangerous
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, RuntimeError)


def kind(name: str, content: bytes) -> Literal["docx", "xlsx"]:
    """Which of the two it is, safe to be unpacked. Raises `CannotRead`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _bounded(name, parts)
            names = {part.filename for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                raise CannotRead(
                    f"{shown(name)} is protected by a password. Save it without one, and add it "
                    "again."
                )
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    _plain(name, archive, part)
    except _DAMAGED as error:
        raise CannotRead(
            f"{shown(name)} is damaged and can't be opened. Save it again, and add the new file."
        ) from error
    if any(part.startswith("word/") for part in names):
        return "docx"
    if any(part.startswith("xl/") for part in names):
        return "xlsx"
    raise CannotRead(
        f"{shown(name)} is an archive, but no DOCX or XLSX. Unpack it and add the files in it, or "
        "save the document as PDF, DOCX or XLSX."
    )


def _bounded(name: str, parts: list[zipfile.ZipInfo]) -> None:
    bomb = any(
        part.file_size > _SMALL and part.file_size > _RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if bomb or len(parts) > PARTS or sum(part.file_size for part in parts) > LARGEST:
        raise CannotRead(
            f"{shown(name)} is too large once it is unpacked. Divide it into several files."
        )


def _plain(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No office program writes a document type; its entities could be bombs or other files."""
    with archive.open(part) as file:
        head = file.read(4096)
    plain = head.replace(b"\0", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise CannotRead(
            f"{shown(name)} holds instructions that no document needs (a document type). "
            "Open it in a word processor, save it again, and add the new file."
        )
