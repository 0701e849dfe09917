"""From what a version holds to what can be found of it. Pure, and slow for long documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from connectors.knowledge import Block, Chunk, Parsed, markdown
from connectors.knowledge.chunks import chunk
from connectors.knowledge.prices import PriceRow
from storage.knowledge import texts
from storage.knowledge.index import Price
from storage.tables import KnowledgeDocument


def blocks_of(parsed: Parsed) -> list[dict[str, Any]]:
    """A parsed document as a version keeps it."""
    return storable(msgspec.to_builtins(parsed.blocks))


def price_blocks(rows: Sequence[PriceRow]) -> list[dict[str, Any]]:
    """The rows of a price list as a version keeps them."""
    return storable([{"kind": "price", **msgspec.to_builtins(row)} for row in rows])


def storable(value: Any) -> Any:
    """Without NUL characters and halves of characters, which PostgreSQL does not take."""
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode()
        case dict():
            return {storable(key): storable(one) for key, one in value.items()}
        case list() | tuple():
            return [storable(one) for one in value]
        case _:
            return value


def passages(
    kind: str, document: KnowledgeDocument, blocks: Sequence[Mapping[str, Any]]
) -> list[Chunk]:
    """What can be found of a document of a source of this kind, price rows excepted."""
    match kind:
        case "pricelist":
            return []
        case "faq" | "reviewed":
            return [
                Chunk(text=answer, kind=kind, question=question)
                for question, answer in texts.pairs(blocks)
            ]
        case "article":
            parsed = markdown.parse(texts.markdown(blocks))
            return chunk(msgspec.structs.replace(parsed, title=document.title))
        case _:
            read = tuple(msgspec.convert(block, Block) for block in blocks)
            return chunk(Parsed(document.title, read, language=document.language))


def prices(kind: str, blocks: Sequence[Mapping[str, Any]]) -> list[Price]:
    """The rows of a price list; of anything else none."""
    if kind != "pricelist":
        return []
    return [
        Price(
            name=block["name"],
            fields=block["fields"],
            price=None if block.get("price") is None else Decimal(block["price"]),
            currency=block.get("currency"),
        )
        for block in blocks
    ]
