"""Turns made from what the process has just saved: quick, and never from something out of date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from runtime.engine import Engine
from runtime.recent import Recent
from storage.turns import Loaded, TurnRows, Where
from tests.engine.conftest import Publish, Visitor, document, flow, node

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAMED = document(
    flow(
        "main",
        node("said", "ask.text", text="Say something", variable="said"),
        node("echo", "message", text="{{ contact.name or 'Somebody' }} said {{ said }}"),
        node("again", "jump", node="said"),
        "said > echo",
        "echo > again",
    )
)


def loaded(conversation: UUID | None = None) -> Loaded:
    return Loaded(
        uuid4(), conversation or uuid4(), "{}", 3, 5, 9, "bot", 0, uuid4(), uuid4(), "{}", None,
        None, uuid4(), None, None, None, "{}", None, NOON,
    )  # fmt: skip


def rows(status: str = "bot") -> TurnRows:
    return TurnRows(
        3, 6, 11, status, '{"new": 1}', NOON, None, None, None, (), (), (), None, None
    )  # fmt: skip


def test_what_is_kept_is_given_once_as_the_turn_left_it():
    recent, before = Recent(clock=lambda: 0.0), loaded()
    recent.saw(NOON)
    recent.keep(before, rows())
    where = Where(before.workspace, before.conversation)
    after = recent.take(where)
    assert after == before._replace(data='{"new": 1}', version=4, turn=6, seq=11)
    assert recent.take(where) is None


def test_now_is_the_databases_time_carried_on_by_our_clock():
    seconds = [100.0]
    recent, before = Recent(clock=lambda: seconds[0]), loaded()
    recent.saw(NOON)
    recent.keep(before, rows())
    seconds[0] = 107.5
    after = recent.take(Where(before.workspace, before.conversation))
    assert after is not None
    assert after.now == NOON + timedelta(seconds=7.5)


@pytest.mark.parametrize("status", ["ended", "failed"])
def test_a_conversation_that_is_over_is_not_kept(status: str):
    recent, before = Recent(), loaded()
    recent.saw(NOON)
    recent.keep(before, rows(status))
    assert recent.take(Where(before.workspace, before.conversation)) is None


def test_another_workspace_gets_nothing():
    recent, before = Recent(), loaded()
    recent.saw(NOON)
    recent.keep(before, rows())
    assert recent.take(Where(uuid4(), before.conversation)) is None


def test_the_oldest_goes_when_there_are_too_many():
    recent, conversations = Recent(size=2), [loaded() for _ in range(3)]
    recent.saw(NOON)
    for conversation in conversations:
        recent.keep(conversation, rows())
    found = [recent.take(Where(c.workspace, c.conversation)) for c in conversations]
    assert [one is not None for one in found] == [False, True, True]


class Counted:
    """How often an engine has loaded a conversation."""

    def __init__(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.loads = 0
        load = engine.turns.load

        async def counted(where: Where) -> Any:
            self.loads += 1
            return await load(where)

        monkeypatch.setattr(engine.turns, "load", counted)


async def test_a_talk_in_one_process_is_loaded_once(
    engine: Engine,
    client: httpx.AsyncClient,
    publish: Publish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visitor = Visitor(client, publish(NAMED).key)
    await visitor.open()
    await visitor.say("one")
    counted = Counted(engine, monkeypatch)
    assert await visitor.say("two") == ["Somebody said two", "Say something"]
    assert await visitor.say("three") == ["Somebody said three", "Say something"]
    assert counted.loads == 0


async def test_a_fact_that_has_changed_is_seen_by_the_next_turn(
    client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    visitor = Visitor(client, publish(NAMED).key)
    await visitor.open()
    await visitor.say("one")
    rows(
        "update contact set name = 'Kari' where id ="
        " (select contact_id from conversation where id = %s)",
        visitor.conversation,
    )
    assert await visitor.say("two") == ["Kari said two", "Say something"]


async def test_a_turn_taken_elsewhere_is_not_overwritten(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient, publish: Publish
) -> None:
    here = Visitor(client, publish(NAMED).key)
    await here.open()
    await here.say("one")
    there = Visitor(other_client, here.key)
    there.token, there.conversation = here.token, here.conversation
    answered = await there.send(text="two")
    await here.say("three")
    said = [text for sender, text in await here.transcript() if sender == "visitor"]
    assert said == ["one", "two", "three"]
    # The token of the question that the other process asked is good here, the older one is not.
    stale = await here.send(text="late", input_token=answered["input"]["token"])
    assert stale["stale"]


async def test_what_waits_in_the_inbox_comes_first(
    engine: Engine, client: httpx.AsyncClient, publish: Publish
) -> None:
    published = publish(NAMED)
    visitor = Visitor(client, published.key)
    await visitor.open()
    await visitor.say("one")
    where = Where(published.workspace, UUID(visitor.conversation))
    waiting = '{"kind": "user_said", "text": "first"}'
    await engine.turns.queue(where, "web:earlier", waiting)
    assert await visitor.say("second") == ["Somebody said second", "Say something"]
    said = [text for sender, text in await visitor.transcript() if sender == "visitor"]
    assert said == ["one", "first", "second"]
