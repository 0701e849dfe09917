"""A workspace that knows something, and embedders that see what a test wants them to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, select

from connectors.knowledge import Chunk
from runtime.core.effects.knowledge import Passage
from storage.knowledge.index import Price, replace_chunks
from storage.knowledge.search import EmbedQuestion, find
from storage.tables import KnowledgeCollection, KnowledgeDocument, KnowledgeSource
from tests.storage.conftest import Tenant


def blind(embedder: str, question: str) -> None:
    """No embedder can be used: words alone."""


@dataclass(frozen=True)
class Knowing:
    """One collection of a tenant, and how to add to it and ask it."""

    tenant: Tenant
    collection: UUID
    source: UUID

    def learn(
        self, *chunks: str | Chunk, prices: Sequence[Price] = (), **document: Any
    ) -> KnowledgeDocument:
        pieces = [Chunk(one) if isinstance(one, str) else one for one in chunks]
        with self.tenant.session() as session:
            values = {"key": uuid4().hex, "title": "Help", "version": 1} | document
            row = KnowledgeDocument(
                workspace_id=self.tenant.id,
                source_id=self.source,
                collection_id=self.collection,
                **values,
            )
            session.add(row)
            session.flush()
            replace_chunks(session, row, pieces, prices)
            return row

    def relearn(self, document: KnowledgeDocument, *chunks: str) -> None:
        with self.tenant.session() as session:
            replace_chunks(session, document, [Chunk(one) for one in chunks])

    def ask(
        self, question: str, embed: EmbedQuestion = blind, **options: Any
    ) -> tuple[Passage, ...]:
        with self.tenant.session() as session:
            return find(session, question, embed=embed, **options)

    def texts(self, question: str, embed: EmbedQuestion = blind, **options: Any) -> list[str]:
        return [passage.text for passage in self.ask(question, embed, **options)]

    def row(self) -> KnowledgeCollection:
        with self.tenant.session() as session:
            return collection_of(session, self.collection)


def collection_of(session: Session, wanted: UUID) -> KnowledgeCollection:
    statement = select(KnowledgeCollection).where(KnowledgeCollection.id == wanted)
    return session.exec(statement).one()


def open_collection(tenant: Tenant, name: str = "General", embedder: str = "ngrams") -> Knowing:
    with tenant.session() as session:
        collection = KnowledgeCollection(workspace_id=tenant.id, name=name, embedder=embedder)
        session.add(collection)
        session.flush()
        source = KnowledgeSource(
            workspace_id=tenant.id, collection_id=collection.id, kind="article", title=name
        )
        session.add(source)
    return Knowing(tenant, collection.id, source.id)
