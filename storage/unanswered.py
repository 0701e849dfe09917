"""Questions that bots could not answer, or were not sure of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from runtime.core.likeness import telling

DAYS = 30
LOOKED_AT = 5_000  # answers
MOST = 100  # questions that are told

_FAILED = """
  select e.args->>'question' as question, e.result->>'verdict' as verdict, e.created_at as at,
         e.args->'collections' as collections, e.conversation_id, said.seq
    from flyt.effect e
   cross join lateral (
      select m.seq from flyt.message m
       where m.workspace_id = e.workspace_id and m.conversation_id = e.conversation_id
         and m.turn > e.turn and m.sender = 'bot' and m.kind = 'message' and m.deleted_at is null
       order by m.seq limit 1) said
   where e.kind = 'ai.answer' and e.created_at > now() - make_interval(days => :days)
     and e.result->>'verdict' in ('unsure', 'nothing_found') and e.args->>'question' <> ''
   order by e.created_at desc limit :most
"""
_PUT_RIGHT = "select distinct question from flyt.message_rating where reviewed_id is not null"


@dataclass(frozen=True)
class Unanswered:
    """Questions in near-equal words: the newest one, and how often they came.

    ``conversation_id`` and ``seq`` name what the bot said to the newest.
    """

    question: str
    count: int
    verdict: str
    last_at: datetime
    collections: Sequence[str]
    conversation_id: UUID
    seq: int


def listed(session: Session) -> Sequence[Unanswered]:
    """Those of the last days that nobody has answered since, the most frequent first."""
    connection = session.connection()
    answered = {_words(row.question) for row in connection.execute(text(_PUT_RIGHT))}
    found: dict[frozenset[str], Unanswered] = {}
    counts: dict[frozenset[str], int] = {}
    for row in connection.execute(text(_FAILED), {"days": DAYS, "most": LOOKED_AT}):
        key = _words(row.question)
        if not key or key in answered:
            continue
        counts[key] = counts.get(key, 0) + 1
        if key not in found:
            collections = [str(one) for one in row.collections or ()]
            found[key] = Unanswered(
                row.question, 1, row.verdict, row.at, collections, row.conversation_id, row.seq
            )
    often = sorted(found, key=lambda key: (-counts[key], -found[key].last_at.timestamp()))
    return [replace(found[key], count=counts[key]) for key in often[:MOST]]


def _words(question: str) -> frozenset[str]:
    return frozenset(telling(question))
