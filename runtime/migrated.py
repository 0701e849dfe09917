"""Remembers that our own database was brought to this very version, so a warm start need not ask.

The note lies beside the embedded cluster and goes with it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

_STORAGE = Path(__file__).resolve().parent.parent / "storage"


class Migrated:
    """A file with the fingerprint of all that `flyt migrate` would do."""

    def __init__(self, file: Path, first_owner: str | None) -> None:
        self._file = file
        self._first_owner = first_owner or ""

    def current(self) -> bool:
        return self._file.exists() and self._file.read_text() == self._fingerprint()

    def mark(self) -> None:
        self._file.write_text(self._fingerprint())

    def _fingerprint(self) -> str:
        digest = hashlib.sha256(self._first_owner.encode())
        for folder, pattern in (("migrations", "**/*.py"), ("sql", "*.sql")):
            for file in sorted((_STORAGE / folder).glob(pattern)):
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()
