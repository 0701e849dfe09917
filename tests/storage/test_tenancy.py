"""For every table: a foreign row can't be read, written or referenced by the application."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from pgvector.sqlalchemy import HALFVEC, SPARSEVEC
from psycopg import errors, sql
from psycopg.types.json import Jsonb
from sqlalchemy import ARRAY, Column, Date, ForeignKeyConstraint, LargeBinary, Table, Uuid
from sqlalchemy.dialects.postgresql import BIT, JSON, JSONB
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from storage import tables
from storage.tables.knowledge import KEYS, SHAPE
from tests.conftest import Postgres

# Referenced tables first; audit and log refer to a workspace without a foreign key.
ALL = sorted(tables.Table.metadata.sorted_tables, key=lambda table: table.name != "workspace")
OWNED = [table for table in ALL if "workspace_id" in table.c]
GLOBAL = {"workspace", "user_account", "login_session", "login_attempt"}
READ_ONLY = {"release", "audit"}
CHECKED = {"role": "owner", "sender": "bot"} | {
    "conversation_status.status": "bot",
    "session.status": "bot",
    "contact_fact.kind": "fact",
    "knowledge_source.kind": "file",
    "model_provider.kind": "openai",
    "model_saving.kind": "answers",
}
SPECIAL: dict[type[Any], Any] = {
    JSON: Jsonb({}),
    JSONB: Jsonb({}),
    HALFVEC: "[1, 0.5]",
    SPARSEVEC: f"{{1:1}}/{KEYS}",
    BIT: "1" * SHAPE,
}
Rows = dict[str, dict[str, Any]]


def by_name(table: Table) -> str:
    return table.name


@pytest.fixture(scope="module")
def rows(postgres: Postgres) -> Iterator[tuple[Rows, Rows]]:
    """A row of every table for each of two tenants."""
    with psycopg.connect(postgres.owner_url, autocommit=True) as connection:
        connection.execute("set search_path = flyt")
        yield fill(connection), fill(connection)


def fill(owner: psycopg.Connection) -> Rows:
    rows: Rows = {}
    for table in ALL:
        values = {column.name: value(column, rows) for column in needed(table)}
        rows[table.name] = insert(owner, table, values)
    return rows


def needed(table: Table) -> list[Column[Any]]:
    """What has no default, and every reference but the one to the table itself."""
    return [
        column
        for column in table.columns
        if (not column.nullable and column.server_default is None and column.identity is None)
        or any(key.column.table is not table for key in column.foreign_keys)
    ]


def value(column: Column[Any], rows: Rows) -> Any:
    for key in column.foreign_keys:
        if key.column.table is not column.table:
            return rows[key.column.table.name][key.column.name]
    if column.name == "workspace_id":
        return rows["workspace"]["id"]
    for name in (column.name, f"{column.table.name}.{column.name}"):
        if name in CHECKED:
            return CHECKED[name]
    if isinstance(column.type, Uuid):
        return uuid4()
    if isinstance(column.type, LargeBinary):
        return uuid4().bytes
    if isinstance(column.type, UTCDateTime | Date):
        return "2026-01-01T00:00:00Z"
    if isinstance(column.type, ARRAY):
        return []
    if type(column.type) in SPECIAL:
        return SPECIAL[type(column.type)]
    return uuid4().hex if isinstance(column.type, AutoString) else 1


def insert(connection: psycopg.Connection, table: Table, values: dict[str, Any]) -> dict[str, Any]:
    statement = sql.SQL("insert into flyt.{} ({}) values ({}) returning *").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() * len(values)),
    )
    cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
    return cursor.execute(statement, list(values.values())).fetchone() or {}


@pytest.fixture
def app(postgres: Postgres, rows: tuple[Rows, Rows]) -> Iterator[psycopg.Connection]:
    """The application, working for the second tenant; what it does is undone."""
    with psycopg.connect(postgres.app_url) as connection:
        work_for(connection, rows[1])
        yield connection
        connection.rollback()


def work_for(connection: psycopg.Connection, mine: Rows) -> None:
    connection.execute(
        "select set_config('flyt.workspace', %s, true), set_config('flyt.user', %s, true)",
        [str(mine["workspace"]["id"]), str(mine["user_account"]["id"])],
    )


def this(table: Table, row: dict[str, Any]) -> tuple[sql.Composed, list[Any]]:
    keys = [column.name for column in table.primary_key]
    condition = sql.SQL(" and ").join(sql.SQL("{} = %s").format(sql.Identifier(k)) for k in keys)
    return condition, [row[key] for key in keys]


def count(connection: psycopg.Connection, table: Table, row: dict[str, Any]) -> int:
    condition, values = this(table, row)
    statement = sql.SQL("select count(*) from flyt.{} where {}")
    found = connection.execute(statement.format(sql.Identifier(table.name), condition), values)
    return found.fetchone()[0]


def change(connection: psycopg.Connection, table: Table, row: dict[str, Any], **values: Any) -> int:
    condition, keys = this(table, row)
    statement = sql.SQL("update flyt.{} set {} where {}").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values),
        condition,
    )
    return connection.execute(statement, [*values.values(), *keys]).rowcount


def test_the_roles_have_no_way_around(owner: psycopg.Connection, postgres: Postgres) -> None:
    rights = "select rolsuper, rolbypassrls from pg_roles where rolname = current_user"
    assert owner.execute(rights).fetchone() == (False, False)
    with psycopg.connect(postgres.app_url) as app:
        assert app.execute(rights).fetchone() == (False, False)
        assert app.execute(
            "select pg_has_role(current_user, tableowner, 'member') from pg_tables"
            " where schemaname = 'flyt' and tablename = 'bot'"
        ).fetchone() == (False,)
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute("create table flyt.mine (id integer)")


def test_every_table_is_known_and_guarded(owner: psycopg.Connection) -> None:
    found = owner.execute(
        "select relname, relrowsecurity from pg_class"
        " where relnamespace = 'flyt'::regnamespace and relkind in ('r', 'p')"
    ).fetchall()
    guarded = {name: on for name, on in found if name != "alembic_version"}
    assert guarded == dict.fromkeys((table.name for table in ALL), True)
    assert {table.name for table in ALL if "workspace_id" not in table.c} == GLOBAL


@pytest.mark.parametrize("table", ALL, ids=by_name)
def test_a_foreign_row_cannot_be_read(
    table: Table, app: psycopg.Connection, rows: tuple[Rows, Rows], postgres: Postgres
) -> None:
    theirs, mine = rows[0][table.name], rows[1][table.name]
    if table.name == "login_attempt":
        with pytest.raises(errors.InsufficientPrivilege):
            count(app, table, theirs)
        return
    assert count(app, table, mine) == 1
    assert count(app, table, theirs) == 0
    app.rollback()  # and with no workspace set, nothing at all
    assert (
        app.execute(sql.SQL("select from flyt.{}").format(sql.Identifier(table.name))).rowcount == 0
    )


@pytest.mark.parametrize("table", ALL, ids=by_name)
def test_a_foreign_row_cannot_be_changed_or_deleted(
    table: Table, app: psycopg.Connection, rows: tuple[Rows, Rows]
) -> None:
    theirs = rows[0][table.name]
    key = next(iter(table.primary_key)).name
    condition, values = this(table, theirs)
    delete = sql.SQL("delete from flyt.{} where {}").format(sql.Identifier(table.name), condition)
    if table.name in READ_ONLY | {"login_attempt"}:
        with pytest.raises(errors.InsufficientPrivilege), app.transaction():
            change(app, table, theirs, **{key: theirs[key]})
        with pytest.raises(errors.InsufficientPrivilege), app.transaction():
            app.execute(delete, values)
        return
    assert change(app, table, theirs, **{key: theirs[key]}) == 0
    assert app.execute(delete, values).rowcount == 0


@pytest.mark.parametrize("table", ALL, ids=by_name)
def test_a_row_cannot_be_planted_in_another_workspace(
    table: Table, app: psycopg.Connection, rows: tuple[Rows, Rows]
) -> None:
    values = {column.name: value(column, rows[0]) for column in needed(table)}
    with pytest.raises(errors.InsufficientPrivilege):
        insert(app, table, values)


@pytest.mark.parametrize(
    "table", [table for table in OWNED if table.name not in READ_ONLY], ids=by_name
)
def test_a_row_cannot_be_moved_to_another_workspace(
    table: Table, app: psycopg.Connection, rows: tuple[Rows, Rows]
) -> None:
    foreign: UUID = rows[0]["workspace"]["id"]
    with pytest.raises(errors.InsufficientPrivilege):
        change(app, table, rows[1][table.name], workspace_id=foreign)


def references() -> Iterator[Any]:
    for table in OWNED:
        for key in table.foreign_key_constraints:
            if "workspace_id" in key.referred_table.c:
                name = f"{table.name}.{key.column_keys[-1]}"
                yield pytest.param(table, key, id=name)


@pytest.mark.parametrize(("table", "key"), list(references()))
def test_a_foreign_row_cannot_be_referenced(
    table: Table,
    key: ForeignKeyConstraint,
    postgres: Postgres,
    rows: tuple[Rows, Rows],
) -> None:
    """Not even by the owner, whom no policy holds: the key itself includes the workspace."""
    pairs = {(e.parent.name, e.column.name) for e in key.elements}
    assert ("workspace_id", "workspace_id") in pairs
    theirs = rows[0][key.referred_table.name]
    foreign = {mine: theirs[there] for mine, there in pairs if mine != "workspace_id"}
    if "number" in foreign or "restores" in foreign:
        foreign = {"bot_id": foreign["bot_id"]}  # numbers are alike in all workspaces
    with psycopg.connect(postgres.owner_url) as owner:
        with pytest.raises(errors.ForeignKeyViolation):
            change(owner, table, rows[1][table.name], **foreign)
        owner.rollback()
