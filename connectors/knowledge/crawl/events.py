"""What a crawl tells while it goes on."""

from __future__ import annotations

from msgspec import Struct

from connectors.knowledge.crawl.settings import Known


class Page(Struct, frozen=True, kw_only=True):
    """A page or file that is new or has ``changed`` since it was known.

    ``url`` is its own name (canonical, normalised): the key to keep `Known` by, and the base of its
    links. ``content`` and ``media_type`` are for `connectors.knowledge.reading.read`. ``digest`` is
    of what is read of a page, not of what surrounds it.
    """

    url: str
    title: str
    content: bytes
    media_type: str
    digest: str
    etag: str | None
    modified: str | None
    links: tuple[str, ...]
    changed: bool

    def known(self) -> Known:
        """To be given to the next crawl."""
        return Known(digest=self.digest, etag=self.etag, modified=self.modified, links=self.links)


class Unchanged(Struct, frozen=True):
    """A known page that says what it said; ``known`` is what to keep of it now."""

    url: str
    known: Known


class Removed(Struct, frozen=True):
    """A known page that the site no longer has or, after a complete crawl, no longer leads to."""

    url: str


class Failed(Struct, frozen=True):
    """A page that could not be read this time; ``why`` is a sentence. A known one stays known."""

    url: str
    why: str


class Progress(Struct, frozen=True):
    """After each page: how many are done, and of how many we know by now."""

    done: int
    total: int


class Finished(Struct, frozen=True):
    """The last event. ``complete``: all that the settings ask for was seen, and the site answered.

    ``notes`` are sentences on what was left out.
    """

    complete: bool
    notes: tuple[str, ...] = ()


Event = Page | Unchanged | Removed | Failed | Progress | Finished
