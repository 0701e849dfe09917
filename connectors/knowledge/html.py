"""Web pages: what they say, without what surrounds it on each page of a site."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from connectors.knowledge import Block, CannotRead, Parsed, tables
from connectors.knowledge.text import clean, decode, one_line, shown

LARGEST = 10_000_000  # bytes; a page of that length is no page that one reads
DEEPEST = 150  # elements in each other

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SILENT = """script style noscript template nav footer aside iframe object embed svg canvas video
    audio map button input select textarea dialog menu datalist head"""
_SILENT_ROLES = """navigation banner contentinfo complementary search dialog alertdialog menu
    menubar"""
_FLOWING = """a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q
    ruby rp rt s samp small span strike strong sub sup time tt u var wbr br"""
_SILENT_TAGS, _ROLES = _SILENT.split(), frozenset(_SILENT_ROLES.split())
_FLOWING_TAGS = frozenset(_FLOWING.split())
_AROUND = re.compile(  # words of a class or id that name what surrounds the text
    r"(?:^|[\s_-])(?:cookies?|cookiebanner|consent|gdpr|cmp|onetrust|breadcrumbs?|sidebar|pagination|"
    r"pager|newsletter|popup|modal|skip-?(?:link|to-content|nav)|share|sharing|social|related-posts|"
    r"advert|advertisement|ads|sr-only|visually-hidden)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)


def read(
    name: str, content: bytes, media_type: str | None = None, url: str | None = None
) -> Parsed:
    if len(content) > LARGEST:
        raise CannotRead(
            f"{shown(name)} is too large for a web page ({len(content) // 1_000_000} MB; at most "
            f"{LARGEST // 1_000_000}). Divide it, or save it as PDF."
        )
    soup = parsed(decode(content, name, charset(content, media_type)))
    title = _title(soup)
    language = _attribute(soup.html, "lang") or _attribute(soup.html, "xml:lang")
    base = urljoin(url or "", _attribute(soup.find("base", href=True), "href") or "")
    _strip(soup)
    blocks = _Blocks(base)
    blocks.walk(_main(soup))
    blocks.flush()
    first = next((block.text for block in blocks.found if block.kind == "heading"), None)
    return Parsed(title or first or shown(name), tuple(blocks.found), language or None)


def parsed(text: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(text, "lxml")


def charset(content: bytes, media_type: str | None) -> str | None:
    declared = _CHARSET.search((media_type or "").encode()) or _CHARSET.search(content[:4096])
    return declared[1].decode("ascii", "replace") if declared else None


def _attribute(tag: PageElement | None, name: str) -> str:
    value = tag.get(name) if isinstance(tag, Tag) else None
    return one_line(value) if isinstance(value, str) else ""


def _title(soup: BeautifulSoup) -> str:
    """The page's title, without the site's name where a heading says which is which."""
    title = one_line(soup.title.get_text()) if soup.title else ""
    heading = one_line(soup.h1.get_text(" ")) if soup.h1 else ""
    return heading if heading and (not title or heading in title) else title


def _strip(soup: BeautifulSoup) -> None:
    for tag in soup.find_all(_SILENT_TAGS):
        tag.decompose()
    for tag in soup.find_all(_surrounds):
        if not tag.decomposed and not tag.find(["main", "article", "h1"]):
            tag.decompose()


def _surrounds(tag: Tag) -> bool:
    if tag.name in ("html", "body", "main", "article", "h1"):
        return False
    if tag.name == "header":
        return tag.find_parent(["main", "article"]) is None
    named = " ".join(map(str, [*(tag.get("class") or ()), tag.get("id") or ""]))
    return (
        tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or tag.get("role") in _ROLES
        or bool(_AROUND.search(named))
    )


def _main(soup: BeautifulSoup) -> Tag:
    """Where the page says what it is about; all of it, where it does not say where."""
    main = soup.find("main") or soup.find(role="main")
    if main is None:
        articles = soup.find_all("article")
        main = articles[0] if len(articles) == 1 else None
    if isinstance(main, Tag) and main.get_text(strip=True):
        return main
    return soup.body or soup


class _Blocks:
    """Blocks in the order of the page; text gathers until something else begins."""

    def __init__(self, base: str) -> None:
        self.found: list[Block] = []
        self._base = base
        self._gathered: list[str] = []

    def walk(self, tag: Tag, depth: int = 0) -> None:
        if depth > DEEPEST:
            self._gathered.append(tag.get_text(" "))
            return
        for child in tag.children:
            if isinstance(child, NavigableString):
                self._gathered.append(_words(child))
            elif isinstance(child, Tag):
                self._tag(child, depth)

    def flush(self) -> None:
        text = _tidy("".join(self._gathered))
        self._gathered = []
        if text:
            self.found.append(Block("text", text))

    def _tag(self, tag: Tag, depth: int) -> None:
        if tag.name in _FLOWING_TAGS and not _holds_blocks(tag):
            self._gathered.append(self._inline(tag, depth))
            return
        self.flush()
        if tag.name in _HEADINGS:
            if heading := one_line(tag.get_text(" " if tag.find("br") else "")):
                self.found.append(Block("heading", heading, level=_HEADINGS[tag.name]))
        elif tag.name in ("ul", "ol"):
            if items := "\n".join(self._items(tag, 0)):
                self.found.append(Block("list", items))
        elif tag.name == "dl":
            self._definitions(tag)
        elif tag.name == "pre":
            if code := clean(tag.get_text()).strip("\n"):
                self.found.append(Block("code", f"```\n{code}\n```"))
        elif tag.name == "table" and _has_data(tag):
            self._table(tag, depth)
        else:
            self.walk(tag, depth + 1)
        self.flush()

    def _inline(self, tag: Tag, depth: int) -> str:
        if tag.name == "br":
            return "\n"
        if tag.name == "code" and "`" not in (code := one_line(tag.get_text())):
            return f"`{code}`" if code else ""
        inner = self._flow(tag, depth + 1)
        if tag.name == "a" and (words := one_line(inner)) and (address := self._address(tag)):
            return f"[{words}]({address})"
        return inner

    def _flow(self, tag: Tag, depth: int) -> str:
        if depth > DEEPEST:
            return tag.get_text(" ")
        return "".join(
            self._inline(child, depth) if isinstance(child, Tag) else _words(child)
            for child in tag.children
        )

    def _address(self, tag: Tag) -> str | None:
        href = tag.get("href")
        if not isinstance(href, str) or not href.strip() or href.strip().startswith("#"):
            return None
        try:
            address = urljoin(self._base, href.strip())
            if urlsplit(address).scheme not in ("http", "https", "mailto", "tel"):
                return None
        except ValueError:
            return None
        for character, code in (("\n", ""), (" ", "%20"), ("(", "%28"), (")", "%29")):
            address = address.replace(character, code)
        return address

    def _items(self, tag: Tag, depth: int) -> Iterator[str]:
        if depth > DEEPEST // 3:
            yield one_line(tag.get_text(" "))
            return
        for number, item in enumerate(tag.find_all("li", recursive=False), 1):
            inner = [
                child for child in item.find_all(["ul", "ol"]) if child.find_parent("li") is item
            ]
            for child in inner:
                child.extract()
            mark = f"{number}." if tag.name == "ol" else "-"
            if words := one_line(self._flow_apart(item)):
                yield f"{'  ' * depth}{mark} {words}"
            for child in inner:
                yield from self._items(child, depth + 1)

    def _flow_apart(self, tag: Tag) -> str:
        """As one line, with a space where a block ends."""
        for part in tag.find_all(["p", "div", "br", "tr", "td", *_HEADINGS]):
            part.append(" ")
        return self._flow(tag, 0)

    def _definitions(self, tag: Tag) -> None:
        lines: list[str] = []
        for part in tag.find_all(["dt", "dd"]):
            words = one_line(self._flow_apart(part))
            if part.name == "dd" and lines and lines[-1].endswith(":"):
                lines[-1] += f" {words}"
            elif words:
                lines.append(f"- {words}:" if part.name == "dt" else f"- {words}")
        if lines:
            self.found.append(Block("list", "\n".join(line.removesuffix(":") for line in lines)))

    def _table(self, tag: Tag, depth: int) -> None:
        if caption := tag.caption:
            self._gathered.append(one_line(self._flow(caption, depth + 1)))
            self.flush()
        if table := tables.block(self._grid(tag)):
            self.found.append(table)

    def _grid(self, tag: Tag) -> list[list[str]]:
        """Each cell in every place it spans, so that a row can be read without those above it."""
        grid: list[dict[int, str]] = []
        rows = [row for row in tag.find_all("tr") if row.find_parent("table") is tag]
        held: dict[int, tuple[int, str]] = {}  # column: rows still spanned, words
        cells = 0
        for row in rows:
            line = {column: words for column, (_, words) in held.items()}
            held = {c: (left - 1, words) for c, (left, words) in held.items() if left > 1}
            column = 0
            for cell in row.find_all(["td", "th"], recursive=False):
                words = one_line(self._flow_apart(cell))
                across, down = _span(cell, "colspan", 100), _span(cell, "rowspan", len(rows))
                while column in line:
                    column += 1
                for place in range(column, column + across):
                    line[place] = words
                    if down > 1:
                        held[place] = (down - 1, words)
            grid.append(line)
            cells += len(line)
            if cells > tables.LARGEST:
                break
        width = max((max(line, default=-1) + 1 for line in grid), default=0)
        return [[line.get(column, "") for column in range(width)] for line in grid]


def _words(node: PageElement) -> str:
    """A text's words; comments and instructions say nothing."""
    if not isinstance(node, NavigableString) or isinstance(node, PreformattedString):
        return ""
    return re.sub(r"\s+", " ", node)


def _holds_blocks(tag: Tag) -> bool:
    return tag.find(lambda inner: inner.name not in _FLOWING_TAGS) is not None


def _has_data(tag: Tag) -> bool:
    """A table and no frame that a page is drawn with: several columns, nothing but text in them."""
    rows = [row for row in tag.find_all("tr") if row.find_parent("table") is tag]
    widest = max((len(row.find_all(["td", "th"], recursive=False)) for row in rows), default=0)
    return widest > 1 and not tag.find(["table", "article", "section", "h1", "h2"])


def _span(cell: Tag, name: str, most: int) -> int:
    """HTML's own: 0 rows are all that follow."""
    value = cell.get(name)
    if not isinstance(value, str) or not value.strip().isdecimal():
        return 1
    number = int(value.strip()[:6])
    return min(number, most) if number else (most if name == "rowspan" else 1)


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)
