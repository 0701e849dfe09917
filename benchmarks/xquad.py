"""1,190 questions about 240 paragraphs (XQuAD, English): is the paragraph found, and how high."""

from __future__ import annotations

import gzip
import json
import time
from typing import NamedTuple
from uuid import UUID

from benchmarks.library import Library, data, remembered
from benchmarks.report import Verdict
from benchmarks.subjects import services
from connectors.knowledge import Block, Parsed
from connectors.knowledge.chunks import chunk
from connectors.knowledge.embedders import embedder
from storage.database import Database, migrate
from storage.knowledge.search import find

FIRST, WITHIN_FIVE = 0.955, 0.995  # shares of the questions
LOOKED_AT = 25  # passages, of which five paragraphs are taken


class Paragraph(NamedTuple):
    title: str
    text: str
    questions: tuple[str, ...]


def run(*, quick: bool) -> list[Verdict]:
    paragraphs = read()[: 48 if quick else None]
    with services() as (postgres, _):
        migrate(postgres.owner_url)
        database = Database(postgres.app_url)
        ranks = measure(database, paragraphs)
        database.close()
    first = sum(rank == 1 for rank in ranks) / len(ranks)
    five = sum(0 < rank <= 5 for rank in ranks) / len(ranks)
    return [
        Verdict(f"paragraph found first of {len(paragraphs)}, at least {FIRST}",
                f"{first:.3f} of {len(ranks):,} questions", first >= FIRST),
        Verdict(f"paragraph within the first five, at least {WITHIN_FIVE}",
                f"{five:.3f}", five >= WITHIN_FIVE),
    ]  # fmt: skip


def read() -> list[Paragraph]:
    file = data("xquad/xquad.en.json.gz", "paragraphs with their questions")
    articles = json.loads(gzip.decompress(file.read_bytes()))["data"]
    return [
        Paragraph(
            article["title"].replace("_", " "),
            paragraph["context"],
            tuple(question["question"] for question in paragraph["qas"]),
        )
        for article in articles
        for paragraph in article["paragraphs"]
    ]


def measure(database: Database, paragraphs: list[Paragraph]) -> list[int]:
    """The rank of the right paragraph for every question, from 1; 0 where it is not found."""
    local = embedder("minilm")
    library, owners = Library(database, local.name), dict[int, UUID]()
    for number, paragraph in enumerate(paragraphs):
        read_as = Parsed(paragraph.title, (Block("text", paragraph.text),))
        owners[number] = library.add(paragraph.title, chunk(read_as))
    began = time.monotonic()
    library.embed(local)
    see = remembered(local, (q for paragraph in paragraphs for q in paragraph.questions))
    print(f"xquad: vectors made in {time.monotonic() - began:.0f} s", flush=True)
    ranks: list[int] = []
    with database.workspace(library.workspace) as session:
        for number, paragraph in enumerate(paragraphs):
            for question in paragraph.questions:
                found = find(session, question, embed=see, top_k=LOOKED_AT)
                order = list(dict.fromkeys(passage.document_id for passage in found))
                right = str(owners[number])
                ranks.append(order.index(right) + 1 if right in order else 0)
    return ranks
