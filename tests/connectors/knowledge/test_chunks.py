"""Passages: nothing lost, nothing cut that belongs together, each below its heading."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.knowledge import Block, Chunk, Parsed, tables
from connectors.knowledge.chunks import chunk
from connectors.knowledge.sentences import sentences


def parsed(*blocks: Block) -> Parsed:
    return Parsed("x", blocks)


def heading(text: str, level: int) -> Block:
    return Block("heading", text, level=level)


def text(number: int, **where) -> Block:
    """A paragraph of that many sentences of 50 characters, each of its own."""
    words = " ".join(f"Sentence {at:03} is {'very ' * 5}long." for at in range(number))
    return Block("text", words, **where)


def test_each_passage_stands_below_its_headings():
    document = parsed(
        Block("text", "Before all."),
        heading("Prices", 1),
        heading("Delivery", 2),
        Block("text", "It costs ten.", page=2),
        Block("text", "At home.", page=3),
        heading("Empty", 2),
        heading("Contact", 1),
        Block("text", "Call us."),
    )
    assert chunk(document) == [
        Chunk("Before all."),
        Chunk("It costs ten.\n\nAt home.", heading="Prices > Delivery", page=2),
        Chunk("Empty", heading="Prices"),
        Chunk("Call us.", heading="Contact"),
    ]


def test_a_long_text_is_cut_between_sentences_and_each_begins_with_the_last_one():
    found = chunk(parsed(text(60)), longest=1000, window=None)
    assert all(800 < len(each.text) <= 1000 for each in found[:-1])
    for before, after in pairwise(found):
        assert sentences(after.text)[0] == sentences(before.text)[-1]
    apart = chunk(parsed(text(60)), longest=1000, overlap=0, window=None)
    assert " ".join(each.text for each in apart) == text(60).text


def test_windows_of_three_with_a_step_of_two():
    found = chunk(parsed(text(7)), window=3, overlap=1)
    numbers = [[int(s.split()[1]) for s in sentences(each.text)] for each in found]
    assert numbers == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]


def test_a_table_is_cut_between_rows_and_repeats_its_header():
    rows = (("Name", "Price"), *((f"Thing {n}", f"{n} kr") for n in range(100)))
    table = Block("table", tables.text(rows), page=4, rows=rows)
    found = chunk(parsed(heading("List", 1), text(1), table), longest=300)
    assert found[0].kind == "text"
    pieces = found[1:]
    assert len(pieces) > 5
    assert all(len(each.text) <= 300 for each in pieces)
    assert {(each.kind, each.heading, each.page) for each in pieces} == {("table", "List", 4)}
    head, rule = tables.text(rows).splitlines()[:2]
    lines = [each.text.splitlines() for each in pieces]
    assert {tuple(piece[:2]) for piece in lines} == {(head, rule)}
    assert [line for piece in lines for line in piece[2:]] == tables.text(rows).splitlines()[2:]


def test_a_row_longer_than_a_passage_stands_whole():
    rows = (("A", "B"), ("x", "y " * 500), ("z", "w"))
    found = chunk(parsed(Block("table", tables.text(rows), rows=rows)), longest=200)
    assert [each.text.splitlines()[-1] for each in found] == [tables.line(r) for r in rows[1:]]


def test_code_is_fenced_in_each_piece():
    lines = [f"line_{number} = {number}" for number in range(30)]
    code = Block("code", "```python\n" + "\n".join(lines) + "\n```")
    found = chunk(parsed(Block("text", "See here."), code, Block("text", "Done.")), longest=200)
    assert found[0].text.startswith("See here.\n\n```python\nline_0 = 0\n")
    assert all(each.text.count("```") == 2 for each in found)
    inner = [line for each in found for line in each.text.splitlines() if "=" in line]
    assert inner == lines
    assert found[-1].text.endswith("\n```\n\nDone.")


def test_a_sentence_without_an_end_is_cut_between_words():
    words = " ".join(f"word{number}" for number in range(400))
    found = chunk(parsed(Block("text", words)), longest=200, overlap=0)
    assert all(len(each.text) <= 200 for each in found)
    assert " ".join(each.text for each in found) == words


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Dr. Smith came at 5 p.m. We left, e.g. Anna. He said no. See fig. 3, J. R. Hale! Ok?",
            ["Dr. Smith came at 5 p.m.", "We left, e.g. Anna.", "He said no.",
             "See fig. 3, J. R. Hale!", "Ok?"],
        ),
        (
            "Det koster 100 kr. Levering er gratis, f.eks. Oslo. Den 17. mai er stengt, jf. § 3.",
            ["Det koster 100 kr.", "Levering er gratis, f.eks. Oslo.",
             "Den 17. mai er stengt, jf. § 3."],
        ),
        (
            "Öppet t.ex. Kristi himmelsfärd kl. 10. Priset är 99 kr. «Hej!» Välkommen.",
            ["Öppet t.ex. Kristi himmelsfärd kl. 10.", "Priset är 99 kr.", "«Hej!»", "Välkommen."],
        ),
        (
            "В 2020 г. Компания выросла. Адрес: г. Москва, ул. Ленина, д. 5. А. С. Пушкин писал.",
            ["В 2020 г.", "Компания выросла.", "Адрес: г. Москва, ул. Ленина, д. 5.",
             "А. С. Пушкин писал."],
        ),
        (
            "Ціна 100 грн. Доставка є: м. Київ, вул. Хрещатик. Т. Г. Шевченко писав… Він жив тут.",
            ["Ціна 100 грн.", "Доставка є: м. Київ, вул. Хрещатик.", "Т. Г. Шевченко писав…",
             "Він жив тут."],
        ),
    ],
)  # fmt: skip
def test_sentences_of_five_languages(line, expected):
    assert sentences(line) == expected


@st.composite
def documents(draw) -> Parsed:
    """Every word of it is another one."""
    count = 0

    def words() -> str:
        nonlocal count
        number = draw(st.integers(1, 30))
        count += number
        return " ".join(f"W{n}" for n in range(count - number, count))

    def block() -> Block:
        kind = draw(st.sampled_from(["heading", "text", "text", "list", "table", "code"]))
        page = draw(st.one_of(st.none(), st.integers(1, 9)))
        if kind == "heading":
            return Block("heading", words(), page, level=draw(st.integers(1, 4)))
        if kind == "table":
            rows = (
                (words(), words()),
                *((words(), words()) for _ in range(draw(st.integers(0, 5)))),
            )
            return Block("table", tables.text(rows), page, rows=rows)
        lines = [f"{words()}{draw(st.sampled_from(['.', '?', '']))}" for _ in range(3)]
        glue = draw(st.sampled_from([" ", "\n"]))
        if kind == "code":
            return Block("code", "```\n" + "\n".join(lines) + "\n```", page)
        return Block(kind, glue.join(lines), page)

    return parsed(*(block() for _ in range(draw(st.integers(0, 8)))))


def _words(text: str) -> list[str]:
    return [word.strip(".?") for word in text.split() if word.startswith("W")]


@settings(max_examples=150, deadline=None)
@given(
    documents(), st.integers(40, 400), st.integers(0, 2), st.one_of(st.none(), st.integers(1, 5))
)
def test_nothing_is_lost_repeated_or_disordered(document, longest, overlap, window):
    found = chunk(document, longest=longest, overlap=overlap, window=window)
    assert found == chunk(document, longest=longest, overlap=overlap, window=window)
    body = [w for b in document.blocks if b.kind != "heading" for w in _words(b.text)]
    headings = {w for b in document.blocks if b.kind == "heading" for w in _words(b.text)}
    told: list[str] = []
    for each in found:
        new = [word for word in _words(each.text) if word not in told]
        again = _words(each.text)[: len(_words(each.text)) - len(new)]
        if each.kind == "text":
            assert again == told[len(told) - len(again) :]  # what overlaps is the end of the last
            assert overlap or not again
            assert len(each.text) <= longest
        told += new
    assert [word for word in told if word not in headings] == body
    paths = {word for each in found for word in _words(each.heading.replace(">", " "))}
    assert headings <= paths | set(told)
