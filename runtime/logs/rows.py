"""Events, warnings and errors as rows of the table `log`, for `GET /api/v1/logs`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from runtime.logs import Line, Sink
from storage import logs
from storage.database import Database
from storage.tables import LogLevel

_ORDINARY = "log"  # the type of a line that is no event; those stay in the files
_OURS = "flyt"  # loggers of the house: what a server or library warns of stays in the files too
_LEVELS: dict[str, LogLevel] = {"warning": "warning", "error": "error", "critical": "error"}


def rows(database_url: str) -> Sink:
    """A sink that writes the events among its lines, each batch in one go."""
    database = Database(database_url, pool_size=1, max_overflow=0)

    def write(lines: list[Line]) -> None:
        events = [_row(line) for line in lines if _belongs(line)]
        if events:
            logs.write(database, events)

    return write


def _belongs(line: Line) -> bool:
    kind = line["type"]
    return kind != _ORDINARY and (kind != "warning" or line["logger"].startswith(_OURS))


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
        level=_LEVELS.get(line["level"], "info"),
    )


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
