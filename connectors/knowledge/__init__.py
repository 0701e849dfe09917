"""From a page or a file to passages: fetch, read into blocks, cut into chunks, embed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

BlockKind = Literal["heading", "text", "list", "table", "code"]


class Block(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of a document in reading order, as Markdown without its heading marks.

    ``level`` is a heading's, from 1; ``rows`` are a table's, the first one its header.
    """

    kind: BlockKind
    text: str
    page: int | None = None  # from 1
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


class Parsed(msgspec.Struct, frozen=True):
    """A document that was read. ``notes`` tell a person what is missing, such as scanned pages."""

    title: str
    blocks: tuple[Block, ...]
    language: str | None = None  # BCP 47, where the document says so
    pages: int | None = None
    notes: tuple[str, ...] = ()


class Chunk(msgspec.Struct, frozen=True):
    """A passage that can be found on its own; ``heading`` is its path, "Prices > Delivery"."""

    text: str
    kind: Literal["text", "table", "faq", "price", "reviewed"] = "text"
    heading: str = ""
    page: int | None = None
    question: str | None = None


class CannotRead(Exception):
    """A file or page that can't be read: the message names it, says why and gives the mend."""


class Embedder(Protocol):
    """Makes vectors of texts. ``name`` is stored with each vector and never means another one."""

    name: str
    size: int  # numbers in a vector

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector of length 1 for each text. May take long: never call it on the event loop."""
        ...
