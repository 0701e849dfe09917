"""How long a search takes among 10,000 and 100,000 passages, beside a plain `select 1`.

The words are drawn as words of a language are (a few are everywhere, most are rare), the vectors
lie in clusters as those of texts do. What makes the question's vector is not counted.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import psycopg

from benchmarks.library import Library
from benchmarks.report import Verdict
from benchmarks.subjects import gather_statistics, services
from runtime.embedded import EmbeddedPostgres
from storage.connections import Connections
from storage.database import Database, migrate
from storage.identifiers import uuid7
from storage.knowledge import words
from storage.knowledge.search import Searches
from storage.knowledge.vector_index import build
from storage.knowledge.vectors import written

LIMITS = {10_000: 30.0, 100_000: 100.0}  # milliseconds, 95 of 100, by passages
VOCABULARY = 60_000
WORDS = 60  # of a passage
PART = 500  # passages that are drawn at once
CHUNK = "workspace_id, id, document_id, collection_id, position, language, text, keys, weights"
VECTOR = "chunk_id, workspace_id, collection_id, embedder, vector"
ROUNDS, QUESTIONS = 5, 100
SIZE, CLUSTERS = 384, 300


def run(*, quick: bool) -> list[Verdict]:
    verdicts: list[Verdict] = []
    with services() as (postgres, _):
        migrate(postgres.owner_url)
        for passages, limit in LIMITS.items():
            if quick and passages > 10_000:
                continue
            verdicts += _measured(postgres, passages, limit)
    return verdicts


def _measured(postgres: EmbeddedPostgres, passages: int, limit: float) -> list[Verdict]:
    shelf = Shelf(postgres, passages)
    began = time.monotonic()
    shelf.fill()
    filled = time.monotonic()
    built = build(postgres.owner_url)
    gather_statistics(postgres, ["flyt"])
    print(
        f"retrieval: {passages:,} passages written in {filled - began:.0f} s,"
        f" {len(built.made)} index over vectors in {time.monotonic() - filled:.0f} s",
        flush=True,
    )
    rounds = asyncio.run(shelf.ask(postgres.app_url))
    p95s = sorted(statistics.quantiles(took, n=20)[-1] for took, _, _ in rounds)
    p50s = sorted(statistics.median(took) for took, _, _ in rounds)
    plain = statistics.median(plain for _, plain, _ in rounds)
    found = statistics.mean(found for _, _, found in rounds)
    middle = len(rounds) // 2
    load = os.getloadavg()[0]
    told = (
        f"{p95s[middle]:.1f} ms [{p95s[0]:.1f}–{p95s[-1]:.1f}], in the middle"
        f" {p50s[middle]:.1f} ms = {p50s[middle] / plain:.0f} × select 1 ({plain:.2f} ms); load"
        f" {load:.1f} on {os.cpu_count()} cores"
    )
    return [
        Verdict(f"search among {passages:,} passages at most {limit:.0f} ms (95 of 100)", told,
                p95s[middle] <= limit),
        Verdict(f"the passage asked for within five of {passages:,}, told only",
                f"{found:.3f}", None),
    ]  # fmt: skip


class Shelf:
    """So many passages of chance words, and questions whose passage is known."""

    def __init__(self, postgres: EmbeddedPostgres, passages: int) -> None:
        self._database, self._passages = Database(postgres.app_url), passages
        self._owner_url = postgres.owner_url
        self._library = Library(self._database, "chance")
        self._chance = np.random.default_rng(passages)
        shares = 1 / np.arange(10, VOCABULARY + 10)
        self._shares = shares / shares.sum()
        self._centres = self._chance.normal(size=(CLUSTERS, SIZE))
        self._vectors: list[Any] = []  # a part of the passages each
        self._texts: list[str] = []
        self._keys: dict[str, int] = {}

    def fill(self) -> None:
        """As the tables' owner, in bulk: writing as a worker writes would take most of an hour."""
        with psycopg.connect(self._owner_url) as owner:
            owner.execute("set search_path = flyt, public")
            document = self._library.add("Chance", [])
            owner.execute("alter table knowledge_chunk disable trigger user")
            owner.execute("drop index ix_knowledge_chunk_keys")
            with owner.cursor().copy(f"copy knowledge_chunk ({CHUNK}) from stdin") as copy:
                ids = [copy.write_row(row) or row[1] for row in self._passages_of(document)]
            with owner.cursor().copy(f"copy knowledge_vector ({VECTOR}) from stdin") as copy:
                for start in range(0, len(ids), PART):
                    for row in self._vectors_of(ids[start : start + PART]):
                        copy.write_row(row)
            owner.execute(
                "create index ix_knowledge_chunk_keys on knowledge_chunk using gin (keys)"
                " with (fastupdate = off)"
            )
            owner.execute("alter table knowledge_chunk enable trigger user")
            self._count(owner)

    def _passages_of(self, document: UUID) -> Iterator[tuple[Any, ...]]:
        place = (self._library.workspace, document, self._library.collection)
        for part in range(0, self._passages, PART):
            drawn = self._chance.choice(VOCABULARY, (PART, WORDS), p=self._shares)
            for number, line in enumerate(drawn.tolist()):
                text = " ".join(_word(one) for one in line)
                self._texts.append(text)
                terms = words.weights(words.counted([(text, 1)], "en"))
                keys = {self._key(term): weight for term, weight in terms.items()}
                body = ("en", text, "{" + ",".join(map(str, keys)) + "}", words.sparse(keys))
                yield (place[0], uuid7(), *place[1:], part + number, *body)

    def _key(self, term: str) -> int:
        if term not in self._keys:
            self._keys[term] = words.key(self._library.workspace, term)
        return self._keys[term]

    def _vectors_of(self, ids: Sequence[UUID]) -> Iterator[tuple[Any, ...]]:
        vectors = self._drawn(len(ids)).astype(np.float16)
        self._vectors.append(vectors)
        place = (self._library.workspace, self._library.collection, "chance")
        for chunk, vector in zip(ids, vectors.tolist(), strict=True):
            yield (chunk, *place, written(vector))

    def _count(self, owner: psycopg.Connection) -> None:
        """What the triggers would have counted."""
        owner.execute(
            "create temporary table named (key integer, term text, start text, shape text)"
        )
        with owner.cursor().copy("copy named from stdin") as copy:
            for term, key in self._keys.items():
                copy.write_row((key, term, words.start(term), words.shape(term)))
        owner.execute(
            "insert into knowledge_term (workspace_id, collection_id, key, term, rows, start,"
            " shape)"
            " select c.workspace_id, c.collection_id, n.key, min(n.term), count(*), min(n.start),"
            "        min(n.shape)::bit(256)"
            "   from knowledge_chunk c, unnest(c.keys) k join named n on n.key = k"
            "  where c.collection_id = %s group by 1, 2, 3",
            [self._library.collection],
        )
        owner.execute(
            "update knowledge_collection set chunks = %s, languages = '{en}' where id = %s",
            [self._passages, self._library.collection],
        )

    def _drawn(self, many: int) -> Any:
        centres = self._centres[self._chance.integers(CLUSTERS, size=many)]
        vectors = centres + self._chance.normal(size=(many, SIZE))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    async def ask(self, url: str) -> list[tuple[list[float], float, float]]:
        """For each round: milliseconds of each search, of a plain statement, and share found."""
        connections = Connections(url, 2)
        rounds = [await self._round(connections) for _ in range(ROUNDS + 1)]
        await connections.close()
        self._database.close()
        return rounds[1:]  # the first one warms up

    async def _round(self, connections: Connections) -> tuple[list[float], float, float]:
        took: list[float] = []
        plain: list[float] = []
        found = 0
        for _ in range(QUESTIONS):
            number = int(self._chance.integers(len(self._texts)))
            text = self._texts[number]
            question, vector = self._question(number)
            searches = Searches(connections, lambda _name, _text, seen=vector: seen)
            began = time.perf_counter()
            passages = await searches.find(self._library.workspace, question)
            took.append((time.perf_counter() - began) * 1000)
            found += any(passage.text == text for passage in passages)
            began = time.perf_counter()
            await connections.read("select 1")
            plain.append((time.perf_counter() - began) * 1000)
        return took, statistics.median(plain), found / QUESTIONS

    def _question(self, number: int) -> tuple[str, Sequence[float]]:
        """Six of its words, two that are everywhere, and every fourth time one nobody knows."""
        own = self._chance.choice(self._texts[number].split(), 6, replace=False).tolist()
        usual = [_word(int(number)) for number in self._chance.integers(20, size=2)]
        strange = ["quixotry"] if self._chance.integers(4) == 0 else []
        vector = self._vectors[number // PART][number % PART].astype(np.float64)
        near = vector + self._chance.normal(size=SIZE) * 0.03
        return " ".join([*own, *usual, *strange]), (near / np.linalg.norm(near)).tolist()


def _word(number: int) -> str:
    """A word of its own for each number: three syllables and more."""
    syllables = []
    number += 8000
    while number:
        number, here = divmod(number, 100)
        syllables.append("bdfgklmnprstvzhjcwxq"[here // 5] + "aeiou"[here % 5])
    return "".join(syllables)
