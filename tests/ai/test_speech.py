"""Words on their way to the visitor, by sentence: none lost, none twice, none too early."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.ai.speech import Speech
from connectors.llm import CallPart, Piece


def speech(bad: str = "\0") -> Speech:
    return Speech(lambda text: "bad" if bad in text else None, str, "finish")


def pieces(text: str, last: str | None, size: int, name: str = "finish") -> Iterable[Piece]:
    for at in range(0, len(text), size):
        yield Piece(text[at : at + size])
    given = json.dumps({"text": last}) if last is not None else ""
    for at in range(0, len(given), size):
        yield Piece("", call=CallPart(0, name, given[at : at + size]))


def heard(of: Speech, parts: Iterable[Piece]) -> list[str]:
    told = [sentence for part in parts for sentence in of.feed(part)]
    assert [number for number, _ in told] == list(range(len(told)))
    return [text for _, text in told]


@pytest.mark.parametrize("size", [1, 3, 7, 400])
def test_each_sentence_comes_as_soon_as_it_is_whole(size: int) -> None:
    said = "It is 3.5 kg. [1] Is it? [2]\n\n- one\n- two! Yes"
    of = speech()
    told = heard(of, pieces(said, None, size))
    assert told == ["It is 3.5 kg. [1]", " Is it? [2]", "\n\n- one", "\n- two!"]
    of.end("")
    assert of.text == said


_WORDS = st.text('aB .!?…\n[]1*é😀"\\', max_size=60)


@given(_WORDS, st.none() | _WORDS, st.integers(1, 9))
def test_what_was_shown_is_how_the_whole_begins(said: str, last: str | None, size: int) -> None:
    of = speech()
    told = heard(of, pieces(said, last, size))
    of.end(last or "")
    assert of.said.startswith("".join(told))
    if last is None:
        assert of.text == said.strip()


@given(_WORDS, _WORDS, st.integers(1, 9))
def test_how_it_comes_changes_nothing(said: str, last: str, size: int) -> None:
    slowly, at_once = speech(), speech()
    heard(slowly, pieces(said, last, size))
    heard(at_once, pieces(said, None, 400))
    for one in (slowly, at_once):
        one.end(last)
    assert slowly.text == at_once.text


def test_last_words_follow_and_repeat_nothing() -> None:
    of = speech()
    told = heard(of, pieces("I have booked it. See you!", "I have **booked** it. Bye, 😀 Bo.", 4))
    assert told == ["I have booked it.", " See you!"]
    of.end("I have **booked** it. Bye, 😀 Bo.")
    assert of.text == "I have booked it. See you! Bye, 😀 Bo."
    alone = speech()
    assert heard(alone, pieces("Fine.", "All is \"well\".\nBye. And", 5)) == [
        "Fine.", '\n\nAll is "well".', "\nBye."
    ]  # fmt: skip


def test_last_words_are_none_where_it_goes_on() -> None:
    of = speech()
    heard(of, pieces("I look.", "All is done. Bye. Ada", 5))
    of.end()
    assert of.text == "I look."
    other = speech()
    assert heard(other, pieces("I look", "All is done. Bye.", 5, name="find")) == []
    other.end()
    assert other.text == "I look"


def test_nothing_follows_what_is_wrong() -> None:
    of = speech("49")
    assert heard(of, pieces("Yes. It is 49 euro. Really. Yes", None, 5)) == ["Yes."]
    of.end()
    assert (of.text, of.wrong) == ("Yes.", "bad")
