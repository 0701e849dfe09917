"""Typebot's exports, versions 3 to 6.1. Nothing in them is ever run."""

from __future__ import annotations

from runtime.core.document import DocumentError, parse
from runtime.exchange import Imported, NotImportable
from runtime.exchange.typebot.reading import is_export, read
from runtime.exchange.typebot.weaving import woven

__all__ = ["imported", "is_export"]


def imported(data: bytes | str) -> Imported:
    """The bot in an export of Typebot. Raises `NotImportable`, `DocumentError`."""
    made = woven(read(data))
    try:
        parse(made.bot)
    except DocumentError as error:
        first = error.errors[0]
        raise NotImportable(f"The bot can't be made of this file: {first.message}") from error
    return made
