"""Reads one source from end to end: documents to versions, versions to passages, to vectors.

Every document is a transaction of its own, and what is done stands in rows: whoever takes over
after a death finds it done and goes on.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from dataclasses import asdict
from uuid import UUID

from sqlmodel import Session

from connectors.knowledge import Embedder
from runtime import logs
from runtime.knowledge import origins
from runtime.knowledge.origins import Told
from runtime.knowledge.passages import passages, prices
from runtime.knowledge.pulse import LEASE, Pulse
from runtime.knowledge.tools import Tools
from storage import files
from storage.errors import NotFound
from storage.knowledge import collections, documents, index, intake, readings, sources
from storage.knowledge.intake import Found
from storage.knowledge.readings import Claimed, LostLease

log = logging.getLogger("flyt.knowledge")

BATCH = 64  # passages embedded at once
PAUSES = (30.0, 120.0, 600.0, 3600.0)  # seconds between attempts to embed
_DEFECT = "it could be read, but not searched, because of a defect of ours; the error log has it"


def read_source(tools: Tools, workspace: UUID, source_id: UUID) -> bool:
    """False where nothing was to be done, or somebody else does it."""
    reader = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    with tools.database.workspace(workspace) as session:
        claimed = readings.claim(session, source_id, reader, LEASE)
    if claimed is None:
        return False
    with logs.about(workspace=workspace), Pulse(tools.database, claimed) as pulse:
        try:
            _Reading(tools, claimed, pulse).run()
        except LostLease:
            log.info("source %s is read by another process, or it is gone", source_id)
    return True


class _Reading:
    """A source under our lease."""

    def __init__(self, tools: Tools, claimed: Claimed, pulse: Pulse) -> None:
        self._tools, self._claimed, self._pulse = tools, claimed, pulse
        self._workspace, self._source = claimed.source.workspace_id, claimed.source

    def run(self) -> None:
        """Raises `LostLease`."""
        if self._claimed.wanted == "reading":
            self._record(self._read())
        problem: str | None = None
        while not self._finished(problem):
            self._index()
            problem = self._embed()
            with self._tools.database.workspace(self._workspace) as session:
                index.settle_embedder(session, readings.hold(session, self._claimed))

    # What its origin says -----------------------------------------------------

    def _read(self) -> Told:
        if self._source.kind in sources.WRITTEN:
            return Told()
        if self._source.kind in sources.SITES:
            with self._tools.database.workspace(self._workspace) as session:
                known = intake.known(session, self._source.id)
            return origins.read_site(self._source, known, self._tools.private, self)
        try:
            with self._tools.database.workspace(self._workspace) as session:
                if self._source.file_id is None:
                    raise NotFound("its file is gone: delete the source, and upload the file again")
                file = files.get(session, self._source.file_id)
            content = b"".join(files.content(self._tools.files, file))
        except NotFound as error:
            return Told(error=str(error))
        return origins.read_file(self._source, file, content, self)

    def keep(self, found: Found) -> None:
        self._pulse.check()
        with self._tools.database.workspace(self._workspace) as session:
            document_id = intake.keep(session, self._claimed, found)
        if document_id is not None:
            self._index_one(document_id)

    def unchanged(self, key: str) -> None:
        with self._tools.database.workspace(self._workspace) as session:
            intake.unchanged(session, self._claimed, key)

    def fail(self, key: str, why: str, url: str | None) -> None:
        with self._tools.database.workspace(self._workspace) as session:
            intake.fail(session, self._claimed, key, why, url=url)

    def tell(self, done: int, total: int) -> None:
        self._pulse.tell("reading", done, total)

    def _record(self, told: Told) -> None:
        with self._tools.database.workspace(self._workspace) as session:
            readings.hold(session, self._claimed, to_change=True)
            removed = 0
            if self._source.kind not in sources.WRITTEN:
                removed = intake.remove(session, self._claimed, told.gone, told.failed)
            report = asdict(intake.report(session, self._claimed, removed))
            report["notes"] = told.notes
            readings.record(session, self._claimed, report, told.error)

    # What is found of it ------------------------------------------------------

    def _index(self) -> None:
        with self._tools.database.workspace(self._workspace) as session:
            waiting = intake.unindexed(session, self._source.id)
        for done, document_id in enumerate(waiting):
            self._pulse.tell("indexing", done, len(waiting))
            self._index_one(document_id)

    def _index_one(self, document_id: UUID) -> None:
        """Makes a document's newest version the one that is searched, if it is still there."""
        with self._tools.database.workspace(self._workspace) as session:
            version = documents.newest(session, document_id)
            document = documents.found(session, document_id)
        if document is None or version is None or version.number == document.version:
            return
        try:
            cut = passages(self._source.kind, document, version.blocks)
            rows = prices(self._source.kind, version.blocks)
        except Exception:
            log.exception("a document could not be cut into passages")
            self.fail(document.key, _DEFECT, document.url)
            return
        with self._tools.database.workspace(self._workspace) as session:
            readings.hold(session, self._claimed)
            document = documents.found(session, document_id, to_change=True)
            if document is not None and document.version < version.number:
                index.replace_chunks(session, document, cut, rows)
                document.version = version.number
                session.add(document)

    # Its vectors --------------------------------------------------------------

    def _embed(self) -> str | None:
        """Makes the vectors that lack; answers why they could not be made, if so."""
        with self._tools.database.workspace(self._workspace) as session:
            collection_id = readings.hold(session, self._claimed)
            wanted = _embedders(session, collection_id)
            private = collections.get(session, collection_id).confidential
        for name in wanted:
            try:
                embedder = self._tools.embedders.of(self._workspace, name, confidential=private)
                self._embed_by(embedder, name)
            except (LostLease, NotFound):
                raise LostLease from None
            except Exception as error:
                log.warning("passages could not be embedded by %s", name, exc_info=error)
                return f"Found by its words, not yet by its meaning: {error}"
        return None

    def _embed_by(self, embedder: Embedder, name: str) -> None:
        done = 0
        while True:
            with self._tools.database.workspace(self._workspace) as session:
                collection_id = readings.hold(session, self._claimed)
                lacking = index.unembedded(session, collection_id, name, BATCH, self._source.id)
            if not lacking:
                return
            self._pulse.tell("embedding", done, done + len(lacking))
            vectors = embedder.embed([one.text for one in lacking])
            with self._tools.database.workspace(self._workspace) as session:
                collection_id = readings.hold(session, self._claimed)
                made = {one.chunk_id: v for one, v in zip(lacking, vectors, strict=True)}
                index.put_vectors(session, collection_id, name, made)
            done += len(lacking)

    def _finished(self, problem: str | None) -> bool:
        """Ends the work, unless something was changed here meanwhile."""
        with self._tools.database.workspace(self._workspace) as session:
            collection_id = readings.hold(session, self._claimed, to_change=True)
            if intake.unindexed(session, self._source.id):
                return False
            lacks = any(
                index.unembedded(session, collection_id, name, 1, self._source.id)
                for name in _embedders(session, collection_id)
            )
            if lacks and problem is None:
                return False
            if lacks and self._source.attempts <= len(PAUSES):
                pause = PAUSES[self._source.attempts - 1]
                readings.postpone(session, self._claimed, pause, problem or "")
                return True
            readings.finish(session, self._claimed, problem)
        return True


def _embedders(session: Session, collection_id: UUID) -> list[str]:
    """Those whose vectors a collection needs."""
    collection = collections.get(session, collection_id)
    return [name for name in (collection.embedder, collection.next_embedder) if name]
