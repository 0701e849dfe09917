"""What a store of bytes must do. Keys are made by `storage.files.records`, never by a visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from storage.errors import NotFound

CHUNK = 256 * 1024  # bytes
_KEY = re.compile(r"[0-9a-f-]{36}/[0-9a-f-]{36}")


class FileMissing(NotFound):
    """The bytes of this file are gone from the store."""


class FileStore(Protocol):
    """Private bytes by key; nothing here is ever public."""

    def put(self, key: str, content: BinaryIO) -> None:
        """Stores what ``content`` still has to give; whole or not at all."""
        ...

    def read(self, key: str) -> Iterator[bytes]:
        """The bytes in chunks. Raises `FileMissing` before the first."""
        ...

    def delete(self, key: str) -> None:
        """Harmless where there is nothing."""
        ...


def checked(key: str) -> str:
    """The key, if it is one: ``<workspace>/<file>``. Raises ValueError."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key of a file")
    return key


def chunks(content: BinaryIO) -> Iterator[bytes]:
    while chunk := content.read(CHUNK):
        yield chunk
