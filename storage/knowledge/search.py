"""Looking up what the bot knows: from a session of a thread, and from the event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import text
from sqlmodel import Session

from runtime.core.effects.knowledge import Passage
from runtime.core.phrases import LANGUAGES
from runtime.core.tongues import written_in
from storage.connections import Connections
from storage.knowledge import words
from storage.knowledge.certainty import of_passage, of_price
from storage.knowledge.index import price_term
from storage.knowledge.vectors import written

EmbedQuestion = Callable[[str, str], Sequence[float] | None]
"""(name of an embedder, question) -> its vector of length 1; None where that embedder can't be
used now, and the search goes by words alone. Called in a thread."""

MOST_WORDS = 64  # of a question; the rest of a longer one is not looked for
MOST = 50  # passages
LEAST_OF_PRICE = 0.05  # certainty, below which a price row has a chance word of the question

RIGHT = 0.4  # certainty, from which a reviewed answer is about what was asked,
HARDLY_MORE = 0.2  # and by how much others may be more certain and still stand behind it

_SCOPE = "select * from flyt.knowledge_scope_of_2({}, {}, {})"
_STANDING = "select * from flyt.knowledge_standing_of_1({}, {}, {})"
_SEARCH = (
    "select * from flyt.knowledge_search_1("
    "{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
)  # fmt: skip
_SCOPE_TYPES = ("uuid", "text[]", "uuid")
_SEARCH_TYPES = (
    "uuid", "uuid[]", "text[]", "text[]",
    "integer[]", "integer[]", "text[]", "text[]", "boolean",
    "integer[]", "integer[]", "text[]", "text[]", "integer[]", "integer",
)  # fmt: skip


_PRIVATE = "select * from flyt.knowledge_confidential_1({}, {})"
_PRIVATE_TYPES = ("uuid", "uuid[]")


def find(
    session: Session,
    question: str,
    *,
    embed: EmbedQuestion,
    collections: Sequence[str] = (),
    language: str = "en",
    top_k: int = 5,
    brand: str | None = None,
) -> tuple[Passage, ...]:
    """The best passages of the session's workspace, best first.

    ``collections`` by name; none: all of them. One that does not exist is looked through in vain.
    ``brand`` is the id of the one that is asked: what belongs to another is not looked through.
    """
    workspace = _run(session, "select cast(current_setting('flyt.workspace') as uuid)", (), ())
    wanted = (None, list(collections), brand)
    scope = [_Place(*row) for row in _run(session, _SCOPE, _SCOPE_TYPES, wanted)]
    if not scope or not question.strip():
        return ()
    asked = _Asked(workspace[0][0], question, language, scope)
    asked.see(embed)
    rows = _run(session, _SEARCH, _SEARCH_TYPES, (None, *asked.arguments(top_k)))
    found = _passages(map(_Found._make, rows), top_k)
    private = _run(session, _PRIVATE, _PRIVATE_TYPES, (None, _sources(found)))
    return _marked(found, (row[0] for row in private))


class Searches:
    """The same for the event loop. Raises `storage.connections.Unavailable`."""

    def __init__(self, connections: Connections, embed: EmbedQuestion) -> None:
        self._read, self._embed = connections.read, embed

    async def find(
        self,
        workspace: UUID,
        question: str,
        *,
        collections: Sequence[str] = (),
        language: str = "en",
        top_k: int = 5,
        brand: str | None = None,
    ) -> tuple[Passage, ...]:
        statement = _numbered(_SCOPE, _SCOPE_TYPES)
        places = await self._read(statement, workspace, list(collections), brand)
        scope = [_Place(*row) for row in places]
        if not scope or not question.strip():
            return ()
        asked = _Asked(workspace, question, language, scope)
        await asyncio.to_thread(asked.see, self._embed)
        statement = _numbered(_SEARCH, _SEARCH_TYPES)
        rows = await self._read(statement, workspace, *asked.arguments(top_k))
        found = _passages((_Found(*row) for row in rows), top_k)
        statement = _numbered(_PRIVATE, _PRIVATE_TYPES)
        private = await self._read(statement, workspace, _sources(found)) if found else ()
        return _marked(found, (row[0] for row in private))


class _Place(NamedTuple):
    """A collection that is looked through."""

    id: UUID
    embedder: str
    languages: list[str]
    chunks: int
    prices: int


class _Found(NamedTuple):
    """A row of `knowledge_search_1`; of a price ``nearness`` is how much of it was not asked."""

    source_id: UUID
    document_id: UUID
    title: str
    url: str | None
    kind: Any
    heading: str
    page: int | None
    question: str | None
    body: str
    fields: str | None
    price: str | None
    currency: str | None
    embedder: str | None
    coverage: float | None
    nearness: float | None


class _Asked:
    """A question, prepared for the collections it is asked of."""

    def __init__(
        self, workspace: UUID, question: str, language: str, scope: Sequence[_Place]
    ) -> None:
        self._workspace, self._question, self._scope = workspace, question, scope
        self._language = written_in(question, LANGUAGES, language) or language
        self._vectors: dict[str, str | None] = {}

    def see(self, embed: EmbedQuestion) -> None:
        """Has every embedder that made vectors of these collections look at the question."""
        for name in {place.embedder for place in self._scope if place.chunks}:
            vector = embed(name, self._question)
            self._vectors[name] = None if vector is None else written(vector)

    def arguments(self, most: int) -> tuple[Any, ...]:
        """Those of `knowledge_search_1` after the workspace."""
        told = list(dict.fromkeys(words.told(self._question, self._language)))[:MOST_WORDS]
        return (
            [place.id for place in self._scope],
            [place.embedder for place in self._scope],
            [self._vectors.get(place.embedder) for place in self._scope],
            *self._of_passages(told),
            *self._of_prices(told),
            max(1, min(most, MOST)),
        )

    def _of_passages(self, told: Sequence[str]) -> tuple[Any, ...]:
        languages = [self._language, *(one for place in self._scope for one in place.languages)]
        stems = [words.stems(word, dict.fromkeys(languages)) for word in told]
        pairs = [(number, stem) for number, each in enumerate(stems, 1) for stem in each]
        return (
            [number for number, _ in pairs],
            [words.key(self._workspace, stem) for _, stem in pairs],
            *_spelled([each[0] for each in stems]),
            not words.has_stems(self._language),
        )

    def _of_prices(self, told: Sequence[str]) -> tuple[Any, ...]:
        """Small words count where a price list has them ("filter: no"), but are never missed."""
        every = list(dict.fromkeys([*told, *words.words(self._question)]))[:MOST_WORDS]
        keys = [words.key(self._workspace, price_term(word)) for word in every]
        pairs = [
            words.key(self._workspace, price_term(pair)) for pair in words.pairs(self._question)
        ]
        return list(range(1, len(keys) + 1)), keys, *_spelled(told), pairs


def _spelled(told: Sequence[str]) -> tuple[list[str | None], list[str | None]]:
    """Beginnings and shapes, to find words by that are spelled alike.

    None for numbers and short words: 15 is not 16.
    """
    fit = [word if len(word) > 3 and word.isalpha() else None for word in told]
    return [word and words.start(word) for word in fit], [
        word and words.shape(word) for word in fit
    ]


def _passages(rows: Iterable[_Found], most: int) -> tuple[Passage, ...]:
    """Prices among passages by how certain they are; a passage never above a better one."""
    found: list[Passage] = []
    least = 1.0
    for row, score in _reviewed_first([(row, _certain(row)) for row in rows]):
        if row.fields is None:
            least = min(least, score)
            found.append(_passage(row, least))
        elif score >= LEAST_OF_PRICE:
            found.append(_price(row, score))
    found.sort(key=lambda passage: -passage.score)  # stable: equal ones stay as they stood
    return tuple(found[:most])


def _sources(found: Iterable[Passage]) -> list[UUID]:
    return [UUID(source) for source in dict.fromkeys(passage.source_id for passage in found)]


def _marked(found: tuple[Passage, ...], private: Iterable[UUID]) -> tuple[Passage, ...]:
    """With those of confidential sources marked as such."""
    kept = {str(source) for source in private}
    return tuple(replace(one, confidential=True) if one.source_id in kept else one for one in found)


def _certain(row: _Found) -> float:
    if row.fields is None:
        return of_passage(row.embedder, row.coverage or 0.0, row.nearness)
    return of_price(row.coverage or 0.0, row.nearness or 0.0)


def _reviewed_first(rows: Sequence[tuple[_Found, float]]) -> Iterable[tuple[_Found, float]]:
    """What a person has put right stands before what is hardly more certain: it replaces that."""
    best = max((score for row, score in rows if row.fields is None), default=0.0)
    enough = max(RIGHT, best - HARDLY_MORE)
    return sorted(rows, key=lambda one: one[0].kind != "reviewed" or one[1] < enough)


def _passage(row: _Found, score: float) -> Passage:
    return Passage(
        source_id=str(row.source_id),
        document_id=str(row.document_id),
        title=row.title,
        text=row.body,
        score=round(score, 4),
        kind=row.kind,
        heading=row.heading,
        page=row.page,
        url=row.url,
        question=row.question,
    )


def _price(row: _Found, score: float) -> Passage:
    fields: dict[str, Any] = json.loads(row.fields or "{}")
    cost = " ".join(part for part in (row.price, row.currency) if part)
    told = "; ".join(
        f"{name}: {value}" for name, value in fields.items() if value not in (None, "")
    )
    return Passage(
        source_id=str(row.source_id),
        document_id=str(row.document_id),
        title=row.title,
        text=" — ".join(part for part in (row.heading, told, cost) if part),
        score=round(score, 4),
        kind="price",
        heading=row.heading,
        url=row.url,
        fields=fields,
    )


def _numbered(statement: str, types: Sequence[str]) -> str:
    return statement.format(*(f"${n}::{kind}" for n, kind in enumerate(types, 1)))


def _run(session: Session, statement: str, types: Sequence[str], values: Sequence[Any]) -> Any:
    named = statement.format(*(f"cast(:v{n} as {kind})" for n, kind in enumerate(types)))
    given = {f"v{n}": value for n, value in enumerate(values)}
    return session.connection().execute(text(named), given).all()


async def standing(
    connections: Connections, workspace: UUID, collections: Sequence[str], brand: str | None
) -> list[tuple[UUID, int, str, bool]]:
    """(id, version, embedder, confidential) of the collections that are looked through, in order.

    What was found is found again while this stays the same. Raises `Unavailable`.
    """
    rows = await connections.read(
        _numbered(_STANDING, _SCOPE_TYPES), workspace, list(collections), brand
    )
    return [tuple(row) for row in rows]
