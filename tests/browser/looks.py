"""What a page looks like: kept as a picture, measured against its window, read out by axe.

A test run leaves its pictures in `.flyt/screenshots`, or in the folder that `SCREENSHOTS` names:
`1440-dark/publish.png` and so on. Continuous integration keeps that folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from builder.paths import ROOT, WEB

USUAL = ROOT / ".flyt" / "screenshots"
FOLDER = Path(os.environ.get("SCREENSHOTS") or USUAL).absolute()
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # of all else only one each is written out, which is quicker
}
SETTLED = """() => Promise.allSettled(document.getAnimations()
    .filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime))
    .map((each) => each.finished))"""  # what turns without end is not waited for


@dataclass(frozen=True)
class Look:
    """Takes a picture of a page and asserts that axe has nothing to say about it.

    `within` is a CSS selector of the part that axe reads; the picture is of that part, too.
    """

    theme: str

    def __call__(self, page: Page, name: str, within: str = "") -> None:
        self.keep(page, name, within)
        found = violations(page, within)
        assert not found, "\n".join([f"{name}:", *found])
        wider = wider_than_its_window(page)
        assert wider == 0, f"{name} is {wider} pixels wider than its window"

    def keep(self, page: Page, name: str, within: str = "") -> None:
        """Only the picture."""
        page.evaluate("document.fonts.ready.then(() => null)")
        page.evaluate(SETTLED)
        assert page.viewport_size
        path = FOLDER / f"{page.viewport_size['width']}-{self.theme}" / f"{name}.png"
        if within:
            page.locator(within).screenshot(path=path)
        else:
            page.screenshot(path=path)


def empty() -> None:
    """Removes the pictures of an earlier run, and nothing else that may lie there."""
    for picture in FOLDER.glob("*-*/*.png"):
        picture.unlink()


def violations(page: Page, within: str = "") -> list[str]:
    """What axe finds in a page, its open shadow roots included, or in the part of it named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    script = "([within, rules]) => axe.run(within || document, rules)"
    return [
        f"{each['id']}: {node['html'][:200]} ({node['failureSummary'][:300]})"
        for each in page.evaluate(script, [within, RULES])["violations"]
        for node in each["nodes"]
    ]


def wider_than_its_window(page: Page) -> int:
    """How many pixels one has to scroll sideways."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
