from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.core.dates import read
from runtime.core.dates.finding import Finder
from runtime.core.dates.gaps import Filler
from runtime.core.dates.table import table
from runtime.core.dates.tokens import LOOKED_AT, tokens
from runtime.core.phrases import LANGUAGES

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 20, 10, 30, tzinfo=OSLO)  # a Friday


def day(text, language="en", now=NOW, **more):
    found = read(text, language, now, **more)
    return found and (found.first if found.one_day else (found.first, found.last))


# --- Where and when -------------------------------------------------------------------------


def test_only_the_place_tells_which_number_is_the_month():
    assert day("3/4", "en-US") == date(2027, 3, 4)
    assert day("3/4", "en") == day("3/4", "en-GB") == date(2027, 4, 3)
    assert day("3/4/2027", "en-US") == date(2027, 3, 4)
    assert day("13/5", "en-US") == day("5/13", "en-GB") == date(2027, 5, 13)
    assert day("03.04.2027", "en-US") == date(2027, 4, 3)


@pytest.mark.parametrize("language", ["no", "nn-NO", "NB"])
def test_there_is_one_norwegian(language):
    assert day("neste tirsdag", language) == date(2026, 11, 24)


def test_the_visitors_neighbours_are_understood_where_nothing_else_is_said():
    assert day("послезавтра", "uk") == day("післязавтра", "ru") == date(2026, 11, 22)
    assert day("tomorrow", "nb") == day("i overmorgen", "sv") - timedelta(days=1)
    assert read("I will be there on Monday", "nb", NOW) is None
    assert read("fri", "nb", NOW) is None  # not Friday, but off work
    assert read("tomorrow morning", "nb", NOW).start == time(6)
    assert read("завтра в половине пятого", "uk", NOW).start == time(16, 30)
    assert read("в воскресенье неделя", "uk", NOW) is None


def test_years_of_two_digits():
    assert day("05.05.27", "nb") == date(2027, 5, 5)
    assert day("5.5.87", "nb") == date(1987, 5, 5)


def test_a_day_is_the_next_such_day():
    new_year = datetime(2026, 12, 31, 23, 59, tzinfo=OSLO)
    assert day("tomorrow", now=new_year) == day("1 January", now=new_year) == date(2027, 1, 1)
    assert day("31 December", now=new_year) == date(2026, 12, 31)
    assert day("the 30th", now=datetime(2027, 1, 31, tzinfo=OSLO)) == date(2027, 3, 30)
    assert day("Thursday", now=new_year) == date(2027, 1, 7)


def test_months_end_as_they_end():
    january = datetime(2027, 1, 31, 12, tzinfo=OSLO)
    assert day("in a month", now=january) == date(2027, 2, 28)
    assert day("in 13 months", now=january) == date(2028, 2, 29)
    assert day("end of next month", now=january) == (date(2027, 2, 19), date(2027, 2, 28))
    assert day("in a year", now=datetime(2028, 2, 29, tzinfo=OSLO)) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        (datetime(2027, 3, 28, 1, 30, tzinfo=OSLO), "in an hour", time(3, 30)),
        (datetime(2027, 10, 31, 1, 30, tzinfo=OSLO), "in 2 hours", time(2, 30)),
        (datetime(2027, 10, 31, 1, 30, tzinfo=OSLO), "in 3 hours", time(3, 30)),
    ],
)
def test_hours_are_counted_over_the_nights_when_clocks_change(now, text, expected):
    found = read(text, "en", now)
    assert (found.first, found.start) == (now.date(), expected)


def test_a_day_begins_where_the_visitor_is():
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert day("today", now=late) == date(2026, 11, 20)
    assert day("today", now=late.astimezone(OSLO)) == date(2026, 11, 21)


def test_the_last_days_of_the_calendar():
    last = datetime(9999, 12, 30, 12, tzinfo=UTC)
    for text in ("in 3 days", "next week", "Tuesday", "5 May", "next year", "the 5th", "in 2 days",
                 "end of next month", "in 12 hours", "in 999 years"):  # fmt: skip
        read(text, "en", last)


# --- What was asked for ---------------------------------------------------------------------


def test_a_bare_number_is_what_was_asked_for():
    assert read("5", "en", NOW) is None
    assert day("5", wanted="day") == day("fifth", wanted="day") == date(2026, 12, 5)
    assert read("5", "en", NOW, "time").start == time(17)
    assert read("0830", "en", NOW, "time").start == time(8, 30)
    assert read("five thirty", "en", NOW, "time").start == time(17, 30)
    assert day("14-16", wanted="day") == (date(2026, 12, 14), date(2026, 12, 16))
    assert read("I have 5 cats", "en", NOW, "day") is None
    assert read("10.12", "nb", NOW).first == date(2026, 12, 10)
    assert read("10.12", "nb", NOW, "time").start == time(10, 12)


def test_the_other_half_of_the_day():
    assert read("at 5", "en", NOW).other_half.start == time(5)
    assert read("from 2 to 4", "en", NOW).other_half.start == time(2)
    for exact in ("17:00", "5 pm", "05:00", "noon", "Friday", "5 in the morning"):
        assert read(exact, "en", NOW).other_half is None


def test_a_time_today_is_still_to_come():
    assert read("today at 8", "en", NOW).start == time(20)
    assert read("today at 8", "en", NOW.replace(hour=7)).start == time(8)
    assert read("tomorrow at 8", "en", NOW).start == time(8)


def test_a_form_can_take_the_words_out():
    text = "A table for two on Friday, please, at 7 pm by the window"
    found = read(text, "en", NOW)
    assert [text[start:end] for start, end in found.spans] == ["on Friday", "at 7 pm"]
    assert found.without(text) == "A table for two , please, by the window"
    assert (found.first, found.start, found.sure) == (date(2026, 11, 27), time(19), False)


# --- Any text -------------------------------------------------------------------------------

WORDS = """
5 31 12 2027 5.5 3/4 17:30 17.30 5th 99 pm may sun next the on from to between and half past
monday tomorrow in week not at - . neste tirsdag kl halv om uke через тиждень травня наступного
п'ятницю вечора в с до мая полпятого \U0001f600 é и\u0306
"""
ANY = st.text(max_size=60) | st.lists(st.sampled_from(WORDS.split()), max_size=9).map(" ".join)
MOMENTS = st.datetimes(
    min_value=datetime(1950, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    max_value=datetime(2190, 1, 1),  # noqa: DTZ001
    timezones=st.just(OSLO),
)


@settings(deadline=None)  # the first text in a language compiles its table
@given(ANY, st.sampled_from(LANGUAGES), MOMENTS, st.sampled_from([None, "day", "time"]))
def test_any_text(text, language, now, wanted):
    found = read(text, language, now, wanted)
    assert read(text, language, now, wanted) == found
    if found is None:
        return
    assert (found.first is None) == (found.last is None)
    assert found.first is None or found.first <= found.last
    assert found.first is not None or found.start is not None
    assert found.end is None or found.start < found.end
    assert found.spans
    ends = [0, *(place for span in found.spans for place in span), len(text)]
    assert ends == sorted(ends)


HOSTILE = [
    "5 " * 5_000, "may " * 2_500, "the the " * 1_250, "from 5 to " * 1_000, "on the " * 1_500,
    "between 5 and " * 800, "1/1/1/" * 1_700, "5." * 5_000, "1:1:" * 2_500, "at half past " * 800,
    "next next " * 1_000, "\u0306" * 10_000, "'" * 10_000, "a'" * 5_000, "2027-05-" * 1_250,
    "kl . kl . " * 1_000, "monday, the, " * 800, "+1 " * 3_333, "x@" * 5_000, "+5 5" * 2_500,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_long_texts_cost_no_more_than_short_ones(text, language):
    spoken = table(language)
    filler = Filler(spoken, NOW.date(), language)
    said = tokens(text)
    assert len(said) <= LOOKED_AT
    Finder(said, spoken, filler, NOW, None).mentions()
    assert filler.asked <= 40 * LOOKED_AT
    read(text, language, NOW)


def test_only_the_beginning_of_a_text_is_looked_at():
    assert read("x" * 150 + " tomorrow", "en", NOW).first == date(2026, 11, 21)
    assert read("x" * 250 + " tomorrow", "en", NOW) is None


# --- Other languages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "übermorgen", date(2026, 11, 22)),
        ("de", "Dienstag", date(2026, 11, 24)),
        ("de-AT", "5. Mai", date(2027, 5, 5)),
        ("de", "in 3 Tagen", date(2026, 11, 23)),
        ("fr", "le 5 mai 2027", date(2027, 5, 5)),
        ("da", "i morgen", date(2026, 11, 21)),
        ("de", "tomorrow", date(2026, 11, 21)),
        ("de", "Guten Tag", None),
        ("de", "Ich habe 2 Katzen", None),
        ("de", "jetzt", None),
        ("de", "Mai", None),
        ("de", "4711", None),
        ("de", "Bestellung 4711", None),
        ("xx", "5 foo", None),
        ("not a language", "5 foo", None),
    ],
)
def test_the_last_rung(language, text, expected):
    found = read(text, language, NOW)
    assert (found and found.first) == expected
    assert found is None or found.start is None
    assert found is None or found.sure


def test_the_last_rung_looks_at_no_clock():
    then = datetime(2001, 2, 3, 4, 5, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert read("5. Mai um 17:30 Uhr", "de", then).first == date(2001, 5, 5)
    assert read("5. Mai um 17:30 Uhr", "de", then).start == time(17, 30)
    assert read("in 3 Tagen", "de", then).first == date(2001, 2, 6)
    assert read("Dienstag", "de", then).first == date(2001, 2, 6)


def test_the_last_rung_is_imported_only_when_it_is_needed():
    program = (
        "import sys; from datetime import datetime, UTC; from runtime.core.dates import read;"
        "now = datetime(2026, 11, 20, tzinfo=UTC); assert read('next Tuesday', 'en', now);"
        "assert not read('hello', 'en', now); assert 'dateparser' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
