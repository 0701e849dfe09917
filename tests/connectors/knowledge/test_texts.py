"""Web pages, Markdown and plain texts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.knowledge import CannotRead, Parsed
from connectors.knowledge.markdown import parse
from connectors.knowledge.reading import read

PAGE = """<!doctype html><html lang="sv"><head><title>Frakt - Butiken</title>
<meta charset="utf-8"><script>var a = "<p>no</p>"</script><style>p {}</style></head>
<body class="has-cookie-banner"><header><a href="/">Butiken</a></header>
<nav><ul><li>Start</li></ul></nav>
<div id="cookie-consent"><p>We use cookies. Accept?</p></div>
<div class="content"><h1>Frakt</h1>
<p>Vi skickar <b>allt</b> med <a href="../post?a=1#x">posten</a>.<br>
Fraktfritt <!-- no --> idag.</p>
<div>Loose words<p>and a paragraph</p>then more</div>
<ul><li>Brev<ul><li>litet</li></ul></li><li>Paket till <a href="mailto:a@b.se">oss</a></li></ul>
<ol><li>Packa</li><li>Skicka</li></ol>
<table><caption>Priser</caption><tr><th rowspan="2">Vikt</th><th colspan="2">Pris</th></tr>
<tr><th>Norge</th><th>Sverige</th></tr><tr><td>1 kg</td><td>99</td><td>49</td></tr></table>
<pre><code>total = a
  + b</code></pre>
<p>Kör <code>pip</code>, <a href="javascript:alert(1)">inte</a>.</p>
<dl><dt>Retur</dt><dd>30 dagar</dd></dl>
<form><p>Fråga oss</p><input value="x"><button>Skicka</button></form>
<p hidden>gömt</p><p aria-hidden="true">gömt</p></div>
<aside>Reklam</aside><footer>Om oss</footer></body></html>"""


WEIGHTS = """| Vikt | Pris | Pris |
| --- | --- | --- |
| Vikt | Norge | Sverige |
| 1 kg | 99 | 49 |"""


def said(parsed: Parsed) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in parsed.blocks]


def test_a_page_says_what_it_is_about_and_nothing_else():
    parsed = read("frakt", PAGE.encode(), "text/html", url="https://example.se/hjalp/frakt")
    assert said(parsed) == [
        ("heading", "Frakt"),
        ("text", "Vi skickar allt med [posten](https://example.se/post?a=1#x).\nFraktfritt idag."),
        ("text", "Loose words"),
        ("text", "and a paragraph"),
        ("text", "then more"),
        ("list", "- Brev\n  - litet\n- Paket till [oss](mailto:a@b.se)"),
        ("list", "1. Packa\n2. Skicka"),
        ("text", "Priser"),
        ("table", WEIGHTS),
        ("code", "```\ntotal = a\n  + b\n```"),
        ("text", "Kör `pip`, inte."),
        ("list", "- Retur: 30 dagar"),
        ("text", "Fråga oss"),
    ]
    assert (parsed.title, parsed.language) == ("Frakt", "sv")


def test_a_page_that_marks_its_main_part_is_believed():
    page = "<body><div>Around</div><main><article><header><h1>In</h1></header><p>Yes.</p></article>"
    assert said(read("a.html", page.encode())) == [("heading", "In"), ("text", "Yes.")]


@pytest.mark.parametrize(
    ("page", "media_type"),
    [
        ("<html><p>Доставка безкоштовна".encode("cp1251"), "text/html; charset=windows-1251"),
        ("<html><meta charset='koi8-u'><p>Доставка безкоштовна".encode("koi8-u"), "text/html"),
        ("<html><p>Доставка безкоштовна".encode("utf-16"), None),
        ("<html><meta charset='ascii'><p>Доставка безкоштовна".encode(), None),
    ],
)
def test_a_page_is_read_in_its_own_letters(page, media_type):
    assert said(read("page", page, media_type)) == [("text", "Доставка безкоштовна")]


def test_a_page_deeper_than_any_stack_is_read():
    page = b"<html><body>" + b"<div>" * 3_000 + b"deep" + b"<b>" * 3_000 + b"er"
    assert "deep" in read("deep.html", page).blocks[0].text


def test_markdown():
    text = """---
title: "Help"
---
Paying
======
Pay *when* you
like.
<!-- nobody sees this -->
> We take cards.

- by card
  or cash
- by bill

## Prices ##
| Thing | Price \\| day |
|:--|--:|
| Bike | 20 |
| Boat |

```python
# no heading
print(1)
```
1. Open
2. Close
***
The end."""
    parsed = parse(text)
    assert parsed.title == "Help"
    assert said(parsed) == [
        ("heading", "Paying"),
        ("text", "Pay *when* you like."),
        ("text", "We take cards."),
        ("list", "- by card or cash\n- by bill"),
        ("heading", "Prices"),
        ("table", "| Thing | Price \\| day |\n| --- | --- |\n| Bike | 20 |\n| Boat |  |"),
        ("code", "```python\n# no heading\nprint(1)\n```"),
        ("list", "1. Open\n2. Close"),
        ("text", "The end."),
    ]
    assert [block.level for block in parsed.blocks if block.kind == "heading"] == [1, 2]


RUSSIAN = "Мы доставляем заказы по всему городу каждый день.\n\nОплата картой или наличными."
UKRAINIAN = "Ми доставляємо замовлення по всьому місту щодня.\n\nОплата карткою або готівкою."
NORWEGIAN = "Vi leverer på døren både lørdag og søndag.\n\nÅpent hele året – også i jula."


@pytest.mark.parametrize("text", [RUSSIAN, UKRAINIAN])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-u"]
)
def test_cyrillic_letters(text, encoding):
    assert said(read("a.txt", text.encode(encoding))) == [
        ("text", part) for part in text.split("\n\n")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
def test_norwegian_letters(encoding):
    assert said(read("a.txt", NORWEGIAN.encode(encoding))) == [
        ("text", part) for part in NORWEGIAN.split("\n\n")
    ]


def test_lines_that_end_at_a_margin_are_one_paragraph():
    text = (
        "We bring everything to your door, on every\nday of the week but Sunday.\n\n"
        "Anna\nBergen\n\n- one\n- two\n  and a half\n\fSecond page"
    )
    parsed = read("letter.txt", text.encode())
    assert [(b.kind, b.text, b.page) for b in parsed.blocks] == [
        ("text", "We bring everything to your door, on every day of the week but Sunday.", 1),
        ("text", "Anna\nBergen", 1),
        ("list", "- one\n- two and a half", 1),
        ("text", "Second page", 2),
    ]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\t", "is empty"),
        ("a.pdf", b"\xff\xd8\xff\xe0 picture", "is a picture"),
        ("a.bin", bytes(range(256)) * 8, "not a kind of file"),
        ("a.txt", b"a" * 50_000_001, "too large"),
        ("a.html", b"<html>" + b"a" * 10_000_001, "too large"),
    ],
)
def test_what_is_no_text_is_said(name, content, why):
    with pytest.raises(CannotRead, match=f"^{name} .*{why}"):
        read(name, content)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\evil\\\u202efdp.exe", "fdp.exe"),
        ("a\r\nb\0.txt", "ab.txt"),
        ("", "the file"),
        ("x" * 500 + ".docx", "x" * 60 + "…" + "x" * 10 + ".docx"),
    ],
)
def test_a_hostile_name_says_nothing_but_itself(name, shown):
    with pytest.raises(CannotRead) as caught:
        read(name, b"")
    assert str(caught.value).startswith(f"{shown} is empty.")


def test_fifty_megabytes_are_read():
    text = ("Every word of this long sentence is kept as it is here. " * 20 + "\n\n") * 44_000
    assert 49_000_000 < len(text) < 50_000_000
    assert len(read("long.txt", text.encode()).blocks) == 44_000


_STARTS = (b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"<table><tr><td colspan=9>", b"\xff\xfe")
_NAMES = ("a.txt", "a.csv", "a.md", "a.html", "a.pdf", "a.docx")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_STARTS), st.binary(max_size=400), st.sampled_from(_NAMES))
def test_whatever_the_bytes_are_they_are_read_or_refused(start, rest, name):
    try:
        parsed = read(name, start + rest)
    except CannotRead as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017  # both ends are right
    else:
        assert all("\0" not in block.text for block in parsed.blocks)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.sampled_from(_NAMES[:4]))
def test_whatever_the_letters_are_they_can_be_kept(text, name):
    try:
        parsed = read(name, text.encode("utf-8", "surrogatepass"))
    except CannotRead:
        return
    for block in parsed.blocks:
        assert block.text.encode().decode() == block.text
        assert "\0" not in block.text
