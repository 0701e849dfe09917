"""What the knowledge calls answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from storage.knowledge import texts
from storage.knowledge.collections import Summary as Collection
from storage.knowledge.sources import Summary as Source
from storage.tables import (
    DocumentStatus,
    KnowledgeDocument,
    KnowledgeSource,
    KnowledgeVersion,
    SourceKind,
    SourceStatus,
)

_SHOWN = {
    "id", "kind", "title", "status", "error", "settings", "every", "read_at", "next_at",
    "created_at",
}  # fmt: skip


class EmbeddingView(BaseModel):
    done: int
    total: int


class NamedView(BaseModel):
    id: UUID
    name: str


class CollectionView(BaseModel):
    id: UUID
    name: str = Field(description="Steps of a bot name the collection by it.")
    brand: NamedView | None = Field(description="Only its channels find this; null: all do.")
    embedder: str = Field(description="Made the vectors that are searched.")
    next_embedder: str | None = Field(description="Whose vectors are being made meanwhile.")
    embedding: EmbeddingView | None = Field(description="How far the next embedder is.")
    sources: int
    documents: int
    chunks: int = Field(description="Passages and rows of price lists that can be found.")
    version: int = Field(description="Counts changes of what can be found.")
    confidential: bool = Field(description="Only models marked local may read it.")

    @classmethod
    def of(cls, collection: Collection) -> CollectionView:
        embedding = None
        if collection.next_embedder:
            embedding = EmbeddingView(done=collection.embedded, total=collection.chunks)
        brand = (
            NamedView(id=collection.brand[0], name=collection.brand[1])
            if collection.brand
            else None
        )
        return cls(
            id=collection.id, name=collection.name, brand=brand, embedder=collection.embedder,
            next_embedder=collection.next_embedder, embedding=embedding,
            sources=collection.sources, documents=collection.documents,
            chunks=collection.chunks + collection.prices, version=collection.version,
            confidential=collection.confidential,
        )  # fmt: skip


class ProgressView(BaseModel):
    stage: str = Field(
        description="`waiting`, `reading`, `indexing` or `embedding`; then `ready` or `failed`."
    )
    done: int
    total: int


class ReportView(BaseModel):
    """What the last reading brought, as numbers of documents."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    notes: list[str] = Field([], description="What is missing, such as pages that are pictures.")


class DocumentErrorView(BaseModel):
    document: str
    message: str


class SourceView(BaseModel):
    id: UUID
    kind: SourceKind
    title: str
    collection: NamedView
    status: SourceStatus
    progress: ProgressView
    report: ReportView
    error: str | None = Field(
        description="Why it could not be read; of a ready one, why it is found by words only."
    )
    documents: int
    chunks: int = Field(description="Passages and rows of price lists that can be found.")
    errors: list[DocumentErrorView] = Field(description="Of its documents, at most 100.")
    settings: dict[str, Any]
    every: str | None
    read_at: datetime | None
    next_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, summary: Source) -> SourceView:
        source = summary.source
        shown = source.model_dump(include=_SHOWN)
        return cls.model_validate(
            {
                **shown,
                "collection": {"id": source.collection_id, "name": summary.collection},
                "progress": source.progress,
                "report": source.report,
                "documents": summary.documents,
                "chunks": summary.chunks,
                "errors": [{"document": d, "message": m} for d, m in summary.errors],
            }
        )


class DocumentLine(BaseModel):
    """A document in a list."""

    id: UUID
    source_id: UUID
    title: str
    url: str | None
    language: str | None
    version: int = Field(description="The newest; 0: it could not be read yet.")
    status: DocumentStatus
    error: str | None
    updated_at: datetime

    @classmethod
    def of(cls, document: KnowledgeDocument, version: int) -> DocumentLine:
        return cls.model_validate({**document.model_dump(), "version": version})


class PairView(BaseModel):
    question: str
    answer: str


class PriceView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    price: float | None
    currency: str | None
    fields: dict[str, Any] = Field(description="All that stood in the row, as it stood there.")


class DocumentView(DocumentLine):
    kind: SourceKind = Field(description="Of its source.")
    pages: int | None
    text: str = Field(description="Markdown; `<!-- page 2 -->` stands where a page begins.")
    pairs: list[PairView] | None = Field(None, description="Of questions and answers.")
    rows: list[PriceView] | None = Field(None, description="The first 200 of a price list.")
    total_rows: int | None = None

    @classmethod
    def of_version(
        cls,
        document: KnowledgeDocument,
        version: KnowledgeVersion | None,
        source: KnowledgeSource,
        rows: tuple[Sequence[Any], int] | None,
    ) -> DocumentView:
        blocks: Sequence[Mapping[str, Any]] = version.blocks if version else ()
        pairs = None
        if source.kind in ("faq", "reviewed"):
            pairs = [PairView(question=q, answer=a) for q, a in texts.pairs(blocks)]
        return cls.model_validate(
            {
                **document.model_dump(),
                "version": version.number if version else 0,
                "kind": source.kind,
                "pages": max((block.get("page") or 0 for block in blocks), default=0) or None,
                "text": texts.markdown(blocks, pages=True),
                "pairs": pairs,
                "rows": [PriceView.model_validate(row) for row in rows[0]] if rows else None,
                "total_rows": rows[1] if rows else None,
            }
        )


class VersionView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: int
    author: str = Field(description="`user:…`, `key:…`, or `system` for what was read.")
    note: str
    created_at: datetime
    current: bool = Field(description="Whether it is the newest, which is searched.")


class VersionTextView(VersionView):
    text: str = Field(description="Markdown.")
    pairs: list[PairView] | None = Field(None, description="Of questions and answers.")


class LineView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    op: Literal["same", "added", "removed"]
    text: str


class DifferenceView(BaseModel):
    lines: list[LineView]


class PassageView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    source_id: UUID
    document_id: UUID
    title: str
    heading: str
    page: int | None
    text: str
    score: float = Field(description="From 0 to 1; 1 is certain.")
    url: str | None
    kind: str
    question: str | None = Field(description="That this is the answer to.")
    fields: dict[str, Any] = Field(description="Of a row of a price list.")


class PassagesView(BaseModel):
    passages: list[PassageView]


class EmbedderView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    label: str
    size: int
    languages: list[str] = Field(description="BCP 47, or `every`.")
    semantic: bool = Field(description="Finds what means the same in other words.")
    available: bool
    note: str
