"""What an earlier version has stored, brought to today's form.

Each kind of stored value has a chain of pure changes of its plain JSON. The number of a format is
its place in the chain; the first is not written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec


class _Stored(msgspec.Struct):
    format: int = 1


_decode = msgspec.json.Decoder(_Stored).decode


def format_of(data: bytes | str | msgspec.Raw) -> int:
    """The format that stored JSON says it has. Raises `msgspec.MsgspecError`."""
    return _decode(data).format


Change = Callable[[dict[str, Any]], dict[str, Any]]


class Chain:
    """The changes from the first format of ``what`` to today's, ``current``."""

    def __init__(self, what: str, *changes: Change) -> None:
        self._what, self._changes = what, changes
        self.current = 1 + len(changes)

    def lift(self, plain: dict[str, Any], stored: int) -> dict[str, Any]:
        """``plain`` of format ``stored`` as one of today's. Raises `msgspec.ValidationError`."""
        if not 1 <= stored <= self.current:
            raise msgspec.ValidationError(
                f"the {self._what} has format {stored}, this version knows {self.current}:"
                " run the later version"
            )
        for change in self._changes[stored - 1 :]:
            plain = change(plain)
        return plain
