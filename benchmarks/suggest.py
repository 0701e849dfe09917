"""How long a suggestion takes for who types in a chat whose bot knows 10,000 questions.

The whole call as the server answers it: the channel, the conversation and how the knowledge stands
are looked up each time. The words are drawn as words of a language are, a few everywhere and most
seldom; every fifth thing typed has a mistake in it.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI

from benchmarks.library import Library
from benchmarks.report import Verdict
from benchmarks.subjects import gather_statistics, services
from connectors.knowledge import Chunk
from runtime import engine, plugins
from runtime.api import chat, refusals
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.settings import Settings
from storage import bots, channels, releases
from storage.database import Database, migrate
from tests.durability import commands

QUESTIONS = 10_000
LIMIT = 50.0  # milliseconds, 95 of 100
VOCABULARY = 8_000
CALLS, ROUNDS = 300, 5
PART = 1_000  # questions in a document
BOT: dict[str, Any] = {
    "format": "flyt/1",
    "name": "Benchmark",
    "main": "main",
    "flows": [
        {
            "id": "main",
            "start": "answer",
            "nodes": [{"id": "answer", "type": "ai.answer", "config": {"keep_answering": True}}],
        }
    ],
}


def run(*, quick: bool) -> list[Verdict]:
    with services() as (postgres, redis):
        migrate(postgres.owner_url)
        chance = random.Random(7)  # the same questions each time
        words = [_word(chance) for _ in range(VOCABULARY)]
        asked = [_question(chance, words) for _ in range(QUESTIONS)]
        database = Database(postgres.app_url)
        key = _publish(database, asked)
        gather_statistics(postgres, ["flyt"])
        typed = [_typed(chance, chance.choice(asked)) for _ in range(CALLS)]
        first, rounds = asyncio.run(_ask(postgres, redis, key, typed, 1 if quick else ROUNDS))
        database.close()
    p95s = sorted(statistics.quantiles(took, n=20)[-1] for took in rounds)
    middle = p95s[len(p95s) // 2]
    told = (
        f"{middle:.1f} ms [{p95s[0]:.1f}–{p95s[-1]:.1f}], in the middle"
        f" {statistics.median(rounds[0]):.1f} ms, the first call {first:.0f} ms;"
        f" load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    name = f"suggestions of {QUESTIONS:,} questions at most {LIMIT:.0f} ms (95 of 100)"
    return [Verdict(name, told, middle <= LIMIT)]


def _publish(database: Database, asked: list[str]) -> str:
    """The key of a channel whose bot knows these questions."""
    plugins.load(())
    library = Library(database, "chance")
    for start in range(0, len(asked), PART):
        part = asked[start : start + PART]
        library.add("Questions", [Chunk("Yes.", "faq", question=one) for one in part])
    with database.workspace(library.workspace) as session:
        bot = bots.create(session, BOT, actor="system")
        releases.publish(session, bot.id, actor="system")
        return channels.create(session, name="Web", actor="system", bot_id=bot.id).key


async def _ask(
    postgres: EmbeddedPostgres, redis: EmbeddedRedis, key: str, typed: list[str], rounds: int
) -> tuple[float, list[list[float]]]:
    """Milliseconds of the first call, which makes the index, and of all others."""
    folder = postgres.root.parent / "flyt"
    settings = Settings.from_env(commands.environment(folder, postgres, redis), folder)
    api = FastAPI()
    refusals.install(api)
    api.include_router(chat.router)
    async with engine.running(settings, plugins.Abilities(), lambda _: {}) as running:
        api.state.services = SimpleNamespace(engine=running)
        transport = httpx.ASGITransport(app=api)
        async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
            path = f"/api/v1/chat/{key}"
            opened = await client.post(f"{path}/conversations", json={"client_id": uuid4().hex})
            client.headers["authorization"] = f"Bearer {opened.json()['token']}"
            first = await _took(client, f"{path}/suggest", typed[0])
            return first, [
                [await _took(client, f"{path}/suggest", one) for one in typed]
                for _ in range(rounds)
            ]


async def _took(client: httpx.AsyncClient, path: str, typed: str) -> float:
    began = time.perf_counter()
    answer = await client.get(path, params={"q": typed})
    took = (time.perf_counter() - began) * 1000
    answer.raise_for_status()
    return took


def _word(chance: random.Random) -> str:
    syllables = ("de", "li", "ver", "re", "tu", "rn", "pay", "ment", "ca", "sh", "or", "ta", "bo")
    return "".join(chance.choice(syllables) for _ in range(chance.randint(2, 4)))


def _question(chance: random.Random, words: list[str]) -> str:
    beginning = chance.choice(("How do I", "Can I", "What is", "Where is my", "When does the"))
    told = [words[int(len(words) * chance.random() ** 3)] for _ in range(5)]
    return f"{beginning} {' '.join(told)}?"


def _typed(chance: random.Random, question: str) -> str:
    """Two words of it, the second not to its end, perhaps with a letter swapped."""
    one, other = chance.sample(question.rstrip("?").split(), 2)
    begun = other[: max(2, chance.randint(1, len(other)))]
    if chance.random() < 0.2 and len(one) > 4:
        one = one[:2] + one[3] + one[2] + one[4:]
    return f"{one} {begun}"
