"""Bots that were made elsewhere, as bot documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct

Status = Literal["kept", "approximated", "review"]


class Entry(Struct, frozen=True):
    """What became of one piece: ``review`` stands for nothing, a person must see to it.

    ``id`` and ``type`` are those of the file it comes from; ``node`` is the step it has become.
    """

    id: str
    type: str
    status: Status
    note: str = ""
    node: str | None = None


@dataclass(frozen=True)
class Imported:
    """A bot document that can be parsed, and what became of each piece, in the file's order."""

    bot: dict[str, Any]
    report: tuple[Entry, ...]


class NotImportable(ValueError):
    """The file is none of this kind; the message is a sentence for a person."""
