"""PDF: order, headings, tables, what runs over pages, and what can't be read."""

from __future__ import annotations

import pymupdf
import pytest

from connectors.knowledge import CannotRead
from connectors.knowledge.reading import read
from tests.connectors.knowledge.files import LEFT, RIGHT, TOP, column, pdf, picture

LEFT_TEXT = (
    "The shop opens at nine in the morning on",
    "all working days and stays open until the",
    "late evening, when the last cus-",
    "tomers have been served by our people.",
    "On Sundays it is closed, as well-known",
    "bakeries in the town are, and so the",
)
RIGHT_TEXT = (
    "visitors may order by telephone instead.",
    "Orders above fifty euro are brought home",
    "for nothing. Below that sum the delivery",
    "costs five euro in the town and eight in",
    "the country around it, as a well-known",
    "rule of the house has it.",
)


def said(parsed) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in parsed.blocks]


def test_columns_are_read_one_after_the_other_with_words_mended():
    page = [
        (LEFT, 60, "Opening hours", 20),
        # line by line across both columns, as many programs write them
        *(
            line
            for pair in zip(
                column(LEFT, TOP, *LEFT_TEXT), column(RIGHT, TOP, *RIGHT_TEXT), strict=True
            )
            for line in pair
        ),
        (LEFT, 220, "Delivery", 15),
        *column(LEFT, 240, *RIGHT_TEXT[3:]),
        *column(RIGHT, 240, *LEFT_TEXT[:3]),
    ]
    parsed = read("hours.pdf", pdf(page))
    whole = (
        "The shop opens at nine in the morning on all working days and stays open until the late "
        "evening, when the last customers have been served by our people. On Sundays it is closed, "
        "as well-known bakeries in the town are, and so the visitors may order by telephone "
        "instead. Orders above fifty euro are brought home for nothing. Below that sum the "
        "delivery costs five euro in the town and eight in the country around it, as a well-known "
        "rule of the house has it."
    )
    assert said(parsed) == [
        ("heading", "Opening hours"),
        ("text", whole),
        ("heading", "Delivery"),
        ("text", whole[whole.index("costs five") :]),
        ("text", whole[: whole.index("tomers")] + "-"),
    ]
    assert [block.level for block in parsed.blocks if block.kind == "heading"] == [1, 2]
    assert (parsed.title, parsed.pages) == ("Opening hours", 1)


def test_labels_beside_values_are_no_columns():
    rows = [("Name", "Ada Lovelace"), ("Town", "Oslo"), ("Phone", "22 33 44 55"), ("Age", "36")]
    page = [
        part
        for at, (label, value) in enumerate(rows)
        for part in ((LEFT, TOP + 13 * at, label), (RIGHT, TOP + 13 * at, value))
    ]
    text = read("card.pdf", pdf(page)).blocks[0].text
    assert text == "Name Ada Lovelace Town Oslo Phone 22 33 44 55 Age 36"


def test_a_table_is_a_table_where_it_stands():
    page = [
        *column(LEFT, TOP, "These are the prices of this spring."),
        (LEFT, 110, [["Drink", "Size", "Price"], ["Tea", "small", "20"], ["Coffee", "", "30"]]),
        *column(LEFT, 200, "All prices are in euro."),
    ]
    before, table, after = read("prices.pdf", pdf(page)).blocks
    assert before.text == "These are the prices of this spring."
    assert table.rows == (("Drink", "Size", "Price"), ("Tea", "small", "20"), ("Coffee", "", "30"))
    assert (table.kind, table.page) == ("table", 1)
    assert table.text.splitlines()[2] == "| Tea | small | 20 |"
    assert after.text == "All prices are in euro."


def test_running_lines_go_and_pages_stay():
    topics = ("Paying", "Returns", "Warranty", "Repairs")
    pages = [
        [
            (LEFT, 40, f"Handbook of the shop, page {number}"),
            (LEFT, 100, topic, 16),
            *column(LEFT, 130, f"What we say of {topic.lower()} holds for every shop."),
            (290, 815, f"– {number} –"),
        ]
        for number, topic in enumerate(topics, 1)
    ]
    parsed = read("handbook.pdf", pdf(*pages))
    assert [(block.kind, block.text, block.page) for block in parsed.blocks] == [
        part
        for number, topic in enumerate(topics, 1)
        for part in (
            ("heading", topic, number),
            ("text", f"What we say of {topic.lower()} holds for every shop.", number),
        )
    ]


def test_a_paragraph_goes_on_over_a_page_and_lists_are_lists():
    first = [
        (LEFT, 100, "Before you leave", 10, "hebo"),
        *column(LEFT, 130, "• Close the windows of the", "  back room.", "• Lock the door."),
        *column(LEFT, 750, "The keys belong into the box that hangs beside the"),
    ]
    second = column(LEFT, 100, "entrance. Nobody takes them home.")
    parsed = read("keys.pdf", pdf(first, second))
    assert said(parsed) == [
        ("heading", "Before you leave"),
        ("list", "- Close the windows of the back room.\n- Lock the door."),
        (
            "text",
            "The keys belong into the box that hangs beside the entrance. Nobody takes them home.",
        ),
    ]


def test_scanned_pages_are_told():
    text = column(LEFT, 100, "This page has text.")
    scan = [(0, 0, picture())]
    parsed = read("mixed.pdf", pdf(text, scan, scan, text, scan))
    assert parsed.notes == ("Pages 2–3, 5 are scanned pictures without text and were left out.",)
    assert [block.page for block in parsed.blocks] == [1, 4]
    with pytest.raises(CannotRead, match=r"^mixed\.pdf is scanned: .* text recognition"):
        read("mixed.pdf", pdf(scan, scan))


def test_what_no_pdf_reader_opens_is_said():
    whole = pdf(column(LEFT, 100, "Secret"))
    locked = pdf(
        column(LEFT, 100, "Secret"),
        encryption=pymupdf.PDF_ENCRYPT_AES_256,
        user_pw="u",
        owner_pw="o",
    )
    with pytest.raises(CannotRead, match=r"^locked\.pdf is protected by a password\. Save it"):
        read("locked.pdf", locked)
    with pytest.raises(CannotRead, match=r"^cut\.pdf (is damaged|has no)"):
        read("cut.pdf", whole[:200])
    with pytest.raises(CannotRead, match=r"^blank\.pdf has no text"):
        read("blank.pdf", pdf([]))


def test_a_pdf_of_too_many_pages_is_refused():
    document = pymupdf.open()
    for _ in range(2001):
        document.new_page()
    with pytest.raises(CannotRead, match=r"^long\.pdf has 2001 pages; at most 2000"):
        read("long.pdf", document.tobytes())


def test_its_own_language_and_title_are_kept():
    document = pymupdf.open()
    document.new_page().insert_text((60, 100), "Hei på deg, dette er en side.")
    document.set_metadata({"title": "Velkommen"})
    document.set_language("nb")
    parsed = read("side.pdf", document.tobytes())
    assert (parsed.title, parsed.language) == ("Velkommen", "nb")
