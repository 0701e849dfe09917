"""Addresses of pages: one way to write each, and those that a page leads to."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

import idna
import msgspec
from bs4.element import Tag

from connectors.knowledge import CannotRead, html
from connectors.knowledge.text import decode

LINKS = 2_000  # of one page

_TRACKING = re.compile(
    r"(?:utm_\w+|gclid|fbclid|msclkid|yclid|dclid|gbraid|wbraid|mc_[ce]id|_ga|_gl|igshid|ref_src|"
    r"phpsessid|jsessionid|sessionid|sid)$",
    re.IGNORECASE,
)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/]*", re.IGNORECASE)
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")
_NO_PAGE = re.compile(
    r"\.(?:png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|css|m?js|json|xml|rss|atom|woff2?|ttf|eot|mp[34]|"
    r"m4[av]|webm|avi|mov|ogg|wav|zip|gz|rar|7z|tar|exe|dmg|apk|iso|msi|docm?|xls|pptx?)$",
    re.IGNORECASE,
)
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}


class Look(msgspec.Struct, frozen=True):
    """What a crawl wants to know of a page. ``digest`` changes with what is read of it."""

    title: str
    digest: str
    links: tuple[str, ...] = ()
    canonical: str | None = None


def normal(address: str, base: str = "") -> str | None:
    """The one way to write a page's address; None where it is no page's.

    Without fragment, tracking and session; host in small ASCII letters; the query's names in order.
    """
    try:
        parts = urlsplit(urljoin(base, address.strip()))
        host, port = parts.hostname, parts.port
        if parts.scheme not in _PORTS or not host or parts.username is not None:
            return None
        host = host.rstrip(".")
        host = host if host.isascii() else idna.encode(host, uts46=True).decode()
        if not _HOST.fullmatch(host):
            return None
    except (ValueError, idna.IDNAError):
        return None
    shown = f"[{host}]" if ":" in host else host
    place = shown if port in (None, _PORTS[parts.scheme]) else f"{shown}:{port}"
    path = urlsplit(urljoin(f"http://{place}/", _SESSION.sub("", parts.path) or "/")).path
    named = [each for each in parts.query.split("&") if each]
    kept = [each for each in named if not _TRACKING.match(each.partition("=")[0])]
    query = "&".join(sorted(kept, key=lambda each: each.partition("=")[0]))
    return urlunsplit((parts.scheme, place, encoded(path), encoded(query), ""))


def encoded(part: str) -> str:
    """Percent signs where they must be and nowhere else."""

    def once(found: re.Match[str]) -> str:
        character = unquote(found[0])
        return character if _UNRESERVED.fullmatch(character) else found[0].upper()

    return quote(re.sub(r"%[0-9A-Fa-f]{2}", once, part), safe="/%:@!$&'()*+,;=~?[]")


def site(url: str) -> tuple[str, int | None]:
    """Pages of one site agree in it, whether or not they are called "www" and encrypted."""
    parts = urlsplit(url)
    port = None if parts.port in (None, *_PORTS.values()) else parts.port
    return (parts.hostname or "").removeprefix("www."), port


def name(url: str) -> str:
    """What to call a file by its address."""
    parts = urlsplit(url)
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or url


def look(url: str, content: bytes, media_type: str) -> Look:
    """May take a second: call it in a thread."""
    if not is_page(content, media_type):
        return Look(name(url), hashlib.sha256(content).hexdigest())
    try:
        parsed = html.read(name(url), content, media_type, url)
        soup = html.parsed(decode(content, name(url), html.charset(content, media_type)))
    except CannotRead:  # it is said where the page is read
        return Look(name(url), hashlib.sha256(content).hexdigest())
    told = soup.find("base", href=True)
    base = urljoin(url, str(told["href"])) if isinstance(told, Tag) else url
    canonical = soup.find("link", rel="canonical", href=True)
    named = normal(str(canonical["href"]), base) if isinstance(canonical, Tag) else None
    found = (normal(str(tag["href"]), base) for tag in soup.find_all(["a", "area"], href=True))
    links = dict.fromkeys(
        each for each in found if each and not _NO_PAGE.search(urlsplit(each).path)
    )
    return Look(
        parsed.title,
        hashlib.sha256(msgspec.json.encode(parsed)).hexdigest(),
        tuple(links)[:LINKS],
        named,
    )


def is_page(content: bytes, media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml") and b"%PDF-" not in content[:1024]
