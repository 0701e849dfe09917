"""Where documents come from: a file, a price list, the pages of a site."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import msgspec

from connectors.knowledge import CannotRead
from connectors.knowledge import prices as price_lists
from connectors.knowledge.crawl import (
    Event,
    Failed,
    Finished,
    Known,
    Page,
    Progress,
    Removed,
    Settings,
    Unchanged,
    crawl,
)
from connectors.knowledge.reading import read
from runtime.knowledge.passages import blocks_of, price_blocks, storable
from storage.knowledge.documents import LEFT_OUT
from storage.knowledge.intake import Found
from storage.knowledge.sources import MAX_TITLE
from storage.tables import File, KnowledgeSource

log = logging.getLogger("flyt.knowledge")

Read = TypeVar("Read")

MOST_NOTES = 100
LONGEST_KEY = 2000  # bytes


class Taking(Protocol):
    """What is done with what is read; each call is a transaction of its own."""

    def keep(self, found: Found) -> None: ...
    def unchanged(self, key: str) -> None: ...
    def fail(self, key: str, why: str, url: str | None) -> None: ...
    def tell(self, done: int, total: int) -> None: ...


@dataclass
class Told:
    """How a reading went; ``error`` where nothing could be read. The others are keys."""

    notes: list[str] = field(default_factory=list[str])
    failed: list[str] = field(default_factory=list[str])
    gone: list[str] = field(default_factory=list[str])
    error: str | None = None


def read_file(source: KnowledgeSource, file: File, content: bytes, taking: Taking) -> Told:
    """A file is one document, called as the file is."""
    told = Told()
    taking.tell(0, 1)
    try:
        if source.kind == "pricelist":
            columns = source.settings.get("columns")
            listed = _careful(
                file.name, lambda: price_lists.read(file.name, content, file.type, columns)
            )
            blocks, title, language = price_blocks(listed.rows), source.title, None
            told.notes += listed.notes
        else:
            parsed = _careful(file.name, lambda: read(file.name, content, file.type))
            blocks, title, language = blocks_of(parsed), parsed.title, parsed.language
            told.notes += parsed.notes
    except CannotRead as error:
        told.error = str(error)
        told.failed.append(file.name)
        taking.fail(file.name, told.error, None)
    else:
        named = title_of(title, source.title)
        taking.keep(Found(file.name, named, blocks, language=language))
    taking.tell(1, 1)
    return told


def read_site(
    source: KnowledgeSource, known: Mapping[str, Mapping[str, Any]], private: tuple[str, ...],
    taking: Taking,
) -> Told:  # fmt: skip
    """Each page is a document, called by its address."""
    return asyncio.run(_crawled(source, known, private, taking))


async def _crawled(
    source: KnowledgeSource, known: Mapping[str, Mapping[str, Any]], private: tuple[str, ...],
    taking: Taking,
) -> Told:  # fmt: skip
    visit = _Visit(source, taking)
    before = {key: msgspec.convert(one, Known) for key, one in known.items()}
    async for event in crawl(source.settings["url"], _settings(source, private), before):
        visit.take(event)
    return visit.told()


class _Visit:
    """What is made of the events of a crawl."""

    def __init__(self, source: KnowledgeSource, taking: Taking) -> None:
        self._left_out = frozenset[str](source.settings.get(LEFT_OUT, ()))
        self._taking, self._told, self._read = taking, Told(), 0
        self._why: str | None = None  # the first failure

    def told(self) -> Told:
        if not self._read:
            self._told.error = self._why
        del self._told.notes[MOST_NOTES:]
        return self._told

    def take(self, event: Event) -> None:
        match event:
            case Page() if self._is_wanted(event.url):
                self._page(event)
            case Failed(url, why):
                self._why = self._why or why
                if self._is_wanted(url):
                    self._fail(url, why)
            case Unchanged(url):
                self._read += 1
                self._taking.unchanged(url)
            case Removed(url):
                self._told.gone.append(url)
            case Progress(done, total):
                self._taking.tell(done, total)
            case Finished(_, notes):
                self._told.notes += notes
            case _:
                pass

    def _is_wanted(self, url: str) -> bool:
        if len(url.encode()) > LONGEST_KEY:
            self._told.notes.append(f"Left out, for its address is too long: {url[:100]}…")
            return False
        return url not in self._left_out

    def _page(self, page: Page) -> None:
        try:
            parsed = _careful(
                page.url, lambda: read(page.url, page.content, page.media_type, url=page.url)
            )
        except CannotRead as error:
            self._why = self._why or str(error)
            self._fail(page.url, str(error))
            return
        self._read += 1
        self._told.notes += (f"{page.url}: {note}" for note in parsed.notes)
        found = Found(
            page.url,
            title_of(parsed.title or page.title, page.url),
            blocks_of(parsed),
            url=page.url,
            language=parsed.language,
            known=msgspec.to_builtins(page.known()),
        )
        self._taking.keep(found)

    def _fail(self, url: str, why: str) -> None:
        self._told.failed.append(url)
        self._taking.fail(url, why, url)


def title_of(found: str, otherwise: str) -> str:
    return (" ".join(storable(found).split()) or otherwise)[:MAX_TITLE]


def _careful(name: str, reading: Callable[[], Read]) -> Read:
    """Raises `CannotRead`, also for what nobody thought of; one document must not end them all."""
    try:
        return reading()
    except CannotRead:
        raise
    except Exception as error:
        log.exception("a document could not be read")
        raise CannotRead(
            f"{name} could not be read because of a defect of ours ({type(error).__name__});"
            " the error log has it"
        ) from error


def _settings(source: KnowledgeSource, private: tuple[str, ...]) -> Settings:
    return Settings(
        depth=source.settings.get("depth", 0),
        pages=source.settings.get("pages", 100),
        sitemap=source.kind == "sitemap",
        private=private,
    )
