"""Numbers in sentences: plurals, durations, fractions, in five languages."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from runtime.core.expressions import Expression, ExpressionError, Template
from runtime.core.expressions.functions import FILTERS, FUNCTIONS, TESTS
from tests.core.context import context

TEXTS = Path(__file__).parents[2] / "docs" / "texts.md"
NUMBERS = (0, 1, 2, 5, 11, 21, 22, 1.5, 1000)
FILES = {
    "en": (
        "{{ plural(n, one='# file', other='# files') }}",
        "0 files, 1 file, 2 files, 5 files, 11 files, 21 files, 22 files, 1.5 files, 1,000 files",
    ),
    "nb": (
        "{{ plural(n, one='# fil', other='# filer') }}",
        "0 filer, 1 fil, 2 filer, 5 filer, 11 filer, 21 filer, 22 filer, 1,5 filer, 1 000 filer",
    ),
    "sv": (
        "{{ n | plural(one='# fil', other='# filer') }}",
        "0 filer, 1 fil, 2 filer, 5 filer, 11 filer, 21 filer, 22 filer, 1,5 filer, 1 000 filer",
    ),
    "uk": (
        "{{ plural(n, one='# файл', few='# файли', many='# файлів', other='# файлу') }}",
        (
            "0 файлів, 1 файл, 2 файли, 5 файлів, 11 файлів, 21 файл, 22 файли, 1,5 файлу,"
            " 1 000 файлів"
        ),
    ),
    "ru": (
        "{{ plural(n, one='# файл', few='# файла', many='# файлов', other='# файла') }}",
        (
            "0 файлов, 1 файл, 2 файла, 5 файлов, 11 файлов, 21 файл, 22 файла, 1,5 файла,"
            " 1 000 файлов"
        ),
    ),
}


def rendered(source, language="en", **values):
    return Template(source).render(context(language=language, **values))


@pytest.mark.parametrize("language", FILES)
def test_the_form_goes_with_the_number(language):
    source, expected = FILES[language]
    found = ", ".join(rendered(source, language, n=n) for n in NUMBERS)
    assert found.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_what_counts_and_how_it_is_written():
    assert rendered("{{ plural(n, one='# day', other='# days') }}", n=["a"]) == "1 day"
    assert rendered("{{ plural(n, one='# day', other='# days') }}", n="1") == "1 day"
    assert rendered("{{ plural(n, one='# day', other='# days') }}", n=1.0) == "1 day"
    assert rendered("{{ plural(n, one='# day', other='# days') }}", n=-1) == "-1 day"
    assert rendered("{{ plural(n, one='{} day', other='days') }}", n=2) == "days"
    assert rendered("{{ plural(n, one=name, other=name ~ 's') }}", n=2, name="cat") == "cats"


def test_a_form_that_is_missing_is_taken_from_another():
    assert rendered("{{ plural(n, one='# день', few='# дні', many='# днів') }}", "uk", n=1.5) == (
        "1,5 днів"
    )
    assert rendered("{{ plural(n, one='# only') }}", n=3) == "3 only"


def test_a_text_that_is_not_translated_keeps_its_own_rule():
    """An English text that a Ukrainian reads: their rule would say "21 day"."""
    assert rendered("{{ plural(n, one='# day', other='# days') }}", "uk", n=21) == "21 days"
    assert rendered("{{ plural(n, one='# day', other='# days') }}", "ru", n=1) == "1 day"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("plural(n, on='# day')", "no form of plural 'on': did you mean 'one'"),
        ("plural(n)", "plural needs its forms"),
        ("n | plural", "plural needs its forms"),
        ("plural(n, '# day', other='# days')", "plural needs its forms"),
        ("plural(other='# days')", "plural needs its forms"),
    ],
)
def test_mistakes_are_told_while_one_writes(source, reason):
    with pytest.raises(ExpressionError, match=reason):
        Expression(source)


@pytest.mark.parametrize("n", [None, "many", True])
def test_what_is_no_number_has_no_plural(n):
    with pytest.raises(ExpressionError, match="is not a number, so 'plural' cannot use it"):
        rendered("{{ plural(n, other='# days') }}", n=n)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "1 day, 2 hours"),
        ("nb", "1 døgn og 2 timer"),
        ("sv", "1 dygn, 2 timmar"),
        ("uk", "1 день і 2 години"),
        ("ru", "1 день 2 часа"),
    ],
)
def test_a_duration_is_said_in_words(language, expected):
    assert rendered("{{ days(1) + hours(2) + minutes(4) }}", language) == expected
    assert rendered("{{ wait | duration }}", language, wait="P1DT2H4M") == expected
    assert (
        Template("{{ hours(26) }}").render(context(language=language), markdown=False) == "P1DT2H"
    )


def test_odd_durations():
    assert rendered("{{ d | duration }}", d=timedelta()) == "0 minutes"
    assert rendered("{{ d | duration }}", d="P2W") == "14 days"
    assert rendered("{{ d | duration }}", d=None) == ""
    assert rendered("{{ minutes(0 - 90) }}") == "−1 hour, 30 minutes"
    for wrong in ("PT", "P", "an hour", "2"):
        with pytest.raises(ExpressionError, match="is not a duration such as"):
            rendered("{{ d | duration }}", d=wrong)


def test_fractions_have_the_languages_sign():
    assert rendered("{{ n }} {{ 2 }} {{ 3.0 }}", "nb", n=2.5) == "2,5 2 3"
    assert rendered("{{ n }}", "en", n=2.5) == "2.5"
    assert Template("{{ n }}").render(context(language="nb", n=2.5), markdown=False) == "2.5"


def test_a_moment_has_no_seconds():
    assert rendered("På {{ now() }}", "nb") == "På 20. november 2026, 10:30"
    russian = rendered("{{ now() }}", "ru")
    assert russian.replace("\N{NARROW NO-BREAK SPACE}", " ") == "20 ноября 2026 г., 10:30"


def test_the_page_about_texts_names_all_there_is():
    named = set(re.findall(r"`(?:is )?(\w+)", TEXTS.read_text()))
    assert {*FUNCTIONS, *FILTERS, *TESTS} <= named
