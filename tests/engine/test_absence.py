"""What visitors see while PostgreSQL or Redis are away."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import psycopg
import pytest

from runtime import engine as engines
from runtime.engine import Engine
from runtime.plugins import Abilities
from runtime.settings import Settings
from storage.connections import Connections, Unavailable
from tests.engine.conftest import Publish, Visitor, serving
from tests.engine.test_chat import ECHO


def hang_up(settings: Settings) -> None:
    """Every connection of the application breaks, as at a death of the server."""
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = current_user and pid <> pg_backend_pid()"
            " and application_name = 'flyt turns'"
        )


async def test_broken_connections_are_replaced_without_a_word(
    client: httpx.AsyncClient, publish: Publish, settings: Settings
) -> None:
    visitor = Visitor(client, publish(ECHO).key)
    await visitor.open()
    for n in range(3):
        await asyncio.gather(*(visitor.say(f"{n}-{i}") for i in range(3)))
        hang_up(settings)
    assert len([who for who, _ in await visitor.transcript() if who == "visitor"]) == 9


async def test_a_storm_of_breaks_loses_and_repeats_nothing(
    client: httpx.AsyncClient, publish: Publish, settings: Settings
) -> None:
    """A client repeats what was answered with 503, as the widget does."""
    visitors = [Visitor(client, publish(ECHO).key) for _ in range(4)]
    for visitor in visitors:
        await visitor.open()

    async def talk(visitor: Visitor) -> None:
        for n in range(25):
            body = {"client_id": f"m{n}", "text": f"n{n}"}
            while (answer := await visitor.post("messages", body)).status_code == 503:
                assert answer.headers["retry-after"]
            assert answer.json()["messages"][0]["text"] == f"You said n{n}."

    async def storm(talks: asyncio.Future[list[None]]) -> None:
        while not talks.done():
            await asyncio.to_thread(hang_up, settings)

    talks = asyncio.gather(*(talk(visitor) for visitor in visitors))
    await asyncio.gather(talks, storm(talks))
    for visitor in visitors:
        said = await visitor.transcript()
        assert [text for who, text in said if who == "visitor"] == [f"n{n}" for n in range(25)]
        assert sum(text.startswith("You said") for _, text in said) == 25


async def test_an_absent_database_is_503_with_a_time_to_come_back(settings: Settings) -> None:
    nowhere = replace(settings, database_url="postgresql://flyt@127.0.0.1:1/flyt")
    async with engines.running(nowhere, Abilities()) as engine, serving(engine) as client:
        answer = await client.post("/api/v1/chat/key/conversations", json={"client_id": "x" * 32})
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert answer.headers["content-type"] == "application/problem+json"


async def test_an_absent_redis_disturbs_no_turn(settings: Settings, publish: Publish) -> None:
    alone = replace(settings, redis_url="redis://127.0.0.1:1/0")
    async with engines.running(alone, Abilities()) as engine, serving(engine) as client:
        visitor = Visitor(client, publish(ECHO).key)
        await visitor.open()
        assert (await visitor.say("hi"))[0] == "You said hi."
        assert (await visitor.post("typing", {})).status_code == 204


async def test_a_cancelled_call_leaves_no_half_used_connection(settings: Settings) -> None:
    connections = Connections(settings.database_url, 1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await connections.fetch("select pg_sleep(20)")
    assert (await connections.fetch("select 7"))[0][0] == 7
    await connections.close()


async def test_a_server_that_refuses_everybody_is_away(settings: Settings) -> None:
    connections = Connections("postgresql://nobody:x@127.0.0.1:1/none", 1)
    with pytest.raises(Unavailable):
        await connections.fetch("select 1")


async def test_reading_before_anything_is_there(engine: Engine) -> None:
    assert await engine.turns.changed_since([], []) == []
    assert await engine.turns.channel_by_key("no such key") is None
