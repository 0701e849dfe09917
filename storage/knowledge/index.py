"""What is searched: the passages and price rows of each document's current version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from runtime.core.phrases import LANGUAGES
from runtime.core.tongues import written_in
from storage.identifiers import uuid7
from storage.knowledge import words
from storage.knowledge.vectors import (
    Progress,
    Unembedded,
    embedding,
    put_vectors,
    settle_embedder,
    unembedded,
)
from storage.tables import KnowledgeDocument

__all__ = [
    "Piece",
    "Price",
    "Progress",
    "Unembedded",
    "embedding",
    "lock",
    "move_source",
    "price_term",
    "put_vectors",
    "replace_chunks",
    "settle_embedder",
    "unembedded",
]

NAME_OF_FIELD = 0.9
"""What a word tells that only names a field: of "bagged or bagless: bagged" the value counts."""


class Piece(Protocol):
    """A passage to be found, as `connectors.knowledge.Chunk` has it."""

    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def page(self) -> int | None: ...
    @property
    def question(self) -> str | None: ...


@dataclass(frozen=True)
class Price:
    """A row of a price list: ``fields`` as they stood, ``price`` as a number.

    The name and the price may be among the fields.
    """

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    price: Decimal | None = None
    currency: str | None = None


class _Prepared(NamedTuple):
    """The words of a passage or row: terms with their keys, and its own weights."""

    terms: Mapping[int, str]
    weights: str


def replace_chunks(
    session: Session,
    document: KnowledgeDocument,
    chunks: Sequence[Piece],
    prices: Sequence[Price] = (),
) -> None:
    """What is found of a document from now on is exactly this; nothing: it is not found.

    The collection's figures, and in how many passages each word stands, follow by themselves.
    """
    lock(session, document.collection_id)
    for table in ("knowledge_chunk", "knowledge_price"):
        _run(
            session,
            f"delete from flyt.{table} where workspace_id = :w and document_id = :d",  # noqa: S608
            w=document.workspace_id,
            d=document.id,
        )
    language = document.language or _language(chunks)
    passages = [_passage(document, chunk, language) for chunk in chunks]
    rows = [_row(document.workspace_id, price) for price in prices]
    _learn(session, document, passages, price=False)
    _learn(session, document, rows, price=True)
    if chunks:
        _write_chunks(session, document, chunks, passages, language)
    if prices:
        _write_prices(session, document, prices, rows)


def lock(session: Session, *collections: UUID) -> None:
    """Until the transaction ends nobody else changes what is found in these collections."""
    _run(
        session,
        "select from flyt.knowledge_collection where id = any(:ids) order by id for no key update",
        ids=list(collections),
    )


def _language(chunks: Sequence[Piece]) -> str:
    """What the document itself is written in, where it does not say so."""
    beginning = "\n".join(f"{chunk.question or ''} {chunk.text}" for chunk in chunks[:5])
    return written_in(beginning, LANGUAGES, "en") or "en"


def _passage(document: KnowledgeDocument, chunk: Piece, language: str) -> _Prepared:
    """A word of its question tells twice, one of the document's title once for all passages."""
    told = words.counted([(chunk.text, 1), (chunk.question or "", 2)], language)
    for term in words.counted([(document.title, 1), (chunk.heading, 1)], language):
        told[term] += 1
    return _prepared(document.workspace_id, told, words.weights(told))


def _prepared(workspace: UUID, terms: Iterable[str], weights: Mapping[str, float]) -> _Prepared:
    keys = {term: words.key(workspace, term) for term in weights}
    known = {keys[term]: term for term in terms}
    return _Prepared(known, words.sparse({keys[term]: weights[term] for term in weights}))


def _row(workspace: UUID, price: Price) -> _Prepared:
    """Words as they are written, for "M" and "S" are no forms of anything; and pairs of them."""
    parts = [price.name, *(f"{name} {value}" for name, value in price.fields.items())]
    names, values = " ".join(price.fields), " ".join(map(str, price.fields.values()))
    terms = {price_term(word): NAME_OF_FIELD for word in words.words(names)}
    terms |= {price_term(word): 1.0 for word in words.words(f"{price.name} {values}")}
    follow = {price_term(pair): 1.0 for part in parts for pair in words.pairs(part)}
    return _prepared(workspace, terms, terms | follow)


def price_term(word: str) -> str:
    """Kept apart from the stems of passages, for they are counted apart."""
    return f"={word}"


def _learn(
    session: Session, document: KnowledgeDocument, all_: Sequence[_Prepared], *, price: bool
) -> None:
    """Every word has its row before it is counted."""
    terms = {key: term for one in all_ for key, term in one.terms.items()}
    if not terms:
        return
    bare = [term.removeprefix("=") for term in terms.values()]
    _run(
        session,
        "insert into flyt.knowledge_term"
        " (workspace_id, collection_id, key, term, price, start, shape)"
        " select :w, :c, key, term, :price, start, shape::bit(256)"
        "   from unnest(cast(:keys as integer[]), cast(:terms as text[]),"
        "     cast(:starts as text[]), cast(:shapes as text[]))"
        "     as t (key, term, start, shape) order by key"
        " on conflict do nothing",
        w=document.workspace_id,
        c=document.collection_id,
        price=price,
        keys=list(terms),
        terms=list(terms.values()),
        starts=[words.start(spelled) for spelled in bare],
        shapes=[words.shape(spelled) for spelled in bare],
    )


def _write_chunks(
    session: Session,
    document: KnowledgeDocument,
    chunks: Sequence[Piece],
    prepared: Sequence[_Prepared],
    language: str,
) -> None:
    _run(
        session,
        "update flyt.knowledge_collection set languages = array_append(languages, :language)"
        " where id = :c and not (:language = any (languages))",
        c=document.collection_id,
        language=language,
    )
    _run(
        session,
        "insert into flyt.knowledge_chunk (workspace_id, id, document_id, collection_id, position,"
        " kind, heading, page, question, text, language, keys, weights)"
        " select :w, id, :d, :c, position - 1, kind, heading, page, question, text, :language,"
        "        keys::integer[], weights::sparsevec"
        "   from unnest(cast(:ids as uuid[]), cast(:kinds as text[]), cast(:headings as text[]),"
        "     cast(:pages as integer[]), cast(:questions as text[]), cast(:texts as text[]),"
        "     cast(:keys as text[]), cast(:weights as text[])) with ordinality"
        "     as t (id, kind, heading, page, question, text, keys, weights, position)",
        **_place(document),
        language=language,
        ids=[uuid7() for _ in chunks],
        kinds=[chunk.kind for chunk in chunks],
        headings=[chunk.heading for chunk in chunks],
        pages=[chunk.page for chunk in chunks],
        questions=[chunk.question for chunk in chunks],
        texts=[chunk.text for chunk in chunks],
        keys=[_array(one.terms) for one in prepared],
        weights=[one.weights for one in prepared],
    )


def _write_prices(
    session: Session,
    document: KnowledgeDocument,
    prices: Sequence[Price],
    prepared: Sequence[_Prepared],
) -> None:
    _run(
        session,
        "insert into flyt.knowledge_price (workspace_id, id, document_id, collection_id, position,"
        " name, fields, price, currency, keys, words, weights)"
        " select :w, id, :d, :c, position - 1, name, fields::json, price, currency,"
        "        keys::integer[], greatest(1, cardinality(keys::integer[])), weights::sparsevec"
        "   from unnest(cast(:ids as uuid[]), cast(:names as text[]), cast(:fields as text[]),"
        "     cast(:prices as numeric[]), cast(:currencies as text[]), cast(:keys as text[]),"
        "     cast(:weights as text[])) with ordinality"
        "     as t (id, name, fields, price, currency, keys, weights, position)",
        **_place(document),
        ids=[uuid7() for _ in prices],
        names=[price.name for price in prices],
        fields=[json.dumps(price.fields, default=str) for price in prices],
        prices=[price.price for price in prices],
        currencies=[price.currency for price in prices],
        keys=[_array(one.terms) for one in prepared],
        weights=[one.weights for one in prepared],
    )


def _place(document: KnowledgeDocument) -> dict[str, UUID]:
    return {"w": document.workspace_id, "d": document.id, "c": document.collection_id}


def _array(keys: Iterable[int]) -> str:
    """As PostgreSQL reads it: `unnest` would flatten an array of arrays."""
    return "{" + ",".join(map(str, sorted(keys))) + "}"


def move_source(session: Session, source_id: UUID, collection_id: UUID) -> None:
    """A source with its documents, passages, vectors and price rows, to another collection."""
    _run(session, "select flyt.knowledge_move(:s, :c)", s=source_id, c=collection_id)


def _run(session: Session, statement: str, **values: Any) -> Any:
    return session.connection().execute(text(statement), values)
