"""Events and errors as rows of the table `log`, for `GET /api/v1/logs`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from runtime.logs import Line, Sink
from storage import logs
from storage.database import Database

_ORDINARY = "log"  # the type of a line that is no event; those stay in the files


def rows(database_url: str) -> Sink:
    """A sink that writes the events among its lines, each batch in one go."""
    database = Database(database_url, pool_size=1, max_overflow=0)

    def write(lines: list[Line]) -> None:
        events = [_row(line) for line in lines if line["type"] != _ORDINARY]
        if events:
            logs.write(database, events)

    return write


def _row(line: Line) -> logs.Line:
    data = dict(line.get("data", {}))
    if "error" in line:
        data["error"] = line["error"]
    return logs.Line(
        type=line["type"],
        message=line["message"],
        at=datetime.fromisoformat(line["time"]),
        workspace_id=_id(line.get("workspace")),
        conversation_id=_id(line.get("conversation")),
        request_id=line.get("request"),
        data=data,
    )


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
