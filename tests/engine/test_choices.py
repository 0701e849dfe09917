"""A model picks among the options of a question: over the real SDK, against a local provider."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from connectors.understanding import picking
from runtime import driver, handlers, plugins
from runtime.handlers import Performing
from runtime.settings import Settings
from storage import models
from storage.database import Database
from storage.turns import Where
from tests.doubles.llm import Fails, Hangs, Says
from tests.doubles.llm_openai import OpenAi
from tests.engine.conftest import Publish, Visitor, document, flow, node, serving

Rows = Callable[..., list[dict[str, Any]]]

SIZES = [
    {"id": "small", "label": "Small"},
    {"id": "large", "label": "Large", "synonyms": ["big"]},
]
AGAIN = ["Please choose one of the options."]
LARGE = Says('{"options": ["o2"], "sure": 0.82}')


def bot(*, confidential: bool = False, **asked: Any) -> dict[str, Any]:
    return document(
        flow(
            "main",
            node("size", "ask.choice", text="Which size?", variable="size", options=SIZES, **asked),
            node("done", "message", text="Thanks: {{ size }}."),
            node("more", "ask.confirm", text="Anything else?", variable="more"),
            "size > done",
            "done > more",
        ),
        variables=[{"name": "size", "confidential": confidential}, {"name": "more"}],
    )


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is."""
    monkeypatch.setattr(driver, "CHOOSING", 30.0)
    monkeypatch.setattr(picking, "WITHIN", 30.0)


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
    redis: Redis = Redis.from_url(settings.redis_url)
    async with handlers.running(settings, plugins.Abilities(), database, redis) as performing:
        yield performing
    await redis.aclose()


@pytest.fixture
async def client(performing: Performing) -> AsyncIterator[Any]:
    async with serving(performing.engine) as client:
        yield client


async def opened(client: Any, publish: Publish, **asked: Any) -> tuple[Visitor, UUID]:
    published = publish(bot(**asked))
    visitor = Visitor(client, published.key)
    await visitor.open()
    return visitor, published.workspace


def calls(rows: Rows, workspace: UUID) -> list[dict[str, Any]]:
    return rows("select * from flyt.model_call where workspace_id = %s order by id", workspace)


async def test_a_model_picks_what_no_rule_reads(
    client: Any, publish: Publish, provider: OpenAi, rows: Rows
) -> None:
    visitor, workspace = await opened(client, publish)
    asked = visitor.input["token"]  # type: ignore[index]
    provider.script(LARGE)
    said = "we are a family of five, my card is 4111 1111 1111 1111"
    assert await visitor.say(said) == ["Thanks: Large.", "Anything else?"]
    system, user = (one["content"] for one in provider.talks()[0]["messages"])
    assert "which of them it means" in system
    assert "o2: Large; big" in user
    assert "4111" not in user
    (call,) = calls(rows, workspace)
    assert (call["purpose"], call["status"]) == ("choice", "ok")
    assert str(call["conversation_id"]) == visitor.conversation
    assert call["key"] == f"{visitor.conversation}:in:{asked}#size"
    visits = rows("select visits from flyt.trace where workspace_id = %s and turn = 2", workspace)
    note = f"understood by {call['model']} as Large (82% sure)"
    assert visits[0]["visits"][0]["note"] == note
    (row,) = rows(
        "select event from flyt.inbox where workspace_id = %s and turn = 2", workspace
    )  # with what it was taken for, so that the same turn can be made of it
    picked = {"token": asked, "options": ["large"], "score": 0.82, "by": call["model"]}
    assert row["event"]["understood"] == {"flow": None, "picked": picked}
    transcript = await visitor.transcript()
    assert ("visitor", said) in transcript


async def test_what_a_rule_reads_asks_no_model(
    client: Any, publish: Publish, provider: OpenAi
) -> None:
    visitor, _ = await opened(client, publish)
    assert await visitor.say("the big one") == ["Thanks: Large.", "Anything else?"]
    visitor, _ = await opened(client, publish, model_chooses=False)
    assert await visitor.say("whatever fits a family") == AGAIN
    assert provider.asked == []


@pytest.mark.parametrize(
    "answers",
    [
        [Says("it is the large one")] * 2,
        [Says('{"options": ["o9"], "sure": 1}')] * 2,
        [Says('{"options": ["o1", "o2"], "sure": 1}')],
        [Says('{"options": [], "sure": 0.9}')],
        [Says('{"options": ["o2"], "sure": 0.4}')],
        [Fails(400)],
        [Fails(500)] * 3,
    ],
    ids=["no JSON", "invented", "two of one", "none", "unsure", "refused", "down"],
)
async def test_what_is_no_sure_choice_is_asked_again(
    client: Any, publish: Publish, provider: OpenAi, answers: list[Any]
) -> None:
    visitor, _ = await opened(client, publish)
    provider.script(*answers)
    assert await visitor.say("whatever fits a family") == AGAIN
    assert await visitor.say("large") == ["Thanks: Large.", "Anything else?"]


async def test_a_model_that_is_away_costs_its_lease_and_no_more(
    client: Any, publish: Publish, provider: OpenAi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "CHOOSING", 1.0)
    visitor, _ = await opened(client, publish)
    provider.script(Hangs(20))
    begun = time.monotonic()
    assert await visitor.say("whatever fits a family") == AGAIN
    assert 1.0 <= time.monotonic() - begun < 8.0


async def test_without_a_model_nothing_is_asked_and_nothing_changes(
    settings: Settings, database: Database, publish: Publish, rows: Rows
) -> None:
    redis: Redis = Redis.from_url(settings.redis_url)
    async with (
        handlers.running(settings, plugins.Abilities(), database, redis) as performing,
        serving(performing.engine) as client,
    ):
        visitor, workspace = await opened(client, publish)
        assert await visitor.say("whatever fits a family") == AGAIN
        assert calls(rows, workspace) == []
        effects = rows("select 1 from flyt.effect where workspace_id = %s", workspace)
        assert effects == []
    await redis.aclose()


async def test_what_is_confidential_is_only_read_by_local_models(
    client: Any, publish: Publish, provider: OpenAi, database: Database, rows: Rows
) -> None:
    visitor, workspace = await opened(client, publish, confidential=True)
    assert await visitor.say("whatever fits a family") == AGAIN
    assert provider.asked == []
    visitor, workspace = await opened(client, publish, confidential=True)
    with database.workspace(workspace) as session:
        local = models.create_provider(
            session, kind="ollama", name="At home", base_url=provider.base_url, actor="system",
            local=True,
        )  # fmt: skip
        link = {"provider": str(local.id), "model": "qwen"}
        models.change_setup(session, actor="system", cheap=[link])
    provider.authorization = None
    provider.script(LARGE)
    assert await visitor.say("whatever fits a family") == ["Thanks: Large.", "Anything else?"]
    assert [call["model"] for call in calls(rows, workspace)] == ["qwen"]


async def test_two_messages_at_once_are_answered_one_after_the_other(
    client: Any, publish: Publish, provider: OpenAi, rows: Rows
) -> None:
    """The second meets the next question, for which the first one's choice does not count."""
    visitor, workspace = await opened(client, publish)
    provider.script(
        replace(LARGE, pause=0.5),
        Says('{"options": ["o2"], "sure": 0.9}'),
    )
    first, second = await asyncio.gather(
        visitor.say("whatever fits a family"), visitor.say("I would rather leave it at that")
    )
    assert sorted([first, second], key=len) == [[], ["Thanks: Large.", "Anything else?"]]
    assert len(calls(rows, workspace)) == 2
    (kept,) = rows("select data from flyt.session where workspace_id = %s", workspace)
    assert '"status":"ended"' in kept["data"]


async def test_a_race_with_another_process_asks_no_model_twice(
    client: Any, publish: Publish, provider: OpenAi, performing: Performing, rows: Rows
) -> None:
    """Another process has moved the conversation on while the model was asked."""
    visitor, workspace = await opened(client, publish)
    provider.script(replace(LARGE, pause=1.0))
    where = Where(workspace, UUID(visitor.conversation))
    saying = asyncio.create_task(visitor.say("whatever fits a family"))
    await asyncio.sleep(0.3)
    rows(
        "update flyt.session set version = version + 1 where conversation_id = %s",
        where.conversation,
    )
    assert await saying == ["Thanks: Large.", "Anything else?"]
    assert len(provider.talks()) == 1


async def test_a_stored_message_keeps_what_it_was_taken_for(
    client: Any, publish: Publish, provider: OpenAi, performing: Performing, rows: Rows
) -> None:
    """As where the process that took it died: another one finds its row, and asks again."""
    visitor, workspace = await opened(client, publish)
    where = Where(workspace, UUID(visitor.conversation))
    event = '{"kind": "user_said", "text": "whatever fits a family"}'
    await performing.engine.turns.queue(where, "left behind", event)
    provider.script(LARGE)
    await performing.engine.take_turns([where])
    assert ("bot", "Thanks: Large.") in await visitor.transcript()
    (row,) = rows(
        "select event, state from flyt.inbox where workspace_id = %s and dedupe = %s",
        workspace,
        "left behind",
    )
    assert (row["state"], row["event"]["understood"]["picked"]["options"]) == ("done", ["large"])
