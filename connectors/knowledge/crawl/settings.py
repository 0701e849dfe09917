"""What a crawl is given: how far to go, and what is known already."""

from __future__ import annotations

from msgspec import Struct


class Settings(Struct, frozen=True, kw_only=True):
    """How far to go. ``depth`` counts links from the first page; 0 is that page alone."""

    depth: int = 1
    pages: int = 100
    sitemap: bool = False  # the address is a sitemap's, or a site's whose sitemap is looked for
    pause: float = 0.5  # seconds between two requests; robots.txt may ask for more
    seconds: float = 60.0  # for one page
    largest: int = 20_000_000  # bytes of a page or file
    private: tuple[str, ...] = ()  # networks of one's own that may be reached, "127.0.0.1/32"


class Known(Struct, frozen=True, kw_only=True):
    """What an earlier crawl told of a page; give back what `Page` said.

    Without ``links`` the page is fetched anew where its links matter, and compared by ``digest``.
    """

    digest: str
    etag: str | None = None
    modified: str | None = None
    links: tuple[str, ...] | None = None
