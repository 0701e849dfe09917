from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from storage import logs
from storage.database import Database
from storage.logs import Line
from storage.tables import NOWHERE, LogLevel
from tests.storage.conftest import Tenant

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_lines_of_many_workspaces_are_written_together(
    database: Database, tenant: Tenant, other: Tenant
) -> None:
    mark = uuid4().hex
    logs.write(
        database,
        [
            Line("request", "one", NOON, tenant.id, request_id="r1", data={"path": "/x", "ms": 3}),
            Line("request", "theirs", NOON, other.id),
            Line("error", "two", NOON, tenant.id, conversation_id=tenant.id),
            Line("start", mark, NOON),
        ],
    )
    with tenant.session() as session:
        found = logs.listed(session)
        assert [(one.type, one.message) for one in found] == [("error", "two"), ("request", "one")]
        assert (found[1].data, found[1].request_id) == ({"path": "/x", "ms": 3}, "r1")
        assert found[0].conversation_id == tenant.id
    with database.workspace(NOWHERE) as session:
        assert logs.listed(session, type="start", limit=1)[0].message == mark


def test_lines_are_found_by_type_time_and_cursor(database: Database, tenant: Tenant) -> None:
    logs.write(
        database,
        [
            Line("request" if n % 2 else "model", str(n), NOON + timedelta(hours=n), tenant.id)
            for n in range(6)
        ],
    )
    with tenant.session() as session:

        def found(**filters: object) -> str:
            return "".join(one.message for one in logs.listed(session, **filters))  # type: ignore[arg-type]

        assert found() == "543210"
        assert found(type="model") == "420"
        assert found(since=NOON + timedelta(hours=2), until=NOON + timedelta(hours=4)) == "32"
        first = logs.listed(session, limit=2)
        assert found(before=first[-1].id, limit=2) == "32"


def test_what_is_grave_is_found_by_its_level(
    database: Database, tenant: Tenant, owner: psycopg.Connection
) -> None:
    levels: list[LogLevel] = ["info"] * 300
    levels[100], levels[200], levels[201] = "warning", "error", "error"
    lines = [Line("t", str(n), NOON, tenant.id, level=level) for n, level in enumerate(levels)]
    logs.write(database, lines)
    with tenant.session() as session:

        def found(level: LogLevel, **more: int) -> list[str]:
            return [one.message for one in logs.listed(session, level=level, **more)]  # type: ignore[arg-type]

        assert (found("error"), found("warning")) == (["201", "200"], ["100"])
        assert found("info", limit=2) == ["299", "298"]
        assert logs.listed(session, level="error")[0].level == "error"
    with pytest.raises(errors.CheckViolation):
        owner.execute(
            "insert into flyt.log (workspace_id, level, type, message)"
            " values (%s, 'bad', 't', 'm')",
            [tenant.id],
        )


def test_a_line_about_something_broken_is_written(database: Database, tenant: Tenant) -> None:
    data = {"nul": "a\0b", "half": "\ud83d", "whole": "😀", "path": "C:\\u0000", "what": object}
    logs.write(database, [Line("error", "NUL \0 half \ud83d whole 😀", NOON, tenant.id, data=data)])
    with tenant.session() as session:
        (line,) = logs.listed(session)
    assert line.message == "NUL \ufffd half ? whole 😀"
    assert (line.data["nul"], line.data["half"], line.data["whole"]) == ("a\ufffdb", "?", "😀")


def test_old_lines_are_pruned_in_batches(
    database: Database, tenant: Tenant, other: Tenant, owner: psycopg.Connection, monkeypatch
) -> None:
    monkeypatch.setattr(logs, "BATCH", 3)
    old = datetime(1990, 1, 1, tzinfo=UTC)
    logs.write(database, [Line("t", "old", old, one.id) for one in (tenant, other) for _ in "1234"])
    logs.write(database, [Line("t", "new", NOON, tenant.id)])
    assert logs.prune(database, datetime(1991, 1, 1, tzinfo=UTC)) == 8
    with tenant.session() as session:
        assert [one.message for one in logs.listed(session)] == ["new"]
