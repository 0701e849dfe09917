from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic import command
from psycopg import errors
from sqlalchemy import text
from sqlmodel import select

from storage import schema
from storage.database import Database, MigrationError, Unstorable, WrongRole, at_head, migrate
from storage.tables import Bot
from tests.conftest import Postgres
from tests.storage.conftest import Tenant


def test_tables_and_migrations_agree(postgres: Postgres) -> None:
    with schema.owner(postgres.owner_url).begin() as connection:
        command.check(schema.alembic(connection))


def test_an_empty_database_is_migrated_once_by_many(empty_database: Postgres) -> None:
    assert not at_head(empty_database.app_url)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty_database.owner_url] * 4))
    assert at_head(empty_database.app_url)
    assert at_head(empty_database.owner_url)


def test_changed_sql_is_run_again(fresh_database: Postgres) -> None:
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute("comment on schema flyt is 'flyt of last week'")
        owner.execute("drop function flyt.is_set_up")
        assert not at_head(fresh_database.app_url)
        migrate(fresh_database.owner_url)
        assert owner.execute("select flyt.is_set_up()").fetchone() == (False,)


def test_a_revision_of_the_future_is_refused(fresh_database: Postgres) -> None:
    engine = schema.owner(fresh_database.owner_url)
    with pytest.raises(MigrationError, match="newer version"), engine.begin() as connection:
        schema.upgrade(connection, "9999")


def test_the_owner_may_not_serve_visitors(fresh_database: Postgres) -> None:
    database = Database(fresh_database.owner_url)
    for _ in range(2):
        with pytest.raises(WrongRole, match="DATABASE_OWNER_URL"):
            bots_of(database)


def bots_of(database: Database) -> Sequence[Bot]:
    with database.system() as session:
        return session.exec(select(Bot)).all()


def test_the_workspace_ends_with_its_transaction(database: Database, tenant: Tenant) -> None:
    with tenant.session() as session:
        session.add(Bot(workspace_id=tenant.id, name="one"))
    with database.system() as session:
        assert session.exec(select(Bot)).all() == []
        setting = session.connection().execute(
            text("select coalesce(current_setting('flyt.workspace', true), '')")
        )
        assert setting.scalar_one() == ""


def test_an_exception_undoes_everything(tenant: Tenant) -> None:
    with pytest.raises(ZeroDivisionError):
        add_a_bot_and_fail(tenant)
    with tenant.session() as session:
        assert session.exec(select(Bot)).all() == []


def add_a_bot_and_fail(tenant: Tenant) -> None:
    with tenant.session() as session:
        session.add(Bot(workspace_id=tenant.id, name="one"))
        session.flush()
        raise ZeroDivisionError


@pytest.mark.parametrize("name", ["a\0b", "half a \ud83d"])
def test_what_cannot_be_stored_is_the_callers_mistake(tenant: Tenant, name: str) -> None:
    with pytest.raises(Unstorable, match="can't be stored"), tenant.session() as session:
        session.add(Bot(workspace_id=tenant.id, name=name))


def test_new_tables_are_granted_by_default(fresh_database: Postgres) -> None:
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute("create table flyt.later (id integer)")
        owner.execute("create function flyt.later_too() returns integer return 1")
    with psycopg.connect(fresh_database.app_url, autocommit=True) as app:
        assert app.execute("select * from flyt.later").fetchall() == []
        assert app.execute("select flyt.later_too()").fetchone() == (1,)


def test_the_schema_is_closed_to_other_roles(owner: psycopg.Connection) -> None:
    found = owner.execute(
        "select relname from pg_class c, aclexplode(c.relacl) a"
        " where relnamespace = 'flyt'::regnamespace and a.grantee = 0"
    ).fetchall()
    assert found == []


@pytest.mark.parametrize("table", ["release", "audit"])
@pytest.mark.parametrize("statement", ["update {} set workspace_id = null", "delete from {}"])
def test_the_record_is_never_rewritten(postgres: Postgres, table: str, statement: str) -> None:
    with psycopg.connect(postgres.app_url) as app, pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement.format(f"flyt.{table}"))  # type: ignore[arg-type]


def test_errors_logged_before_there_were_levels_are_found_by_theirs(
    empty_database: Postgres,
) -> None:
    line = "insert into flyt.log (workspace_id, type, message) values (gen_random_uuid(), %s, 'm')"
    with schema.owner(empty_database.owner_url).begin() as connection:
        schema.upgrade(connection, "0002")
        for kind in ("error", "request"):
            schema.driver(connection).execute(line, [kind])
    migrate(empty_database.owner_url)
    with psycopg.connect(empty_database.owner_url) as owner:
        found = owner.execute("select type, level from flyt.log order by id").fetchall()
    assert found == [("error", "error"), ("request", "info")]
