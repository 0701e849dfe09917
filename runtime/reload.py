"""Notices that Flyt's own files changed, for `make dev`."""

from __future__ import annotations

from pathlib import Path

_PACKAGES = ("builder", "connectors", "nodes", "runtime", "storage")
_KINDS = (".css", ".json", ".py", ".ts", ".tsx")


class Sources:
    """The checkout's sources with their times, as of the last look."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root or Path(__file__).resolve().parent.parent
        self._seen = self._times()

    def changed(self) -> bool:
        """True once after each change, addition or removal."""
        times = self._times()
        different = times != self._seen
        self._seen = times
        return different

    def _times(self) -> dict[Path, int]:
        files = (file for name in _PACKAGES for file in (self._root / name).rglob("*.*"))
        watched = (file for file in files if file.suffix in _KINDS)
        return {file: file.stat().st_mtime_ns for file in watched if file.exists()}
