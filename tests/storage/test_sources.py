"""Collections, sources, documents and their versions; whose turn it is to read a source."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from connectors.knowledge import Chunk
from storage import audit, files
from storage.errors import NotFound, Refused
from storage.knowledge import collections, documents, index, intake, readings, sources, texts
from storage.knowledge.collections import NameTaken, NoSuchCollection
from storage.knowledge.documents import DocumentChanged
from storage.knowledge.intake import Found
from storage.knowledge.readings import LostLease
from storage.tables import KnowledgeSource
from tests.storage.conftest import Tenant

LEASE = 60.0


@pytest.fixture
def store(tmp_path: Path) -> files.FolderStore:
    return files.FolderStore(tmp_path / "files")


def add(tenant: Tenant, kind: str = "url", **more: object) -> UUID:
    with tenant.session() as session:
        general = collections.named(session, None, embedder="ngrams", actor=tenant.actor)
        made = sources.create(session, general, kind=kind, title="Help", actor=tenant.actor, **more)  # pyright: ignore[reportArgumentType]
        return made.id


def article(tenant: Tenant, text: str = "Old words.") -> tuple[UUID, UUID]:
    """A source and its document."""
    source_id = add(tenant, "article")
    with tenant.session() as session:
        made = documents.write(
            session,
            sources.get(session, source_id),
            title="Help",
            blocks=texts.article(text),
            actor=tenant.actor,
        )
        return source_id, made.id


def claim(tenant: Tenant, source_id: UUID, reader: str = "me") -> readings.Claimed | None:
    with tenant.session() as session:
        return readings.claim(session, source_id, reader, LEASE)


def taken(tenant: Tenant, source_id: UUID) -> readings.Claimed:
    claimed = claim(tenant, source_id)
    assert claimed is not None
    return claimed


def keep(tenant: Tenant, claimed: readings.Claimed, **pages: str) -> None:
    with tenant.session() as session:
        for key, text in pages.items():
            intake.keep(session, claimed, Found(key, key.title(), texts.article(text)))


def end(tenant: Tenant, claimed: readings.Claimed, *gone: str, failed: str = "") -> intake.Report:
    with tenant.session() as session:
        removed = intake.remove(session, claimed, gone, [failed])
        told = intake.report(session, claimed, removed)
        readings.record(session, claimed, {"notes": []}, None)
        readings.finish(session, claimed, None)
        return told


def state(tenant: Tenant, source_id: UUID) -> KnowledgeSource:
    with tenant.session() as session:
        return sources.get(session, source_id)


# --- Collections ----------------------------------------------------------------------------


def test_general_is_made_once_with_the_first_source(tenant: Tenant, other: Tenant) -> None:
    def first() -> None:
        add(tenant)

    threads = [threading.Thread(target=first) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tenant.session() as session:
        (general,) = collections.listed(session)
        assert (general.name, general.sources, general.documents) == ("General", 5, 0)
        with pytest.raises(NoSuchCollection, match="no collection called Shop"):
            collections.named(session, "Shop", embedder="ngrams", actor=tenant.actor)
    with other.session() as session, pytest.raises(NotFound):
        collections.get(session, general.id)


def test_names_of_collections_are_taken_once(tenant: Tenant) -> None:
    with tenant.session() as session:
        shop = collections.create(session, " Shop ", embedder="ngrams", actor=tenant.actor)
        assert shop.name == "Shop"
        with pytest.raises(NameTaken):
            collections.create(session, "Shop", embedder="ngrams", actor=tenant.actor)
        other = collections.create(session, "Other", embedder="ngrams", actor=tenant.actor)
        with pytest.raises(NameTaken):
            collections.change(session, other.id, actor=tenant.actor, name="Shop")
        collections.change(session, other.id, actor=tenant.actor, name="Other")
        for name in ("", " ", "x" * 201):
            with pytest.raises(Refused, match="needs a name"):
                collections.create(session, name, embedder="ngrams", actor=tenant.actor)
        assert [one.name for one in collections.listed(session, after="Other")] == ["Shop"]
        actions = [row.action for row in audit.listed(session)]
        assert actions == ["collection.changed", "collection.created", "collection.created"]


def test_another_embedder_has_every_source_looked_at(tenant: Tenant) -> None:
    source_id, document_id = article(tenant)
    end(tenant, taken(tenant, source_id))
    with tenant.session() as session:
        document = documents.get(session, document_id)
        index.replace_chunks(session, document, [Chunk(text="Old words.")])
        index.put_vectors(session, document.collection_id, "ngrams", _vectors(session, document))
        waiting = collections.change(
            session, document.collection_id, actor=tenant.actor, embedder="minilm"
        )
        assert waiting == [source_id]
        shown = collections.summary(session, document.collection_id)
        assert (shown.embedder, shown.next_embedder, shown.embedded) == ("ngrams", "minilm", 0)
    assert state(tenant, source_id).status == "queued"
    with tenant.session() as session:  # and back: nothing is left of the plan
        collections.change(session, document.collection_id, actor=tenant.actor, embedder="ngrams")
        shown = collections.summary(session, document.collection_id)
        assert (shown.embedder, shown.next_embedder) == ("ngrams", None)


def _vectors(session, document) -> dict[UUID, list[float]]:
    lacking = index.unembedded(session, document.collection_id, "ngrams")
    assert [one.text for one in lacking] == ["Old words."]
    return {one.chunk_id: [1.0, 0.0] for one in lacking}


# --- Whose turn it is -----------------------------------------------------------------------


def test_a_source_is_read_by_one_at_a_time(tenant: Tenant, owner: psycopg.Connection) -> None:
    source_id = add(tenant)
    claimed = taken(tenant, source_id)
    assert claim(tenant, source_id, "another") is None
    with tenant.session() as session:
        assert readings.renew(session, claimed, LEASE, {"stage": "reading", "done": 3, "total": 9})
        sources.read_again(session, source_id, actor=tenant.actor)  # it is being read
    progress = state(tenant, source_id).progress
    assert (progress["stage"], progress["done"], progress["total"]) == ("reading", 3, 9)

    owner.execute("update knowledge_source set leased_until = now() where id = %s", [source_id])
    heir = claim(tenant, source_id, "heir")
    assert heir is not None
    assert heir.since == claimed.since, "the same reading goes on"
    with tenant.session() as session:
        assert not readings.renew(session, claimed, LEASE, {})
    for late in (lambda: keep(tenant, claimed, a="A"), lambda: end(tenant, claimed)):
        with pytest.raises(LostLease):
            late()
    keep(tenant, heir, a="A")
    assert end(tenant, heir).added == 1
    assert (state(tenant, source_id).status, state(tenant, source_id).attempts) == ("ready", 0)


def test_new_settings_take_a_source_from_its_reader(tenant: Tenant) -> None:
    source_id = add(tenant, settings={"url": "https://a.example", "depth": 0})
    claimed = taken(tenant, source_id)
    with tenant.session() as session:
        settings = {"url": "https://a.example", "depth": 1}
        assert sources.change(session, source_id, actor=tenant.actor, settings=settings)
    with pytest.raises(LostLease):
        keep(tenant, claimed, a="A")
    assert taken(tenant, source_id).source.settings["depth"] == 1


def test_what_kills_every_reader_is_given_up(tenant: Tenant, owner: psycopg.Connection) -> None:
    source_id = add(tenant)
    for _ in range(readings.MOST_ATTEMPTS):
        assert claim(tenant, source_id)
        owner.execute("update knowledge_source set leased_until = now() where id = %s", [source_id])
    assert claim(tenant, source_id) is None
    source = state(tenant, source_id)
    assert source.status == "failed"
    assert "no attempt came to an end" in (source.error or "")
    with tenant.session() as session:
        sources.read_again(session, source_id, actor=tenant.actor)
    assert claim(tenant, source_id)


def test_a_deleted_source_leaves_its_reader_nothing(
    tenant: Tenant, store: files.FolderStore
) -> None:
    claimed = taken(tenant, source_id := add(tenant))
    keep(tenant, claimed, a="A")
    with tenant.session() as session:
        sources.delete(session, store, source_id, actor=tenant.actor)
    for late in (lambda: keep(tenant, claimed, b="B"), lambda: end(tenant, claimed)):
        with pytest.raises(LostLease):
            late()


def test_the_next_reading_follows_the_rhythm(tenant: Tenant) -> None:
    source_id = add(tenant, every="P1D")
    end(tenant, taken(tenant, source_id))
    due = state(tenant, source_id).next_at
    assert due is not None
    assert timedelta(hours=23) < due - datetime.now(UTC) < timedelta(hours=25)
    with tenant.session() as session:
        sources.change(session, source_id, actor=tenant.actor, every=None)
        with pytest.raises(Refused, match="P1D or P7D"):
            sources.change(session, source_id, actor=tenant.actor, every="P2D")
    assert state(tenant, source_id).next_at is None


# --- What a reading brings ------------------------------------------------------------------


def test_a_report_tells_exactly_what_differs(tenant: Tenant) -> None:
    source_id = add(tenant)
    keep(tenant, claimed := taken(tenant, source_id), a="A", b="B", c="C", d="D")
    with tenant.session() as session:
        intake.fail(session, claimed, "x", "no answer", url="x")
    assert end(tenant, claimed, failed="x") == intake.Report(4, 0, 0, 0)
    with tenant.session() as session:
        assert sources.summary(session, source_id).errors == [("x", "no answer")]
        sources.read_again(session, source_id, actor=tenant.actor)
    keep(tenant, claimed := taken(tenant, source_id), a="A", b="B!", e="E")
    with tenant.session() as session:
        intake.fail(session, claimed, "d", "no answer", url=None)
    assert end(tenant, claimed, "c", failed="d") == intake.Report(1, 1, 1, 1)
    with tenant.session() as session:
        found = {one.key: one for one in documents.listed(session, source_id)}
        assert sorted(found) == ["a", "b", "d", "e"], "x never could be read and is not there now"
        assert documents.numbers(session, [one.id for one in found.values()]) == {
            found["a"].id: 1, found["b"].id: 2, found["d"].id: 1, found["e"].id: 1,
        }  # fmt: skip
        assert (found["d"].status, found["d"].error) == ("failed", "no answer")


def test_a_restored_page_stays_until_the_page_itself_changes(tenant: Tenant) -> None:
    source_id = add(tenant)
    for text in ("one", "two", "two", "two", "three"):
        keep(tenant, claimed := taken(tenant, source_id), a=text)
        end(tenant, claimed)
        with tenant.session() as session:
            (page,) = documents.listed(session, source_id)
            said = documents.versions(session, page.id)
            if text == "two" and len(said) == 2:
                documents.restore(session, page.id, 1, actor=tenant.actor)
            else:
                sources.read_again(session, source_id, actor=tenant.actor)
            said = documents.versions(session, page.id)
    assert [(one.number, texts.markdown(one.blocks), one.note) for one in said] == [
        (4, "three", ""), (3, "one", "Restored from version 1"), (2, "two", ""), (1, "one", ""),
    ]  # fmt: skip
    assert said[1].author == tenant.actor


# --- Documents ------------------------------------------------------------------------------


def test_an_article_is_edited_by_one_after_the_other(tenant: Tenant) -> None:
    source_id, document_id = article(tenant)
    end(tenant, taken(tenant, source_id))

    def edit(seen: int, text: str) -> None:
        with tenant.session() as session:
            blocks = texts.article(text)
            documents.edit(session, document_id, seen=seen, actor=tenant.actor, blocks=blocks)

    edit(1, "New words.")
    assert (state(tenant, source_id).status, state(tenant, source_id).progress["wanted"]) == (
        "queued", "indexing",
    )  # fmt: skip
    with pytest.raises(DocumentChanged) as changed:
        edit(1, "Other words.")
    assert changed.value.version == 2
    edit(2, "New words.")  # says nothing new
    with tenant.session() as session:
        assert [one.number for one in documents.versions(session, document_id)] == [2, 1]
        assert [(line.op, line.text) for line in documents.difference(session, document_id, 1, 2)
        ] == [("removed", "Old words."), ("added", "New words.")]  # fmt: skip
        with pytest.raises(NotFound, match="no version 3"):
            documents.restore(session, document_id, 3, actor=tenant.actor)


def test_two_edits_at_once_are_one_edit(tenant: Tenant) -> None:
    _, document_id = article(tenant)
    refused: list[int] = []

    def edit(text: str) -> None:
        try:
            with tenant.session() as session:
                blocks = texts.article(text)
                documents.edit(session, document_id, seen=1, actor=tenant.actor, blocks=blocks)
        except DocumentChanged as error:
            refused.append(error.version)

    threads = [threading.Thread(target=edit, args=(f"Text {n}.",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [2] * 5


def test_a_page_of_a_site_cannot_be_edited(tenant: Tenant) -> None:
    source_id = add(tenant)
    keep(tenant, taken(tenant, source_id), a="A")
    with tenant.session() as session:
        (page,) = documents.listed(session, source_id)
        with pytest.raises(Refused, match="only articles and questions"):
            documents.edit(session, page.id, seen=1, actor=tenant.actor, blocks=texts.article("B"))


def test_a_deleted_page_is_left_out_from_then_on(tenant: Tenant, store: files.FolderStore) -> None:
    source_id = add(tenant, settings={"url": "https://a.example"})
    keep(tenant, claimed := taken(tenant, source_id), a="A", b="B")
    with tenant.session() as session:
        page = documents.listed(session, source_id)[0]
        documents.delete(session, store, page.id, actor=tenant.actor)
    keep(tenant, claimed, a="A")  # by a reading that had begun before
    with tenant.session() as session:
        assert [one.key for one in documents.listed(session, source_id)] == ["b"]
        assert sources.get(session, source_id).settings["left_out"] == ["a"]


def test_a_file_is_kept_with_its_source_and_goes_with_it(
    tenant: Tenant, store: files.FolderStore, owner: psycopg.Connection
) -> None:
    file = files.upload(
        tenant.database, store, io.BytesIO(b"# Hi"), workspace_id=tenant.id, name="a.md"
    )
    source_id = add(tenant, "file", file_id=file.id)
    owner.execute("update file set created_at = '2000-01-01' where id = %s", [file.id])
    files.sweep_unsent(tenant.database, store, datetime(2001, 1, 1, tzinfo=UTC))
    assert b"".join(store.read(file.key)) == b"# Hi"
    with tenant.session() as session:
        keep_one = sources.get(session, source_id).collection_id
        collections.delete(session, store, keep_one, actor=tenant.actor)
        with pytest.raises(NotFound):
            sources.get(session, source_id)
    with pytest.raises(files.FileMissing):
        store.read(file.key)


Call = Callable[..., object]


@pytest.mark.parametrize(
    "call",
    [collections.get, collections.summary, sources.get, sources.summary, documents.get,
     documents.versions, documents.listed],
)  # fmt: skip
def test_what_is_not_there_is_not_found(tenant: Tenant, call: Call) -> None:
    with tenant.session() as session, pytest.raises(NotFound):
        call(session, uuid4())
