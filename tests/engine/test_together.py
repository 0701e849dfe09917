"""Turns of different conversations that are saved in one commit: each gets its own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest

from runtime.engine import Engine
from storage.together import PATIENCE, Together
from storage.turns import Where
from tests.engine.conftest import Publish, Visitor, document, flow, node

ECHO = document(
    flow(
        "main",
        node("said", "ask.text", text="Say something", variable="said"),
        node("echo", "message", text="You said {{ said }}"),
        node("again", "jump", node="said"),
        "said > echo",
        "echo > again",
    )
)


class Broken(Exception):
    pass


class Database:
    """Answers each row with its double once ``open`` is set; refuses what is negative."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = asyncio.Event()

    async def send(self, rows: Sequence[int]) -> list[int]:
        self.batches.append(list(rows))
        await self.open.wait()
        if any(row < 0 for row in rows):
            raise Broken
        if 13 in rows:
            raise OSError("the database is away")
        return [row * 2 for row in rows]


async def begun(together: Together[int, int], *rows: int) -> list[asyncio.Task[int]]:
    tasks: list[asyncio.Task[int]] = []
    for row in rows:
        tasks.append(asyncio.create_task(together(row)))
        await asyncio.sleep(0)
    return tasks


async def test_what_comes_while_a_row_is_under_way_goes_in_one_statement():
    database = Database()
    tasks = await begun(Together(database.send, Broken), 1, 2, 3, 4)
    database.open.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6, 8]
    assert database.batches == [[1], [2, 3, 4]]


async def test_one_bad_row_spoils_nobody_elses():
    database = Database()
    tasks = await begun(Together(database.send, Broken), 1, 2, -3, 4)
    database.open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results.pop(2), Broken)
    assert results == [2, 4, 8]
    assert database.batches[2:] == [[2], [-3], [4]]


async def test_a_database_that_is_away_is_away_for_all():
    database = Database()
    tasks = await begun(Together(database.send, Broken), 1, 13, 4)
    database.open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert results[0] == 2
    assert [type(error) for error in results[1:]] == [OSError, OSError]


async def test_a_statement_that_is_held_up_holds_up_nobody_else():
    database = Database()
    together = Together(database.send, Broken)
    (stuck,) = await begun(together, 1)
    others = await begun(together, 2, 3)
    await asyncio.sleep(PATIENCE * 3)
    assert database.batches[-1] == [2, 3]
    database.open.set()
    assert await asyncio.gather(stuck, *others) == [2, 4, 6]


async def test_a_caller_that_has_gone_takes_nobody_along():
    database = Database()
    first, gone, last = await begun(Together(database.send, Broken), 1, 2, 3)
    gone.cancel()
    database.open.set()
    assert await asyncio.gather(first, last) == [2, 6]


class Statements:
    """How many turns each statement of an engine has saved."""

    def __init__(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        save_all = engine.turns._save_all  # pyright: ignore[reportPrivateUsage]

        async def counted(turns: Sequence[Any]) -> Sequence[bool]:
            self.sizes.append(len(turns))
            return await save_all(turns)

        monkeypatch.setattr(engine.turns._save_soon, "_send", counted)  # pyright: ignore[reportPrivateUsage]


async def test_visitors_of_two_workspaces_are_saved_together_and_answered_apart(
    engine: Engine,
    client: httpx.AsyncClient,
    publish: Publish,
    rows: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    published = publish(ECHO), publish(ECHO)
    visitors = [Visitor(client, published[n % 2].key) for n in range(12)]
    await asyncio.gather(*(visitor.open() for visitor in visitors))
    statements = Statements(engine, monkeypatch)
    for turn in range(3):
        said = [f"{turn} of {n}" for n in range(12)]
        talk = zip(visitors, said, strict=True)
        answers = await asyncio.gather(*(visitor.say(text) for visitor, text in talk))
        assert answers == [[f"You said {text}", "Say something"] for text in said]
    assert sum(statements.sizes) == 36
    assert len(statements.sizes) < 36
    for n, visitor in enumerate(visitors):
        said = [text for sender, text in await visitor.transcript() if sender == "visitor"]
        assert said == [f"{turn} of {n}" for turn in range(3)]
    for each in published:
        (row,) = rows("select count(*) as n from message where workspace_id = %s", each.workspace)
        assert row["n"] == 6 * (1 + 3 * 3)


async def test_repeats_and_early_words_in_a_batch_leave_the_others_alone(
    engine: Engine, client: httpx.AsyncClient, publish: Publish
) -> None:
    published = publish(ECHO)
    visitors = [Visitor(client, published.key) for _ in range(6)]
    await asyncio.gather(*(visitor.open() for visitor in visitors))
    first = await visitors[0].send("once", text="one")
    where = Where(published.workspace, UUID(visitors[1].conversation))
    await engine.turns.queue(where, "web:late", '{"kind": "user_said", "text": "first"}')
    again, *answers = await asyncio.gather(
        visitors[0].send("once", text="one"),
        visitors[1].say("second"),
        *(visitor.say(str(n)) for n, visitor in enumerate(visitors[2:])),
    )
    assert again == first
    assert answers[0] == ["You said second", "Say something"]
    assert answers[1:] == [[f"You said {n}", "Say something"] for n in range(4)]
    said = [text for sender, text in await visitors[1].transcript() if sender == "visitor"]
    assert said == ["first", "second"]
