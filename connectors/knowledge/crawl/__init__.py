"""Reads the pages of one site, politely, and tells what came, changed and went.

One request at a time, with a pause, as robots.txt allows. A page that was read before is asked for
only if it changed, where that is known to be enough.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlsplit

from connectors.knowledge.crawl.events import (
    Event,
    Failed,
    Finished,
    Page,
    Progress,
    Removed,
    Unchanged,
)
from connectors.knowledge.crawl.fetching import Answer, Fetcher, Gone, OtherKind, Unread
from connectors.knowledge.crawl.links import Look, look, normal, site
from connectors.knowledge.crawl.settings import Known, Settings
from connectors.knowledge.crawl.sitemaps import NoSitemap, parse

__all__ = [
    "Event",
    "Failed",
    "Finished",
    "Known",
    "Page",
    "Progress",
    "Removed",
    "Settings",
    "Unchanged",
    "crawl",
]

_WAITING = 20_000  # addresses kept to be read
_SITEMAPS = 50


async def crawl(
    start: str, settings: Settings | None = None, known: Mapping[str, Known] | None = None
) -> AsyncIterator[Event]:
    """The events of one crawl, `Finished` last. What fails is told, not raised.

    ``known`` are the pages of the last crawl by their ``url``. May be closed at any event.
    """
    settings = settings or Settings()
    first = normal(start if "://" in start else f"https://{start}")
    if first is None:
        yield Failed(start, "It is no address of a page. It should begin with https:// or http://.")
        yield Finished(complete=False)
        return
    async with Fetcher(first, settings) as fetcher:
        running = _Crawl(fetcher, first, settings, known or {})
        async for event in running.events():
            yield event


class _Crawl:
    """What was seen so far."""

    def __init__(
        self, fetcher: Fetcher, first: str, settings: Settings, known: Mapping[str, Known]
    ) -> None:
        self._fetcher = fetcher
        self._first = first
        self._settings = settings
        self._known = known
        self._waiting: deque[tuple[str, int]] = deque()
        self._seen: set[str] = set()  # addresses that waited or were asked for
        self._told: set[str] = set()  # pages by their own name, whatever was told of them
        self._done = self._asked = self._others = 0
        self._broken = False  # something did not answer that may lead to other pages

    async def events(self) -> AsyncIterator[Event]:
        if self._settings.sitemap:
            async for failed in self._list():
                yield failed
        else:
            self._wait_for(self._first, 0)
        most = 3 * self._settings.pages + 20  # requests: a site of errors is left at some point
        while self._waiting and self._done < self._settings.pages and self._asked < most:
            url, depth = self._waiting.popleft()
            if url in self._told:
                continue
            self._asked += 1
            for event in await self._visit(url, depth):
                yield event
            total = min(self._settings.pages, self._done + len(self._waiting))
            yield Progress(self._done, max(total, self._done))
        complete = self._done > 0 and not self._waiting and not self._broken
        for url in self._known if complete else ():
            if url not in self._told:
                yield Removed(url)
        yield Finished(complete, tuple(self._notes()))

    def _notes(self) -> list[str]:
        notes: list[str] = []
        if self._waiting:
            notes.append(
                f"{len(self._waiting)} more pages were found but not read: at most "
                f"{self._settings.pages} are. Allow more pages, or begin deeper in the site."
            )
        if self._others:
            notes.append(f"{self._others} files of other kinds were left out, such as pictures.")
        return notes

    async def _list(self) -> AsyncIterator[Failed]:
        """Fills what waits from sitemaps; without one at the address, those the site names."""
        lists = deque([self._first])
        if urlsplit(self._first).path == "/":
            lists = deque(await self._named_sitemaps())
        read: set[str] = set()
        while lists and len(read) < _SITEMAPS:
            url = lists.popleft()
            if url in read:
                continue
            read.add(url)
            try:
                answer = await self._fetcher.sitemap(url)
                found = await asyncio.to_thread(parse, answer.content, answer.url)
            except (Unread, NoSitemap) as error:
                self._broken = True
                why = str(error) if isinstance(error, Unread) else f"It is no sitemap: {error}."
                yield Failed(url, why)
                continue
            lists.extend(found.sitemaps)
            for page in found.pages:
                self._wait_for(page, self._settings.depth)  # links are not followed from here

    async def _named_sitemaps(self) -> list[str]:
        try:
            rules = await self._fetcher.rules(self._first)
        except Unread:
            return [normal("/sitemap.xml", self._first) or self._first]
        named = [found for each in rules.sitemaps if (found := normal(each, self._first))]
        return named or [normal("/sitemap.xml", self._first) or self._first]

    def _wait_for(self, url: str, depth: int) -> None:
        fits = url not in self._seen and site(url) == site(self._first)
        if fits and len(self._waiting) < _WAITING:
            self._seen.add(url)
            self._waiting.append((url, depth))

    def _follow(self, links: tuple[str, ...], depth: int) -> None:
        if depth < self._settings.depth:
            for link in links:
                self._wait_for(link, depth + 1)

    async def _visit(self, url: str, depth: int) -> list[Event]:
        """A page that must be asked for links is only spared where these are known."""

        def spared(at: str) -> Known | None:
            before = self._known.get(at)
            leads_on = depth < self._settings.depth
            return None if before is None or (leads_on and before.links is None) else before

        try:
            answer = await self._fetcher.page(url, spared)
        except Unread as unread:
            return self._failed(url, unread)
        if answer.url != url:
            self._seen.add(answer.url)
            if answer.url in self._told:
                return []
        before = self._known.get(answer.url)
        if answer.status == 304 and before is not None:
            self._follow(before.links or (), depth)
            return self._unchanged(answer.url, before)
        found = await asyncio.to_thread(look, answer.url, answer.content, answer.media_type)
        self._follow(found.links, depth)
        return self._read(answer, found)

    def _read(self, answer: Answer, found: Look) -> list[Event]:
        url = self._own_name(answer.url, found.canonical)
        if url in self._told:
            return []
        self._seen.add(url)
        before = self._known.get(url)
        now = Known(
            digest=found.digest, etag=answer.etag, modified=answer.modified, links=found.links
        )
        if before is not None and before.digest == found.digest:
            return self._unchanged(url, now)
        self._told.add(url)
        self._done += 1
        page = Page(
            url=url,
            title=found.title,
            content=answer.content,
            media_type=answer.media_type,
            digest=now.digest,
            etag=now.etag,
            modified=now.modified,
            links=found.links,
            changed=before is not None,
        )
        return [page]

    def _own_name(self, url: str, canonical: str | None) -> str:
        """Sites that call each of their pages by the first one's address are not believed."""
        if canonical is None or site(canonical) != site(self._first):
            return url
        return url if urlsplit(canonical).path == "/" != urlsplit(url).path else canonical

    def _unchanged(self, url: str, now: Known) -> list[Event]:
        if url in self._told:
            return []
        self._told.add(url)
        self._done += 1
        return [Unchanged(url, now)]

    def _failed(self, url: str, unread: Unread) -> list[Event]:
        self._told.add(url)
        self._broken = self._broken or unread.passing
        if isinstance(unread, Gone) and url in self._known:
            return [Removed(url)]
        if isinstance(unread, OtherKind) and url != self._first:
            self._others += 1
            return []
        return [Failed(url, str(unread))]
