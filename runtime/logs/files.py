"""Log files that several processes write and rotate together without losing a line."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

_LARGEST = 10_000_000  # bytes
_KEPT = 5


class LogFile:
    """One file of lines; `app.log` becomes `app.log.1` when it is full, and so on to `.5`.

    Each write is one append, which the kernel does not mix with another's. A process that still
    holds the renamed file notices at its next write, so no line is lost.
    """

    def __init__(self, path: Path, largest: int = _LARGEST, kept: int = _KEPT) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._largest = largest
        self._kept = kept
        self._handle = self._open()

    def write(self, lines: bytes) -> None:
        if self._was_renamed():
            os.close(self._handle)
            self._handle = self._open()
        if os.fstat(self._handle).st_size + len(lines) > self._largest:
            self._rotate()
        os.write(self._handle, lines)

    def close(self) -> None:
        os.close(self._handle)

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)

    def _was_renamed(self) -> bool:
        try:
            return self._path.stat().st_ino != os.fstat(self._handle).st_ino
        except FileNotFoundError:
            return True

    def _rotate(self) -> None:
        lock = os.open(self._path.with_name(f".{self._path.name}.lock"), os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._was_renamed() and os.fstat(self._handle).st_size:  # else another did it
                for number in range(self._kept - 1, 0, -1):
                    older = self._numbered(number)
                    if older.exists():
                        older.replace(self._numbered(number + 1))
                self._path.replace(self._numbered(1))
            os.close(self._handle)
            self._handle = self._open()
        finally:
            os.close(lock)

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")
