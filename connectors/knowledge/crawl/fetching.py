"""One request after another to one site: at its pace, as robots.txt allows, within limits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import httpx
from msgspec import Struct

from connectors import addresses
from connectors.knowledge.crawl import robots
from connectors.knowledge.crawl.links import normal, site
from connectors.knowledge.crawl.settings import Known, Settings
from connectors.knowledge.crawl.sitemaps import LARGEST as SITEMAP

AGENT = "Flyt"
REDIRECTS = 5
LONGEST_PAUSE = 30.0  # seconds that robots.txt may ask for between two pages
LONGEST_WAIT = 60.0  # seconds that a busy site may ask us to wait
_BUSY = (429, 503)
_READABLE = frozenset((
    "text/html", "application/xhtml+xml", "application/pdf", "text/plain", "text/markdown",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
))  # fmt: skip


class Answer(Struct, frozen=True):
    """``url`` is where redirects led to. Status 304 has no content: what is known still holds."""

    url: str
    status: int
    content: bytes = b""
    media_type: str = ""
    etag: str | None = None
    modified: str | None = None


class Unread(Exception):
    """A page was not read: the message is a sentence. ``passing``: it may be read another time."""

    def __init__(self, why: str, *, passing: bool = False) -> None:
        super().__init__(why)
        self.passing = passing


class Gone(Unread):
    """The site says that it has no such page."""


class OtherKind(Unread):
    """It is no page or document, but a picture, a film, an archive."""


class Fetcher:
    """Use it as a context; one at a time for a site."""

    def __init__(self, start: str, settings: Settings) -> None:
        self._site = site(start)
        self._settings = settings
        self._robots: dict[str, robots.Robots | Unread] = {}
        self._next = 0.0  # of the loop's clock: when the next request may be sent
        self._client = httpx.AsyncClient(
            transport=addresses.transport(settings.private),
            headers={"User-Agent": AGENT},
            timeout=httpx.Timeout(settings.seconds, connect=min(10.0, settings.seconds)),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def page(self, url: str, known: Callable[[str], Known | None]) -> Answer:
        """A page or document; ``known`` tells by its address what need not come again.

        Raises `Unread`.
        """
        answer = await self._followed(url, known, self._settings.largest)
        kind = answer.media_type.partition(";")[0].strip().lower()
        document = kind == "application/octet-stream" and answer.content[:4] in (b"%PDF", b"PK\3\4")
        if answer.status != 304 and kind not in _READABLE and not document:
            raise OtherKind(f"It is of a kind that can't be read ({kind or 'not said'}).")
        return answer

    async def sitemap(self, url: str) -> Answer:
        """Any content. Raises `Unread`."""
        return await self._followed(url, lambda _: None, SITEMAP)

    async def rules(self, url: str) -> robots.Robots:
        """The robots.txt of the page's host. Raises `Unread` where the host can't give it now."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = await self._read_robots(f"{origin}/robots.txt")
        found = self._robots[origin]
        if isinstance(found, Unread):
            raise found
        return found

    async def _read_robots(self, url: str) -> robots.Robots | Unread:
        try:
            answer = await self._followed(url, lambda _: None, robots.LARGEST, obey=False)
        except Unread as unread:
            if not unread.passing:
                return robots.Robots()  # it has none
            why = f"robots.txt, which says what may be read, did not come. {unread}"
            return Unread(why, passing=True)
        return robots.parse(answer.content.decode("utf-8", "replace"))

    async def _followed(
        self, url: str, known: Callable[[str], Known | None], largest: int, *, obey: bool = True
    ) -> Answer:
        for _ in range(REDIRECTS + 1):
            rules = await self.rules(url) if obey else robots.Robots()
            if not rules.allows(url):
                raise Unread("The site's robots.txt asks not to read it.")
            answer, target = await self._answered(url, known(url), largest, rules.delay)
            if target is None:
                return answer
            url = self._within(url, target)
        raise Unread(f"It redirects more than {REDIRECTS} times.")

    def _within(self, url: str, target: str) -> str:
        """Where a redirect leads, if the site stays the same."""
        led = normal(target, url)
        if led is None or site(led) != self._site:
            shown = urljoin(url, target)[:200]
            raise Unread(f"It redirects to another site: {shown}. Add that one instead.")
        return led

    async def _answered(
        self, url: str, known: Known | None, largest: int, delay: float | None
    ) -> tuple[Answer, str | None]:
        """The answer, and where it leads to; a busy site is asked once more."""
        for last in (False, True):
            await self._pace(delay)
            try:
                async with asyncio.timeout(self._settings.seconds):
                    found = await self._once(url, known, largest)
            except (TimeoutError, httpx.TimeoutException) as error:
                why = f"The site did not answer within {self._settings.seconds:.0f} seconds."
                raise Unread(why, passing=True) from error
            except addresses.NotPublic as error:
                raise Unread(f"{error} Check the address.") from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise Unread(f"The connection failed: {error}.", passing=True) from error
            if isinstance(found, tuple):
                return found
            if last or found > LONGEST_WAIT:
                break
            await asyncio.sleep(found)
        raise Unread("The site is busy and asks to come again later.", passing=True)

    async def _once(
        self, url: str, known: Known | None, largest: int
    ) -> tuple[Answer, str | None] | float:
        """Or the seconds after which to ask again."""
        async with self._client.stream("GET", url, headers=_conditions(known)) as response:
            if response.status_code == 304 and known is not None:
                return Answer(url, 304), None
            if response.is_redirect and "location" in response.headers:
                return Answer(url, response.status_code), response.headers["location"]
            if response.status_code in _BUSY:
                after = response.headers.get("retry-after", "")
                return float(after) if after.isascii() and after.isdigit() else 5.0
            _refuse(response)
            content = await _content(response, largest)
            headers = response.headers
            kind = headers.get("content-type", "")
            found = Answer(
                url, 200, content, kind, headers.get("etag"), headers.get("last-modified")
            )
            return found, None

    async def _pace(self, delay: float | None) -> None:
        pause = max(self._settings.pause, min(delay or 0.0, LONGEST_PAUSE))
        wait = self._next - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        self._next = time.monotonic() + pause


def _conditions(known: Known | None) -> dict[str, str]:
    headers: dict[str, str] = {}
    if known is not None and known.etag:
        headers["If-None-Match"] = known.etag
    if known is not None and known.modified:
        headers["If-Modified-Since"] = known.modified
    return headers


def _refuse(response: httpx.Response) -> None:
    status = response.status_code
    if status in (404, 410):
        raise Gone(f"The site has no such page ({status}).")
    if status in (401, 403, 407):
        raise Unread(f"The site lets only some people read it ({status}).")
    if status >= 500:
        raise Unread(f"The site failed to give it ({status}).", passing=True)
    if status != 200:
        raise Unread(f"The site refused to give it ({status}).")


async def _content(response: httpx.Response, largest: int) -> bytes:
    told = response.headers.get("content-length", "")
    content = bytearray()
    too_large = told.isascii() and told.isdigit() and int(told) > largest
    if not too_large:
        async for part in response.aiter_bytes():
            content += part
            if too_large := len(content) > largest:
                break
    if too_large:
        raise Unread(f"It is too large; at most {largest / 1_000_000:g} MB are read.")
    return bytes(content)
