"""The interpreter alone: what one turn of the talk costs inside the process."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import msgspec

import nodes  # noqa: F401  # registers the node types
from benchmarks.talk import Exchange, document, exchanges
from runtime.core.contract import AnyEvent, Chosen, Facts, Started, UserSaid
from runtime.core.document import parse
from runtime.core.interpreter import step
from runtime.core.release import Release
from runtime.core.session import Session, dump, load

encode = msgspec.json.Encoder().encode
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
CONTACT = {"name": None, "email": None, "locale": "en", "timezone": "Europe/Oslo"}
CHANNEL = {"kind": "web", "locale": "en"}


class WrongTalk(Exception):
    """The interpreter said something else than the talk expects."""


def measure(repeats: int = 9, talks: int = 300) -> list[float]:
    """Microseconds of CPU time a turn, one figure a repeat; an unmeasured repeat warms up.

    A turn reads the session from JSON, steps it, and writes session and trace as JSON.
    """
    release = Release(parse(document()), number=1, bot="booking")
    talk = exchanges(1)
    _talk(release, talk, [_event(exchange) for exchange in talk], check=True)
    events = [_event(exchange) for exchange in talk]
    figures: list[float] = []
    for _ in range(repeats + 1):
        began = time.process_time()
        for _ in range(talks):
            _talk(release, talk, events, check=False)
        figures.append((time.process_time() - began) / talks / len(talk) * 1e6)
    return figures[1:]


def session_bytes() -> int:
    """The largest session of the talk as it is stored."""
    release = Release(parse(document()), number=1, bot="booking")
    talk = exchanges(1)
    return _talk(release, talk, [_event(exchange) for exchange in talk], check=True)


def _talk(
    release: Release, talk: tuple[Exchange, ...], events: list[AnyEvent], *, check: bool
) -> int:
    stored, largest = dump(Session(bot="booking", release=1)), 0
    for number, (exchange, event) in enumerate(zip(talk, events, strict=True), 1):
        facts = Facts("c", number, CONTACT, CHANNEL, locale="en", timezone="Europe/Oslo")
        turn = step(load(stored), event, facts, release, NOW)
        stored = dump(turn.session)
        encode(turn.trace)
        largest = max(largest, len(stored))
        if check and [message.text for message in turn.messages] != exchange.replies:
            raise WrongTalk(f"to {exchange.posts}: {[m.text for m in turn.messages]}")
    return largest


def _event(exchange: Exchange) -> AnyEvent:
    if exchange.posts is None:
        return Started()
    if "choice" in exchange.posts:
        return Chosen((exchange.posts["choice"],))
    return UserSaid(exchange.posts["text"])
