"""An agent in a conversation: each step and each call of a tool is an effect of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from redis.asyncio import Redis

import connectors.llm.anthropic_wire  # noqa: F401  loads its SDK, which takes a while
import tests.doubles.plugin as plugin
from runtime import handlers, plugins
from runtime.core.phrases import phrase
from runtime.handlers import Performing
from runtime.settings import Settings
from runtime.streams import Streams
from runtime.streams.bell import Bell
from runtime.streams.rows import StreamRows
from storage.database import Database
from tests.doubles.llm import Double, Fails, Says
from tests.doubles.llm_anthropic import Anthropic
from tests.doubles.llm_openai import OpenAi
from tests.doubles.outside import Outside
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
    texts,
)
from tests.engine.test_progress import Heard, answers, listening, tokens
from tests.storage.conftest import Tenant, make_tenant
from tests.storage.knowing import open_collection

DELIVERY = "Delivery takes three days. It is free above 50 euro."
KNOW = {"id": "know", "kind": "knowledge", "description": "Questions about delivery."}


def calling(id_: str, about: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A tool, and its flow, that calls the outside service."""
    called = flow(
        id_,
        node("call", "test.outside", call=id_, variable="reference"),
        inputs=[{"name": "number", "type": "number"}],
        outputs=["reference"],
    )
    return {"id": id_, "kind": "flow", "flow": id_, "description": about}, called


QUOTE, QUOTE_FLOW = calling("quote", "Says what something costs.")
BOOK, BOOK_FLOW = calling("book", "Books a table.")
TOOLS = [QUOTE, BOOK, KNOW]
BOT = document(
    flow(
        "main",
        node("ask", "ask.text", text="What can I do?", variable="wish"),
        node(
            "agent", "ai.agent", instructions="Help.", question="{{ wish }}", tools=TOOLS,
            keep_talking=True,
        ),
        node("sorry", "message", text="Sorry: {{ error.kind }}."),
        "ask > agent",
        "agent.error > sorry",
    ),
    QUOTE_FLOW,
    BOOK_FLOW,
    variables=[{"name": "wish"}],
)  # fmt: skip
DONE = Says(calls=(("finish", {"text": "All is well."}),), taken=300, given=20)


def uses(*calls: tuple[str, Any]) -> Says:
    return Says(calls=calls, taken=200, given=30)


@pytest.fixture
def provider(request: pytest.FixtureRequest) -> Iterator[Double]:
    kind: type[Double] = getattr(request, "param", OpenAi)
    with kind() as double:
        yield double


both = pytest.mark.parametrize("provider", [OpenAi, Anthropic], indirect=True)


def services(provider: Double) -> dict[str, str]:
    name, key = ("OPENAI", "sk-right") if isinstance(provider, OpenAi) else ANTHROPIC
    return {f"{name}_API_KEY": key, f"{name}_BASE_URL": provider.base_url}


ANTHROPIC = ("ANTHROPIC", "sk-ant-right")


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    service = Outside(0, tmp_path / "calls.db")
    thread = threading.Thread(target=service.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("FLYT_TEST_OUTSIDE", f"http://127.0.0.1:{service.server_port}")
    yield service
    service.shutdown()
    service.server_close()


@pytest.fixture
def tenant(database: Database) -> Tenant:
    tenant = make_tenant(database)
    open_collection(tenant).learn(DELIVERY, language="en")
    return tenant


@pytest.fixture
async def performing(
    settings: Settings, provider: Double, database: Database, outside: Outside
) -> AsyncIterator[Performing]:
    kind = type(provider).__name__.lower()
    settings = replace(settings, services=services(provider), ai_provider=kind)
    redis: Redis = Redis.from_url(settings.redis_url)
    abilities = plugins.Abilities()
    plugin.register(abilities)
    opening = handlers.running(settings, abilities, database, redis)
    async with opening as performing:
        yield performing
    await redis.aclose()


@pytest.fixture
def bot(publish: Publish, tenant: Tenant) -> Published:
    return publish(BOT, beside=SimpleNamespace(workspace=tenant.id))  # pyright: ignore


@pytest.fixture
async def visitor(performing: Performing, bot: Published) -> AsyncIterator[Visitor]:
    async with serving(performing.engine) as client:
        yield Visitor(client, bot.key)


async def ask(visitor: Visitor, text: str) -> list[str]:
    await visitor.open()
    return texts(await visitor.send(text=text, wait=20))


def effects(rows: Any, visitor: Visitor) -> list[tuple[str, str]]:
    query = "select kind, state from effect where conversation_id = %s order by turn, n"
    return [(row["kind"], row["state"]) for row in rows(query, visitor.conversation)]


def results(provider: OpenAi) -> list[str]:
    """What the last request told the model of its tools."""
    messages = provider.talks()[-1]["messages"]
    return [message["content"] for message in messages if message["role"] == "tool"]


async def test_every_step_and_every_call_is_an_effect_of_its_own(
    visitor: Visitor, provider: OpenAi, outside: Outside, rows: Any
) -> None:
    search = ("search_knowledge", {"query": "is delivery free"})
    provider.script(uses(("quote", {"number": 4})), uses(search), DONE)
    assert await ask(visitor, "What is it, delivered?") == ["All is well."]
    assert effects(rows, visitor) == [
        (kind, "done")
        for kind in ("ai.agent", "outside.quote", "ai.agent", "knowledge.search", "ai.agent")
    ]
    assert [call["body"] for call in outside.state.calls()] == [{"number": 4}]
    first, second = results(provider)
    assert first == '{"reference":"Q-4"}'
    assert DELIVERY in second
    query = "select purpose, status, tokens_in, cost > 0 as paid from model_call"
    called = rows(f"{query} where conversation_id = %s order by at", visitor.conversation)
    paid = {"purpose": "agent", "status": "ok", "paid": True}
    assert called == [paid | {"tokens_in": taken} for taken in (200, 200, 300)]
    query = "select visits from trace where conversation_id = %s"
    assert "uses quote (number: 4)" in str(rows(query, visitor.conversation))


async def test_parallel_calls_are_done_in_their_order_and_the_talk_goes_on(
    visitor: Visitor, provider: OpenAi, outside: Outside, rows: Any
) -> None:
    both = uses(("quote", {"number": 1}), ("quote", {"number": 2}))
    provider.script(both, Says("Both?"), DONE)
    assert await ask(visitor, "Two prices") == ["Both?"]
    assert results(provider) == ['{"reference":"Q-1"}', '{"reference":"Q-2"}']
    keys = [call["key"] for call in outside.state.calls()]
    assert len(set(keys)) == 2
    assert texts(await visitor.send(text="yes", wait=20)) == ["All is well."]
    roles = [message["role"] for message in provider.talks()[-1]["messages"]]
    assert roles == ["system", *["user"] * 2, "assistant", *["tool"] * 2, "assistant", "user"]


async def test_what_cannot_be_called_is_told_to_the_model(
    visitor: Visitor, provider: OpenAi, outside: Outside
) -> None:
    unreadable = uses(("quote", "{number:"))
    provider.script(unreadable, uses(("quote", {"number": "four"})), uses(("quote", {"number": 4})))
    provider.script(DONE)
    assert await ask(visitor, "A price") == ["All is well."]
    assert [call["body"] for call in outside.state.calls()] == [{"number": 4}]
    told = provider.talks()[2]["messages"][-1]
    assert told["role"] == "tool"
    assert "'four' is not of type 'number'" in told["content"]


async def test_a_provider_that_is_full_in_the_middle_is_asked_again(
    visitor: Visitor, provider: OpenAi, outside: Outside
) -> None:
    full = Fails(429, "slow down", headers={"retry-after": "0"})
    provider.script(uses(("quote", {"number": 4})), full, DONE)
    assert await ask(visitor, "A price") == ["All is well."]
    assert len(outside.state.calls()) == 1


async def test_a_provider_that_stays_away_ends_it_by_its_error_way(
    visitor: Visitor, provider: OpenAi
) -> None:
    provider.script(uses(("quote", {"number": 4})), *[Fails(401, "no")] * 4)
    assert await ask(visitor, "A price") == ["Sorry: key."]


async def test_without_a_model_it_says_so_to_the_flow(
    settings: Settings, database: Database, publish: Publish
) -> None:
    redis: Redis = Redis.from_url(settings.redis_url)
    opening = handlers.running(settings, plugins.Abilities(), database, redis)
    async with opening as performing, serving(performing.engine) as client:
        assert await ask(Visitor(client, publish(BOT).key), "Hi") == ["Sorry: no_model."]
    await redis.aclose()


def environ(provider: Double) -> dict[str, str]:
    """Of a process that performs what agents decide."""
    return {
        "FLYT_PLUGINS": "tests.doubles.plugin",
        "FLYT_TEST_OUTSIDE": os.environ["FLYT_TEST_OUTSIDE"],
        "AI_PROVIDER": type(provider).__name__.lower(),
        **services(provider),
    }


async def test_a_death_between_two_tools_repeats_none_of_them(
    visitor: Visitor, provider: OpenAi, outside: Outside, start: Start, rows: Any
) -> None:
    more = environ(provider)
    outside.state.behave(delay=1)
    provider.script(uses(("book", {"number": 1}), ("book", {"number": 2})), DONE)
    first = start("workers", **more)
    await visitor.open()
    await visitor.send(text="Two tables")
    begun = [("ai.agent", "done"), ("outside.book", "done"), ("outside.book", "doing")]
    await eventually(lambda: effects(rows, visitor) == begun, 40)
    first.send_signal(signal.SIGKILL)
    first.wait()
    outside.state.behave()
    start("workers", **more)
    start("clock", **more)
    await eventually(lambda: len(effects(rows, visitor)) == 4, 60)
    done = [("ai.agent", "done"), *[("outside.book", "done")] * 2, ("ai.agent", "done")]
    await eventually(lambda: effects(rows, visitor) == done, 40)
    calls = [(call["key"], call["body"]["number"]) for call in outside.state.calls()]
    assert [number for _, number in calls].count(1) == 1
    assert len({key for key, _ in calls}) == 2  # whether the second had gone out is not known
    assert results(provider) == ['{"reference":"B-1"}', '{"reference":"B-2"}']
    assert (await visitor.transcript())[-1] == ("bot", "All is well.")


# --- Heard while it speaks --------------------------------------------------------------------


@pytest.fixture
async def hub(performing: Performing, settings: Settings) -> AsyncIterator[Streams]:
    redis: Redis = Redis.from_url(settings.redis_url)
    async with Streams(StreamRows(performing.engine.stage), Bell(redis)).running() as streams:
        while not await redis.pubsub_numsub("flyt:conversations"):
            await asyncio.sleep(0.01)
        yield streams
    await redis.aclose()


def drafts(heard: Heard) -> dict[str, str]:
    """By effect what was last seen of its words."""
    last: dict[str, tuple[int, str]] = {}
    for token in tokens(heard):
        attempt, text = last.get(token["key"], (-1, ""))
        text = text + token["text"] if token["attempt"] == attempt else token["text"]
        last[token["key"]] = token["attempt"], text
    return {key: text for key, (_, text) in last.items()}


@both
async def test_each_of_its_words_is_heard_as_it_comes_and_said_once(
    visitor: Visitor, bot: Published, hub: Streams, provider: Double
) -> None:
    looks = Says("I look it up. It takes a moment.", (("search_knowledge", {"query": "free"}),))
    last = {"text": "It is free above 50 euro. [1]\n\nBye."}
    provider.script(looks, Says("Is it? It is.", (("finish", last),)))
    await visitor.open()
    async with listening(hub, visitor, bot) as heard:
        await visitor.send(text="Is delivery free?")
        said = await eventually(lambda: answers(heard) if len(answers(heard)) > 1 else None)
    first, second = said
    assert first["text"] == looks.text
    assert second["text"] == f"Is it? It is.\n\n{last['text']}"
    assert second["citations"][0]["text"] == DELIVERY
    assert drafts(heard) == {
        first["key"]: "I look it up.",
        second["key"]: "Is it? It is.\n\nIt is free above 50 euro. [1]",
    }
    names = [name for name, _ in heard]
    assert names.index("token") < names.index("message", names.index("token"))
    assert len(await visitor.transcript()) == 4


TROUBLES = {
    "cut": Says("All is lost. It is not", cut_after=7),
    "cut in a call": Says(calls=(("finish", {"text": "All is lost. It is not."}),), cut_after=8),
    "full": Fails(429, "slow down", headers={"retry-after": "0"}),
    "broken": Fails(500, "oh"),
    "unreadable": Says("I look. Now.", calls=(("quote", "{number:"),)),
    "unfit": Says("I look. Now.", calls=(("quote", {"number": "four"}),)),
}


@both
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_breaks_off_is_said_anew_and_not_twice(
    visitor: Visitor, bot: Published, hub: Streams, provider: Double, trouble: str
) -> None:
    provider.script(TROUBLES[trouble], Says("All is well. Bye. Ada"))
    await visitor.open()
    async with listening(hub, visitor, bot) as heard:
        await visitor.send(text="How is it?")
        [answer] = await eventually(lambda: answers(heard))
    assert answer["text"] == "All is well. Bye. Ada"
    assert drafts(heard) == {answer["key"]: "All is well. Bye."}
    begun = {token["attempt"] for token in tokens(heard)}
    assert len(begun) == 1 + (trouble not in ("full", "broken"))


@both
async def test_an_endless_agent_is_stopped_with_all_it_has_said(
    visitor: Visitor, provider: Double, outside: Outside
) -> None:
    said = [f"I try {n} of many." for n in range(9)]
    provider.script(*(Says(text, (("quote", {"number": n}),)) for n, text in enumerate(said)), DONE)
    told = await ask(visitor, "Go on for ever")
    assert told == [*said[:8], phrase("agent_limit", "en")]
    assert len(outside.state.calls()) == len(provider.talks()) == 8


@both
async def test_a_death_while_it_speaks_leaves_one_whole_answer(
    visitor: Visitor,
    bot: Published,
    hub: Streams,
    provider: Double,
    outside: Outside,
    start: Start,
    rows: Any,
) -> None:
    slow = Says("The table is yours. See you at seven. Bye now, and thank you.", pause=0.4)
    provider.script(Says("I book it.", (("book", {"number": 1}),)), slow)
    provider.script(Says("The table is yours. See you at eight. Bye.", pause=0.1))
    first = start("workers", **environ(provider))
    await visitor.open()
    async with listening(hub, visitor, bot) as heard:
        await visitor.send(text="A table")
        await eventually(lambda: tokens(heard), 90)
        first.send_signal(signal.SIGKILL)
        first.wait()
        start("workers", **environ(provider))
        start("clock", **environ(provider))
        await eventually(lambda: len(answers(heard)) > 1, 90)
        spoken = drafts(heard)
    last = answers(heard)[-1]
    assert spoken == {last["key"]: "The table is yours. See you at eight."}
    attempts = [token["attempt"] for token in tokens(heard)]
    assert attempts == sorted(attempts)
    assert len(set(attempts)) == 2
    said = [text for who, text in await visitor.transcript() if who == "bot"]
    assert said[1:] == ["I book it.", "The table is yours. See you at eight. Bye."]
    assert len(outside.state.calls()) == 1
    assert [state for _, state in effects(rows, visitor)] == ["done"] * 3
