"""What a visitor leaves behind by going back or cancelling is undone outside, once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from runtime import logs
from runtime.engine import Engine
from runtime.plugins import Abilities
from storage.turns import EffectId
from tests.doubles import undoing
from tests.doubles.outside import Outside, State
from tests.engine.conftest import Publish, Start, Visitor, document, eventually, flow, node

SLOW = 2.0  # seconds: long enough to cancel meanwhile


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    server = Outside(0, tmp_path / "outside")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("FLYT_TEST_OUTSIDE", f"http://127.0.0.1:{server.server_address[1]}")
    yield server.state
    server.shutdown()
    server.server_close()


@pytest.fixture
def abilities() -> Abilities:
    """Of the web process, which performs what a visitor waits for."""
    abilities = Abilities()
    undoing.register(abilities)
    return abilities


@pytest.fixture
def work(start: Start, outside: State) -> Any:
    """Starts a worker that knows the plugin."""
    return lambda: start("workers", FLYT_PLUGINS="tests.doubles.undoing")


def reserving(**config: Any) -> dict[str, Any]:
    return document(
        flow(
            "main",
            node("number", "ask.number", text="Which seat?", variable="number"),
            node("reserve", "test.reserve", variable="seat", **config),
            node("told", "message", text="Reserved {{ seat }}."),
            node("more", "ask.text", text="More?", variable="more"),
            node("sorry", "message", text="Nothing is reserved."),
            "number > reserve",
            "reserve > told",
            "told > more",
            "reserve.cancelled > sorry",
        ),
        variables=[{"name": "number", "type": "number"}, {"name": "seat"}, {"name": "more"}],
    )


def asked(outside: State, visitor: Visitor) -> list[tuple[str, str, int]]:
    """(path, key without the conversation, number) of every call that was answered."""
    calls = [(call, call["key"].split(":", 1)) for call in outside.calls()]
    return [
        (call["path"], key, call["body"]["number"])
        for call, (conversation, key) in calls
        if conversation == visitor.conversation
    ]


EFFECTS = "select turn, state, done_at is not null as over, result from effect"
EFFECTS += " where conversation_id = %s order by turn"

EXPIRE = "update effect set leased_until = now() - interval '1 s' where conversation_id = %s"


@pytest.mark.parametrize("now", [False, True], ids=["background", "interactive"])
async def test_going_back_takes_back_what_was_done(
    client: httpx.AsyncClient, publish: Publish, outside: State, work: Any, rows: Any, now: bool
) -> None:
    work()
    visitor = Visitor(client, publish(reserving(now=now)).key)
    await visitor.open()
    assert await visitor.say("7", wait=30) == ["Reserved B-7.", "More?"]
    assert await visitor.say("back") == ["Which seat?"]
    await eventually(lambda: rows(f"{EFFECTS} limit 1", visitor.conversation)[0]["over"])
    assert await visitor.say("8", wait=30) == ["Reserved B-8.", "More?"]
    assert asked(outside, visitor) == [
        ("/bookings", "2:0", 7),
        ("/cancellations", "2:0:undo", 7),
        ("/bookings", "5:0", 8),
    ]
    assert rows(EFFECTS, visitor.conversation) == [
        {"turn": 2, "state": "orphaned", "over": True, "result": {"reference": "B-7"}},
        {"turn": 5, "state": "done", "over": True, "result": {"reference": "B-8"}},
    ]


@pytest.mark.parametrize(
    ("word", "said"),
    [("cancel", ["All right, we'll leave it there.", "Nothing is reserved."]),
     ("back", ["Which seat?"])],
)  # fmt: skip
async def test_what_is_under_way_is_undone_when_its_result_comes(
    client: httpx.AsyncClient,
    publish: Publish,
    outside: State,
    work: Any,
    rows: Any,
    word: str,
    said: list[str],
) -> None:
    outside.behave(delay=SLOW)
    work()
    visitor = Visitor(client, publish(reserving()).key)
    await visitor.open()
    assert await visitor.say("7") == []
    begun = "select 1 from effect where conversation_id = %s and state = 'doing'"
    await eventually(lambda: rows(begun, visitor.conversation))
    assert await visitor.say(word) == said
    assert asked(outside, visitor) == []
    outside.behave()
    await eventually(lambda: rows(EFFECTS, visitor.conversation)[0]["over"])
    assert asked(outside, visitor) == [("/bookings", "2:0", 7), ("/cancellations", "2:0:undo", 7)]
    assert rows(EFFECTS, visitor.conversation) == [
        {"turn": 2, "state": "orphaned", "over": True, "result": {"reference": "B-7"}}
    ]
    assert not any("Reserved" in text for _, text in await visitor.transcript())


async def test_what_nobody_has_begun_is_never_done(
    client: httpx.AsyncClient, publish: Publish, outside: State, work: Any, rows: Any
) -> None:
    bot = publish(reserving())
    visitor, later = Visitor(client, bot.key), Visitor(client, bot.key)
    await visitor.open()
    await visitor.say("7")
    assert (await visitor.say("cancel"))[-1] == "Nothing is reserved."
    [effect] = rows(EFFECTS, visitor.conversation)
    assert (effect["state"], effect["over"]) == ("cancelled", True)
    work()
    await later.open()
    assert await later.say("8", wait=30) == ["Reserved B-8.", "More?"]  # its job came after ours
    assert asked(outside, later) == [("/bookings", "2:0", 8)]
    assert asked(outside, visitor) == []
    assert rows(EFFECTS, visitor.conversation) == [effect]


async def test_an_undo_that_is_refused_is_tried_again(
    engine: Engine,
    client: httpx.AsyncClient,
    publish: Publish,
    outside: State,
    work: Any,
    rows: Any,
) -> None:
    work()
    bot = publish(reserving())
    visitor = Visitor(client, bot.key)
    await visitor.open()
    await visitor.say("7", wait=30)
    outside.behave(failures=1)
    await visitor.say("back")
    put_off = "select 1 from effect where conversation_id = %s and state = 'orphaned'"
    put_off += " and leased_by is null and leased_until > now()"
    await eventually(lambda: rows(put_off, visitor.conversation))
    assert asked(outside, visitor) == [("/bookings", "2:0", 7)]
    rows(EXPIRE, visitor.conversation)
    effect = EffectId(bot.workspace, UUID(visitor.conversation), 2, 0)
    for _ in range(2):  # who comes too late finds nothing to do
        await engine.performer.claim(bot.workspace, [effect])
    assert asked(outside, visitor) == [("/bookings", "2:0", 7), ("/cancellations", "2:0:undo", 7)]
    assert rows(EFFECTS, visitor.conversation)[0]["over"]


async def test_people_are_told_where_nobody_knows_what_to_undo(
    engine: Engine,
    client: httpx.AsyncClient,
    publish: Publish,
    outside: State,
    rows: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(logs, "event", lambda kind, message, **_: told.append(message))
    bot = publish(reserving())
    visitor = Visitor(client, bot.key)
    await visitor.open()
    await visitor.say("7")
    effect = EffectId(bot.workspace, UUID(visitor.conversation), 2, 0)
    await engine.turns.claim(bot.workspace, [effect], "somebody who dies", 60)
    await visitor.say("cancel")
    rows(EXPIRE, visitor.conversation)
    await engine.performer.claim(bot.workspace, [effect])
    key = f"{visitor.conversation}:2:0"
    assert told == [f"effect {key} was no longer wanted: nobody knows whether it was done"]
    assert outside.calls() == []
    assert rows(EFFECTS, visitor.conversation)[0]["over"]


async def test_what_was_said_while_the_visitor_waited_is_heard_afterwards(
    client: httpx.AsyncClient, publish: Publish, outside: State, work: Any, rows: Any
) -> None:
    """An interactive effect is short: its result comes first, and then what was written."""
    outside.behave(delay=SLOW / 4)
    work()
    visitor = Visitor(client, publish(reserving(now=True)).key)
    await visitor.open()
    assert await visitor.say("7") == []
    assert await visitor.say("back") == []
    await eventually(
        lambda: len(rows(EFFECTS, visitor.conversation)) and asked(outside, visitor)[1:]
    )
    await eventually(lambda: rows(EFFECTS, visitor.conversation)[0]["over"])
    assert asked(outside, visitor) == [("/bookings", "2:0", 7), ("/cancellations", "2:0:undo", 7)]
    texts = [text for _, text in await visitor.transcript()]
    assert texts == ["Which seat?", "7", "Reserved B-7.", "More?", "back", "Which seat?"]
