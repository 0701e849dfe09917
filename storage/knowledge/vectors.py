"""Passages as embedders see them: which have no vector yet, and the change from one to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

ANSWER_SEEN = 300  # characters of an answer that stand beside its question


class Unembedded(NamedTuple):
    chunk_id: UUID
    text: str  # what an embedder is to see of it


class Progress(NamedTuple):
    done: int
    total: int


def unembedded(
    session: Session,
    collection_id: UUID,
    embedder: str,
    limit: int = 64,
    source_id: UUID | None = None,
) -> list[Unembedded]:
    """Passages, perhaps of one source, of which this embedder has made no vector yet."""
    rows = _run(
        session,
        "select c.id, c.heading, c.question, c.text from flyt.knowledge_chunk c"
        " where c.collection_id = :c and not exists ("
        "   select from flyt.knowledge_vector v where (v.workspace_id, v.chunk_id, v.embedder)"
        "          = (c.workspace_id, c.id, :e))"
        " and (cast(:s as uuid) is null or c.document_id in ("
        "   select d.id from flyt.knowledge_document d where d.source_id = :s)) limit :limit",
        c=collection_id,
        e=embedder,
        limit=limit,
        s=source_id,
    )
    return [Unembedded(row.id, seen(row.heading, row.question, row.text)) for row in rows]


def seen(heading: str, question: str | None, body: str) -> str:
    """A visitor's question is like another question, so an answer says little beside its own."""
    if question:
        return f"{question}\n{body[:ANSWER_SEEN]}"
    return f"{heading}\n{body}" if heading else body


def put_vectors(
    session: Session,
    collection_id: UUID,
    embedder: str,
    vectors: Mapping[UUID, Sequence[float]],
) -> None:
    """Vectors of length 1 by passage; of passages that have gone meanwhile nothing is kept."""
    _run(
        session,
        "insert into flyt.knowledge_vector (workspace_id, chunk_id, embedder, collection_id,"
        " vector)"
        " select c.workspace_id, c.id, :e, c.collection_id, v.vector::halfvec"
        "   from unnest(cast(:ids as uuid[]), cast(:vectors as text[])) as v (id, vector)"
        "   join flyt.knowledge_chunk c on c.id = v.id and c.collection_id = :c"
        " on conflict (workspace_id, chunk_id, embedder) do update set vector = excluded.vector",
        c=collection_id,
        e=embedder,
        ids=list(vectors),
        vectors=[written(vector) for vector in vectors.values()],
    )
    _count_up(session, collection_id, embedder)


def written(vector: Sequence[float]) -> str:
    """As PostgreSQL reads it; a half number has three digits and a bit."""
    return "[" + ",".join(f"{value:.5g}" for value in vector) + "]"


def embedding(session: Session, collection_id: UUID, embedder: str) -> Progress:
    """How many passages of the collection have their vector of this embedder."""
    found = _run(
        session,
        "select (select count(*) from flyt.knowledge_vector v"
        "         where v.collection_id = :c and v.embedder = :e) as done, c.chunks as total"
        "  from flyt.knowledge_collection c where c.id = :c",
        c=collection_id,
        e=embedder,
    ).one()
    return Progress(found.done, found.total)


def settle_embedder(session: Session, collection_id: UUID) -> bool:
    """Searches by ``next_embedder`` once it has seen every passage; the old vectors go.

    True when it did; call it after `put_vectors`.
    """
    changed = _run(
        session,
        "with this as (select * from flyt.knowledge_collection where id = :c for no key update)"
        " update flyt.knowledge_collection c"
        "    set embedder = this.next_embedder, next_embedder = null, version = this.version + 1"
        "   from this where c.id = this.id and this.next_embedder is not null and not exists ("
        "     select from flyt.knowledge_chunk k where k.collection_id = this.id and not exists ("
        "       select from flyt.knowledge_vector v where (v.workspace_id, v.chunk_id, v.embedder)"
        "              = (k.workspace_id, k.id, this.next_embedder)))"
        " returning c.embedder",
        c=collection_id,
    ).scalar()
    if changed is None:
        return False
    _run(
        session,
        "delete from flyt.knowledge_vector where collection_id = :c and embedder <> :e",
        c=collection_id,
        e=changed,
    )
    return True


def _count_up(session: Session, collection_id: UUID, embedder: str) -> None:
    """Something else is found from now on, if this embedder's vectors are those searched."""
    _run(
        session,
        "update flyt.knowledge_collection set version = version + 1"
        " where id = :c and embedder = :e",
        c=collection_id,
        e=embedder,
    )


def _run(session: Session, statement: str, **values: Any) -> Any:
    return session.connection().execute(text(statement), values)
