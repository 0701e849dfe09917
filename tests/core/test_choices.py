from __future__ import annotations

import time

import pytest

from runtime.core.choices import Match, matched, matched_all

NAMES = [
    ["demo", "Book a demo", "demonstration", "show me"],
    ["price", "Prices and plans", "cost"],
    ["support", "Get help", "helpdesk"],
]


def place(text, names=NAMES):
    found = matched(text, names)
    return None if found is None else (found.place, found.sure)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("demo", (0, True)),
        (" DEMO! ", (0, True)),
        ("prices and plans", (1, True)),
        ("Prices & plans", (1, False)),
        ("show me", (0, True)),
        ("2", (1, True)),
        ("number 2", (1, True)),
        ("2.", (1, True)),
        ("the second", (1, True)),
        ("the second one, please", (1, True)),
        ("den andre", (1, True)),
        ("det tredje", (2, True)),
        ("den första", (0, True)),
        ("другий варіант", (1, True)),
        ("третя", (2, True)),
        ("второй", (1, True)),
        ("последний", (2, True)),
        ("the last one", (2, True)),
        ("4", None),
        ("0", None),
        ("the tenth", None),
        ("prise", (1, False)),
        ("suport", (2, False)),
        ("I would like a demonstration please", (0, False)),
        ("plans", (1, False)),
        ("demo or support", None),
        ("something else entirely", None),
        ("", None),
        ("?!", None),
    ],
)
def test_the_ladder(text, expected):
    assert place(text) == expected


def test_values_come_before_labels_before_synonyms():
    assert place("a", [["x", "A"], ["a", "B"]]) == (1, True)
    assert place("a", [["x", "B", "a"], ["y", "A"]]) == (1, True)


def test_other_numbers_than_those_in_the_labels_are_places():
    slots = [["10:00"], ["12:00"], ["14:00"]]
    assert [place(text, slots) for text in ("2", "the last", "12:00")] == [
        *((1, True), (2, True), (1, True))
    ]
    assert [place(text, slots) for text in ("10", "4", "0")] == [None, None, None]


def test_numbers_in_the_labels_are_names_and_not_places():
    names = [["2", "2 persons"], ["4", "4 persons"], ["6", "6 persons"]]
    assert place("4", names) == (1, True)
    assert place("2", [["a", "4 persons"], ["b", "2 persons"]]) is None
    assert place("2 persons", [["a", "4 persons"], ["b", "2 persons"]]) == (1, True)


def test_two_that_are_alike_are_nobodys():
    assert place("hal", [["hall", "Hall"], ["half", "Half"]]) is None


def test_signs_can_be_names():
    assert place("👍", [["up", "👍"], ["down", "👎"]]) == (0, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("demo, price", [0, 1]),
        ("demo and support", [0, 2]),
        ("demo og support", [0, 2]),
        ("1, 3", [0, 2]),
        ("prices and plans", [1]),
        ("demo, please be so kind", [0]),
        ("demo, price, nonsense words", []),
        ("demo; price\nsupport", [0, 1, 2]),
        ("", []),
    ],
)
def test_several(text, expected):
    assert [match.place for match in matched_all(text, NAMES)] == expected


def test_long_texts_and_long_lists_are_quick():
    many = [
        [f"value {i}", f"A rather long label with the number {i}", "x" * 150] for i in range(200)
    ]
    begun = time.process_time()
    for text in ("x" * 65_536, "x " * 32_768, "y" * 200, "a rather long label", "1," * 100):
        matched(text, many)
        matched_all(text, many)
    assert time.process_time() - begun < 3


def test_a_match_is_plain():
    assert matched("demo", NAMES) == Match(0)
