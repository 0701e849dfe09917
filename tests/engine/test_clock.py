from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import httpx

from runtime.clock import Clock
from runtime.core.contract import (
    AnyEvent,
    AnyOutcome,
    Context,
    Next,
    Node,
    TimedOut,
    UserSaid,
    Wait,
)
from runtime.engine import Engine
from runtime.records import encode_event
from storage.turns import Where
from tests.engine.conftest import Publish, Published, Visitor, document, flow, node


class Poisoned(Node):
    """Waits, and has a defect that shows on waking up."""

    type: ClassVar[str] = "test.poisoned"
    label: ClassVar[str] = "Poisoned"
    icon: ClassVar[str] = "bug"
    group: ClassVar[Any] = "logic"

    how: str

    def run(self, ctx: Context) -> AnyOutcome:
        return Wait(on="time", until=ctx.now + timedelta(hours=1))

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        if self.how == "raises":
            raise ZeroDivisionError("a defect in a node")
        return Next(set={"text": "\0" if self.how == "unstorable" else "x" * 300_000})


def waiting() -> dict[str, Any]:
    return document(
        flow(
            "main",
            node("wait", "wait", duration="PT1H"),
            node("told", "message", text="An hour later."),
            "wait > told",
        )
    )


def poisoned(how: str) -> dict[str, Any]:
    return document(
        flow(
            "main",
            node("bad", "test.poisoned", how=how),
            node("told", "message", text="{{ text }}"),
            "bad > told",
        ),
        variables=[{"name": "text"}],
    )


NO_REPLY = document(
    flow(
        "main",
        node("name", "ask.text", text="Your name?", variable="name", timeout="PT1H"),
        node("mail", "ask.text", text="Your e-mail?", variable="mail", timeout="PT1H"),
        node("gone", "message", text="Are you there?"),
        "name > mail",
        "name.no_reply > gone",
        "mail.no_reply > gone",
    ),
    variables=[{"name": "name"}, {"name": "mail"}],
)


def past(rows: Any, bot: Published) -> None:
    """An hour goes by for every timer of this workspace: for rows and sessions alike."""
    rows("update timer set due = due - interval '1 h' where workspace_id = %s", bot.workspace)
    for session in rows("select * from session where workspace_id = %s", bot.workspace):
        data = _earlier(session["data"])
        rows(
            "update session set data = %s where conversation_id = %s",
            data,
            session["conversation_id"],
        )


def _earlier(data: str) -> str:
    session = json.loads(data)
    for frame in session.get("frames", ()):
        if until := (frame.get("waiting") or {}).get("until"):
            moved = datetime.fromisoformat(until) - timedelta(hours=1)
            frame["waiting"]["until"] = moved.isoformat()
    return json.dumps(session)


async def ring(*clocks: Clock) -> None:
    """Fires until nothing is due in any workspace."""
    while any(await asyncio.gather(*(clock.fire() for clock in clocks))):
        pass


async def test_a_wait_ends_when_its_time_has_come_and_not_before(
    engine: Engine, client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(waiting())
    visitor = Visitor(client, bot.key)
    await visitor.open()
    await ring(Clock(engine))
    assert await visitor.transcript() == []
    past(rows, bot)
    await ring(Clock(engine))
    assert await visitor.transcript() == [("bot", "An hour later.")]
    assert rows("select * from timer where workspace_id = %s", bot.workspace) == []
    [trace] = rows("select visits from trace where workspace_id = %s and turn = 2", bot.workspace)
    assert trace["visits"][0]["event"] == "TimedOut"
    listed = "select status from conversation_status where workspace_id = %s"
    assert [row["status"] for row in rows(listed, bot.workspace)] == ["ended"]


async def test_many_waits_end_once_each_though_two_clocks_ring(
    engine: Engine, second: Engine, client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bots = [publish(waiting()) for _ in range(3)]
    visitors = [Visitor(client, bot.key) for bot in bots for _ in range(10)]
    for visitor in visitors:
        await visitor.open()
    for bot in bots:
        past(rows, bot)
    await ring(Clock(engine), Clock(second), Clock(engine))
    for visitor in visitors:
        assert await visitor.transcript() == [("bot", "An hour later.")]


async def test_a_deadline_that_moved_writes_no_row_and_is_kept(
    engine: Engine, client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(NO_REPLY)
    visitor = Visitor(client, bot.key)
    await visitor.open()
    query = "select due, token from timer where workspace_id = %s"
    [first] = rows(query, bot.workspace)
    await visitor.say("Ada")
    assert rows(query, bot.workspace) == [first]
    rows("update timer set due = now() where workspace_id = %s", bot.workspace)
    await ring(Clock(engine))
    [kept] = rows(query, bot.workspace)
    assert kept["due"] > first["due"]
    assert len(await visitor.transcript()) == 3
    past(rows, bot)
    await ring(Clock(engine))
    assert (await visitor.transcript())[-1] == ("bot", "Are you there?")


async def test_what_a_visitor_wrote_comes_before_the_deadline(
    engine: Engine, client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(NO_REPLY)
    visitor = Visitor(client, bot.key)
    await visitor.open()
    where = Where(bot.workspace, UUID(visitor.conversation))
    await engine.turns.queue(where, "web:late", encode_event(UserSaid("Ada")))
    past(rows, bot)
    await ring(Clock(engine))
    assert await visitor.transcript() == [
        ("bot", "Your name?"),
        ("visitor", "Ada"),
        ("bot", "Your e-mail?"),
    ]


async def test_a_defective_conversation_ends_with_a_word_and_disturbs_no_other(
    engine: Engine, client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    good = publish(waiting())
    bad = [publish(poisoned(how), beside=good) for how in ("raises", "unstorable", "large")]
    fine, *doomed = [Visitor(client, bot.key) for bot in (good, *bad)]
    for visitor in (fine, *doomed):
        await visitor.open()
    past(rows, good)
    await ring(Clock(engine))
    assert await fine.transcript() == [("bot", "An hour later.")]
    for visitor in doomed:
        query = "select status from session where conversation_id = %s"
        [session] = rows(query, visitor.conversation)
        assert session["status"] in ("ended", "failed")
        assert await visitor.transcript(), "a visitor is never left without a word"
    assert rows("select * from timer where workspace_id = %s", good.workspace) == []


async def test_a_session_that_cannot_be_read_fails_and_a_new_one_begins(
    client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(NO_REPLY)
    visitor = Visitor(client, bot.key)
    await visitor.open()
    rows("update session set data = '{\"format\": 99}' where workspace_id = %s", bot.workspace)
    answer = await visitor.send(text="Ada")
    assert answer["status"] == "failed"
    assert await visitor.say("hello?") == ["Your name?"]


async def test_a_row_left_behind_is_found(
    engine: Engine, client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(NO_REPLY)
    visitor = Visitor(client, bot.key)
    await visitor.open()
    where = Where(bot.workspace, UUID(visitor.conversation))
    await engine.turns.queue(where, "web:lost", encode_event(UserSaid("Ada")))
    assert where not in await engine.turns.stuck_rows(500, 2)
    rows("update inbox set at = now() - interval '3 s' where workspace_id = %s", bot.workspace)
    assert where in await engine.turns.stuck_rows(500, 2)
    await engine.driver.take(where)
    assert where not in await engine.turns.stuck_rows(500, 2)
    assert (await visitor.transcript())[-1] == ("bot", "Your e-mail?")


async def test_an_unreadable_row_is_consumed(
    engine: Engine, client: httpx.AsyncClient, publish: Publish
) -> None:
    bot = publish(NO_REPLY)
    visitor = Visitor(client, bot.key)
    await visitor.open()
    where = Where(bot.workspace, UUID(visitor.conversation))
    await engine.turns.queue(where, "web:odd", '{"kind": "from the future"}')
    await engine.driver.take(where)
    loaded = await engine.stage.load(where)
    assert loaded.pending is None


async def test_a_stale_timer_changes_nothing(
    engine: Engine, client: httpx.AsyncClient, publish: Publish
) -> None:
    bot = publish(NO_REPLY)
    visitor = Visitor(client, bot.key)
    await visitor.open()
    where = Where(bot.workspace, UUID(visitor.conversation))
    await engine.turns.queue(where, "timer:0:old", encode_event(TimedOut("0", "old")))
    await engine.driver.take(where)
    assert await visitor.transcript() == [("bot", "Your name?")]
