"""Which language somebody writes in: sentences of chats by language, and what tells none."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.core.phrases import LANGUAGES
from runtime.core.tongues import written_in

SAID = {
    file.stem: file.read_text().splitlines()
    for file in sorted(Path(__file__).with_name("tongues").glob("*.txt"))
}
NONE = SAID.pop("none")


def test_there_is_enough_to_go_by():
    assert SAID.keys() == set(LANGUAGES)
    assert all(len(set(said)) >= 40 for said in (*SAID.values(), NONE))


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language in SAID for text in SAID[language]]
)
def test_what_customers_write_is_told_among_all_our_languages(language, text):
    now = "nb" if language == "en" else "en"
    assert written_in(text, LANGUAGES, now) == language
    assert written_in(text, LANGUAGES, language) is None
    assert written_in(text, (now, language), now) == language


@pytest.mark.parametrize(("one", "other"), [("nb", "sv"), ("sv", "nb"), ("uk", "ru"), ("ru", "uk")])
def test_neighbours_are_told_apart_by_more_words_and_never_mistaken(one, other):
    found = [written_in(text, LANGUAGES, other) for text in SAID[one]]
    assert set(found) <= {one, None}
    assert found.count(one) > 0.8 * len(found)


@pytest.mark.parametrize("now", LANGUAGES)
@pytest.mark.parametrize("text", NONE)
def test_names_addresses_single_words_and_mixtures_tell_nothing(text, now):
    assert written_in(text, LANGUAGES, now) is None


def test_a_language_has_the_name_that_the_bot_gives_it():
    assert written_in("hva koster en klipp hos dere", ("en-GB", "no"), "en-GB") == "no"
    assert written_in("where are you and how much is it", ("nb", "en-GB", "en-US"), "nb") == "en-GB"
    assert written_in("hva koster en klipp hos dere", ("nb", "nn"), "nn") is None


def test_what_the_bot_does_not_speak_stays_what_it_is():
    assert written_in("hej kan jag boka tid imorgon", ("en", "nb"), "en") is None
    assert written_in("скільки коштує стрижка і коли ви працюєте", ("en", "ru"), "en") is None


def test_languages_beyond_ours_are_never_guessed_at():
    german = "ich hätte gerne einen Termin am Montag, was kostet das?"
    assert written_in(german, ("en", "de"), "en") is None
    assert written_in("jeg vil gerne bestille en tid i morgen", ("da", "nb"), "da") is None
    assert written_in("what do you want", ("de", "en"), "de") == "en"
    assert written_in("I want to", ("de", "en"), "de") is None


def test_capitals_inside_a_sentence_are_names_unless_all_are():
    assert written_in("Fra Jeg Har Dere", LANGUAGES, "en") is None
    assert written_in("HAR DERE ÅPENT PÅ LØRDAG", LANGUAGES, "en") == "nb"
    assert written_in("OK. Har dere åpent? Hilsen Do You Want AS", LANGUAGES, "en") == "nb"
