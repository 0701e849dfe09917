"""What a colleague puts right is said the next time, with a model and without one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from connectors.knowledge import Chunk
from runtime import handlers, plugins
from runtime.handlers import Performing
from runtime.knowledge.embedding import Embedders
from runtime.knowledge.reading import read_source
from runtime.knowledge.tools import tools_of
from runtime.settings import Settings
from storage import ratings, unanswered
from storage.database import Database
from storage.knowledge import collections, reviewed
from tests.doubles.llm import Says
from tests.doubles.llm_openai import OpenAi
from tests.engine.conftest import Publish, Visitor, document, flow, node, serving, texts
from tests.storage.conftest import Tenant, make_tenant
from tests.storage.knowing import Knowing, open_collection

QUESTION = "How long does delivery take?"
OLD = "It takes a week until it is delivered."
RIGHT = "Two days, since May."
BOT = document(flow("main", node("answer", "ai.answer", keep_answering=True)))


@pytest.fixture
def provider() -> Iterator[OpenAi]:
    with OpenAi() as double:
        yield double


@pytest.fixture
def knowing(database: Database) -> Knowing:
    knowing = open_collection(make_tenant(database))
    knowing.learn(
        Chunk(OLD, "faq", question=QUESTION), "Our van is blue. It brings parcels to the door."
    )
    return knowing


@dataclass(frozen=True)
class Talk:
    """One visitor with the bot, and the collection it answers from."""

    visitor: Visitor
    knowing: Knowing
    performing: Performing

    async def ask(self, question: str) -> dict[str, Any]:
        answer = await self.visitor.send(text=question, wait=60)
        assert answer["messages"], answer
        return answer["messages"][-1]

    async def correct(self, seq: int, answer: str = RIGHT) -> UUID:
        return await asyncio.to_thread(self._correct, seq, answer)

    def _correct(self, seq: int, answer: str) -> UUID:
        tenant, conversation = self.knowing.tenant, UUID(self.visitor.conversation)
        with tenant.session() as session:
            asked = ratings.of_message(session, conversation, seq)
            collection = collections.get(session, self.knowing.collection)
            made = reviewed.create(session, collection, asked.question, answer, actor=tenant.actor)
            ratings.correct(session, conversation, seq, made, actor=tenant.actor)
            return made


@asynccontextmanager
async def talking(
    settings: Settings, database: Database, publish: Publish, knowing: Knowing
) -> AsyncIterator[Talk]:
    redis: Redis = Redis.from_url(settings.redis_url)
    opening = handlers.running(settings, plugins.Abilities(), database, redis)
    async with opening as performing, serving(performing.engine) as client:
        bot = publish(BOT, beside=SimpleNamespace(workspace=knowing.tenant.id))  # pyright: ignore
        visitor = Visitor(client, bot.key)
        await visitor.open()
        yield Talk(visitor, knowing, performing)
    await redis.aclose()


async def test_without_a_model_the_right_answer_wins_next_time(
    settings: Settings, database: Database, publish: Publish, knowing: Knowing
) -> None:
    async with talking(settings, database, publish, knowing) as talk:
        wrong = await talk.ask(QUESTION)
        assert wrong["text"] == f"{OLD} [1]"
        made = await talk.correct(wrong["seq"])
        for asked in (QUESTION, "how long takes the delivery", "How long will delivery take?"):
            assert (await talk.ask(asked))["text"] == f"{RIGHT} [1]"
        await asyncio.to_thread(_embed, settings, knowing.tenant, made)
        assert (await talk.ask("How long is the delivery?"))["text"] == f"{RIGHT} [1]"
        assert "van is blue" in (await talk.ask("Is your van blue?"))["text"]

        await asyncio.to_thread(_delete, knowing.tenant, made)
        assert (await talk.ask(QUESTION))["text"] == f"{OLD} [1]"


async def test_a_model_reads_the_right_answer_and_not_the_one_it_replaces(
    settings: Settings, database: Database, publish: Publish, knowing: Knowing, provider: OpenAi
) -> None:
    given = {"OPENAI_API_KEY": "sk-right", "OPENAI_BASE_URL": provider.base_url}
    settings = replace(settings, services=given, ai_provider="openai")
    async with talking(settings, database, publish, knowing) as talk:
        wrong = await talk.ask(QUESTION)
        await talk.correct(wrong["seq"])
        assert (await talk.ask(QUESTION))["text"] == f"{RIGHT} [1]"
        assert provider.talks() == []  # an answer that is ready needs no model

        statement = {"text": "Two days.", "sources": [{"passage": 1, "quote": "Two days"}]}
        said = {"outcome": "answer", "rule": "", "certainty": 0.9, "statements": [statement]}
        provider.script(Says(json.dumps(said)))
        answer = await talk.ask("How many days does delivery take nowadays, and why?")
        assert texts({"messages": [answer]}) == ["Two days. [1]"]
        told = provider.talks()[-1]["messages"][-1]["content"]
        assert RIGHT in told
        assert OLD not in told.partition("<passage")[2]


async def test_a_rating_knows_what_was_asked_and_the_last_one_counts(
    settings: Settings, database: Database, publish: Publish, knowing: Knowing
) -> None:
    async with talking(settings, database, publish, knowing) as talk:
        said = await talk.ask(QUESTION)
        tenant, conversation = knowing.tenant, UUID(talk.visitor.conversation)

    with tenant.session() as session:
        for rating, name in (("good", "Ada"), ("bad", "Olga")):
            ratings.rate(session, conversation, said["seq"], rating, actor=tenant.actor, name=name)
        [one] = ratings.exported(session)
        assert (one.question, one.answer, one.rating) == (QUESTION, f"{OLD} [1]", "bad")
        assert ratings.of(session, conversation, [said["seq"]])[said["seq"]].name == "Olga"
        ratings.rate(session, conversation, said["seq"], None, actor=tenant.actor)
        assert list(ratings.exported(session)) == []


async def test_what_was_not_known_is_told_once_until_somebody_answers_it(
    settings: Settings, database: Database, publish: Publish, knowing: Knowing
) -> None:
    async with talking(settings, database, publish, knowing) as talk:
        await talk.ask("Who painted the ceiling of the Sistine chapel?")
        tenant, conversation = knowing.tenant, talk.visitor.conversation
        await talk.visitor.open()
        last = await talk.ask("who painted the ceiling in the Sistine Chapel")
        with tenant.session() as session:
            [open_] = unanswered.listed(session)
        assert (open_.count, open_.verdict) == (2, "nothing_found")
        assert str(open_.conversation_id) == talk.visitor.conversation != conversation
        assert open_.seq == last["seq"]
        await talk.correct(last["seq"], "Michelangelo did.")
        with tenant.session() as session:
            assert list(unanswered.listed(session)) == []
        with make_tenant(database).session() as session:
            assert list(unanswered.listed(session)) == []


def _embed(settings: Settings, tenant: Tenant, made: UUID) -> None:
    """As a worker does."""
    tools = tools_of(settings, Embedders())
    with tenant.session() as session:
        source = reviewed.get(session, made).source_id
    assert read_source(tools, tenant.id, source)
    tools.database.close()


def _delete(tenant: Tenant, made: UUID) -> None:
    with tenant.session() as session:
        reviewed.delete(session, made, actor=tenant.actor)
