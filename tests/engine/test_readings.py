"""Sources from upload to a passage that is found, by the worker's own function and real workers."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
import pytest

from connectors.knowledge import Embedder, embedders
from runtime import workers
from runtime.clock import Clock
from runtime.core.effects.knowledge import Passage
from runtime.engine import Engine
from runtime.knowledge import reading
from runtime.knowledge.embedding import Embedders
from runtime.knowledge.reader import Reader
from runtime.knowledge.reading import read_source
from runtime.knowledge.tools import Tools, tools_of
from runtime.processes import end
from runtime.settings import Settings
from storage import files
from storage.database import Database
from storage.knowledge import collections, documents, search, sources, texts
from tests.conftest import Postgres
from tests.engine.conftest import Start, eventually
from tests.storage.conftest import Tenant, make_tenant

PATIENCE = 60.0


class Counted(Embedders):
    """Notes what passages were embedded; ``away`` makes the network fail."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.at_home: list[str] = []  # of those, what only local models may see
        self.away = False

    def of(
        self,
        workspace: UUID,
        name: str,
        purpose: str = "knowledge.embed",
        *,
        confidential: bool = False,
    ) -> Embedder:
        real = embedders.embedder("ngrams")

        def embed(texts: Sequence[str]) -> list[list[float]]:
            if self.away:
                raise ConnectionError("the model does not answer")
            if purpose == "knowledge.embed":
                self.seen += texts
                self.at_home += texts if confidential else ()
            return real.embed(texts)

        return SimpleNamespace(name=name, size=real.size, embed=embed)


class Knowledge:
    """A tenant's knowledge, read by `runtime.workers.read_sources`."""

    def __init__(self, tenant: Tenant, tools: Tools, reader: Reader, counted: Counted) -> None:
        self.tenant, self.tools, self._reader, self.embedders = tenant, tools, reader, counted

    def read(self, *source_ids: UUID) -> None:
        workers.read_sources(str(self.tenant.id), [str(one) for one in source_ids])
        assert self._reader.settle_down(PATIENCE)

    def add(self, kind: str, **more: Any) -> UUID:
        with self.tenant.session() as session:
            general = collections.named(session, None, embedder="ngrams", actor=self.tenant.actor)
            made = sources.create(
                session, general, kind=kind, title="Help", actor=self.tenant.actor, **more
            )
            return made.id

    def upload(self, name: str, content: bytes, kind: str = "file") -> UUID:
        file = files.upload(
            self.tenant.database,
            self.tools.files,
            io.BytesIO(content),
            workspace_id=self.tenant.id,
            name=name,
        )
        return self.add(kind, file_id=file.id)

    def write(self, kind: str, blocks: list[dict[str, Any]]) -> tuple[UUID, UUID]:
        source_id = self.add(kind)
        with self.tenant.session() as session:
            source = sources.get(session, source_id)
            made = documents.write(
                session, source, title="Help", blocks=blocks, actor=self.tenant.actor
            )
            return source_id, made.id

    def find(self, question: str) -> list[Passage]:
        with self.tenant.session() as session:
            embed = self.embedders.for_questions(self.tenant.id)
            return list(search.find(session, question, embed=embed))

    def shown(self, source_id: UUID) -> sources.Summary:
        with self.tenant.session() as session:
            return sources.summary(session, source_id)

    def report(self, source_id: UUID) -> tuple[int, int, int, int]:
        told = self.shown(source_id).source.report
        return told["added"], told["changed"], told["removed"], told["unchanged"]

    def again(self, source_id: UUID) -> None:
        with self.tenant.session() as session:
            sources.read_again(session, source_id, actor=self.tenant.actor)
        self.read(source_id)

    def versions(self, source_id: UUID) -> dict[str, int]:
        """How many each document has."""
        with self.tenant.session() as session:
            found = documents.listed(session, source_id)
            return {one.key: len(documents.versions(session, one.id)) for one in found}


@pytest.fixture(scope="module")
def counted() -> Counted:
    return Counted()


@pytest.fixture(scope="module")
def tools(settings: Settings, counted: Counted) -> Iterator[Tools]:
    made = tools_of(settings, counted)
    tools = Tools(made.database, made.files, counted, ("127.0.0.1/32",))
    yield tools
    tools.database.close()


@pytest.fixture(scope="module")
def reader(tools: Tools) -> Reader:
    return Reader(tools)


@pytest.fixture
def knowledge(
    database: Database,
    tools: Tools,
    reader: Reader,
    counted: Counted,
    monkeypatch: pytest.MonkeyPatch,
) -> Knowledge:
    monkeypatch.setattr(workers, "_office", lambda: SimpleNamespace(reader=reader))
    counted.seen.clear()
    counted.away = False
    return Knowledge(make_tenant(database), tools, reader, counted)


class Site:
    """Pages on 127.0.0.1 by path; ``pause`` seconds before each answer."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.pause = 0.0
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                time.sleep(site.pause)
                body = site.pages.get(self.path)
                self.send_response(200 if body else 404)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write((body or "gone").encode())

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def show(self, path: str, text: str, *links: str) -> None:
        anchors = "".join(f"<p><a href='{link}'>More about {link}</a></p>" for link in links)
        self.pages[path] = (
            f"<html lang=en><head><title>Page {path}</title></head><body><main>"
            f"<h1>Page {path}</h1><p>{text}</p>{anchors}</main></body></html>"
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


def test_an_uploaded_file_is_found_and_gone_once_it_is_deleted(knowledge: Knowledge) -> None:
    page = b"# Returns\n\nParcels may be sent back within thirty days.\n\n# Hours\n\nOpen at nine."
    source_id = knowledge.upload("shop.md", page)
    knowledge.read(source_id)
    best = knowledge.find("sending parcels back")[0]
    assert (best.text, best.heading) == ("Parcels may be sent back within thirty days.", "Returns")
    shown = knowledge.shown(source_id)
    assert (shown.source.status, shown.documents, shown.chunks) == ("ready", 1, 2)
    assert knowledge.report(source_id) == (1, 0, 0, 0)
    assert len(knowledge.embedders.seen) == 2
    knowledge.again(source_id)
    assert knowledge.report(source_id) == (0, 0, 0, 1)
    assert len(knowledge.embedders.seen) == 2, "nothing has changed, so nothing is embedded"
    with knowledge.tenant.session() as session:
        sources.delete(session, knowledge.tools.files, source_id, actor="system")
    assert knowledge.find("sending parcels back") == []


def test_a_file_that_cannot_be_read_says_why(knowledge: Knowledge) -> None:
    source_id = knowledge.upload("broken.pdf", b"%PDF-1.7\nthat is all")
    knowledge.read(source_id)
    shown = knowledge.shown(source_id)
    assert shown.source.status == "failed"
    assert "broken.pdf" in (shown.source.error or "")
    assert [name for name, _ in shown.errors] == ["broken.pdf"]


def test_an_edit_and_its_restoring_are_found(knowledge: Knowledge) -> None:
    source_id, document_id = knowledge.write("article", texts.article("We deliver on *Fridays*."))
    knowledge.read(source_id)
    assert knowledge.report(source_id) == (1, 0, 0, 0)
    with knowledge.tenant.session() as session:
        blocks = texts.article("Everything is picked up at the counter.")
        documents.edit(session, document_id, seen=1, actor="user:me", blocks=blocks)
    knowledge.read(source_id)
    assert [one.text for one in knowledge.find("picked up at the counter")] == [
        "Everything is picked up at the counter."
    ]
    assert not [one for one in knowledge.find("Fridays") if "Fridays" in one.text]
    with knowledge.tenant.session() as session:
        documents.restore(session, document_id, 1, actor="user:me")
    knowledge.read(source_id)
    assert [one.text for one in knowledge.find("Fridays")] == ["We deliver on *Fridays*."]
    assert not [one for one in knowledge.find("counter") if "counter" in one.text]


def test_questions_and_prices_are_found_as_what_they_are(knowledge: Knowledge) -> None:
    pairs = [("Do you cut children's hair?", "Yes, from three years."), ("Parking?", "Behind.")]
    asked, _ = knowledge.write("faq", texts.questions(pairs))
    listed = knowledge.upload(
        "prices.csv", b"Service;Price\nBeard trim;250 kr\nWash;99,50 kr\n", "pricelist"
    )
    knowledge.read(asked, listed)
    best = knowledge.find("do you cut hair of children")[0]
    assert (best.kind, best.question, best.text) == ("faq", *pairs[0])
    best = knowledge.find("beard trim")[0]
    assert best.kind == "price"
    assert best.fields == {"Service": "Beard trim", "Price": "250 kr"}
    assert knowledge.shown(listed).chunks == 2


def test_a_site_read_again_tells_and_embeds_exactly_what_changed(
    knowledge: Knowledge, site: Site
) -> None:
    site.show("/", "Welcome to the shop of many things.", "/cats", "/dogs", "/fish")
    site.show("/cats", "Cats are groomed on Mondays.")
    site.show("/dogs", "Dogs are walked every morning.")
    site.show("/fish", "Fish are fed at noon.")
    source_id = knowledge.add("url", settings={"url": site.url, "depth": 1, "pages": 10})
    knowledge.read(source_id)
    assert knowledge.shown(source_id).source.error is None
    assert knowledge.report(source_id) == (4, 0, 0, 0)
    assert knowledge.find("when are dogs walked")[0].url == f"{site.url}dogs"

    knowledge.embedders.seen.clear()
    site.show("/", "Welcome to the shop of many things.", "/cats", "/dogs", "/birds")
    site.show("/dogs", "Dogs are walked every evening.")
    site.show("/birds", "Birds are listened to.")
    del site.pages["/fish"]
    knowledge.again(source_id)
    added, changed, removed, unchanged = knowledge.report(source_id)
    assert (added, removed, unchanged) == (1, 1, 1)
    assert changed == 2, "the first page with its links, and the dogs"
    assert not [text for text in knowledge.embedders.seen if "Cats" in text]
    assert [text for text in knowledge.embedders.seen if "Dogs" in text]
    assert not [one for one in knowledge.find("fish are fed at noon") if "Fish" in one.text]
    assert knowledge.versions(source_id) == {
        site.url: 2, f"{site.url}cats": 1, f"{site.url}dogs": 2, f"{site.url}birds": 1,
    }  # fmt: skip

    knowledge.embedders.seen.clear()
    knowledge.again(source_id)
    assert knowledge.report(source_id) == (0, 0, 0, 4)
    assert knowledge.embedders.seen == []


def test_a_site_that_is_away_keeps_what_was_read(knowledge: Knowledge, site: Site) -> None:
    site.show("/", "Goods are sent on Tuesdays.")
    source_id = knowledge.add("url", settings={"url": site.url, "depth": 0}, every="P1D")
    knowledge.read(source_id)
    site.close()
    knowledge.again(source_id)
    shown = knowledge.shown(source_id)
    assert shown.source.status == "failed"
    assert shown.source.error
    assert shown.source.next_at is not None
    assert knowledge.find("when are goods sent")[0].text == "Goods are sent on Tuesdays."


def test_two_readings_at_once_are_one(knowledge: Knowledge) -> None:
    source_id = knowledge.upload("shop.md", b"# Hours\n\nOpen at nine.")
    took: list[bool] = []

    def read() -> None:
        took.append(read_source(knowledge.tools, knowledge.tenant.id, source_id))

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(took) == [False, True]
    assert knowledge.versions(source_id) == {"shop.md": 1}
    assert len(knowledge.find("open at nine")) == 1


def test_another_embedder_is_searched_once_it_has_seen_everything(knowledge: Knowledge) -> None:
    both = [knowledge.upload(f"{n}.md", f"Shelf {n} has {n} jars.".encode()) for n in (1, 2)]
    knowledge.read(*both)

    def change(embedder: str) -> Sequence[UUID]:
        with knowledge.tenant.session() as session:
            collection_id = sources.get(session, both[0]).collection_id
            return collections.change(session, collection_id, actor="system", embedder=embedder)

    def state() -> tuple[str, str | None, int]:
        with knowledge.tenant.session() as session:
            (general,) = collections.listed(session)
            return general.embedder, general.next_embedder, general.embedded

    assert sorted(change("other")) == sorted(both)
    knowledge.embedders.seen.clear()
    knowledge.read(both[0])
    assert state() == ("ngrams", "other", 1)
    assert knowledge.find("shelf 2 jars")[0].text == "Shelf 2 has 2 jars."
    knowledge.read(both[1])
    assert state() == ("other", None, 0)
    assert len(knowledge.embedders.seen) == 2
    assert knowledge.find("shelf 2 jars")[0].text == "Shelf 2 has 2 jars."


def test_what_is_confidential_is_embedded_at_home(knowledge: Knowledge) -> None:
    source_id, _ = knowledge.write("article", texts.article("The safe is behind the clock."))
    with knowledge.tenant.session() as session:
        general = sources.get(session, source_id).collection_id
        collections.change(session, general, actor=knowledge.tenant.actor, confidential=True)
    knowledge.read(source_id)
    assert "The safe is behind the clock." in " ".join(knowledge.embedders.at_home)


def test_without_its_model_a_source_is_found_by_words_and_tried_again(
    knowledge: Knowledge, owner: psycopg.Connection
) -> None:
    knowledge.embedders.away = True
    source_id = knowledge.upload("shop.md", b"# Hours\n\nOpen at nine.")
    knowledge.read(source_id)
    source = knowledge.shown(source_id).source
    assert source.status == "queued"
    assert "the model does not answer" in (source.error or "")
    assert knowledge.find("open at nine")[0].text == "Open at nine."
    for _ in reading.PAUSES:
        knowledge.read(source_id)
    source = knowledge.shown(source_id).source
    assert (source.status, source.attempts) == ("ready", 0)
    assert "not yet by its meaning" in (source.error or "")
    knowledge.embedders.away = False
    knowledge.again(source_id)
    assert knowledge.shown(source_id).source.error is None
    assert len(knowledge.embedders.seen) == 1


async def test_a_killed_worker_loses_nothing_and_repeats_nothing(
    knowledge: Knowledge, site: Site, start: Start, owner: psycopg.Connection, engine: Engine
) -> None:
    """Sweeps of the clock hand the source to a worker, and to the next one after its death."""
    pages = [f"/page{n}" for n in range(8)]
    site.show("/", "All the pages.", *pages)
    for n, path in enumerate(pages):
        site.show(path, f"Page number {n} tells of thing{n}.")
    source_id = knowledge.add("url", settings={"url": site.url, "depth": 1, "pages": 20})
    abandoned = "update knowledge_source set leased_until = now() where id = %s"

    def documents_read() -> int:
        return knowledge.shown(source_id).documents

    owner.execute(abandoned, [source_id])
    await Clock(engine).sweep()
    first = start("workers", FLYT_KNOWLEDGE_NETWORKS="127.0.0.1/32")
    await eventually(lambda: documents_read() >= 2, PATIENCE)
    end(first, 9)
    assert documents_read() < 9
    written = (
        "select count(*), max(created_at) from knowledge_version where document_id in"
        " (select id from knowledge_document where source_id = %s)"
    )
    count, last = owner.execute(written, [source_id]).fetchone()

    owner.execute(abandoned, [source_id])
    await Clock(engine).sweep()
    start("workers", FLYT_KNOWLEDGE_NETWORKS="127.0.0.1/32")
    await eventually(lambda: knowledge.shown(source_id).source.status == "ready", PATIENCE)
    assert knowledge.versions(source_id) == {
        site.url: 1, **{f"{site.url.rstrip('/')}{path}": 1 for path in pages},
    }  # fmt: skip
    assert knowledge.report(source_id) == (9, 0, 0, 0)
    kept = owner.execute(f"{written} and created_at <= %s", [source_id, last]).fetchone()
    assert kept == (count, last), "what the dead one had read was not written again"
    for n in range(8):
        found = [one for one in knowledge.find(f"thing{n}") if f"thing{n}." in one.text]
        assert len(found) == 1
    lacking = owner.execute(
        "select count(*) from knowledge_chunk c join knowledge_document d on d.id = c.document_id"
        " left join knowledge_vector v on v.chunk_id = c.id"
        " where d.source_id = %s and v.chunk_id is null", [source_id],
    ).fetchone()  # fmt: skip
    assert lacking == (0,)


@pytest.fixture
def owner(postgres: Postgres) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.owner_url, autocommit=True) as connection:
        connection.execute("set search_path = flyt")
        yield connection
