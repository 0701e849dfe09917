"""A workspace that knows something, for the benchmarks that look things up."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from uuid import UUID

from benchmarks.payloads import SETTING
from benchmarks.subjects import SubjectFailed
from connectors.knowledge import Chunk, Embedder
from storage.database import Database
from storage.identifiers import uuid7
from storage.knowledge.index import Price, put_vectors, replace_chunks, unembedded
from storage.tables import KnowledgeCollection, KnowledgeDocument, KnowledgeSource, Workspace

Seen = Callable[[str, str], Sequence[float] | None]


def data(path: str, what: str) -> Path:
    """A file below the folder that `FLYT_DATASETS` names. Raises `SubjectFailed`."""
    file = Path(os.environ.get(SETTING, "")) / path
    if SETTING not in os.environ or not file.is_file():
        raise SubjectFailed(f"set {SETTING} to the folder that holds {path}: {what}")
    return file


class Library:
    """One collection of one new workspace."""

    def __init__(self, database: Database, embedder: str) -> None:
        self.database, self.embedder, self.workspace = database, embedder, uuid7()
        with database.session(workspace_id=self.workspace) as session:
            session.add(Workspace(id=self.workspace, name="Benchmark"))
            session.flush()
            collection = KnowledgeCollection(
                workspace_id=self.workspace, name="General", embedder=embedder
            )
            session.add(collection)
            session.flush()
            source = KnowledgeSource(
                workspace_id=self.workspace,
                collection_id=collection.id,
                kind="article",
                title="Benchmark",
            )
            session.add(source)
        self.collection, self.source = collection.id, source.id

    def add(self, title: str, chunks: Sequence[Chunk], prices: Sequence[Price] = ()) -> UUID:
        """A document with these passages."""
        with self.database.workspace(self.workspace) as session:
            document = KnowledgeDocument(
                workspace_id=self.workspace,
                source_id=self.source,
                collection_id=self.collection,
                key=str(uuid7()),
                title=title,
                language="en",
                version=1,
            )
            session.add(document)
            session.flush()
            replace_chunks(session, document, chunks, prices)
            return document.id

    def embed(self, embedder: Embedder, batch: int = 256) -> None:
        """Until every passage has its vector."""
        while True:
            with self.database.workspace(self.workspace) as session:
                waiting = unembedded(session, self.collection, self.embedder, batch)
            if not waiting:
                return
            vectors = embedder.embed([one.text for one in waiting])
            with self.database.workspace(self.workspace) as session:
                found = zip((one.chunk_id for one in waiting), vectors, strict=True)
                put_vectors(session, self.collection, self.embedder, dict(found))


def remembered(embedder: Embedder, questions: Iterable[str]) -> Seen:
    """Questions seen beforehand and together, as a pass over all of them would be."""
    asked = list(dict.fromkeys(questions))
    vectors = dict(zip(asked, embedder.embed(asked), strict=True))

    def see(name: str, question: str) -> Sequence[float] | None:
        return vectors[question]

    return see
