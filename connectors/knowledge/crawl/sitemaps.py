"""Sitemaps: lists of a site's pages, and lists of such lists."""

from __future__ import annotations

import zlib

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # it has no types
from msgspec import Struct

from connectors.knowledge.crawl.links import normal

LARGEST = 50_000_000  # bytes unpacked, as their protocol has it
PAGES = 50_000


class Sitemap(Struct, frozen=True):
    """Addresses as `links.normal` writes them. Only one of the two has any."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


class NoSitemap(Exception):
    """It is no sitemap: the reason as the end of a sentence."""


def parse(content: bytes, url: str) -> Sitemap:
    """XML or lines of text, packed by gzip or not. Raises `NoSitemap`."""
    content = _unpacked(content)
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<"):
        return _lines(content, url)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NoSitemap("it can't be read as XML") from error
    if root is None:
        raise NoSitemap("it is empty")
    kind = etree.QName(root).localname
    if kind not in ("urlset", "sitemapindex"):
        raise NoSitemap("it is a page, no list of pages")
    found = (
        normal(place.text, url)
        for entry in root
        for place in entry
        if isinstance(place.tag, str) and etree.QName(place).localname == "loc"
        if place.text and place.text.strip()
    )
    unique = tuple(dict.fromkeys(each for each in found if each))[:PAGES]
    return Sitemap(pages=unique) if kind == "urlset" else Sitemap(sitemaps=unique)


def _lines(content: bytes, url: str) -> Sitemap:
    lines = content.decode("utf-8", "replace").split()
    if not lines or not lines[0].startswith(("http://", "https://")):
        raise NoSitemap("it lists no pages")
    return Sitemap(
        pages=tuple(dict.fromkeys(found for at in lines[:PAGES] if (found := normal(at))))
    )


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        unpacker = zlib.decompressobj(wbits=31)
        unpacked = unpacker.decompress(content, LARGEST)
    except zlib.error as error:
        raise NoSitemap("it is damaged") from error
    if unpacker.unconsumed_tail:
        raise NoSitemap("it is too large once it is unpacked")
    return unpacked
