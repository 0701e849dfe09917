"""The lists against browsers, shown by a whole Flyt wherever it shows somebody's words."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.canvas import DESKTOP, chromium, signed_in
from benchmarks.report import Verdict
from benchmarks.subjects import site
from tests.browser.harmless import Watch, show

AT_ONCE = 50  # lines on one page
PRINTED = 20  # findings


def run(lines: Sequence[str]) -> list[Verdict]:
    """Prints what is found as it goes."""
    found: list[str] = []
    shown = 0
    with site("pages") as (url, environ), chromium() as browser:
        for start in range(0, len(lines), AT_ONCE):
            context = browser.new_context(viewport=DESKTOP, locale="en-GB")  # pyright: ignore[reportArgumentType]
            context.add_cookies([signed_in(url, environ)])  # pyright: ignore[reportArgumentType]
            watch = Watch(context, url)
            show(watch, lines[start : start + AT_ONCE])
            context.close()
            found, shown = [*found, *watch.found], shown + watch.shown
            print(f"hostile: {start + AT_ONCE} lines on pages, {len(found)} findings", flush=True)
    for one in found[:PRINTED]:
        print(f"  {one[:300]}", flush=True)
    target = "hostile input: nothing runs where it is shown, and it stands there as written"
    return [Verdict(target, f"{shown:,} seen, {len(found)} findings", not found)]
