"""What people write and what it means: one table per language, to be read beside it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from runtime.core.dates import clocks, days, read
from runtime.core.dates.table import table as spoken
from runtime.core.phrases import LANGUAGES

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=ZoneInfo("Europe/Oslo"))  # a Friday


def table(language):
    """The rows (text, what it means) and the texts that are no dates."""
    lines = Path(__file__).with_name(f"{language}.txt").read_text().splitlines()
    here = lines.index("# No dates")
    rows = [line.rsplit(" | ", 1) for line in lines[:here] if line and not line.startswith("#")]
    return [(text.rstrip(), meant) for text, meant in rows], lines[here + 1 :]


def meant(reading):
    if reading is None:
        return "-"
    day = time = ""
    if reading.first is not None:
        last = "" if reading.one_day else f"..{reading.last}"
        day = f"{reading.first}{last}"
    if reading.start is not None:
        time = f"{reading.start:%H:%M}" + (f"-{reading.end:%H:%M}" if reading.end else "")
    return f"{day} {time}".strip() + ("" if reading.sure else " in a sentence")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, *row) for language in LANGUAGES for row in table(language)[0]],
)
def test_what_people_write(language, text, expected):
    assert meant(read(text, language, NOW)) == expected


@pytest.mark.parametrize(
    ("language", "text"), [(each, text) for each in LANGUAGES for text in table(each)[1]]
)
def test_what_is_no_date(language, text):
    assert read(text, language, NOW) is None


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, *row) for language in LANGUAGES for row in table(language)[0]],
)
def test_case_spaces_and_what_stands_around_do_not_matter(language, text, expected):
    changed = f"  {text.upper().replace(' ', '  ')} ! "
    assert meant(read(changed, language, NOW)) == expected


IN_DAYS = {"en": "in {} days", "nb": "om {} dager", "sv": "om {} dagar", "uk": "через {} днів",
           "ru": "через {} дней"}  # fmt: skip
DECEMBER = {"en": "December", "nb": "desember", "sv": "december", "uk": "грудня", "ru": "декабря"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_in_words(language):
    words = spoken(language).words
    assert {*range(1, 32)} <= set(words.numbers)
    assert set(words.ordinals) == {*range(1, 32)}
    for number, forms in words.numbers.items():
        for form in forms.split(", "):
            found = read(IN_DAYS[language].format(form), language, NOW)
            assert found.first == NOW.date() + timedelta(days=number), form
    for number, forms in words.ordinals.items():
        for form in forms.split(", "):
            found = read(f"{form} {DECEMBER[language]}", language, NOW)
            assert (found.first.month, found.first.day) == (12, number), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_days_and_months(language):
    words = spoken(language).words
    for number, forms in enumerate(words.weekdays):
        for form in filter(None, forms.split(", ")):
            assert read(form, language, NOW).first.weekday() == number, form
    for number, forms in enumerate(words.months, start=1):
        for form in filter(None, forms.split(", ")):
            assert read(f"5 {form} 2027", language, NOW).first == date(2027, number, 5), form
    names = Locale(language)
    for number, name in names.months["format"]["wide"].items():
        assert read(f"5 {name} 2027", language, NOW).first == date(2027, number, 5)
    for number, name in names.days["format"]["wide"].items():
        assert read(name, language, NOW).first.weekday() == number


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_a_meaning(language):
    words = spoken(language).words
    assert set(words.days) <= set(days.MEANINGS) | {"in half an hour"}
    assert set(words.clocks) <= set(clocks.MEANINGS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_are_long_enough_to_mean_something(language):
    rows, others = table(language)
    assert len(rows) >= 60
    assert len(others) >= 15
