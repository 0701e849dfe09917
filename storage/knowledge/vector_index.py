"""Indexes over the vectors of large collections, built beside running searches by their owner.

A small collection is compared in full, which is exact and quick. A worker can't do this: the
application's role owns no table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

import psycopg
from psycopg import sql

LARGE = 10_000  # vectors that a workspace's searches compare: above it, indexes are built
SMALL = 2_000  # vectors of a collection: below it, never
MOST_NUMBERS = 4_000  # in a vector that such an index can hold
MEMORY = "256MB"  # while one is built

_PREFIX = "ix_knowledge_vector_of_"


class Built(NamedTuple):
    made: tuple[str, ...]
    dropped: tuple[str, ...]


class _Wanted(NamedTuple):
    name: str
    workspace: UUID
    collection: UUID
    embedder: str
    size: int


def build(owner_url: str, *, large: int = LARGE, small: int = SMALL) -> Built:
    """Makes what is missing and drops what nobody needs; harmless when repeated.

    Writers and searches go on meanwhile. Takes about a minute for 100,000 vectors.
    """
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("set search_path = flyt, public")
        owner.execute("select set_config('maintenance_work_mem', %s, false)", [MEMORY])
        wanted = {one.name: one for one in _wanted(owner, large, small)}
        there = dict(_there(owner))
        dropped = [name for name, valid in there.items() if name not in wanted or not valid]
        for name in dropped:  # a build that was broken off leaves an index that is not valid
            owner.execute(
                sql.SQL("drop index concurrently if exists {}").format(sql.Identifier(name))
            )
        made = [name for name in wanted if not there.get(name)]
        for name in made:
            _make(owner, wanted[name])
        return Built(tuple(made), tuple(dropped))


def _wanted(owner: psycopg.Connection, large: int, small: int) -> Iterator[_Wanted]:
    found = owner.execute(
        """
        with counted as (
          select v.workspace_id, v.collection_id, v.embedder, count(*) as vectors,
                 min(vector_dims(v.vector)) as size
            from knowledge_vector v group by 1, 2, 3
        ), together as (
          select *, sum(vectors) over (partition by workspace_id) as all_vectors from counted
        )
        select knowledge_vector_index(collection_id, embedder), workspace_id, collection_id,
               embedder, size
          from together where all_vectors > %s and vectors >= %s and size <= %s
        """,
        [large, small, MOST_NUMBERS],
    )
    return (_Wanted(*row) for row in found.fetchall())


def _there(owner: psycopg.Connection) -> Iterator[tuple[str, bool]]:
    """Names, and whether they can be used."""
    found = owner.execute(
        "select c.relname, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid"
        " where i.indrelid = 'flyt.knowledge_vector'::regclass and starts_with(c.relname, %s)",
        [_PREFIX],
    )
    return ((name, valid) for name, valid in found.fetchall())


def _make(owner: psycopg.Connection, wanted: _Wanted) -> None:
    """By the inner product, which is the cosine of vectors of length 1."""
    statement = sql.SQL(
        "create index concurrently {name} on knowledge_vector"
        " using hnsw ((vector::halfvec({size})) halfvec_ip_ops)"
        " where workspace_id = {workspace} and collection_id = {collection}"
        " and embedder = {embedder}"
    )
    owner.execute(
        statement.format(
            name=sql.Identifier(wanted.name),
            size=sql.Literal(wanted.size),
            workspace=sql.Literal(str(wanted.workspace)),
            collection=sql.Literal(str(wanted.collection)),
            embedder=sql.Literal(wanted.embedder),
        )
    )
