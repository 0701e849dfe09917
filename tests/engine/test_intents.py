"""A visitor's words start the flow they mean: learnt and kept, or told by a model if chosen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from connectors.understanding import asking
from runtime import handlers, plugins
from runtime.handlers import Performing
from runtime.settings import Settings
from runtime.understanding import local, trained
from storage.database import Database
from tests.doubles.llm import Hangs, Says
from tests.doubles.llm_openai import OpenAi
from tests.engine.conftest import Publish, Visitor, document, flow, node, serving

REFUND = ["I want my money back", "can I get a refund", "I would like to send it back",
          "how do I return this", "please take it back"]  # fmt: skip
PLACE = ["where are you", "what is your address", "how do I find the shop",
         "in which street are you", "can you give me directions"]  # fmt: skip


def bot(*, confidential: bool = False, **settings: Any) -> dict[str, Any]:
    def intent(*examples: str) -> list[dict[str, Any]]:
        return [{"kind": "intent", "examples": list(examples)}]

    return document(
        flow(
            "main",
            node("hello", "message", text="Hello!"),
            node("many", "ask.number", text="How many?", variable="many"),
            node("good", "message", text="{{ many }} it is."),
            "hello > many",
            "many > good",
        ),
        flow("refund", node("sorry", "message", text="Bring it back."), triggers=intent(*REFUND)),
        flow("place", node("there", "message", text="Main Street 1."), triggers=intent(*PLACE)),
        variables=[{"name": "many", "confidential": confidential}],
        settings=settings,
    )


@asynccontextmanager
async def process(settings: Settings, database: Database) -> AsyncIterator[Performing]:
    redis: Redis = Redis.from_url(settings.redis_url)
    async with handlers.running(settings, plugins.Abilities(), database, redis) as performing:
        yield performing
    await redis.aclose()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is."""
    monkeypatch.setattr(trained, "PATIENCE", 60.0)


@pytest.fixture
def provider() -> Iterator[OpenAi]:
    with OpenAi() as double:
        yield double


@pytest.fixture
async def performing(
    settings: Settings, provider: OpenAi, database: Database
) -> AsyncIterator[Performing]:
    given = {"OPENAI_API_KEY": "sk-right", "OPENAI_BASE_URL": provider.base_url}
    settings = replace(settings, services=given, ai_provider="openai")
    async with process(settings, database) as performing:
        yield performing


@pytest.fixture
async def client(performing: Performing) -> AsyncIterator[Any]:
    async with serving(performing.engine) as client:
        yield client


async def test_words_start_the_flow_they_mean_and_come_back(
    client: Any, publish: Publish, rows: Any
) -> None:
    published = publish(bot())
    visitor = Visitor(client, published.key)
    await visitor.open()
    assert await visitor.say("could you give me my cash back") == ["Bring it back.", "How many?"]
    assert await visitor.say("which road is your store on") == ["Main Street 1.", "How many?"]
    again = await visitor.say("who won the football match")
    assert again not in (["Bring it back.", "How many?"], ["Main Street 1.", "How many?"])
    assert await visitor.say("3") == ["3 it is."]
    kept = rows(
        "select fingerprint, report from flyt.trained_intents where workspace_id = %s",
        published.workspace,
    )
    assert len(kept) == 1
    assert [one["flow"] for one in kept[0]["report"]["intents"]] == ["refund", "place"]
    visits = rows(
        "select visits from flyt.trace where workspace_id = %s order by turn", published.workspace
    )
    notes = [visit.get("note") for row in visits for visit in row["visits"] if visit.get("note")]
    assert notes[0].startswith("understood as refund (")
    assert notes[0].endswith("% sure)")


async def test_a_stored_model_is_read_again(
    publish: Publish,
    performing: Performing,
    settings: Settings,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another process learns nothing anew; another workspace has models of its own."""
    published, stranger = publish(bot()), publish(bot())
    performing.understandings.learn(published.workspace, bot())

    def never(release: Any) -> Any:
        raise AssertionError("trained again")

    monkeypatch.setattr(local, "trained", never)
    said = []
    async with process(settings, database) as other, serving(other.engine) as client:
        for key in (published.key, stranger.key):
            visitor = Visitor(client, key)
            await visitor.open()
            said.append(await visitor.say("could you give me my cash back"))
    assert said[0] == ["Bring it back.", "How many?"]
    assert said[1]  # nothing could be learnt, and nobody was left without an answer
    assert "Bring it back." not in said[1]


async def test_a_language_model_understands_where_the_bot_chooses_one(
    client: Any, publish: Publish, provider: OpenAi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "WITHIN", 30.0)
    published = publish(bot(understanding="model"))
    visitor = Visitor(client, published.key)
    await visitor.open()
    provider.script(Says('{"intent": "place", "sure": 0.9}'))
    assert await visitor.say("my parrot wants to pay a visit") == ["Main Street 1.", "How many?"]
    assert "I want my money back" in provider.talks()[0]["messages"][0]["content"]
    provider.script(Says('{"intent": "none", "sure": 0.9}'))
    answer = await visitor.say("could you give me my cash back")
    assert "Bring it back." not in answer


async def test_a_model_elsewhere_reads_nothing_confidential(
    client: Any, publish: Publish, provider: OpenAi
) -> None:
    published = publish(bot(confidential=True, understanding="model"))
    visitor = Visitor(client, published.key)
    await visitor.open()
    assert await visitor.say("could you give me my cash back") == ["Bring it back.", "How many?"]
    assert provider.asked == []


async def test_without_a_working_model_the_examples_decide(
    client: Any, publish: Publish, provider: OpenAi
) -> None:
    published = publish(bot(understanding="model"))
    visitor = Visitor(client, published.key)
    await visitor.open()
    provider.script(Hangs(10))
    assert await visitor.say("could you give me my cash back") == ["Bring it back.", "How many?"]
