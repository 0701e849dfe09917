"""What hostile people write is shown as they wrote it, and never runs."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser

from tests.browser.conftest import DESKTOP, Flyt
from tests.browser.harmless import Watch, show

LINES = [
    "<script>alert('markup')</script>",
    "<img src=/none onerror=alert('picture')>",
    "\"><svg/onload=alert('closed an attribute')>",
    "<iframe srcdoc=\"<script>parent.alert('frame')</script>\"></iframe>",
    "<a href=\"java\tscript:alert('tab')\">press</a>",
    "[press](javascript:alert('link'))",
    "![picture](javascript:alert('image'))",
    "[![inner](pixel.png)](data:text/html,<script>alert(1)</script>)",
    "<style>@import 'https://outside.example/style.css';</style>",
    "<base href=https://outside.example/><form action=javascript:alert('form')><button>go",
    "</textarea></title></template><details open ontoggle=alert('details')>",
    "{{ 7 * 7 }} ${7 * 7} #{7 * 7} <%= 7 * 7 %>",
    "{{ constructor.constructor('alert(1)')() }}",
    "&lt;script&gt;alert('entities')&lt;/script&gt; &#x3c;b&#x3e;",
    "<https://outside.example/auto> https://outside.example/bare",
    "\u202e<b>backwards</b>\u2066 <math><mtext><img src=/none onerror=alert('math')>",
]


def test_hostile_words_are_words_wherever_they_are_shown(
    flyt: Flyt, owner: Any, chromium: Browser
) -> None:
    context = chromium.new_context(storage_state=owner, viewport=DESKTOP, locale="en-GB")
    watch = Watch(context, flyt.url)
    show(watch, LINES)
    context.close()
    assert watch.found == []
    assert watch.shown >= 4 * len(LINES)


def test_the_watch_sees_what_runs(flyt: Flyt, chromium: Browser) -> None:
    """It would be worth nothing if it did not."""
    context = chromium.new_context()
    watch = Watch(context, flyt.url)
    page = watch.page()
    page.goto(f"{flyt.url}/chat/none")  # a page under our policy
    page.evaluate("""() => {
      document.body.innerHTML =
        '<b onclick="x()">b</b><a href="javascript:x()">a</a><iframe></iframe>';
      alert("ran");
      fetch("http://127.0.0.1:9/outside").catch(() => {});
    }""")
    watch.look(page, ["Not there"])
    context.close()
    told = "\n".join(watch.found)
    for sign in ("onclick", "javascript:", "iframe", "alert(ran)", "127.0.0.1:9", "Not there"):
        assert sign in told
