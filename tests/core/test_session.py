"""Stored sessions: small, bounded, and readable by later versions."""

from __future__ import annotations

import msgspec
import pytest

from runtime.core import session as sessions
from runtime.core.formats import Chain
from runtime.core.session import Session, SessionTooLarge, dump, load


def test_a_session_survives_json():
    session = Session("bot", 3, vars={"name": "Ada", "n": 1.5}, status="human", epoch=2)
    assert load(dump(session)) == session


def test_what_was_given_at_the_opening_is_kept_and_otherwise_not_written():
    given = Session("bot", 1, given={"name": "Ada"})
    assert dump(given) == b'{"bot":"bot","release":1,"given":{"name":"Ada"}}'
    assert load(dump(given)) == given
    assert load(b'{"bot":"bot","release":1}').given == {}


def test_the_first_format_is_not_written():
    assert dump(Session("bot", 1)) == b'{"bot":"bot","release":1}'


def test_a_session_of_an_earlier_format_goes_through_every_step(monkeypatch: pytest.MonkeyPatch):
    chain = Chain(
        "session",
        lambda plain: plain | {"vars": plain.pop("variables")},
        lambda plain: plain | {"status": "human"},
    )
    monkeypatch.setattr(sessions, "FORMATS", chain)
    old = b'{"bot":"b","release":1,"variables":{"a":1}}'
    assert load(old) == Session("b", 1, format=3, vars={"a": 1}, status="human")
    assert load(dump(load(old))) == load(old)


def test_a_session_of_a_later_format_is_refused_by_name():
    with pytest.raises(msgspec.ValidationError, match=r"format 9.*later version"):
        load(b'{"bot":"b","release":1,"format":9}')


def test_a_session_that_grows_too_large_names_its_largest_variable():
    with pytest.raises(SessionTooLarge, match="'essay'"):
        dump(Session("bot", 1, vars={"a": 1, "essay": "x" * 300_000}))
