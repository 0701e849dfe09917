"""The states of a source that is read: queued, worked on under a lease, then ready or failed.

``progress`` of a row is ``{"stage", "done", "total", "wanted", "since", "before"}``: what is being
done, for a person to see; whether all is read again or only what has changed here is made findable;
since when this is wanted, and how it was before. What was written since then came of this reading,
however many processes it took.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, select

from storage.errors import Refused
from storage.tables import KnowledgeSource

Wanted = Literal["reading", "indexing"]
EVERY = {"P1D": timedelta(days=1), "P7D": timedelta(days=7)}
HANDED_ON = 10.0  # seconds that a worker has to take what is queued, before it is found again
MOST_ATTEMPTS = 8  # processes that may die of the same source

_QUEUED = """
  status = 'queued', leased_by = null, attempts = 0, updated_at = now(),
  leased_until = clock_timestamp() + make_interval(secs => :patience),
  progress = jsonb_build_object(
    'stage', 'waiting', 'done', 0, 'total', 0, 'wanted', cast(:wanted as text), 'since', now(),
    'before', status)
"""


class LostLease(Exception):
    """Another process reads this source by now, or it is gone."""


@dataclass(frozen=True)
class Claimed:
    """A source under the lease of ``reader``, as it was when it was taken.

    ``since``: what is not older came of this reading.
    """

    source: KnowledgeSource
    reader: str
    wanted: Wanted
    since: datetime


def queue(session: Session, source_id: UUID, *, anew: bool = False) -> None:
    """Has a source read. One that is being read goes on, or, with ``anew``, begins again."""
    session.execute(
        text(
            f"update flyt.knowledge_source set {_QUEUED} where id = :id"  # noqa: S608
            " and (:anew or status in ('ready', 'failed') or progress->>'wanted' = 'indexing')"
        ),
        {"id": source_id, "anew": anew, "patience": HANDED_ON, "wanted": "reading"},
    )


def queue_indexing(
    session: Session, *, source_id: UUID | None = None, collection_id: UUID | None = None
) -> Sequence[UUID]:
    """Has what changed here made findable; answers the sources to wake a worker for.

    One that is worked on already looks for such changes before it ends.
    """
    found = session.execute(
        text(
            f"update flyt.knowledge_source set {_QUEUED}"  # noqa: S608
            " where (id = :source or collection_id = :collection)"
            " and status in ('ready', 'failed') returning id"
        ),
        {
            "source": source_id,
            "collection": collection_id,
            "patience": HANDED_ON,
            "wanted": "indexing",
        },
    )
    return list(found.scalars())


def claim(session: Session, source_id: UUID, reader: str, lease: float) -> Claimed | None:
    """Takes a source that waits; None where somebody else has it, or it is given up."""
    found = session.execute(
        text(
            "update flyt.knowledge_source set status = 'working', leased_by = :reader,"
            " attempts = attempts + 1,"
            " leased_until = clock_timestamp() + make_interval(secs => :lease)"
            " where id = :id and (status = 'queued'"
            "   or status = 'working' and leased_until < clock_timestamp()) returning attempts"
        ),
        {"id": source_id, "reader": reader, "lease": lease},
    )
    attempts = found.scalar_one_or_none()
    if attempts is None:
        return None
    source = session.exec(select(KnowledgeSource).where(KnowledgeSource.id == source_id)).one()
    if attempts > MOST_ATTEMPTS:
        source.status, source.leased_by, source.leased_until = "failed", None, None
        source.error = (
            f"it was begun {MOST_ATTEMPTS} times and no attempt came to an end: is it too large?"
        )
        session.add(source)
        return None
    since = datetime.fromisoformat(source.progress["since"])
    return Claimed(source, reader, source.progress["wanted"], since)


def hold(session: Session, claimed: Claimed, *, to_change: bool = False) -> UUID:
    """Keeps the source from being deleted until the transaction ends; answers its collection.

    ``to_change`` keeps it from being changed too: to be taken before anything that hangs on it, as
    everywhere, so that no two wait for each other. Raises `LostLease`.
    """
    query = select(KnowledgeSource.collection_id).where(
        KnowledgeSource.id == claimed.source.id, KnowledgeSource.leased_by == claimed.reader
    )
    locked = query.with_for_update(read=not to_change, key_share=True)
    collection_id = session.exec(locked).first()
    if collection_id is None:
        raise LostLease
    return collection_id


def renew(session: Session, claimed: Claimed, lease: float, progress: dict[str, Any]) -> bool:
    """Keeps the lease and tells how far it is; False where the lease is lost."""
    kept = session.execute(
        text(
            "update flyt.knowledge_source set progress = progress || cast(:progress as jsonb),"
            " leased_until = clock_timestamp() + make_interval(secs => :lease)"
            " where id = :id and leased_by = :reader returning id"
        ),
        {
            "id": claimed.source.id,
            "reader": claimed.reader,
            "lease": lease,
            "progress": json.dumps(progress),
        },
    )
    return kept.first() is not None


def record(
    session: Session, claimed: Claimed, report: Mapping[str, Any], error: str | None
) -> None:
    """Notes what a reading brought; what is left is to make it findable. Raises `LostLease`."""
    source = _required(session, claimed)
    now = _now(session)
    source.report, source.error = dict(report), error
    source.read_at, source.next_at = now, next_reading(source.every, now)
    source.progress = {
        **source.progress,
        "wanted": "indexing",
        "before": "failed" if error else "ready",
    }
    session.add(source)


def postpone(session: Session, claimed: Claimed, pause: float, problem: str) -> None:
    """Puts a source back, to be made findable after ``pause`` seconds. Raises `LostLease`."""
    source = _required(session, claimed)
    source.status, source.leased_by = "queued", None
    source.leased_until = _now(session) + timedelta(seconds=pause)
    source.progress = {**source.progress, "stage": "waiting"}
    _tell(source, problem)
    session.add(source)


def finish(session: Session, claimed: Claimed, problem: str | None) -> None:
    """Ends the work on a source; a ``problem`` is told though what was read can be found.

    Raises `LostLease`.
    """
    source = _required(session, claimed)
    source.status = str(source.progress.get("before", "ready"))
    source.leased_by = source.leased_until = None
    source.attempts = 0
    source.progress = {**source.progress, "stage": source.status}
    _tell(source, problem)
    session.add(source)


def _tell(source: KnowledgeSource, problem: str | None) -> None:
    """Why a source could not be read outweighs why it is not found by its meaning."""
    if source.progress.get("before") != "failed":
        source.error = problem


def next_reading(every: str | None, now: datetime) -> datetime | None:
    return now + EVERY[every] if every else None


def every_of(given: str | None) -> str | None:
    """Raises `Refused`."""
    if given is not None and given not in EVERY:
        raise Refused(f"a source is read again every {' or '.join(EVERY)}, or not by itself (null)")
    return given


def _required(session: Session, claimed: Claimed) -> KnowledgeSource:
    query = select(KnowledgeSource).where(
        KnowledgeSource.id == claimed.source.id, KnowledgeSource.leased_by == claimed.reader
    )
    source = session.exec(query.with_for_update(key_share=True)).one_or_none()
    if source is None:
        raise LostLease
    return source


def _now(session: Session) -> datetime:
    return session.execute(text("select clock_timestamp()")).scalar_one()
