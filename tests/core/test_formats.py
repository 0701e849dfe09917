"""Stored events and effects: readable by later versions."""

from __future__ import annotations

from typing import ClassVar

import msgspec
import pytest

from runtime.core import effects, events
from runtime.core.contract import TimedOut, UserSaid
from runtime.core.formats import Chain


class Told(effects.Effect, frozen=True):
    kind: ClassVar[str] = "test.told"
    whom: str


def renamed(plain):
    return plain | {"text": plain.pop("words")} if "words" in plain else plain


def test_the_first_format_is_not_written():
    assert events.dump(UserSaid("Hello")) == b'{"kind":"user_said","text":"Hello"}'


def test_an_event_of_an_earlier_format_goes_through_every_step(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(events, "FORMATS", Chain("event", renamed, lambda plain: plain))
    assert events.load(b'{"kind":"user_said","words":"Hello"}') == UserSaid("Hello")
    for event in (UserSaid("Hello", value=3), TimedOut("0", "1:2")):
        assert b'"format":3' in events.dump(event)
        assert events.load(events.dump(event)) == event


def test_an_effect_of_an_earlier_format_goes_through_every_step(monkeypatch: pytest.MonkeyPatch):
    def renamed(effect):
        return {"kind": "test.told", "args": {"whom": effect["args"]["name"]}}

    monkeypatch.setattr(effects, "FORMATS", Chain("effect", renamed))
    assert effects.load("test.said", {"name": "Ada"}, 1) == Told("Ada")
    assert effects.load("test.told", effects.dump(Told("Ada")), 2) == Told("Ada")


def test_a_later_format_is_refused_by_name():
    for load in (
        lambda: events.load(b'{"kind":"user_said","text":"Hello","format":2}'),
        lambda: effects.load("test.told", {"whom": "Ada"}, 2),
    ):
        with pytest.raises(msgspec.ValidationError, match=r"format 2.*later version"):
            load()
