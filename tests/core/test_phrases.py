from __future__ import annotations

from string import Formatter

import pytest

from runtime.core.phrases import LANGUAGES, NO, ORDINALS, PHRASES, YES, phrase


def placeholders(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", PHRASES)
def test_every_language_has_every_phrase_with_the_same_placeholders(key):
    texts = PHRASES[key]
    assert texts.keys() == set(LANGUAGES)
    assert all(text.strip() == text and text for text in texts.values())
    assert len({frozenset(placeholders(text)) for text in texts.values()}) == 1


def test_cyrillic_and_latin_are_not_mixed_up():
    for texts in PHRASES.values():
        for language, text in texts.items():
            cyrillic = any("а" <= letter <= "я" for letter in text.lower())
            assert cyrillic == (language in ("uk", "ru"))
            assert language != "uk" or not set(text.lower()) & set("ыэёъ")
            assert language != "ru" or not set(text.lower()) & set("іїєґ")


def test_a_phrase_comes_in_the_visitors_language_else_in_english():
    assert phrase("yes", "sv") == "Ja"
    assert phrase("no", "uk-UA") == "Ні"
    assert phrase("yes", "no") == phrase("yes", "nn-NO") == phrase("yes", "NB") == "Ja"
    assert phrase("yes", "de") == "Yes"
    assert phrase("number_low", "nb", minimum=5) == "Tallet må være minst 5."


def test_yes_and_no_words_are_apart_and_written_as_they_are_compared():
    assert not YES & NO
    for word in YES | NO:
        assert word == word.casefold().strip()
    for language in LANGUAGES:
        assert phrase("yes", language).casefold() in YES
        assert phrase("no", language).casefold() in NO


def test_ordinals_begin_apart():
    stems = [stem for _, stems in ORDINALS for stem in stems]
    assert len(stems) == len(set(stems))
    for stem in stems:
        assert [other for other in stems if stem != other and stem.startswith(other)] == []
