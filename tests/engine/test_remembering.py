"""From a talk that is over to what an answer knows of the contact: clock, worker, model, memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import psycopg
import pytest
from redis.asyncio import Redis

from runtime import handlers, plugins
from runtime.clock import Clock
from runtime.handlers import Performing
from runtime.memory.noting import Remembering
from runtime.memory.recall import StoredMemory
from runtime.processes import end
from runtime.settings import Settings
from storage import contact_facts, models
from storage.database import Database
from storage.tables import ContactFact
from tests.conftest import Postgres
from tests.doubles.llm import Fails, Hangs, Says
from tests.doubles.llm_openai import OpenAi
from tests.engine.conftest import (
    Publish,
    Published,
    Start,
    Visitor,
    document,
    eventually,
    flow,
    node,
    serving,
)

HOURS = timedelta(hours=1)
PATIENCE = 60.0  # seconds: a worker has to start
NEXT = datetime.now(UTC).year + 1
BOT = document(
    flow(
        "main",
        node("ask", "ask.text", text="Where do you live?", variable="home"),
        node("more", "ask.text", text="And where do you work?", variable="work"),
        node("bye", "message", text=f"We will send you a card on 24 November {NEXT}."),
        "ask > more",
        "more > bye",
    ),
    variables=[{"name": "home"}, {"name": "work"}],
)


def says(*notes: dict[str, Any], pause: float = 0) -> Says:
    empty = {"topic": "", "relation": "", "person": "", "due": "", "replaces": ""}
    told = {"notes": [{"kind": "fact"} | empty | note for note in notes], "kept": []}
    return Says(json.dumps(told), pause=pause)


HOME = {"text": "Lives in Oslo.", "topic": "home city", "line": 2, "quote": "I live in Oslo"}
WORK = {"text": "Works at Equinor.", "topic": "job", "line": 4, "quote": "At Equinor"}


@pytest.fixture
def provider() -> Iterator[OpenAi]:
    with OpenAi() as double:
        yield double


@pytest.fixture
def given(provider: OpenAi) -> dict[str, str]:
    return {"OPENAI_API_KEY": "sk-right", "OPENAI_BASE_URL": provider.base_url}


@pytest.fixture
async def performing(
    settings: Settings, given: dict[str, str], database: Database
) -> AsyncIterator[Performing]:
    settings = replace(settings, services=given, ai_provider="openai")
    redis: Redis = Redis.from_url(settings.redis_url)
    async with handlers.running(settings, plugins.Abilities(), database, redis) as performing:
        yield performing
    await redis.aclose()


@pytest.fixture
def owner(postgres: Postgres) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.owner_url, autocommit=True) as connection:
        connection.execute("set search_path = flyt")
        yield connection


class Told:
    """Stands for what colleagues hear."""

    def __init__(self) -> None:
        self.all: list[tuple[str, list[UUID]]] = []

    async def aside(self, conversations: Iterable[UUID], event: str) -> None:
        self.all.append((event, list(conversations)))


class Shop:
    """A workspace that remembers, and one visitor of its bot."""

    def __init__(self, performing: Performing, database: Database, bot: Published) -> None:
        self.performing, self.database, self.bot = performing, database, bot
        asked, setups = performing.models.asked, performing.models.setups
        self.told = Told()
        self.remembering = Remembering(database, asked, setups, cast("Any", self.told))
        self.remember(datetime.now(UTC) - HOURS)

    def remember(self, since: datetime | None) -> None:
        with self.database.workspace(self.bot.workspace) as session:
            models.change_setup(session, actor="system", remember_since=since)
        self.performing.models.setups.forget(self.bot.workspace)

    async def talk(self, *said: str) -> UUID:
        async with serving(self.performing.engine) as client:
            visitor = Visitor(client, self.bot.key)
            await visitor.open()
            for text in said:
                await visitor.send(text=text)
            self.visitor = visitor
            return UUID(visitor.conversation)

    async def found(self, quiet: float = 0) -> list[UUID]:
        """What the clock would hand on now, of this workspace."""
        found = await self.performing.engine.memories.found(
            datetime.now(UTC) - HOURS, quiet, most=500, each=10, lease=60
        )
        return [
            conversation for workspace, conversation in found if workspace == self.bot.workspace
        ]

    async def read(self, quiet: float = 0) -> int:
        """Reads what is found; answers how many conversations that were."""
        found = await self.found(quiet)
        await self.remembering.read(self.bot.workspace, found)
        return len(found)

    def known(self, conversation: UUID) -> list[ContactFact]:
        with self.database.workspace(self.bot.workspace) as session:
            contact = contact_facts.contact_of(session, conversation)
            assert contact
            return list(contact_facts.standing(session, contact))[::-1]

    def texts(self, conversation: UUID) -> list[str]:
        return [fact.text for fact in self.known(conversation)]


@pytest.fixture
def shop(performing: Performing, database: Database, publish: Publish) -> Shop:
    return Shop(performing, database, publish(BOT))


async def test_a_talk_that_is_over_is_read_once_and_known_to_answers(
    shop: Shop, provider: OpenAi, rows: Any
) -> None:
    conversation = await shop.talk("I live in Oslo", "At Equinor")
    card = {
        "kind": "promise", "text": f"A card is sent on 24 November {NEXT}.", "line": 5,
        "quote": f"send you a card on 24 November {NEXT}", "due": f"{NEXT}-11-24",
    }  # fmt: skip
    provider.script(says(HOME, WORK, card))
    assert await shop.read() == 1
    home, work, promised = shop.known(conversation)
    assert (home.text, home.seq, home.quote) == ("Lives in Oslo.", 2, "I live in Oslo")
    assert (home.conversation_id, home.author) == (conversation, "conversation")
    assert work.said_at <= promised.said_at < datetime.now(UTC)
    assert (promised.status, str(promised.due)) == ("open", f"{NEXT}-11-24")
    assert await shop.read() == 0
    assert len(provider.talks()) == 1
    assert [(event, list(to)) for event, to in shop.told.all if to] == [("known", [conversation])]
    [call] = rows(
        "select purpose, status, conversation_id from model_call where workspace_id = %s",
        shop.bot.workspace,
    )
    assert call == {"purpose": "remember", "status": "ok", "conversation_id": conversation}

    memory = StoredMemory(shop.database)
    of = await memory.of(shop.bot.workspace, conversation, "Is Equinor far?", 2)
    assert [(one.kind, one.text) for one in of] == [
        ("promise", f"A card is sent on 24 November {NEXT}."),
        ("fact", "Works at Equinor."),
    ]
    stranger = await shop.talk()
    assert await memory.of(shop.bot.workspace, stranger, "Is Equinor far?") == []


async def test_a_talk_that_goes_on_is_read_from_where_it_was(shop: Shop, provider: OpenAi) -> None:
    conversation = await shop.talk("I live in Oslo")
    assert await shop.read(quiet=60) == 0, "it is not over"
    provider.script(says(HOME))
    assert await shop.read() == 1
    async with serving(shop.performing.engine) as client:
        shop.visitor.client = client
        await shop.visitor.send(text="At Equinor")
    provider.script(says(HOME | {"quote": "live in Oslo"}, WORK))
    assert await shop.read(quiet=600) == 1, "it has ended, so nobody waits"
    told = provider.talks()[-1]["messages"][-1]["content"]
    known, before, new = told.split("\n\n")
    assert "k1 (fact, home city): Lives in Oslo." in known
    assert "I live in Oslo" in before
    assert "I live in Oslo" not in new
    assert "At Equinor" in new
    assert shop.texts(conversation) == ["Lives in Oslo.", "Works at Equinor."]


async def test_what_is_forgotten_as_a_whole_is_not_read_again(
    shop: Shop, provider: OpenAi, database: Database
) -> None:
    """Neither what was read, nor what is being read just now, nor what nobody has read yet."""

    def forget_all() -> None:
        with database.workspace(shop.bot.workspace) as session:
            contact = contact_facts.contact_of(session, conversation)
            assert contact
            contact_facts.forget_all(session, contact, actor="system")

    async def say(text: str) -> None:
        async with serving(shop.performing.engine) as client:
            shop.visitor.client = client
            await shop.visitor.send(text=text)

    conversation = await shop.talk("I live in Oslo")
    forget_all()
    assert await shop.read() == 0, "nobody has read it yet"
    await say("At Equinor")
    provider.script(says(WORK, pause=1))
    reading = asyncio.create_task(shop.read())
    await eventually(provider.talks, PATIENCE)
    forget_all()
    assert await reading == 1
    assert shop.texts(conversation) == [], "it was being read"
    assert [to for _, to in shop.told.all if to] == []
    await say("I live in Oslo")
    provider.script(says(HOME | {"line": 7}))
    await shop.read()
    forget_all()
    assert await shop.read() == 0
    assert shop.texts(conversation) == []


async def test_nothing_is_read_unless_switched_on_nor_what_was_said_before(
    shop: Shop, provider: OpenAi
) -> None:
    shop.remember(None)
    conversation = await shop.talk("I live in Oslo")
    assert await shop.read() == 0
    shop.remember(datetime.now(UTC))
    assert await shop.read() == 0
    async with serving(shop.performing.engine) as client:
        shop.visitor.client = client
        await shop.visitor.send(text="At Equinor")
    provider.script(says(HOME, WORK))
    assert await shop.read() == 1
    assert "Oslo" not in json.dumps(provider.talks()[0])
    assert shop.texts(conversation) == ["Works at Equinor."]


async def test_a_failing_model_is_asked_again_and_at_last_let_be(
    shop: Shop, provider: OpenAi, owner: psycopg.Connection
) -> None:
    conversation = await shop.talk("I live in Oslo", "At Equinor")
    due = "update contact_reading set due_at = now() where conversation_id = %s"
    state = "select attempts, due_at > now() + interval '30 s', read_seq from contact_reading"
    provider.script(*[Fails(400)] * 20)
    await shop.read()
    where = f"{state} where conversation_id = %s"
    assert owner.execute(where, [conversation]).fetchone() == (1, True, 0)
    for _ in range(5):
        assert await shop.found() == []
        owner.execute(due, [conversation])
        await shop.read()
    attempts, due_at, read_seq = owner.execute(where, [conversation]).fetchone() or ()
    assert (attempts, due_at) == (0, None)
    assert read_seq > 0
    assert shop.texts(conversation) == []


async def test_without_a_model_nothing_piles_up(
    settings: Settings, database: Database, publish: Publish
) -> None:
    redis: Redis = Redis.from_url(settings.redis_url)
    async with handlers.running(settings, plugins.Abilities(), database, redis) as performing:
        shop = Shop(performing, database, publish(BOT))
        conversation = await shop.talk("I live in Oslo")
        assert await shop.read() == 1
        assert await shop.read() == 0
        assert shop.texts(conversation) == []
    await redis.aclose()


CONFIDENTIAL = {
    "step": (
        "insert into effect (workspace_id, conversation_id, turn, n, kind, args, done_at)"
        """ select workspace_id, id, 99, 0, 'ai.answer', '{"confidential": true}', now()"""
        " from conversation where id = %s"
    ),
    "whole": """update conversation set attributes = '{"confidential": true}' where id = %s""",
    "answer": (
        """update message set body = body || '{"citations": [{"confidential": true}]}'"""
        " where conversation_id = %s and seq = 1"
    ),
    "variable": (
        "update release set document = jsonb_set(document, '{variables,0,confidential}', 'true')"
        " where bot_id = (select bot_id from conversation where id = %s)"
    ),
}


@pytest.mark.parametrize("by", CONFIDENTIAL)
async def test_what_is_confidential_goes_to_no_model_elsewhere(
    shop: Shop, provider: OpenAi, owner: psycopg.Connection, by: str
) -> None:
    conversation = await shop.talk("I live in Oslo")
    owner.execute(CONFIDENTIAL[by].encode(), [conversation])
    assert await shop.read() == 1
    assert provider.talks() == []
    assert await shop.read() == 0


async def test_what_models_at_home_read_of_it_reaches_no_answer(
    shop: Shop, provider: OpenAi, owner: psycopg.Connection
) -> None:
    """Nor a model elsewhere, that reads a later talk of the same contact."""
    conversation = await shop.talk("I live in Oslo")
    provider.script(says(HOME))
    await shop.read()
    owner.execute(
        "update contact_fact set confidential = true where workspace_id = %s", [shop.bot.workspace]
    )
    async with serving(shop.performing.engine) as client:
        shop.visitor.client = client
        await shop.visitor.send(text="At Equinor")
    provider.script(says(WORK))
    await shop.read()
    assert "Lives in Oslo." not in json.dumps(provider.talks()[-1])
    known = await StoredMemory(shop.database).of(shop.bot.workspace, conversation, "Oslo?")
    assert [one.text for one in known] == ["Works at Equinor."]


async def test_a_long_talk_is_read_in_parts(
    shop: Shop, provider: OpenAi, owner: psycopg.Connection
) -> None:
    conversation = await shop.talk("I live in Oslo")
    owner.execute(
        "insert into message (workspace_id, conversation_id, seq, sender, body)"
        " select %s, %s, n, 'visitor', jsonb_build_object('text', 'At Equinor ' || n)"
        " from generate_series(10, 130) n",
        [shop.bot.workspace, conversation],
    )
    late = WORK | {"line": 130, "text": "Works at Equinor 130.", "quote": "At Equinor 130"}
    provider.script(says(HOME), says(), says(late))
    await shop.read()
    assert shop.texts(conversation) == ["Lives in Oslo.", "Works at Equinor 130."]
    assert len(provider.talks()) == 3


async def test_a_killed_worker_loses_nothing_and_notes_nothing_twice(
    shop: Shop, provider: OpenAi, given: dict[str, str], start: Start, owner: psycopg.Connection
) -> None:
    """The clock hands the talk on to a worker, and the sweep to the next after its death."""
    conversation = await shop.talk("I live in Oslo", "At Equinor")
    provider.script(Hangs(30))
    await Clock(shop.performing.engine).remember(datetime.now(UTC) - HOURS, quiet=0)
    first = start("workers", AI_PROVIDER="openai", **given)
    await eventually(provider.talks, PATIENCE)
    end(first, 9)
    assert shop.texts(conversation) == []
    owner.execute(
        "update contact_reading set due_at = now() where conversation_id = %s", [conversation]
    )
    provider.script(says(HOME, WORK))
    assert await shop.read() == 1
    assert shop.texts(conversation) == ["Lives in Oslo.", "Works at Equinor."]
    assert await shop.found() == []
