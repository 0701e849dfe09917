"""What is written for search, and that its figures stay right whatever comes and goes."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, text
from sqlmodel import col, select

from connectors.knowledge import Chunk
from storage.knowledge.index import (
    Price,
    Progress,
    embedding,
    move_source,
    put_vectors,
    settle_embedder,
    unembedded,
)
from storage.tables import KnowledgeChunk, KnowledgeDocument, KnowledgeSource
from tests.storage.conftest import Tenant
from tests.storage.knowing import Knowing, collection_of, open_collection


@pytest.fixture
def knowing(tenant: Tenant) -> Knowing:
    return open_collection(tenant)


def terms(knowing: Knowing) -> dict[str, int]:
    """What the database has counted."""
    with knowing.tenant.session() as session:
        rows = session.connection().execute(
            text("select term, rows from flyt.knowledge_term where collection_id = :c"),
            {"c": knowing.collection},
        )
        return dict(rows.all())  # type: ignore[arg-type]


def recounted(knowing: Knowing) -> Counter[int]:
    """What there is to count, key by key."""
    with knowing.tenant.session() as session:
        rows = session.connection().execute(
            text(
                "select unnest(keys) from flyt.knowledge_chunk where collection_id = :c union all"
                " select unnest(keys) from flyt.knowledge_price where collection_id = :c"
            ),
            {"c": knowing.collection},
        )
        return Counter(key for (key,) in rows)


def is_right(knowing: Knowing) -> bool:
    return sorted(terms(knowing).values()) == sorted(recounted(knowing).values())


def test_a_new_version_replaces_the_old_one(knowing: Knowing) -> None:
    document = knowing.learn("Parking costs two euro.", "Dogs are welcome.", language="en")
    before = knowing.row()
    knowing.relearn(document, "Parking is free.")
    after = knowing.row()
    assert knowing.texts("parking") == ["Parking is free."]
    assert knowing.texts("dogs") == []
    assert (before.chunks, after.chunks, after.version > before.version) == (2, 1, True)
    assert terms(knowing) == {"park": 1, "free": 1, "help": 1}


def test_what_is_deleted_is_gone_at_once_whatever_way_it_goes(knowing: Knowing) -> None:
    first, second = (knowing.learn(f"Parking {n}", prices=[Price("Car")]) for n in "ab")
    with knowing.tenant.session() as session:
        session.exec(delete(KnowledgeDocument).where(col(KnowledgeDocument.id) == first.id))  # type: ignore[call-overload]
    assert [p.document_id for p in knowing.ask("parking")] == [str(second.id)]
    assert (knowing.row().chunks, knowing.row().prices, is_right(knowing)) == (1, 1, True)
    before = knowing.row().version
    with knowing.tenant.session() as session:
        session.exec(delete(KnowledgeSource).where(col(KnowledgeSource.id) == knowing.source))  # type: ignore[call-overload]
    assert (knowing.texts("parking"), knowing.row().chunks, terms(knowing)) == ([], 0, {})
    assert knowing.row().version > before


def test_a_collection_goes_with_all_that_is_in_it(knowing: Knowing) -> None:
    knowing.learn("Parking", prices=[Price("Car")])
    with knowing.tenant.session() as session:
        session.delete(collection_of(session, knowing.collection))
    with knowing.tenant.session() as session:
        assert session.connection().execute(text("select from flyt.knowledge_term")).all() == []


def test_writers_of_one_collection_follow_each_other(knowing: Knowing) -> None:
    documents = [knowing.learn(f"Word {n} shared", key=f"d{n}") for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        for turn in range(3):
            list(pool.map(lambda d, t=turn: knowing.relearn(d, f"shared again {t}"), documents))
    assert (knowing.row().chunks, terms(knowing)["share"], is_right(knowing)) == (6, 6, True)


def test_a_source_moves_with_everything(knowing: Knowing) -> None:
    knowing.learn("Parking is free", prices=[Price("Car", {"colour": "red"})], language="sv")
    target = open_collection(knowing.tenant, "Second")
    target.learn("Parking is dear")
    with knowing.tenant.session() as session:
        chunk = unembedded(session, knowing.collection, "ngrams")[0]
        put_vectors(session, knowing.collection, "ngrams", {chunk.chunk_id: [1.0, 0.0]})
        move_source(session, knowing.source, target.collection)
        assert embedding(session, target.collection, "ngrams") == Progress(1, 2)
    assert (knowing.row().chunks, knowing.row().prices, terms(knowing)) == (0, 0, {})
    row = target.row()
    assert (row.chunks, row.prices, set(row.languages)) == (2, 1, {"en", "sv"})
    assert is_right(target)
    assert len(target.texts("parking", collections=["Second"])) == 2
    assert target.ask("red car")[0].kind == "price"


def test_the_language_is_read_where_the_document_does_not_say(knowing: Knowing) -> None:
    knowing.learn(
        "Dere kan ikke parkere her. Hvordan bestiller jeg? Vi har åpent hver dag fra ni til fem."
    )
    assert knowing.row().languages == ["nb"]
    assert len(knowing.texts("parkering åpner dagen", language="nb")) == 1


def test_the_old_vectors_serve_until_the_new_ones_are_complete(knowing: Knowing) -> None:
    knowing.learn("First", "Second", Chunk("x" * 900, "faq", question="Third?"))
    with knowing.tenant.session() as session:
        waiting = unembedded(session, knowing.collection, "ngrams")
        assert max(len(one.text) for one in waiting) == len("Third?\n") + 300
        put_vectors(session, knowing.collection, "ngrams", {w.chunk_id: [1.0] for w in waiting})
        assert not settle_embedder(session, knowing.collection)  # there is no next one
        collection_of(session, knowing.collection).next_embedder = "minilm"
    with knowing.tenant.session() as session:
        first, *rest = unembedded(session, knowing.collection, "minilm", limit=2)
        put_vectors(session, knowing.collection, "minilm", {first.chunk_id: [1.0, 0.0]})
        assert not settle_embedder(session, knowing.collection)
        assert embedding(session, knowing.collection, "minilm") == Progress(1, 3)
    assert (knowing.row().embedder, len(rest)) == ("ngrams", 1)
    assert len(knowing.ask("zebra", lambda _name, _text: [1.0])) == 3  # found by the old ones
    with knowing.tenant.session() as session:
        left = unembedded(session, knowing.collection, "minilm")
        put_vectors(session, knowing.collection, "minilm", {w.chunk_id: [0.0, 1.0] for w in left})
        assert settle_embedder(session, knowing.collection)
        assert embedding(session, knowing.collection, "ngrams").done == 0
    row = knowing.row()
    assert (row.embedder, row.next_embedder) == ("minilm", None)


def test_a_vector_of_a_passage_that_went_is_not_kept(knowing: Knowing) -> None:
    document = knowing.learn("First")
    with knowing.tenant.session() as session:
        (waiting,) = unembedded(session, knowing.collection, "ngrams")
    knowing.relearn(document, "Second")
    with knowing.tenant.session() as session:
        put_vectors(session, knowing.collection, "ngrams", {waiting.chunk_id: [1.0]})
        assert embedding(session, knowing.collection, "ngrams") == Progress(0, 1)


def test_keys_of_two_workspaces_are_apart(knowing: Knowing, other: Tenant) -> None:
    theirs = open_collection(other)
    keys: list[set[int]] = []
    for one in (knowing, theirs):
        one.learn("Parking is free")
        with one.tenant.session() as session:
            keys.append(set(session.exec(select(KnowledgeChunk)).one().keys))
    assert keys[0].isdisjoint(keys[1])
