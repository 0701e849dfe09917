"""Files in a folder of this machine."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from storage.files.store import FileMissing, checked, chunks


class FolderStore:
    """A folder that only this user may look into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, key: str, content: BinaryIO) -> None:
        path = self.folder / checked(key)
        path.parent.mkdir(exist_ok=True, mode=0o700)
        part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with part.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                for chunk in chunks(content):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)

    def read(self, key: str) -> Iterator[bytes]:
        try:
            file = (self.folder / checked(key)).open("rb")
        except FileNotFoundError as error:
            raise FileMissing(FileMissing.__doc__) from error
        return _closing(file)

    def delete(self, key: str) -> None:
        (self.folder / checked(key)).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        """All there is, for a backup."""
        for path in sorted(self.folder.glob("*/*")):
            if not path.name.startswith("."):
                yield path.relative_to(self.folder).as_posix()


def _closing(file: BinaryIO) -> Iterator[bytes]:
    with file:
        yield from chunks(file)
