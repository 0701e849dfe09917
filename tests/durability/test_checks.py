"""The proof's own checks: each fault they are there for is told, and a faultless run is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.durability.checks import EFFECTS, TABLES, Evidence, check, lateness
from tests.durability.deaths import VICTIMS, deaths
from tests.durability.talk import Talk
from tests.durability.visitors import Visit

TALK = Talk(7, silent=True)
VISIT = Visit(TALK, "c", finished=True, doing="")
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def message(seq: int, sender: str, text: str, at: datetime) -> dict[str, Any]:
    return {"seq": seq, "kind": "message", "sender": sender, "body": {"text": text}, "at": at}


def faultless() -> Evidence:
    """One conversation as it must be: a line a second, each timer fired when it is due."""
    lines = TALK.transcript(letter_sent=True)
    times = [BEGAN + timedelta(seconds=place) for place in range(len(lines))]
    messages = [
        message(place + 1, *line, at)
        for place, (line, at) in enumerate(zip(lines, times, strict=True))
    ]
    woken = [BEGAN + timedelta(seconds=place) for place in (4, 7, 9)]
    notes = [{"due": at, "at": at - timedelta(seconds=1)} for at in woken]
    traces = [
        {"at": at, "visits": [{"node": node, "event": "TimedOut"}]}
        for node, at in zip(TALK.waits(), woken, strict=True)
    ]
    effects = [
        {"turn": turn, "n": 0, "kind": kind, "args": {"number": 7}, "state": "done"}
        for turn, kind in enumerate(EFFECTS, 1)
    ]
    calls = [
        {"path": path, "key": f"c:{turn}:0", "body": {"number": 7}}
        for turn, path in enumerate(("/quotes", "/bookings", "/letters"), 1)
    ]
    told = {"message": messages, "effect": effects, "timer_note": notes, "trace": traces}
    told["session"] = [{"status": "ended"}]
    told["inbox"] = [{"dedupe": "web:c:1", "state": "done"}]
    return Evidence({table: {"c": told.get(table, [])} for table in TABLES}, calls)


def faults(evidence: Evidence, visit: Visit = VISIT) -> str:
    return "\n".join(failure.what for failure in check(evidence, [visit]))


def test_a_faultless_run_has_no_failures() -> None:
    assert faults(faultless()) == ""
    assert lateness(faultless()) == [0.0, 0.0, 0.0]


def test_a_repeated_line_is_told() -> None:
    evidence = faultless()
    messages = evidence.rows["message"]["c"]
    messages.append(messages[-1] | {"seq": len(messages) + 1})
    assert "the transcript is" in faults(evidence)


def test_an_early_timer_is_told() -> None:
    evidence = faultless()
    note = evidence.rows["timer_note"]["c"][1]
    note["due"] += timedelta(milliseconds=1)
    assert "but its timer was due at" in faults(evidence)


def test_a_timer_that_fired_twice_is_told() -> None:
    evidence = faultless()
    traces = evidence.rows["trace"]["c"]
    traces.append(traces[-1])
    assert "timers ended the waits of" in faults(evidence)


def test_a_second_letter_is_told() -> None:
    evidence = faultless()
    evidence.calls.append(evidence.calls[-1])
    assert "2 letters were sent" in faults(evidence)


def test_a_second_recording_is_told() -> None:
    evidence = faultless()
    effects = evidence.rows["effect"]["c"]
    effects.append(effects[-1] | {"turn": 9})
    assert "the effects recorded are" in faults(evidence)


def test_a_call_that_nobody_recorded_is_told() -> None:
    evidence = faultless()
    evidence.calls.append(evidence.calls[0] | {"key": "c:9:0"})
    assert "nobody recorded the call" in faults(evidence)


@pytest.mark.parametrize(
    ("table", "row", "what"),
    [
        ("timer", {"slot": "0"}, "a timer outlived the session"),
        ("inbox", {"dedupe": "web:c:2", "state": "queued"}, "the inbox still holds"),
        ("session", {"status": "bot"}, "the session has not ended"),
    ],
)
def test_what_is_left_over_is_told(table: str, row: dict[str, Any], what: str) -> None:
    evidence = faultless()
    evidence.rows[table]["c"].append(row)
    assert what in faults(evidence)


def test_an_unfinished_visitor_is_told() -> None:
    assert faults(faultless(), replace(VISIT, finished=False, doing="waits")) == "visitor 7 waits"


def test_a_seed_draws_the_same_deaths_and_everybody_dies() -> None:
    plan = list(deaths(3, seconds=20, gap=1.0))
    assert plan == list(deaths(3, seconds=20, gap=1.0))
    assert plan != list(deaths(4, seconds=20, gap=1.0))
    assert {death.victim for death in plan[: len(VICTIMS)]} == set(VICTIMS)
