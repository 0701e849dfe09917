"""A visitor's question, answered by everything together: search, model, proof, journal."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from redis.asyncio import Redis

from connectors.llm import prompts
from runtime import handlers, plugins
from runtime.handlers import Performing
from runtime.settings import Settings
from storage.database import Database
from storage.knowledge import collections
from tests.doubles.llm import Says
from tests.doubles.llm_openai import OpenAi
from tests.engine.conftest import Publish, Visitor, document, flow, node, serving, texts
from tests.storage.conftest import Tenant, make_tenant
from tests.storage.knowing import open_collection

QUESTION = "Above how many euro is delivery free?"
DELIVERY = "Delivery takes three days. It is free above 50 euro."
BOT = document(
    flow(
        "main",
        node("ask", "ask.text", text="What would you like to know?", variable="wish"),
        node("answer", "ai.answer", question="{{ wish }}"),
        node("nothing", "message", text="I don't know."),
        "ask > answer",
        "answer.nothing_found > nothing",
    ),
    variables=[{"name": "wish"}],
)


@pytest.fixture
def provider() -> Iterator[OpenAi]:
    with OpenAi() as double:
        yield double


@pytest.fixture
def tenant(database: Database) -> Tenant:
    tenant = make_tenant(database)
    open_collection(tenant).learn(DELIVERY, language="en")
    return tenant


@pytest.fixture
async def performing(
    settings: Settings, provider: OpenAi, database: Database
) -> AsyncIterator[Performing]:
    given = {"OPENAI_API_KEY": "sk-right", "OPENAI_BASE_URL": provider.base_url}
    settings = replace(settings, services=given, ai_provider="openai")
    redis: Redis = Redis.from_url(settings.redis_url)
    opening = handlers.running(settings, plugins.Abilities(), database, redis)
    async with opening as performing:
        yield performing
    await redis.aclose()


async def ask(
    performing: Performing, publish: Publish, tenant: Tenant, question: str, body: Any = BOT
) -> Any:
    bot = publish(body, beside=SimpleNamespace(workspace=tenant.id))  # pyright: ignore
    async with serving(performing.engine) as client:
        visitor = Visitor(client, bot.key)
        await visitor.open()
        await visitor.open()
        return await visitor.send(text=question, wait=20)


async def test_a_model_answers_out_of_the_knowledge_and_is_paid(
    performing: Performing, provider: OpenAi, publish: Publish, tenant: Tenant, rows: Any
) -> None:
    source = {"passage": 1, "quote": "free above 50 euro"}
    statement = {"text": "It is free above 50 euro.", "sources": [source]}
    said = {"outcome": "answer", "rule": "", "certainty": 0.9, "statements": [statement]}
    provider.script(Says(json.dumps(said), taken=900, given=40))
    answer = await ask(performing, publish, tenant, QUESTION)
    assert texts(answer) == ["It is free above 50 euro. [1]"]
    [citation] = answer["messages"][0]["citations"]
    assert (citation["number"], citation["text"]) == (1, "free above 50 euro")
    assert DELIVERY in provider.talks()[0]["messages"][-1]["content"]
    [call] = rows(
        "select purpose, status, tokens_in, tokens_out, cost > 0 as paid, conversation_id"
        " from model_call where workspace_id = %s",
        tenant.id,
    )
    assert answer["messages"][0]["id"].startswith(str(call.pop("conversation_id")))
    assert call == {
        "purpose": "answer", "status": "ok", "tokens_in": 900, "tokens_out": 40, "paid": True
    }  # fmt: skip


async def test_where_the_model_talks_nonsense_the_passage_is_quoted(
    performing: Performing, publish: Publish, tenant: Tenant
) -> None:
    answer = await ask(performing, publish, tenant, QUESTION)
    [text] = texts(answer)
    assert "> Delivery takes three days." in text
    assert answer["messages"][0]["citations"][0]["text"]


async def test_what_is_not_known_goes_its_own_way(
    performing: Performing, provider: OpenAi, publish: Publish, tenant: Tenant
) -> None:
    said = {"outcome": "not_found", "rule": "", "certainty": 0.9, "statements": []}
    provider.script(Says(json.dumps(said)))
    answer = await ask(performing, publish, tenant, "Who was the first person on the moon?")
    assert texts(answer)[-1] == "I don't know."


REFUSED = "select data from audit where workspace_id = %s and action = 'model.refused'"


async def test_a_confidential_collection_is_quoted_but_not_sent_away(
    performing: Performing, provider: OpenAi, publish: Publish, tenant: Tenant, rows: Any
) -> None:
    with tenant.session() as session:
        [collection] = collections.listed(session)
        collections.change(session, collection.id, actor="system", confidential=True)
    answer = await ask(performing, publish, tenant, QUESTION)
    assert "> Delivery takes three days." in texts(answer)[0]
    assert provider.talks() == []
    said = rows("select body from message where workspace_id = %s and sender = 'bot'", tenant.id)
    assert said[-1]["body"]["citations"][0]["confidential"] is True
    assert "confidential" in {row["data"]["why"] for row in rows(REFUSED, tenant.id)}


async def test_what_a_visitor_said_in_confidence_is_not_sent_away(
    performing: Performing, provider: OpenAi, publish: Publish, tenant: Tenant
) -> None:
    secret = {**BOT, "variables": [{"name": "wish", "confidential": True}]}
    answer = await ask(performing, publish, tenant, QUESTION, secret)
    assert "> Delivery takes three days." in texts(answer)[0]
    assert provider.talks() == []


async def test_a_long_talk_is_kept_in_short(
    performing: Performing, provider: OpenAi, publish: Publish, tenant: Tenant, settings: Settings
) -> None:
    going_on = node("answer", "ai.answer", keep_answering=True)
    bot = publish(document(flow("main", going_on)), beside=SimpleNamespace(workspace=tenant.id))  # pyright: ignore
    async with serving(performing.engine) as client:
        visitor = Visitor(client, bot.key)
        await visitor.open()
        for number in range(9):
            await visitor.send(text=f"{number}: {QUESTION} {'Please tell. ' * 25}", wait=20)
    told = [talk["messages"] for talk in provider.talks()]
    summed = [one for one in told if one[0]["content"] == prompts.text("summary", {})]
    assert summed
    assert "visitor: 0: Above how many euro" in summed[0][1]["content"]
    assert "<earlier>\nHello there.\n</earlier>" in told[-1][1]["content"]
    redis: Redis = Redis.from_url(settings.redis_url)
    [key] = await redis.keys(f"flyt:digest:{tenant.id}:*")
    assert 0 < await redis.ttl(key) <= 24 * 3600
    await redis.aclose()
