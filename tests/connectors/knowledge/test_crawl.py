"""Crawling a site of the same machine: what is read, asked, told, and left alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from msgspec.structs import replace

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
from connectors.knowledge.crawl.links import normal
from connectors.knowledge.crawl.robots import parse
from tests.doubles.website import Reply, Website, packed

SETTINGS = Settings(depth=3, pause=0, private=("127.0.0.1/32",), seconds=5)


@pytest.fixture
def site() -> Iterator[Website]:
    site = Website()
    yield site
    site.close()


async def told(site: Website, start: str = "/", known=None, **settings) -> list[Event]:
    where = start if "://" in start else site.url + start
    return [event async for event in crawl(where, replace(SETTINGS, **settings), known)]


def changes(site: Website, events: list[Event]) -> list[tuple]:
    """What was told of pages: (word, path)."""
    return [
        (
            ("changed" if event.changed else "added")
            if isinstance(event, Page)
            else type(event).__name__.lower(),
            event.url.removeprefix(site.url),
        )
        for event in events
        if isinstance(event, (Page, Unchanged, Removed, Failed))
    ]


def keep(events: list[Event], known: dict[str, Known] | None = None) -> dict[str, Known]:
    """As a caller keeps what is known."""
    kept = dict(known or {})
    for event in events:
        if isinstance(event, Page):
            kept[event.url] = event.known()
        elif isinstance(event, Unchanged):
            kept[event.url] = event.known
        elif isinstance(event, Removed):
            del kept[event.url]
    return kept


def shop(site: Website) -> None:
    site.page("/", "Start", "/a", "/b?utm_source=x#top", "https://elsewhere.example/", "/logo.png")
    site.page("/a", "A", "/", "/a/deep")
    site.page("/b", "B", "mailto:x@y.example", "/c")
    site.page("/c", "C")
    site.page("/a/deep", "Deep", "/a/deep/er")
    site.page("/a/deep/er", "Deeper", "/a/deep/er/est")
    site.page("/a/deep/er/est", "Deepest")


async def test_a_site_is_read_to_its_depth(site):
    shop(site)
    events = await told(site, depth=2)
    assert changes(site, events) == [("added", path) for path in ("/", "/a", "/b", "/a/deep", "/c")]
    assert [event for event in events if isinstance(event, Progress)][-1] == Progress(5, 5)
    assert events[-1] == Finished(complete=True)
    page = next(event for event in events if isinstance(event, Page))
    assert page.title == "Start"
    assert page.media_type.startswith("text/html")
    assert b"This page is about Start." in page.content
    assert {each.headers["User-Agent"] for each in site.asked} == {"Flyt"}
    assert site.paths()[0] == "/robots.txt"


async def test_a_second_crawl_reads_only_what_changed(site):
    shop(site)
    known = keep(await told(site))
    assert len(known) == 6
    site.asked.clear()
    again = await told(site, known=known)
    assert {word for word, _ in changes(site, again)} == {"unchanged"}
    assert {each.status for each in site.asked if each.path != "/robots.txt"} == {304}

    site.page("/b", "B is new", "/c", "/d")  # changed, and leads to a new one
    site.page("/d", "D")
    site.page("/a", "A", "/", "/elsewhere")  # says the same, but leads to "deep" no more
    del site.pages["/c"]  # still led to
    again = await told(site, known=known)
    assert changes(site, again) == [
        ("unchanged", "/"),
        ("unchanged", "/a"),
        ("changed", "/b"),
        ("failed", "/elsewhere"),
        ("removed", "/c"),
        ("added", "/d"),
        ("removed", "/a/deep"),
        ("removed", "/a/deep/er"),
    ]
    kept = keep(again, known)
    assert sorted(kept) == [site.url + path for path in ("/", "/a", "/b", "/d")]
    assert kept[f"{site.url}/a"].links == (f"{site.url}/", f"{site.url}/elsewhere")


async def test_without_what_a_page_led_to_it_is_read_again_and_compared(site):
    shop(site)
    known = {url: replace(each, links=None) for url, each in keep(await told(site)).items()}
    site.asked.clear()
    again = await told(site, known=known)
    assert {word for word, _ in changes(site, again)} == {"unchanged"}
    statuses = {each.path: each.status for each in site.asked}
    assert (statuses["/"], statuses["/a/deep/er"]) == (200, 304)  # the last one leads nowhere


async def test_a_site_that_fails_loses_nothing(site):
    shop(site)
    known = keep(await told(site))
    site.pages["/a"] = Reply(b"", 500)
    again = await told(site, known=known)
    assert ("failed", "/a") in changes(site, again)
    assert not [event for event in again if isinstance(event, Removed)]
    assert again[-1] == Finished(complete=False)
    site.close()
    gone = await told(site, known=known)
    assert changes(site, gone) == [("failed", "/")]
    assert "robots.txt" in gone[0].why
    assert gone[-1] == Finished(complete=False)


async def test_robots_are_obeyed(site):
    shop(site)
    rules = "User-agent: other\nDisallow: /\n\nUser-agent: flyt\nDisallow: /a\nAllow: /a/deep$\n"
    site.pages["/robots.txt"] = Reply(f"{rules}Crawl-delay: 0.2\n".encode(), kind="text/plain")
    events = await told(site)
    assert changes(site, events) == [
        ("added", "/"), ("failed", "/a"), ("added", "/b"), ("added", "/c"),
    ]  # fmt: skip
    assert "robots.txt" in next(event.why for event in events if isinstance(event, Failed))
    assert "/a" not in site.paths()
    gaps = [after.at - before.at for before, after in pairwise(site.asked[1:])]
    assert all(gap > 0.19 for gap in gaps)


async def test_pages_are_counted_and_the_rest_is_told(site):
    site.page("/", "Start", *(f"/{number}" for number in range(20)))
    for number in range(20):
        site.page(f"/{number}", f"Page {number}")
    events = await told(site, pages=5)
    assert sum(isinstance(event, Page) for event in events) == 5
    assert not events[-1].complete
    assert events[-1].notes[0].startswith("16 more pages were found but not read: at most 5")


async def test_a_page_has_one_name(site):
    site.page("/", "Start", "/item?b=2&a=1", "/item?a=1&b=2&utm_campaign=z", "/print", "/old")
    site.page("/item?a=1&b=2", "Item")
    site.page("/print", "Item for printers", head='<link rel="canonical" href="/item?a=1&b=2">')
    site.pages["/old"] = Reply(status=301, headers={"Location": "/item?a=1&b=2#here"})
    events = await told(site)
    assert changes(site, events) == [("added", "/"), ("added", "/item?a=1&b=2")]
    assert events[-1].complete


async def test_redirects_stay_within_the_site(site):
    site.page("/", "Start", "/out", "/inside", "/round", "/metadata")
    site.pages["/out"] = Reply(status=302, headers={"Location": "https://elsewhere.example/x"})
    site.pages["/inside"] = Reply(status=302, headers={"Location": "/end"})
    site.pages["/round"] = Reply(status=302, headers={"Location": "/round?again=1"})
    site.pages["/round?again=1"] = Reply(status=302, headers={"Location": "/round"})
    site.pages["/metadata"] = Reply(
        status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}
    )
    site.page("/end", "End")
    events = await told(site)
    assert changes(site, events) == [
        ("added", "/"),
        ("failed", "/out"),
        ("added", "/end"),
        ("failed", "/round"),
        ("failed", "/metadata"),
    ]
    why = [event.why for event in events if isinstance(event, Failed)]
    assert "another site: https://elsewhere.example/x" in why[0]
    assert "redirects more than" in why[1]


async def test_kinds_and_sizes_are_limited(site):
    site.page("/", "Start", "/price.pdf", "/film", "/huge", "/endless", "/slow", "/secret")
    site.pages["/price.pdf"] = Reply(b"%PDF-1.7 ...", kind="application/octet-stream")
    site.pages["/film"] = Reply(b"....", kind="video/mp4")
    site.pages["/huge"] = Reply(b"a" * 3000)
    site.pages["/endless"] = Reply(packed("a" * 10**6), headers={"Content-Encoding": "gzip"})
    site.pages["/slow"] = Reply(b"<p>late", after=1)
    site.pages["/secret"] = Reply(status=403)
    events = await told(site, largest=2000, seconds=0.4)
    assert changes(site, events) == [
        ("added", "/"),
        ("added", "/price.pdf"),
        ("failed", "/huge"),
        ("failed", "/endless"),
        ("failed", "/slow"),
        ("failed", "/secret"),
    ]
    why = " ".join(event.why for event in events if isinstance(event, Failed))
    for word in ("too large", "did not answer within", "only some people"):
        assert word in why
    assert events[-1].notes == ("1 files of other kinds were left out, such as pictures.",)


async def test_a_busy_site_is_asked_again_when_it_says_so(site):
    site.pages["/robots.txt"] = Reply(b"no", 404)
    page = Reply(b"<h1>Here</h1>")
    site.pages["/"] = [Reply(b"", 429, headers={"Retry-After": "1"}), page]
    events = await told(site)
    assert changes(site, events) == [("added", "/")]
    first, second = [each.at for each in site.asked if each.path == "/"]
    assert second - first >= 1


SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'


def located(tag: str, *urls: str) -> str:
    return "".join(f"<{tag}><loc>{url}</loc></{tag}>" for url in urls)


async def test_a_sitemap_of_sitemaps_packed_and_plain(site):
    shop(site)
    lists = [f"{site.url}/{name}" for name in ("one.xml.gz", "two.txt", "lost.xml", "index.xml")]
    site.pages["/index.xml"] = Reply(
        INDEX.format(located("sitemap", *lists)).encode(), kind="text/xml"
    )
    one = SITEMAP.format(located("url", f"{site.url}/a", "https://elsewhere.example/"))
    site.pages["/one.xml.gz"] = Reply(packed(one), kind="application/x-gzip")
    site.pages["/two.txt"] = Reply(f"{site.url}/b\n{site.url}/c".encode(), kind="text/plain")
    events = await told(site, "/index.xml", sitemap=True)
    assert changes(site, events) == [
        ("failed", "/lost.xml"), ("added", "/a"), ("added", "/b"), ("added", "/c"),
    ]  # fmt: skip
    known = keep(events)
    site.asked.clear()
    again = await told(site, "/index.xml", known=known, sitemap=True)
    assert [word for word, _ in changes(site, again)] == ["failed", *["unchanged"] * 3]
    assert [each.status for each in site.asked if each.path in ("/a", "/b", "/c")] == [304] * 3


async def test_a_site_names_its_sitemap(site):
    shop(site)
    site.pages["/robots.txt"] = Reply(b"Sitemap: /map.xml", kind="text/plain")
    site.pages["/map.xml"] = Reply(SITEMAP.format(located("url", f"{site.url}/c")).encode())
    assert changes(site, await told(site, sitemap=True)) == [("added", "/c")]


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>Hello</body></html>",
        b"\x1f\x8b damaged",
        b"<urlset",
        b"",
        packed("<urlset>" + " " * 60_000_000),
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>&e;</loc></url>',
    ],
)
async def test_what_is_no_sitemap_is_said(site, content):
    site.pages["/map.xml"] = Reply(content)
    events = await told(site, "/map.xml", sitemap=True)
    assert not [event for event in events if isinstance(event, Page)]
    assert not events[-1].complete


@pytest.mark.parametrize(
    "start",
    ["ftp://example.com/", "file:///etc/passwd", "http://", "http://a b/", "http://u:p@a.b/"],
)
async def test_what_is_no_address_is_said(start):
    events = [event async for event in crawl(start, SETTINGS)]
    assert events == [
        Failed(start, "It is no address of a page. It should begin with https:// or http://."),
        Finished(complete=False),
    ]


async def test_inside_addresses_are_refused(site):
    site.page("/", "Start")
    for start in (site.url, f"http://localhost:{site.port}", f"http://2130706433:{site.port}"):
        failed, *_, finished = [event async for event in crawl(start, Settings(pause=0))]
        assert "no address of the open internet" in failed.why
        assert not finished.complete
    assert site.asked == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("HTTP://Example.COM:80", "http://example.com/"),
        ("https://example.com:443/a/../b/./c?b=1&a=2&a=1#x", "https://example.com/b/c?a=2&a=1&b=1"),
        ("https://example.com/%7euser/%c3%a6 ø", "https://example.com/~user/%C3%A6%20%C3%B8"),
        ("https://blåbær.no./x;jsessionid=1?utm_source=a&fbclid=b", "https://xn--blbr-roah.no/x"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("javascript:alert(1)", None),
        ("http://user@example.com/", None),
        ("http://example.com:99999/", None),
    ],
)
def test_an_address_is_written_in_one_way(written, expected):
    assert normal(written) == expected
    assert expected is None or normal(expected) == expected


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /private", "/private/x", False),
        ("User-agent: *\nDisallow: /private", "/public", True),
        ("User-agent: *\nDisallow:", "/", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Flyt/2.0\nDisallow: /x", "/y", True),
        ("User-agent: a\nUser-agent: FLYT # us\nDisallow: /x", "/x", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True),
        ("User-agent: *\nDisallow: /a*b*c", "/aXbY", True),
        ("User-agent: *\nDisallow: /a*b*c", "/aXbYcZ", False),
        ("User-agent: *\nDisallow: /page\nAllow: /page", "/page", True),
        ("User-agent: *\nDisallow: /søk", "/s%C3%B8k", False),
        ("Disallow: /", "/", True),
        ("<html>not found</html>", "/", True),
    ],
)
def test_robots(rules, path, allowed):
    assert parse(rules).allows(f"https://example.com{path}") is allowed
