"""What a file is by its first bytes, whatever its name or sender claim."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

HEAD = 8192  # bytes looked at

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\x1f\x8b", "application/gzip"),
    (b"MZ", "application/x-executable"),
    (b"\x7fELF", "application/x-executable"),
    (b"#!", "application/x-executable"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_MARKUP = (
    b"<!doctype html",
    b"<html",
    b"<script",
    b"<svg",
    b"<body",
    b"<iframe",
    b"<?xml",
    b"<!--",
)
_TEXTS = {".csv": "text/csv", ".json": "application/json", ".md": "text/markdown"}


def sniff(content: BinaryIO, name: str) -> str:
    """The MIME type; ``name`` only tells plain texts apart. Leaves ``content`` at its beginning."""
    content.seek(0)
    head = content.read(HEAD)
    found = _by_start(head) or _by_box(head) or _by_archive(content, head) or _by_text(head, name)
    content.seek(0)
    return found or "application/octet-stream"


def _by_start(head: bytes) -> str | None:
    return next((kind for start, kind in _STARTS if head.startswith(start)), None)


def _by_box(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    if brand in (b"heic", b"heix", b"mif1", b"avif"):
        return "image/avif" if brand == b"avif" else "image/heic"
    return "audio/mp4" if brand.startswith(b"M4A") else "video/mp4"


def _by_archive(content: BinaryIO, head: bytes) -> str | None:
    if head[:4] != b"PK\x03\x04":
        return None
    try:
        with zipfile.ZipFile(content) as archive:
            names = archive.namelist()
            if names[0] == "mimetype" and archive.getinfo("mimetype").file_size < 200:
                return archive.read("mimetype").decode("ascii", "replace")
    except (zipfile.BadZipFile, IndexError, NotImplementedError, OSError, ValueError):
        return "application/zip"
    for folder, kind in _OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return kind
    return "application/zip"


def _by_text(head: bytes, name: str) -> str | None:
    if not head or b"\0" in head:
        return None
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # not just a character cut in two at the end
            return None
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_MARKUP):
        return "image/svg+xml" if b"<svg" in start[:1024] else "text/html"
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return _TEXTS.get(ending, "text/plain")
