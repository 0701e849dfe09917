"""The log as rows, written in batches and read by the admin API."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from storage.database import Database
from storage.tables import NOWHERE, Log, LogLevel

BATCH = 5_000  # rows deleted in one transaction
MOST = 500  # rows in one answer
LONGEST = 10_000  # characters of a message

_INSERT = text(
    "insert into flyt.log"
    " (workspace_id, level, type, message, at, request_id, conversation_id, data)"
    " select :workspace, level, type, message, at, request, conversation, data"
    " from unnest(cast(:levels as text[]), cast(:types as text[]), cast(:messages as text[]),"
    " cast(:ats as timestamptz[]), cast(:requests as text[]), cast(:conversations as uuid[]),"
    " cast(:datas as jsonb[]))"
    " as line (level, type, message, at, request, conversation, data)"
)


@dataclass(frozen=True)
class Line:
    """One event: an incoming request, a model's answer, an error. No secrets, nothing personal."""

    type: str
    message: str
    at: datetime
    workspace_id: UUID | None = None
    conversation_id: UUID | None = None
    request_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    level: LogLevel = "info"


def write(database: Database, lines: Iterable[Line]) -> None:
    """Writes lines of any workspaces, each workspace's in one statement."""
    grouped: defaultdict[UUID, list[Line]] = defaultdict(list)
    for line in lines:
        grouped[line.workspace_id or NOWHERE].append(line)
    for workspace_id, group in grouped.items():
        with database.workspace(workspace_id) as session:
            session.connection().execute(_INSERT, _columns(workspace_id, group))


def listed(
    session: Session,
    *,
    type: str | None = None,  # noqa: A002  # the column's name
    level: LogLevel | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> Sequence[Log]:
    """Newest first; ``before`` is the id to go on from."""
    query = select(Log).order_by(col(Log.id).desc()).limit(min(limit, MOST))
    if type is not None:
        query = query.where(Log.type == type)
    if level is not None:
        query = query.where(Log.level == level)
    if since is not None:
        query = query.where(Log.at >= since)
    if until is not None:
        query = query.where(Log.at < until)
    if before is not None:
        query = query.where(Log.id < before)
    return session.exec(query).all()


def prune(database: Database, before: datetime) -> int:
    """Deletes what is older, of all workspaces, in short transactions; answers how many rows."""
    gone = 0
    while True:
        with database.system() as session:
            found = session.connection().execute(
                text("select flyt.prune_logs(:before, :most)"), {"before": before, "most": BATCH}
            )
            number: int = found.scalar_one()
        gone += number
        if number < BATCH:
            return gone


def _columns(workspace_id: UUID, lines: list[Line]) -> dict[str, Any]:
    return {
        "workspace": workspace_id,
        "levels": [line.level for line in lines],
        "types": [line.type for line in lines],
        "messages": [_clean(line.message[:LONGEST]) for line in lines],
        "ats": [line.at for line in lines],
        "requests": [line.request_id for line in lines],
        "conversations": [line.conversation_id for line in lines],
        "datas": [_json(line.data) for line in lines],
    }


def _clean(message: str) -> str:
    """A line about a broken text must not break too: what can't be stored is replaced."""
    return message.replace("\0", "\ufffd").encode(errors="replace").decode()


def _json(data: dict[str, Any]) -> str:
    return _clean(json.dumps(data, default=str, ensure_ascii=False)).replace("\\u0000", "\\ufffd")
