"""What bots know: collections of sources, their documents and versions, and what is searched."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC, SPARSEVEC
from sqlalchemy import Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, BIT, JSON
from sqlmodel import Field

from storage.tables.base import (
    Identified,
    Owned,
    in_workspace,
    json_field,
    now_field,
    number_field,
    one_of,
    reference,
    word_field,
)

SourceKind = Literal["file", "url", "sitemap", "faq", "article", "pricelist", "reviewed"]
SourceStatus = Literal["queued", "working", "ready", "failed"]
DocumentStatus = Literal["ready", "failed"]
ChunkKind = Literal["text", "table", "faq", "price", "reviewed"]

KEYS = 1_000_000_000
"""How many different keys words have, as many as a sparse vector has places."""

SHAPE = 256
"""Bits that the spelling of a word leaves traces in."""


def _keys_index() -> Index:
    """Of words to rows. Written at once, not by the next search that meets what is put off."""
    return Index(None, "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"})


class KnowledgeCollection(Identified, table=True):
    """Sources that belong together; steps name collections by ``name``.

    ``embedder`` made the vectors that are searched; while ``next_embedder`` is set, those of that
    one are being made beside them. Of ``confidential`` ones only models marked local may see
    anything. ``version`` counts changes of what can be found; it, ``chunks``
    and ``prices`` (how many there are) are kept by the database itself.
    """

    __table_args__ = (
        in_workspace(),
        reference("brand", "brand_id", ondelete="SET NULL (brand_id)"),
        UniqueConstraint("workspace_id", "name"),
    )

    name: str
    brand_id: UUID | None = None
    embedder: str
    next_embedder: str | None = None
    confidential: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    version: int = number_field(0)
    chunks: int = number_field(0)
    prices: int = number_field(0)
    languages: list[str] = Field(  # that passages are or were in, as `KnowledgeChunk.language`
        default_factory=list,
        sa_type=ARRAY(Text),
        nullable=False,
        sa_column_kwargs={"server_default": text("'{}'::text[]")},
    )
    created_at: datetime = now_field()


class KnowledgeSource(Identified, table=True):
    """Where documents come from.

    ``settings`` are those of its kind; ``progress`` is that of `storage.knowledge.readings`. A row
    that is queued, or whose lease has run out while it was being read, waits for a worker; a ready
    one is read again at ``next_at``.
    """

    __table_args__ = (
        in_workspace(),
        reference("knowledge_collection", "collection_id"),
        reference("file", "file_id", ondelete="SET NULL (file_id)"),
        one_of("kind", SourceKind),
        one_of("status", SourceStatus),
        Index(None, "workspace_id", "collection_id"),
        Index(
            "ix_knowledge_source_waiting",
            "leased_until",
            postgresql_where=text("status in ('queued', 'working')"),
        ),
        Index(
            "ix_knowledge_source_next",
            "next_at",
            postgresql_where=text("next_at is not null"),
        ),
        Index(
            "uq_knowledge_source_reviewed",
            "workspace_id",
            "collection_id",
            unique=True,
            postgresql_where=text("kind = 'reviewed'"),
        ),
    )

    collection_id: UUID
    kind: str
    title: str
    settings: dict[str, Any] = json_field()
    file_id: UUID | None = None
    status: str = word_field("queued")
    progress: dict[str, Any] = json_field()
    report: dict[str, Any] = json_field()  # of the last reading: what came, changed and went
    error: str | None = None
    attempts: int = number_field(0)
    leased_by: str | None = None
    leased_until: datetime | None = None
    every: str | None = None  # an ISO 8601 duration
    read_at: datetime | None = None
    next_at: datetime | None = None
    created_at: datetime = now_field()
    updated_at: datetime = now_field()


class KnowledgeDocument(Identified, table=True):
    """One page, file, article or list of questions. ``version`` is the one that is searched."""

    __table_args__ = (
        in_workspace(),
        reference("knowledge_source", "source_id"),
        reference("knowledge_collection", "collection_id"),
        one_of("status", DocumentStatus),
        UniqueConstraint("workspace_id", "source_id", "key"),
        Index(None, "workspace_id", "collection_id"),
    )

    source_id: UUID
    collection_id: UUID
    key: str  # what it is called at its source: an address, a file's name
    title: str
    url: str | None = None
    language: str | None = None
    version: int = number_field(0)  # 0: it could not be read yet
    status: str = word_field("ready")
    error: str | None = None
    known: dict[str, Any] = json_field()  # what a crawl told of the page, for the next one
    created_at: datetime = now_field()
    updated_at: datetime = now_field()


class KnowledgeVersion(Owned, table=True):
    """What a document said once; ``blocks`` are those of `storage.knowledge.texts`."""

    __table_args__ = (reference("knowledge_document", "document_id"),)

    document_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    digest: str
    blocks: list[Any] = json_field("[]")
    author: str  # "user:<id>", "key:<id>" or "system"
    note: str = word_field("")
    created_at: datetime = now_field()


class KnowledgeChunk(Identified, table=True):
    """A passage that can be found, of the version of its document that is searched.

    ``keys`` are the numbers of the words in it, which no two workspaces share; ``weights`` are what
    each tells here, by BM25, at the place of its key. `KnowledgeTerm` tells how common it is.
    """

    __table_args__ = (
        in_workspace(),
        reference("knowledge_document", "document_id"),
        reference("knowledge_collection", "collection_id"),
        one_of("kind", ChunkKind),
        Index(None, "workspace_id", "document_id", "position"),
        Index(None, "workspace_id", "collection_id"),
        _keys_index(),
    )

    document_id: UUID
    collection_id: UUID
    position: int
    kind: str = word_field("text")
    heading: str = word_field("")
    page: int | None = None
    question: str | None = None  # of a question and its answer
    text: str
    language: str = word_field("en")
    keys: list[int] = Field(sa_type=ARRAY(Integer), nullable=False)
    weights: Any = Field(sa_type=SPARSEVEC(KEYS), nullable=False)


class KnowledgeTerm(Owned, table=True):
    """A word of a collection and in how many passages, or rows of price lists, it stands.

    ``rows`` is kept by the database. ``shape`` is its spelling: alike for words spelled alike, of
    which those with the same ``start`` are compared.
    """

    __table_args__ = (
        reference("knowledge_collection", "collection_id"),
        Index(None, "start", "workspace_id", "collection_id", "price"),  # no way but by its start
    )

    collection_id: UUID = Field(primary_key=True)
    key: int = Field(primary_key=True, sa_type=Integer, sa_column_kwargs={"autoincrement": False})
    term: str
    price: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    rows: int = number_field(0)
    start: str
    shape: Any = Field(sa_type=BIT(SHAPE), nullable=False)


class KnowledgeVector(Owned, table=True):
    """A chunk as one embedder sees it. Vectors of any length stand side by side."""

    __table_args__ = (
        reference("knowledge_chunk", "chunk_id"),
        reference("knowledge_collection", "collection_id"),
        Index(None, "workspace_id", "collection_id", "embedder"),
    )

    chunk_id: UUID = Field(primary_key=True)
    embedder: str = Field(primary_key=True)
    collection_id: UUID
    vector: Any = Field(sa_type=HALFVEC, nullable=False)


class KnowledgePrice(Identified, table=True):
    """A row of a price list: ``fields`` as they stood, ``price`` as a number.

    ``keys`` are its words, of which it has ``words``; ``weights`` holds a 1 for each of them, and
    for each two that follow each other.
    """

    __table_args__ = (
        in_workspace(),
        reference("knowledge_document", "document_id"),
        reference("knowledge_collection", "collection_id"),
        Index(None, "workspace_id", "document_id", "position"),
        Index(None, "workspace_id", "collection_id"),
        _keys_index(),
    )

    document_id: UUID
    collection_id: UUID
    position: int
    name: str
    fields: dict[str, Any] = Field(sa_type=JSON, nullable=False)  # JSONB would lose their order
    price: Decimal | None = None
    currency: str | None = None
    keys: list[int] = Field(sa_type=ARRAY(Integer), nullable=False)
    words: int
    weights: Any = Field(sa_type=SPARSEVEC(KEYS), nullable=False)
