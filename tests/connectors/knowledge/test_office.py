"""DOCX, XLSX and CSV: order, tables, and archives that were made to harm."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from connectors.knowledge import CannotRead
from connectors.knowledge.reading import read
from tests.connectors.knowledge.files import repacked, word, workbook


def said(parsed) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in parsed.blocks]


def _handbook(document) -> None:
    document.core_properties.title = "Handbook"
    document.core_properties.language = "nb"
    document.add_heading("Returns", 1)
    document.add_paragraph("You may send things back.")
    document.add_paragraph("within 14 days", "List Bullet")
    document.add_paragraph("unused", "List Bullet")
    document.add_heading("Costs", 2)
    table = document.add_table(3, 3)
    for cell, words in zip(table.rows[0].cells, ("Size", "Price", "Price"), strict=True):
        cell.text = words
    table.rows[0].cells[1].merge(table.rows[0].cells[2]).text = "Price"
    for row, words in zip(
        table.rows[1:], (("small", "20", "25"), ("large", "30", "")), strict=True
    ):
        for cell, word_ in zip(row.cells, words, strict=True):
            cell.text = word_
    document.add_paragraph("Then we pay you back.")
    document.add_paragraph("Pack it", "List Number")
    document.add_paragraph("Send it", "List Number")


def test_a_document_keeps_its_order():
    parsed = read("handbook.docx", word(_handbook))
    assert said(parsed) == [
        ("heading", "Returns"),
        ("text", "You may send things back."),
        ("list", "- within 14 days\n- unused"),
        ("heading", "Costs"),
        (
            "table",
            "| Size | Price | Price |\n| --- | --- | --- |\n| small | 20 | 25 |\n| large | 30 |  |",
        ),
        ("text", "Then we pay you back."),
        ("list", "1. Pack it\n1. Send it"),
    ]
    assert [block.level for block in parsed.blocks if block.kind == "heading"] == [1, 2]
    assert (parsed.title, parsed.language) == ("Handbook", "nb")


def test_a_heading_is_one_by_its_outline_and_a_link_is_kept():
    def write(document) -> None:
        paragraph = document.add_paragraph("Overskrift")
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), "1")
        paragraph._p.get_or_add_pPr().append(outline)
        line = document.add_paragraph("Read ")
        link = OxmlElement("w:hyperlink")
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
        link.set(qn("r:id"), document.part.relate_to("https://example.com/a b", kind, True))
        run = OxmlElement("w:r")
        run.append(text := OxmlElement("w:t"))
        text.text = "the rules"
        link.append(run)
        line._p.append(link)

    parsed = read("x.docx", word(write))
    assert said(parsed) == [
        ("heading", "Overskrift"),
        ("text", "Read [the rules](https://example.com/a%20b)"),
    ]
    assert parsed.blocks[0].level == 2


def test_sheets_are_tables_below_their_names():
    content = workbook(
        Prices=[
            ["Prices of 2026"],
            ["Room", "Summer", None, "Breakfast"],
            [None, "week", "day", None],
            ["Double", 1200.5, 0.1 + 0.2, True],
            ["Single", 900, date(2026, 5, 17), None],
        ],
        Empty=[],
        Hours=[["Day", "Opens"], ["Monday", "9:00"]],
    )
    parsed = read("rooms.xlsx", content)
    assert [(b.kind, b.text) for b in parsed.blocks if b.kind != "table"] == [
        ("heading", "Prices"),
        ("text", "Prices of 2026"),
        ("heading", "Hours"),
    ]
    assert [block.rows for block in parsed.blocks if block.rows] == [
        (
            ("Room", "Summer week", "Summer day", "Breakfast"),
            ("Double", "1200.5", "0.3", "yes"),
            ("Single", "900", "2026-05-17", ""),
        ),
        (("Day", "Opens"), ("Monday", "9:00")),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(mark):
    text = mark.join(["Name", "Price", "Note"]) + "\n"
    text += (
        mark.join(["Tea", '"1,50"', '"a;b, c|d"']) + "\n" + mark.join(["Milk", '"2"', ""]) + "\n"
    )
    (table,) = read("drinks.csv", text.encode()).blocks
    assert table.rows == (("Name", "Price", "Note"), ("Tea", "1,50", "a;b, c|d"), ("Milk", "2", ""))


def test_percentages_and_long_numbers_stay_what_they_are():
    book = openpyxl.Workbook()
    book.active.append(["Code", "Tax"])
    book.active.append([7038010069307, 0.25])
    book.active["B2"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    (table,) = read("codes.xlsx", out.getvalue()).blocks
    assert table.rows[1] == ("7038010069307", "25%")


def test_a_bomb_is_not_unpacked():
    bomb = repacked(word(lambda document: None), word__document=b"\0" * 40_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(CannotRead, match=r"^bomb\.docx is too large once it is unpacked"):
        read("bomb.docx", bomb)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_entities_are_refused_before_they_grow(kind):
    laughs = b"".join(
        b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(9)
    )
    xml = b'<?xml version="1.0"?><!DOCTYPE x [' + laughs + b"]><x>&l8;</x>"
    if kind == "docx":
        content = repacked(word(lambda document: None), word__document=xml)
    else:
        content = repacked(workbook(A=[["a"]]), xl__worksheets__sheet1=xml)
    with pytest.raises(CannotRead, match="document type"):
        read(f"laughs.{kind}", content)


def test_a_sheet_that_claims_to_be_endless_is_bounded():
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Name'
        b'</t></is></c><c r="XFD1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c>'
        b"</row></sheetData></worksheet>"
    )
    content = repacked(workbook(A=[["a"]]), xl__worksheets__sheet1=sheet)
    parsed = read("endless.xlsx", content)
    assert parsed.blocks[0].rows == (("Name",),)
    assert parsed.notes == ("Only the first 100000 rows and 256 columns of A were read.",)


def test_what_no_office_program_opens_is_said():
    whole = word(lambda document: document.add_paragraph("Hello"))
    broken = repacked(whole, word__document=b"<w:document><unclosed>")
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("notes.txt", "hello")
    for name, content, why in (
        ("cut.docx", whole[: len(whole) // 2], "damaged"),
        ("broken.docx", broken, "damaged"),
        ("broken.xlsx", repacked(workbook(A=[["a"]]), xl__workbook=b"<x"), "damaged"),
        ("notes.zip", zipped.getvalue(), "archive"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old kind"),
        ("blank.docx", word(lambda document: None), "no text"),
    ):
        with pytest.raises(CannotRead, match=f"^{name} .*{why}"):
            read(name, content)


def test_cells_of_a_table_inside_a_table_are_read():
    def write(document: docx.document.Document) -> None:
        cell = document.add_table(1, 2).rows[0].cells[1]
        cell.text = "outer"
        inner = cell.add_table(1, 2)
        inner.rows[0].cells[0].text, inner.rows[0].cells[1].text = "in", "ner"

    (table,) = read("nested.docx", word(write)).blocks
    assert table.rows == (("outer in ner",),)
