"""Answers kept in a real Redis: told again, dropped with what they rest on, never missed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from connectors.ai.shelf import Spent
from runtime import handlers, plugins
from runtime.cache import shelf as shelves
from runtime.cache.ledger import StoredLedger
from runtime.cache.shelf import NotEmptied, RedisShelf
from runtime.embedded import EmbeddedRedis
from runtime.handlers import Performing
from runtime.settings import Settings
from storage import models, savings
from storage.database import Database
from tests.doubles.llm import Says
from tests.doubles.llm_openai import OpenAi
from tests.engine.conftest import Publish, Published, Visitor, serving, texts
from tests.engine.test_answers import BOT, DELIVERY, QUESTION
from tests.storage.conftest import Tenant, make_tenant
from tests.storage.knowing import Knowing, open_collection

ANSWER = "It is free above 50 euro."


def says(pause: float = 0.0) -> Says:
    source = {"passage": 1, "quote": "free above 50 euro"}
    statement = {"text": ANSWER, "sources": [source]}
    said = {"outcome": "answer", "rule": "", "certainty": 0.9, "statements": [statement]}
    return Says(json.dumps(said), taken=900, given=40, pause=pause)


@pytest.fixture
def provider() -> Iterator[OpenAi]:
    with OpenAi() as double:
        yield double


@pytest.fixture
def tenant(database: Database) -> Tenant:
    return make_tenant(database)


@pytest.fixture
def knowing(tenant: Tenant) -> Knowing:
    knowing = open_collection(tenant)
    knowing.learn(DELIVERY, language="en")
    return knowing


@pytest.fixture
def bot(publish: Publish, tenant: Tenant, knowing: Knowing) -> Published:
    return publish(BOT, beside=SimpleNamespace(workspace=tenant.id))  # pyright: ignore


def performing_on(
    redis: Redis, settings: Settings, provider: OpenAi, database: Database, **more: Any
) -> Any:
    given = {"OPENAI_API_KEY": "sk-right", "OPENAI_BASE_URL": provider.base_url}
    settings = replace(settings, services=given, ai_provider="openai", **more)
    return handlers.running(settings, plugins.Abilities(), database, redis)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that tests keep busy is slow; what a slow Redis does has a test of its own."""
    monkeypatch.setattr(shelves, "SLOW", 2.0)


@pytest.fixture
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    client: Redis = Redis.from_url(settings.redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def performing(
    redis: Redis, settings: Settings, provider: OpenAi, database: Database
) -> AsyncIterator[Performing]:
    async with performing_on(redis, settings, provider, database) as performing:
        yield performing


async def ask(performing: Performing, bot: Published, question: str = QUESTION) -> str:
    """What a visitor who has never been here is told."""
    async with serving(performing.engine) as client:
        visitor = Visitor(client, bot.key)
        await visitor.open()
        return "\n".join(texts(await visitor.send(text=question, wait=20)))


async def test_another_visitor_is_told_the_same_at_no_cost(
    performing: Performing, provider: OpenAi, bot: Published, tenant: Tenant, rows: Any
) -> None:
    provider.script(says())
    first = await ask(performing, bot)
    assert first == f"{ANSWER} [1]"
    assert await ask(performing, bot, "above how many Euro is the delivery free") == first
    assert len(provider.talks()) == 1
    await performing.cache.ledger.write()
    calls = rows(
        "select cache_hit, tokens_in, cost > 0 as paid, model, provider,"
        " conversation_id is not null as known from model_call where workspace_id = %s order by id",
        tenant.id,
    )
    assert [(call["cache_hit"], call["tokens_in"], call["paid"]) for call in calls] == [
        (False, 900, True),
        (True, 0, False),
    ]
    assert calls[0]["model"] == calls[1]["model"]
    assert all(call["known"] and call["provider"] for call in calls)
    with tenant.session() as session:
        saved = savings.of_month(session, models.this_month())
        spent = models.month(session, models.this_month())
    assert (saved["answers"].hits, saved["answers"].misses) == (1, 1)
    assert (saved["answers"].tokens_in, saved["answers"].tokens_out) == (900, 40)
    assert saved["answers"].cost == pytest.approx(spent.cost if spent else 0)
    assert saved["answers"].milliseconds > 0
    assert spent is not None
    assert spent.calls == 1


async def test_what_is_learnt_counts_at_once(
    performing: Performing, provider: OpenAi, bot: Published, knowing: Knowing, tenant: Tenant
) -> None:
    provider.script(says(), says(), says())
    await ask(performing, bot)
    document = knowing.learn("Returns are free.", language="en")
    await ask(performing, bot)
    assert len(provider.talks()) == 2
    knowing.relearn(document, "Returns cost 5 euro.")
    await ask(performing, bot)
    assert len(provider.talks()) == 3
    await ask(performing, bot)
    assert len(provider.talks()) == 3
    with tenant.session() as session:
        models.write_prompt(session, "answer", "Rhyme.", actor="system")
    performing.models.setups.forget(tenant.id)
    provider.script(says())
    await ask(performing, bot)
    assert len(provider.talks()) == 4


async def test_a_deleted_document_is_quoted_no_more(
    performing: Performing, provider: OpenAi, bot: Published, knowing: Knowing, tenant: Tenant,
    rows: Any,
) -> None:  # fmt: skip
    provider.script(says())
    await ask(performing, bot)
    rows("delete from knowledge_document where workspace_id = %s", tenant.id)
    assert "I don't know." in await ask(performing, bot)


async def test_another_workspace_knows_nothing_of_it(
    performing: Performing, provider: OpenAi, bot: Published, database: Database, publish: Publish
) -> None:
    provider.script(says(), says())
    await ask(performing, bot)
    other = make_tenant(database)
    open_collection(other).learn(DELIVERY, language="en")
    theirs = publish(BOT, beside=SimpleNamespace(workspace=other.id))  # pyright: ignore
    await ask(performing, theirs)
    assert len(provider.talks()) == 2


async def test_fifty_at_once_ask_the_model_once(
    performing: Performing, provider: OpenAi, bot: Published
) -> None:
    provider.script(says(pause=0.02))
    answers = await asyncio.gather(*(ask(performing, bot) for _ in range(50)))
    assert set(answers) == {f"{ANSWER} [1]"}
    assert len(provider.talks()) == 1


async def test_two_processes_ask_once(
    performing: Performing, provider: OpenAi, bot: Published, redis: Redis, settings: Settings,
    database: Database,
) -> None:  # fmt: skip
    provider.script(says(pause=0.02))
    async with performing_on(redis, settings, provider, database) as second:
        both = [*(ask(performing, bot) for _ in range(5)), *(ask(second, bot) for _ in range(5))]
        assert set(await asyncio.gather(*both)) == {f"{ANSWER} [1]"}
    assert len(provider.talks()) == 1


async def test_searches_and_vectors_are_found_again(
    performing: Performing, provider: OpenAi, bot: Published, tenant: Tenant
) -> None:
    for _ in range(2):  # nonsense of the model: the passage is quoted, and nothing kept of that
        assert "> Delivery takes three days." in await ask(performing, bot)
    await performing.cache.ledger.write()
    with tenant.session() as session:
        saved = savings.of_month(session, models.this_month())
    assert (saved["searches"].hits, saved["searches"].misses) == (1, 1)
    assert (saved["embeddings"].hits, saved["embeddings"].misses) == (0, 1)
    assert (saved["answers"].hits, saved["answers"].misses) == (0, 2)


class TestWithoutRedis:
    """Its loss costs money, never an answer."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[EmbeddedRedis]:
        server = EmbeddedRedis(tmp_path / "redis")
        server.start()
        yield server
        server.stop()

    def signalled(self, server: EmbeddedRedis, number: signal.Signals) -> None:
        assert server.process is not None
        os.kill(server.process.pid, number)

    async def test_killed_midway(
        self, server: EmbeddedRedis, settings: Settings, provider: OpenAi, database: Database,
        bot: Published, monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(shelves, "AWAY", 0.05)
        provider.script(says(), says(), says())
        redis: Redis = Redis.from_url(server.url, socket_connect_timeout=2)
        async with performing_on(
            redis, settings, provider, database, redis_url=server.url
        ) as performing:
            await ask(performing, bot)
            self.signalled(server, signal.SIGKILL)
            assert server.process is not None
            server.process.wait()
            assert await ask(performing, bot) == f"{ANSWER} [1]"
            assert len(provider.talks()) == 2
            server.start()
            await asyncio.sleep(0.1)
            await ask(performing, bot)
            assert await ask(performing, bot) == f"{ANSWER} [1]"
            assert len(provider.talks()) <= 3
        await redis.aclose()

    async def test_a_redis_that_hangs_is_left_alone(
        self, server: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shelves, "SLOW", 0.05)
        shelf, workspace = RedisShelf(server.url), uuid4()
        await shelf.put(workspace, "a", b"1", 60)
        self.signalled(server, signal.SIGSTOP)
        try:
            clock = asyncio.get_running_loop()
            began = clock.time()
            for _ in range(100):
                assert await shelf.get(workspace, "a") is None
            assert await shelf.claim(workspace, "a", "me", 5)
            assert clock.time() - began < 10 * shelves.SLOW
        finally:
            self.signalled(server, signal.SIGCONT)

    async def test_it_is_told_where_nobody_can_empty_it(
        self, server: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shelves, "EMPTYING", 0.2)
        self.signalled(server, signal.SIGSTOP)
        try:
            with pytest.raises(NotEmptied):
                await RedisShelf(server.url).empty(uuid4())
        finally:
            self.signalled(server, signal.SIGCONT)


class TestShelf:
    @pytest.fixture(autouse=True)
    async def _alone(self, redis: Redis) -> None:
        for key in await redis.keys("flyt:kept*"):
            await redis.delete(key)

    async def test_the_longest_unused_goes_first(self, settings: Settings) -> None:
        shelf, workspace = RedisShelf(settings.redis_url, total=20_000), uuid4()
        for number in range(10):
            await shelf.put(workspace, f"k{number}", os.urandom(900), 60)
            await asyncio.sleep(0.002)
        assert await shelf.get(workspace, "k0") is not None
        await asyncio.sleep(0.002)
        for number in range(10, 18):
            await shelf.put(workspace, f"k{number}", os.urandom(900), 60)
        there = [n for n in range(18) if await shelf.get(workspace, f"k{n}") is not None]
        assert 0 in there
        assert 1 not in there
        assert there[-8:] == list(range(10, 18))
        assert await shelf.size(workspace) <= 20_000

    async def test_each_workspace_has_its_share(self, settings: Settings) -> None:
        shelf, one, other = RedisShelf(settings.redis_url, total=20_000), uuid4(), uuid4()
        for number in range(14):
            await shelf.put(one, f"k{number}", os.urandom(900), 60)
        await shelf.put(other, "k", os.urandom(900), 60)
        await shelf.put(one, "k14", os.urandom(900), 60)
        assert await shelf.size(one) <= 10_000
        assert await shelf.get(other, "k") is not None

    async def test_what_is_over_is_not_counted_any_more(self, settings: Settings) -> None:
        shelf, workspace = RedisShelf(settings.redis_url), uuid4()
        await shelf.put(workspace, "a", b"1" * 5000, 1)
        assert await shelf.get(workspace, "a") == b"1" * 5000
        assert await shelf.size(workspace) < 1000  # it is compressed
        await asyncio.sleep(1.1)
        assert await shelf.get(workspace, "a") is None
        assert await shelf.size(workspace) == 0

    async def test_emptied_it_has_nothing_and_others_keep_theirs(
        self, settings: Settings, redis: Redis
    ) -> None:
        shelf, one, other = RedisShelf(settings.redis_url), uuid4(), UUID(int=3)
        for number in range(1200):
            await shelf.put(one, f"k{number}", b"1", 60)
        await shelf.put(other, "k", b"2", 60)
        await shelf.empty(one)
        assert await redis.keys(f"*{one}*") == []
        assert await shelf.get(other, "k") == b"2"

    async def test_a_claim_is_one_owners(self, settings: Settings) -> None:
        shelf, workspace = RedisShelf(settings.redis_url), uuid4()
        assert await shelf.claim(workspace, "a", "me", 5)
        assert not await shelf.claim(workspace, "a", "you", 5)
        assert await shelf.claim(workspace, "a", "me", 5)
        await shelf.release(workspace, "a", "you")
        assert await shelf.is_claimed(workspace, "a")
        await shelf.release(workspace, "a", "me")
        assert not await shelf.is_claimed(workspace, "a")


async def test_a_workspace_that_is_gone_keeps_nobody_from_counting(
    database: Database, tenant: Tenant
) -> None:
    ledger = StoredLedger(database)
    for workspace in (uuid4(), tenant.id):
        ledger.saved(workspace, "answers", Spent(9, 4, 0.001), 100, (uuid4(), "c:1:0", 3))
    await ledger.write()
    await ledger.write()
    with tenant.session() as session:
        assert savings.of_month(session, models.this_month())["answers"].tokens_in == 9
