"""What the cache spares: a question asked again beside one asked first, and what it takes for one.

The first part asks XQuAD's questions of its paragraphs, three ways: searched, searched again, and
answered again whole, over PostgreSQL and Redis as they are installed. The second takes pairs of
Banking77's training questions and looks how many that count as one question are of one intent.
"""

from __future__ import annotations

import asyncio
import csv
import os
import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks import xquad
from benchmarks.library import Library, data
from benchmarks.report import Verdict
from benchmarks.subjects import services
from connectors.ai import HouseRules, Line, Remembered
from connectors.ai.background import Archive, Background
from connectors.ai.keeping import Keeping
from connectors.ai.sameness import BAR, are_one, read
from connectors.ai.shelf import Cache
from connectors.knowledge import Block, Parsed
from connectors.knowledge.chunks import chunk
from connectors.knowledge.embedders import embedder
from connectors.llm.accounts import Setup
from runtime.cache import running
from runtime.cache.knowledge import KeptKnowledge
from runtime.core.contract import Citation
from runtime.core.effects.ai import Answered, AnswerQuestion
from runtime.knowledge.embedding import Embedders
from storage import conversations
from storage.connections import Connections
from storage.database import Database, migrate
from storage.identifiers import uuid7

SEARCHED, ANSWERED = 0.1, 0.5  # of a search made first, that these may take when made again
PRECISION = 0.99  # of the pairs taken for one question, that are of one intent
ASKED, QUICKLY = 100, 20  # questions of the first part
SAMPLE, SMALL = 5_000, 800  # of Banking77's training questions; pairs are of all with all
BARS = (0.85, 0.90, 0.93, BAR["minilm"], 0.97)
NAME = "minilm"


def run(*, quick: bool) -> list[Verdict]:
    with services() as (postgres, redis):
        migrate(postgres.owner_url)
        database = Database(postgres.app_url)
        shelf = Shelf(database, QUICKLY if quick else ASKED)
        verdicts = asyncio.run(shelf.measure(postgres.app_url, redis.url))
        database.close()
    return verdicts + _pairs(SMALL if quick else SAMPLE)


# --- Time -------------------------------------------------------------------------------------


@dataclass
class Visit:
    """Whose effect it is; there is nobody to show words to."""

    workspace: UUID
    conversation: UUID
    progress: Any = None


class House:
    """What is kept in the memory of a process anyhow, and the history read from the database.

    Nothing is known of the contact.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(
        self, workspace: UUID, conversation: UUID, question: str, count: int = 12
    ) -> Sequence[Remembered]:
        return ()

    async def rules(self, workspace: UUID) -> HouseRules:
        return HouseRules()

    async def setup(self, workspace: UUID) -> Setup:
        return Setup()

    async def last(self, workspace: UUID, conversation: UUID, count: int) -> Sequence[Line]:
        return await asyncio.to_thread(self._read, workspace, conversation, count)

    def _read(self, workspace: UUID, conversation: UUID, count: int) -> list[Line]:
        with self._database.workspace(workspace) as session:
            found = conversations.latest(session, conversation, limit=count)
        return [Line("visitor", str(event.body.get("text", ""))) for event in found]


class Shelf:
    def __init__(self, database: Database, count: int) -> None:
        self._database, self._library = database, Library(database, NAME)
        paragraphs = xquad.read()[:count]
        for paragraph in paragraphs:
            read_as = Parsed(paragraph.title, (Block("text", paragraph.text),))
            self._library.add(paragraph.title, chunk(read_as))
        self._library.embed(embedder(NAME))
        self._questions = [paragraph.questions[0] for paragraph in paragraphs]

    async def measure(self, database_url: str, redis_url: str) -> list[Verdict]:
        hot_path = Connections(database_url, 4)
        async with running(self._database, redis_url) as caching:
            embedders = Embedders()
            knowledge = KeptKnowledge(hot_path, embedders, caching.shelf, caching.ledger)
            house = House(self._database)
            cache = Cache(caching.shelf, knowledge, caching.ledger, house)
            keeping = Keeping(_made, Archive(house, house, house), cache)
            workspace = self._library.workspace

            async def find(question: str) -> None:
                await knowledge.find(workspace, question, language="en", top_k=8)

            async def answer(question: str) -> None:
                visit = Visit(workspace, uuid7())
                await keeping(f"{visit.conversation}:1:0", AnswerQuestion(question), visit)

            await find("Is anybody there?")  # loads the weights
            first, again = await self._each(find), await self._each(find)
            await self._each(answer)
            told = await self._each(answer)
        await hot_path.close()
        load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        made = statistics.median(first)
        return [
            _spared("a search made again", again, made, SEARCHED, load),
            _spared("an answer given again, its history read", told, made, ANSWERED, load),
        ]

    async def _each(self, ask: Callable[[str], Awaitable[None]]) -> list[float]:
        """Milliseconds of each question, one after the other."""
        took: list[float] = []
        for question in self._questions:
            began = perf_counter()
            await ask(question)
            took.append((perf_counter() - began) * 1000)
        return took


async def _made(key: str, effect: AnswerQuestion, call: Any, behind: Background) -> Answered:
    return Answered("So it is. [1]", citations=(Citation(1, "Paragraph", "so it is"),))


def _spared(what: str, took: Sequence[float], made: float, share: float, load: str) -> Verdict:
    middle, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    told = (
        f"{middle:.2f} ms (95 of 100 within {p95:.2f}) = {middle / made:.3f} of a search made first"
        f" ({made:.1f} ms with its vector); {load}"
    )
    return Verdict(f"{what} takes at most {share} of a search", told, middle <= share * made)


# --- What is one question ---------------------------------------------------------------------


def _pairs(count: int) -> list[Verdict]:
    file = data("banking77/train.csv", "questions with their intents")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    chance = np.random.default_rng(1)
    picked = [rows[place] for place in chance.permutation(len(rows))[:count]]
    texts = [row["text"].strip() for row in picked]
    vectors = np.asarray(embedder(NAME).embed(texts), dtype=np.float32)
    said = [read(text, "en") for text in texts]
    one, other = np.triu_indices(count, 1)
    likeness = (vectors @ vectors.T)[one, other]
    near = np.flatnonzero(likeness >= BARS[0])
    pairs = [(likeness[n], one[n], other[n]) for n in near]
    found = [
        (cosine, picked[a]["category"] == picked[b]["category"], are_one(said[a], said[b]))
        for cosine, a, b in pairs
    ]
    return [_at(bar, found) for bar in BARS]


def _at(bar: float, found: Sequence[tuple[float, bool, bool]]) -> Verdict:
    alike = [same for cosine, same, _ in found if cosine >= bar]
    taken = [same for cosine, same, one in found if cosine >= bar and one]
    share = sum(taken) / len(taken) if taken else 1.0
    told = (
        f"{share:.4f} of {len(taken):,} pairs; by the vectors alone"
        f" {sum(alike) / max(1, len(alike)):.4f} of {len(alike):,}"
    )
    if bar != BAR[NAME]:
        return Verdict(f"one intent from a cosine of {bar} on, told only", told, None)
    name = f"one intent from the bar of {bar} on, at least {PRECISION}"
    return Verdict(name, told, share >= PRECISION)
