"""The page Knowledge: sources come, move and go; what is known is read, edited and tried."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from runtime.processes import begin, end
from tests.browser.conftest import BOTH_WAYS, Builder, Flyt
from tests.browser.knowledge import SOON, Knowledge, passage, reading
from tests.browser.looks import Look
from tests.browser.test_answering import member
from tests.browser.test_conversations import Shop, shop

Open = Callable[..., Builder]

TEXT = """# Delivery

We deliver **within two days**. <img src=x onerror=alert(1)> See [our page](https://example.org).

- Monday to Friday
- Never on Sunday

<!-- page 2 -->

### Prices

| Weight | Price |
| --- | --- |
| up to 1 kg | 4.90 |
| up to 5 kg | 6.90 |

[do not](javascript:alert(1))
"""
PAIRS = [
    {"question": "When do you open?", "answer": "At **nine**."},
    {"question": "Where are you?", "answer": "In Oslo."},
]
ROWS = [
    {"name": "Rose", "fields": {"Flower": "Rose", "Price": "2,50 €"}, "price": 2.5},
    {"name": "Tulip", "fields": {"Flower": "Tulip", "Price": "ask us"}, "price": None},
]


@pytest.fixture
def known() -> Knowledge:
    return Knowledge()


@pytest.fixture
def page(builder: Builder, known: Knowledge) -> Page:
    known.before(builder.page)
    return builder.page


@pytest.fixture(scope="module")
def flowers(flyt: Flyt, owner: Any) -> Shop:
    return Shop(flyt, owner, shop("Knowing", "Hello"))


def go(builder: Builder, address: str = "") -> Page:
    return builder.visit(f"/knowledge{address}")


def row(page: Page, source: dict[str, Any]) -> Locator:
    return page.locator(f'[data-id="{source["id"]}"]')


def add(page: Page, what: str) -> None:
    page.get_by_role("button", name="Add source").click()
    page.get_by_role("menuitem", name=what).click()


def file(name: str, content: str = "Roses") -> Any:
    return {"name": name, "mimeType": "text/plain", "buffer": content.encode()}


def filled(known: Knowledge) -> None:
    """Sources of every kind and state, as the pictures show them."""
    known.collection("General")
    known.collection("Spare parts", embedder="small", sources=2, documents=3, chunks=210)
    known.source("article", "How we pack")
    known.source("faq", "Questions from the shop", documents=1, chunks=24)
    known.source("pricelist", "Prices 2026.xlsx", "Spare parts", documents=1, chunks=340)
    error = "“Manual, scanned.pdf” has no text, only pictures. Add it with its text recognised."
    known.source("file", "Manual, scanned.pdf", "Spare parts", status="failed", error=error)
    broken = {"document": "https://example.org/old", "message": "The page is gone (404)."}
    report = {"added": 3, "changed": 1, "removed": 0, "unchanged": 12, "notes": ["Scans left out."]}
    settings = {"url": "https://example.org/help", "depth": 2, "pages": 50}
    known.source(
        "url", "Help of example.org", documents=16, chunks=412, errors=[broken], report=report,
        settings=settings, every="P1D", next_at=SOON,
    )  # fmt: skip
    known.source("sitemap", "https://example.org/sitemap.xml", **reading(12, 40))
    known.source("file", "Terms.docx", status="queued", read_at=None)


def test_an_empty_page_offers_the_ways_in(builder: Builder, page: Page) -> None:
    go(builder)
    expect(page.get_by_role("heading", name="What your bots know will be here")).to_be_visible()
    ways = page.locator(".knowledge-ways strong")
    expect(ways).to_have_text(
        ["Files", "Web address", "Sitemap", "Questions and answers", "Article"]
    )
    expect(page.get_by_role("navigation", name="Main").get_by_role("link")).to_contain_text(
        ["Flyt", "Bots", "Inbox", "Knowledge", "Connections", "Settings"]
    )


def test_a_source_moves_while_it_is_read_and_then_is_quiet(
    builder: Builder, page: Page, known: Knowledge
) -> None:
    done = {"status": "ready", "documents": 3, "chunks": 41}
    steps = [{}, reading(12, 40), reading(13, 40), done]
    site = known.source("sitemap", "Our site", status="queued", steps=steps)
    go(builder)
    state = row(page, site).locator(".knowledge-state")
    expect(state).to_contain_text("Waiting")
    expect(state).to_contain_text("12 of 40 pages")
    expect(state.get_by_role("progressbar")).to_have_attribute("value", "12")
    expect(state).to_contain_text("13 of 40 pages")
    expect(state).to_contain_text("3 documents, 41 passages")
    calls = len(known.sent("GET", "sources"))
    page.wait_for_timeout(2_000)
    assert len(known.sent("GET", "sources")) == calls


def test_what_failed_says_why_and_is_read_again(
    builder: Builder, page: Page, known: Knowledge
) -> None:
    filled(known)
    known.sources[:] = [each for each in known.sources if each["status"] in ("ready", "failed")]
    failed = next(each for each in known.sources if each["status"] == "failed")
    go(builder)
    expect(row(page, failed)).to_contain_text("has no text, only pictures.")
    expect(page.get_by_text("1 document could not be read")).to_be_visible()
    page.get_by_role("button", name="Actions for Manual").click()
    page.get_by_role("menuitem", name="Read again").click()
    expect(row(page, failed)).to_contain_text("Waiting")


def test_the_list_is_narrowed(builder: Builder, page: Page, known: Knowledge) -> None:
    filled(known)
    go(builder)
    titles = page.locator(".knowledge-table tbody .strong-link")
    expect(titles).to_have_count(7)
    page.get_by_label("Collection").select_option("Spare parts")
    expect(titles).to_have_count(2)
    page.get_by_label("State").select_option("Ready")
    expect(titles).to_have_text(["Prices 2026.xlsx"])
    page.reload()
    expect(titles).to_have_text(["Prices 2026.xlsx"])
    page.get_by_label("Search in titles").fill("terms")
    page.get_by_role("button", name="Clear the filters").click()
    expect(titles).to_have_count(7)


def test_a_long_list_is_read_to_its_end(builder: Builder, page: Page, known: Knowledge) -> None:
    for number in range(130):
        known.source("article", f"Article {number}")
    go(builder)
    page.get_by_label("Search in titles").fill("article 0")
    expect(page.locator(".knowledge-table tbody tr")).to_have_count(1)


def test_a_web_address_is_added(builder: Builder, page: Page, known: Knowledge) -> None:
    go(builder)
    page.get_by_role("button", name="Web address").click()
    dialog = page.get_by_role("dialog")
    address = dialog.get_by_label("Web address")
    expect(address).to_be_focused()
    address.fill("hello")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("it should look like https://example.org/help")
    address.fill("example.org/help")
    dialog.get_by_label("Follow links").check()
    dialog.get_by_label("How many links deep").select_option("2")
    dialog.get_by_label("At most so many pages").fill("9000")
    dialog.get_by_label("Read it again").select_option("Every day")
    page.keyboard.press("Escape")  # whatever was typed is there again
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Web address").click()
    expect(address).to_have_value("example.org/help")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_contain_text("Write a whole number from 1 to 500.")
    dialog.get_by_label("At most so many pages").fill("60")
    dialog.get_by_label("Collection").select_option("New collection…")
    dialog.get_by_label("Name of the new collection").fill("Website")
    known.refuse("POST", "sources", 422, "This address is private. Give a public one.")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_role("alert").first).to_contain_text("This address is private.")
    expect(address).to_have_value("example.org/help")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_be_hidden()
    builder.toast("It is being read now.")
    expect(page.locator(".knowledge-table tbody tr")).to_contain_text(["https://example.org/help"])
    assert known.sent("POST", "collections") == [{"name": "Website"}]
    assert known.sent("POST", "sources")[-1] == {
        "kind": "url",
        "url": "https://example.org/help",
        "settings": {"depth": 2, "pages": 60},
        "every": "P1D",
        "collection": "Website",
    }


def test_files_are_dropped_and_each_tells_how_it_went(
    builder: Builder, page: Page, known: Knowledge
) -> None:
    go(builder)
    expect(page.get_by_role("button", name="Files")).to_be_visible()
    drop = """(names) => {
        const data = new DataTransfer();
        for (const name of names) data.items.add(new File([name && "Roses"], name));
        const event = { dataTransfer: data, bubbles: true, cancelable: true };
        document.body.dispatchEvent(new DragEvent("drop", event));
    }"""
    page.evaluate(drop, ["terms.pdf", "prices.csv", "song.mp3"])
    dialog = page.get_by_role("dialog")
    lines = dialog.locator(".knowledge-file")
    expect(lines).to_have_count(3)
    expect(lines.nth(2)).to_contain_text("This kind of file can't be read.")
    lines.nth(2).get_by_role("button", name="Remove song.mp3").click()
    dialog.get_by_role("button", name="Add 2 files").click()
    expect(lines.nth(1)).to_contain_text("Choose one of the two.")
    lines.nth(1).get_by_label("Price list").check()
    too_large = "The file is too large: at most 50 MB. Split it."
    known.refuse("POST", "sources", 413, too_large)
    dialog.get_by_role("button", name="Add 2 files").click()
    expect(lines.nth(0)).to_contain_text(too_large)
    expect(lines.nth(1)).to_contain_text("Added")
    lines.nth(0).get_by_role("button", name="Try again").click()
    expect(dialog).to_be_hidden()
    builder.toast("2 files are added.")
    expect(page.locator(".knowledge-table tbody tr")).to_have_count(2)


def test_questions_are_pasted_from_a_sheet(builder: Builder, page: Page, known: Knowledge) -> None:
    known.source("article", "Something")
    go(builder)
    add(page, "Questions and answers")
    page.get_by_label("Title").fill("Opening hours")
    sheet = 'When?\tAt nine.\r\nWhere?\t"In Oslo,\nnear the ""old"" port."\r\n'
    paste = """(text) => {
        const data = new DataTransfer();
        data.setData("text/plain", text);
        const event = { clipboardData: data, bubbles: true, cancelable: true };
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", event));
    }"""
    page.get_by_role("textbox", name="Question 1").focus()
    page.evaluate(paste, sheet)
    expect(page.get_by_text("Pasted: 2 questions")).to_be_visible()
    expect(page.get_by_role("textbox", name="Answer 2")).to_have_value(
        'In Oslo,\nnear the "old" port.'
    )
    page.get_by_role("textbox", name="Question 3").fill("How?")
    page.get_by_role("button", name="Add questions").click()
    expect(page.get_by_text("This question has no answer.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("is here again")).to_be_visible()
    page.get_by_role("button", name="Remove question 3").click()
    page.get_by_role("button", name="Add questions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Opening hours")
    assert known.sent("POST", "sources") == [
        {
            "kind": "faq",
            "title": "Opening hours",
            "pairs": [
                {"question": "When?", "answer": "At nine."},
                {"question": "Where?", "answer": 'In Oslo,\nnear the "old" port.'},
            ],
        }
    ]


def test_an_article_is_written_with_a_preview(
    builder: Builder, page: Page, known: Knowledge
) -> None:
    go(builder, "?new=article")
    page.get_by_role("button", name="Add article").click()
    expect(page.get_by_text("Write a title.")).to_be_visible()
    page.get_by_label("Title").fill("Delivery")
    page.get_by_label("Text", exact=True).fill("# Delivery\n\nTwo **days**.")
    preview = page.get_by_role("region", name="Preview")
    expect(preview.get_by_role("heading", name="Delivery")).to_be_visible()
    expect(preview.locator("strong")).to_have_text("days")
    page.route("**/knowledge/sources", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="Add article").click()
    expect(page.get_by_text("What you have written is kept.")).to_be_visible()
    page.get_by_role("button", name="Add article").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delivery")
    go(builder, "?new=article")
    expect(page.get_by_label("Title")).to_have_value("")


def test_one_source(builder: Builder, page: Page, known: Knowledge) -> None:
    filled(known)
    site = next(each for each in known.sources if each["kind"] == "url")
    known.document(site, "Delivery", TEXT, url="https://example.org/help/delivery")
    go(builder)
    page.get_by_role("link", name="Help of example.org").click()
    about = page.get_by_role("complementary", name="About this source")
    expect(about).to_contain_text("Links followed 2 deep, at most 50 pages")
    expect(about.locator(".knowledge-counts li")).to_have_text(
        ["3 added", "1 changed", "0 removed", "12 unchanged"]
    )
    expect(about).to_contain_text("The page is gone (404).")
    about.get_by_label("Read it again").select_option("Every week")
    builder.toast("It is read again on its own now.")
    assert known.sent("PATCH", f"sources/{site['id']}") == [{"every": "P7D"}]
    about.get_by_role("button", name="Change").click()
    page.get_by_role("dialog").get_by_label("How many links deep").select_option("This page only")
    page.get_by_role("button", name="Save and read again").click()
    expect(about).to_contain_text("This page only")

    page.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="Move to a collection").click()
    page.get_by_role("dialog").get_by_label("Collection").select_option("Spare parts")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(about).to_contain_text("Spare parts")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(about).to_contain_text("General")
    page.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_label("Title").fill("Help pages")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Help pages")
    page.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text("running bots find nothing of it any more")
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Knowledge")
    expect(page.get_by_role("link", name="Help pages")).to_have_count(0)


def test_a_text_as_it_was_understood(builder: Builder, page: Page, known: Knowledge) -> None:
    document = known.document(known.source("file", "terms.pdf"), "Terms", TEXT, pages=2)
    go(builder, f"?document={document['id']}")
    text = page.get_by_role("article")
    expect(text.get_by_role("heading", level=2)).to_have_text("Delivery")
    expect(text.get_by_role("heading", level=3)).to_have_text("Prices")
    expect(text.get_by_role("columnheader")).to_have_text(["Weight", "Price"])
    expect(text.get_by_text("Page 2")).to_be_visible()
    expect(text.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    expect(text.locator("img, [href^=javascript]")).to_have_count(0)
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)

    prices = known.source("pricelist", "prices.csv")
    rows = [{**each, "currency": "EUR"} for each in ROWS]
    listed = known.document(prices, "Prices", rows=rows, total_rows=340)
    go(builder, f"?document={listed['id']}")
    expect(page.get_by_text("The first 2 of 340 rows")).to_be_visible()
    expect(page.get_by_role("row").nth(1).get_by_role("cell")).to_have_text(
        ["Rose", "2,50 €", "2.5 EUR"]
    )
    expect(page.get_by_role("row").nth(2)).to_contain_text("None found")


def test_nobody_writes_over_a_colleague(builder: Builder, page: Page, known: Knowledge) -> None:
    source = known.source("article", "Delivery")
    document = known.document(source, "Delivery", "Two days.\n\nNever on Sunday.")
    go(builder, f"?source={source['id']}")
    page.get_by_role("link", name="Edit Delivery").click()
    page.get_by_label("Text", exact=True).fill("Three days.\n\nNever on Sunday.")
    known.revise(document, "One day.", "user:other")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Somebody saved version 2 while you were writing.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Three days.\n\nNever on Sunday.")
    page.get_by_label("Note").fill("Slower in winter")
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_role("button", name="Save mine as the newest").click()
    expect(page.get_by_role("article")).to_contain_text("Three days.")

    page.get_by_role("link", name="Versions").click()
    versions = page.get_by_role("complementary", name="Versions").get_by_role("listitem")
    expect(versions).to_have_count(3)
    expect(versions.nth(0)).to_contain_text("Slower in winter")
    expect(versions.nth(1)).to_contain_text("A colleague")
    expect(versions.nth(2)).to_contain_text("Read by Flyt")
    page.get_by_label("From").select_option("1")
    lines = page.get_by_role("region", name="Lines that differ")
    expect(lines.locator("del")).to_contain_text("Two days.")
    expect(lines.locator("ins")).to_contain_text("Three days.")
    expect(lines.get_by_label("Added")).to_have_count(1)
    page.get_by_role("button", name="Restore version 2").click()
    builder.toast("Version 2 is in use again, as a new version.")
    expect(versions).to_have_count(4)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(versions).to_have_count(5)
    assert known.sent("POST", f"documents/{document['id']}/versions/3/restore")


def test_questions_are_edited(builder: Builder, page: Page, known: Knowledge) -> None:
    document = known.document(known.source("faq", "Hours"), "Hours", pairs=PAIRS)
    go(builder, f"?document={document['id']}")
    expect(page.get_by_role("definition").first).to_have_text("At nine.")
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("textbox", name="Answer 1").fill("At ten.")
    page.get_by_role("button", name="Add question").click()
    expect(page.get_by_role("textbox", name="Question 3")).to_be_focused()
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_role("definition").first).to_have_text("At ten.")
    sent = known.sent("PUT", f"documents/{document['id']}")[0]
    assert sent["pairs"] == [{"question": "When do you open?", "answer": "At ten."}, PAIRS[1]]


def test_a_question_is_tried(builder: Builder, page: Page, known: Knowledge) -> None:
    filled(known)
    document = known.document(known.sources[0], "Terms", TEXT)
    known.passages = [
        passage(document, "Deliveries take **two** days.", page=2, score=0.83, heading="Delivery"),
        passage(document, "", kind="price", fields={"Flower": "Rose", "Price": "2,50 €"}),
    ]
    go(builder, "?view=try")
    how = page.get_by_role("complementary", name="Where it is looked for")
    expect(how).to_contain_text("By words")
    expect(how).to_contain_text("For English and German. Needs no key.")
    page.get_by_label("Look in").select_option("General")
    expect(how).not_to_contain_text("German")
    page.get_by_role("searchbox", name="Question").fill("How long does delivery take?")
    page.keyboard.press("Enter")
    hits = page.locator(".knowledge-hit")
    expect(hits).to_have_count(2)
    expect(hits.nth(0)).to_contain_text("0.83")
    expect(hits.nth(0)).to_contain_text("Page 2")
    expect(hits.nth(0).locator("mark")).to_have_text(["Deliveries", "take"])
    expect(hits.nth(1).get_by_role("definition")).to_have_text(["Rose", "2,50 €"])
    assert known.sent("POST", "search") == [
        {"query": "How long does delivery take?", "top_k": 8, "collections": ["General"]}
    ]
    known.passages = []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing was found")).to_be_visible()
    known.refuse("POST", "search", 422, "The question is too long.")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("alert").first).to_contain_text("The question is too long.")

    how.get_by_role("button", name="Change the search of General").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Model of a provider")).to_be_disabled()
    dialog.get_by_label("Small model on this machine").check()
    dialog.get_by_role("button", name="Change the search").click()
    expect(how).to_contain_text("3 of 41 passages made ready for Small model on this machine")


def test_collections(builder: Builder, page: Page, known: Knowledge) -> None:
    go(builder, "?view=collections")
    page.get_by_role("button", name="New collection").click()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("Write a name.")).to_be_visible()
    page.get_by_label("Name").fill("Website")
    known.refuse("POST", "collections", 409, "There is a collection called Website already.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is a collection called Website already.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Website")
    page.keyboard.press("Enter")
    card = page.locator(".knowledge-collections > li")
    expect(card).to_contain_text("0 sources · 0 documents · 0 passages")
    switch = card.get_by_role("switch", name="Website is confidential")
    expect(switch).not_to_be_checked()
    switch.click()
    expect(card.locator(".badge.amber")).to_have_text("Confidential")
    expect(switch).to_be_checked()
    assert known.sent("PATCH", "collections/c1") == [{"confidential": True}]
    known.refuse("PATCH", "collections/c1", 403, "You may look, but not change anything here.")
    switch.click()
    expect(page.get_by_text("You may look, but not change anything here.")).to_be_visible()
    expect(switch).to_be_checked()
    card.get_by_role("button", name="Actions for Website").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("heading", name="Collections will be here")).to_be_visible()


def test_a_viewer_only_reads(
    open_builder: Open, known: Knowledge, flyt: Flyt, flowers: Shop
) -> None:
    viewer = open_builder(member(flyt, flowers, "Vera", "viewer"))
    page = viewer.page
    known.before(page)
    document = known.document(known.source("article", "Delivery"), "Delivery", "Two days.")
    go(viewer)
    expect(page.get_by_role("link", name="Delivery")).to_be_visible()
    expect(page.get_by_role("button", name="Add source")).to_have_count(0)
    expect(page.get_by_role("button", name="Actions for")).to_have_count(0)
    page.get_by_role("link", name="Delivery").click()
    expect(page.get_by_role("link", name="Delivery")).to_be_visible()
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    expect(page.get_by_role("button", name="Read again")).to_have_count(0)
    go(viewer, f"?document={document['id']}&part=edit")
    expect(page.get_by_role("article")).to_contain_text("Two days.")
    expect(page.get_by_role("textbox")).to_have_count(0)
    go(viewer, "?new=article")
    expect(page.get_by_text("but not add to it. Ask an owner.")).to_be_visible()


def test_two_windows_show_the_same(builder: Builder, page: Page, known: Knowledge) -> None:
    source = known.source("article", "Delivery")
    go(builder)
    expect(row(page, source)).to_be_visible()
    other = page.context.new_page()
    known.before(other)
    other.goto(page.url)
    other.get_by_role("button", name="Actions for Delivery").click()
    other.get_by_role("menuitem", name="Rename").click()
    other.get_by_role("dialog").get_by_label("Title").fill("Sending")
    other.keyboard.press("Enter")
    expect(row(page, source)).to_contain_text("Sending")


def test_a_lost_connection_is_told_and_mended(
    builder: Builder, page: Page, known: Knowledge
) -> None:
    known.source("sitemap", "Our site", **reading(1, 9))

    def lost(route: Route) -> None:
        route.abort()

    page.route("**/knowledge/sources?*", lost)
    go(builder)
    expect(page.get_by_role("heading", name="This could not be loaded")).to_be_visible()
    page.unroute("**/knowledge/sources?*", lost)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 of 9 pages")).to_be_visible()
    page.route("**/knowledge/sources?*", lost, times=1)
    expect(page.get_by_text("This is not up to date")).to_be_visible()
    expect(page.get_by_text("This is not up to date")).to_be_hidden(timeout=6_000)
    go(builder, "?source=none")
    expect(page.get_by_role("heading", name="This source is not here")).to_be_visible()
    go(builder, "?document=none")
    expect(page.get_by_role("heading", name="This document is not here")).to_be_visible()


@pytest.fixture
def worker(flyt: Flyt, tmp_path: Path) -> Iterator[None]:
    """What reads sources."""
    command = [sys.executable, "-m", "runtime.cli", "worker"]
    process = begin(command, environ=flyt.environ, folder=tmp_path, log=tmp_path / "worker.log")
    yield
    end(process)


def manual() -> bytes:
    document = pymupdf.open()
    for text in ("Our roses are cut on Monday.", "Delivery takes two working days."):
        document.new_page().insert_text((72, 96), text)
    return document.tobytes()


def test_from_a_file_to_a_passage(builder: Builder, worker: None) -> None:
    """The whole way, with the real API and a worker."""
    page = go(builder)
    page.get_by_role("button", name="Files").click()
    csv = b"Flower;Price\nRose;2,50 EUR\nTulip;1,80 EUR\n"
    files: list[Any] = [
        {"name": "manual.pdf", "mimeType": "application/pdf", "buffer": manual()},
        {"name": "prices.csv", "mimeType": "text/csv", "buffer": csv},
    ]
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(files)
    dialog.get_by_label("Price list").check()
    dialog.get_by_label("Collection").select_option("New collection…")
    dialog.get_by_label("Name of the new collection").fill("Flowers")
    dialog.get_by_role("button", name="Add 2 files").click()
    expect(dialog).to_be_hidden()
    ready = page.locator(".knowledge-state", has_text="Ready")
    expect(ready).to_have_count(2, timeout=60_000)

    page.get_by_role("link", name="manual.pdf").click()
    page.locator(".knowledge-documents").get_by_role("link").click()
    text = page.get_by_role("article")
    expect(text.get_by_text("Page 2")).to_be_visible()
    expect(text).to_contain_text("Delivery takes two working days.")
    go(builder, "?new=article")
    page.get_by_label("Title").fill("Returns")
    page.get_by_label("Text", exact=True).fill("Return what you do not like.")
    page.get_by_label("Collection").select_option("Flowers")
    page.get_by_role("button", name="Add article").click()
    expect(page.locator(".knowledge-state")).to_contain_text("Ready", timeout=60_000)
    page.get_by_role("link", name="Edit Returns").click()
    page.get_by_label("Text", exact=True).fill("Return what you do not like within ten days.")
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_role("link", name="Versions").click()
    expect(page.locator("ins")).to_contain_text("within ten days")
    page.get_by_role("button", name="Restore version 1").click()
    builder.toast("Version 1 is in use again")
    expect(page.get_by_role("complementary", name="Versions")).to_contain_text("You")

    go(builder, "?view=try")
    how = page.get_by_role("complementary", name="Where it is looked for")
    expect(how.get_by_role("heading", name="Flowers")).to_be_visible()
    expect(how).to_contain_text("Nothing leaves this machine.")
    page.get_by_role("searchbox", name="Question").fill("How long does delivery take?")
    page.keyboard.press("Enter")
    best = page.locator(".knowledge-hit").first
    expect(best).to_contain_text("manual.pdf · Page 1")  # where the passage begins
    expect(best.locator("mark").first).to_have_text("Delivery")
    page.get_by_role("searchbox", name="Question").fill("price of a tulip")
    page.keyboard.press("Enter")
    expect(best.locator("mark").filter(has_text="Tulip")).to_be_visible()
    expect(best.get_by_role("definition").filter(has_text="1,80 EUR")).to_be_visible()


@BOTH_WAYS
def test_looks(person: Builder, look: Look, known: Knowledge) -> None:
    page = person.page
    known.before(page)
    go(person)
    expect(page.locator(".knowledge-ways")).to_be_visible()
    look(page, "knowledge-empty")
    filled(known)
    site = next(each for each in known.sources if each["kind"] == "url")
    article = known.sources[-1]
    gone = {"status": "failed", "version": 0, "error": "The page is gone (404). Look at its link."}
    document = known.document(site, "Delivery and returns", TEXT, url="https://example.org/help/1")
    known.document(site, "https://example.org/old", url="https://example.org/old", **gone)
    written = known.document(article, "How we pack", TEXT)
    known.revise(written, TEXT.replace("two days", "three days"), "user:other", "Winter")
    go(person)
    expect(page.get_by_text("12 of 40 pages")).to_be_visible()
    look(page, "knowledge-list")
    add(page, "Files")
    page.locator("dialog[open] input[type=file]").set_input_files(
        [file("Terms of delivery.pdf"), file("prices.csv"), file("song.mp3")]
    )
    look(page, "knowledge-files")
    page.keyboard.press("Escape")
    add(page, "Web address")
    page.get_by_label("Follow links").check()
    look(page, "knowledge-address")
    page.keyboard.press("Escape")
    go(person, "?view=collections")
    expect(page.locator(".knowledge-collections > li")).to_have_count(2)
    page.get_by_role("button", name="Change the search of General").click()
    look(page, "knowledge-embedders")
    go(person, f"?source={site['id']}")
    expect(page.locator(".knowledge-documents > li")).to_have_count(2)
    look(page, "knowledge-source")
    go(person, f"?document={document['id']}")
    expect(page.get_by_role("article")).to_be_visible()
    look(page, "knowledge-text")
    go(person, f"?document={written['id']}&part=versions")
    expect(page.locator("ins")).to_be_visible()
    look(page, "knowledge-versions")
    go(person, f"?document={written['id']}&part=edit")
    expect(page.get_by_label("Text", exact=True)).to_be_visible()
    look(page, "knowledge-edit")
    go(person, "?new=faq")
    page.get_by_role("textbox", name="Question 1").fill("When do you open?")
    page.get_by_role("button", name="Add questions").click()
    look(page, "knowledge-questions")
    known.passages = [
        passage(document, TEXT, page=2, score=0.83, heading="Delivery > When", url="https://a.b"),
        passage(document, "At nine.", kind="faq", question="When is the delivery?", score=0.61),
        passage(document, "", kind="price", fields={"Flower": "Rose", "Price": "2,50 €"}),
    ]
    go(person, "?view=try")
    page.get_by_role("searchbox", name="Question").fill("How long does delivery take?")
    page.keyboard.press("Enter")
    expect(page.locator(".knowledge-hit")).to_have_count(3)
    look(page, "knowledge-try")
