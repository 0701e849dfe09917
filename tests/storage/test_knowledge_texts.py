"""How a version reads as Markdown, and how two differ."""

from __future__ import annotations

import time
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from storage.knowledge import texts
from storage.knowledge.texts import Line

lines = st.lists(st.sampled_from("abcd"), max_size=9)


@given(lines, lines)
def test_a_difference_leads_from_one_to_the_other_by_the_fewest_lines(
    old: list[str], new: list[str]
) -> None:
    @cache
    def common(i: int, j: int) -> int:
        if i == len(old) or j == len(new):
            return 0
        if old[i] == new[j]:
            return common(i + 1, j + 1) + 1
        return max(common(i + 1, j), common(i, j + 1))

    found = texts.difference("\n".join(old), "\n".join(new))
    assert [line.text for line in found if line.op != "added"] == old
    assert [line.text for line in found if line.op != "removed"] == new
    assert sum(line.op == "same" for line in found) == common(0, 0)


def test_very_different_long_texts_take_no_time() -> None:
    old = [f"line {n}" for n in range(20_000)]
    new = [f"line {n}" if n % 3 else f"other {n}" for n in range(20_000)]
    began = time.perf_counter()
    found = texts.difference("\n".join(old), "\n".join(new))
    assert time.perf_counter() - began < 5
    assert found[0] == Line("removed", "line 0")
    assert [line.text for line in found if line.op != "removed"] == new


def test_blocks_read_as_markdown() -> None:
    blocks = [
        {"kind": "heading", "text": "Prices", "level": 2, "page": 3},
        {"kind": "text", "text": "All with *tax*."},
        {"kind": "table", "text": "", "rows": [["Name", "NOK"], ["A|B", "1\n2"]]},
    ]
    assert texts.markdown(blocks) == (
        "## Prices\n\nAll with *tax*.\n\n| Name | NOK |\n| --- | --- |\n| A\\|B | 1 2 |"
    )


def test_pages_are_marked_where_there_are_several() -> None:
    blocks = [
        {"kind": "text", "text": "One", "page": 1},
        {"kind": "text", "text": "still one"},
        {"kind": "text", "text": "Two", "page": 2},
        {"kind": "text", "text": "still two", "page": 2},
    ]
    assert texts.markdown(blocks, pages=True).split("\n\n") == [
        "<!-- page 1 -->", "One", "still one", "<!-- page 2 -->", "Two", "still two",
    ]  # fmt: skip
    assert texts.markdown(blocks[:2], pages=True) == "One\n\nstill one"


def test_a_price_list_reads_as_one_table() -> None:
    blocks = [
        {"kind": "price", "name": "Cut", "fields": {"Name": "Cut", "Price": "400"}},
        {"kind": "price", "name": "Wash", "fields": {"Name": "Wash", "Note": "short"}},
    ]
    assert texts.markdown(blocks).splitlines() == [
        "| Name | Price | Note |",
        "| --- | --- | --- |",
        "| Cut | 400 |  |",
        "| Wash |  | short |",
    ]


@given(st.lists(st.tuples(st.text(), st.text())))
def test_questions_come_back_as_they_were(pairs: list[tuple[str, str]]) -> None:
    assert texts.pairs(texts.questions(pairs)) == pairs
    assert texts.digest(texts.questions(pairs)) == texts.digest(texts.questions(list(pairs)))
