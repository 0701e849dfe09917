"""The schema of the database: brought to this version, checked against it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg import Error as PostgresError
from psycopg import sql
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from storage.tables import SCHEMA

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

APP_ROLE = "flyt_app"
_MIGRATIONS = Path(__file__).parent / "migrations"
_SQL = Path(__file__).parent / "sql"
_LOCK = 0x666C7974  # "flyt": one migration at a time in a database


class MigrationError(RuntimeError):
    """The database can't be brought to this version; the message says what to do."""


def migrate(owner_url: str, *, app_password: str | None = None) -> None:
    """Brings the schema to this version, as its owner; harmless when repeated or raced.

    The application's role is made where it is missing and the owner may do so, with
    ``app_password``. Raises `MigrationError`.
    """
    with owner(owner_url).begin() as connection:
        lock(connection)
        make_role(connection, app_password)
        upgrade(connection)
        if _marked(connection) != _fingerprint():
            run_sql(connection)


def at_head(url: str) -> bool:
    """Whether the database has exactly the schema this version was written for."""
    try:
        with owner(url).connect() as connection:
            return revision(connection) == newest() and _marked(connection) == _fingerprint()
    except ProgrammingError:  # no such schema yet
        return False


def owner(url: str) -> Engine:
    """Connections for seldom, long work; none is kept."""
    return create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)


def lock(connection: Connection) -> None:
    """Until the transaction ends nobody else changes the schema."""
    connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def revision(connection: Connection) -> str | None:
    return connection.execute(text("select version_num from flyt.alembic_version")).scalar()


def newest() -> str | None:
    """The revision that this version's migrations lead to."""
    return _scripts().get_current_head()


def upgrade(connection: Connection, to: str = "head") -> None:
    """Brings the tables to a revision; a restored backup starts from its own."""
    known = {script.revision for script in _scripts().walk_revisions()}
    if to != "head" and to not in known:
        raise MigrationError(f"revision {to!r} is of a newer version of Flyt: install that first")
    connection.execute(text(f"create schema if not exists {SCHEMA}"))
    from alembic import command  # noqa: PLC0415  # slow, and every process imports this module

    command.upgrade(alembic(connection), to)


def run_sql(connection: Connection) -> None:
    """Policies, functions, triggers and grants: every file may be run again at any time."""
    connection.execute(text(f"set local search_path = {SCHEMA}, public"))
    for file in sorted(_SQL.glob("*.sql")):
        driver(connection).execute(file.read_bytes())  # many statements: no parameters
    connection.execute(text(f"comment on schema {SCHEMA} is '{_fingerprint()}'"))


def alembic(connection: Connection) -> Config:
    """Alembic's configuration for work in the connection's own transaction."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return ScriptDirectory(str(_MIGRATIONS))


def driver(connection: Connection) -> Any:
    """Psycopg's own connection, in the same transaction."""
    psycopg: Any = connection.connection.driver_connection
    return psycopg


def make_role(connection: Connection, password: str | None) -> None:
    """Makes the application's role where it is missing. Raises `MigrationError`."""
    known = connection.execute(text("select from pg_roles where rolname = :r"), {"r": APP_ROLE})
    if known.first() is not None:
        return
    mend = f"as a superuser run `CREATE ROLE {APP_ROLE} LOGIN PASSWORD '…'`"
    if password is None:
        raise MigrationError(f"the database has no role {APP_ROLE}: {mend}")
    statement = sql.SQL("create role {} login password {}")
    try:
        driver(connection).execute(
            statement.format(sql.Identifier(APP_ROLE), sql.Literal(password))
        )
    except PostgresError as error:
        raise MigrationError(f"this owner may not make the role {APP_ROLE}: {mend}") from error


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for file in sorted(_SQL.glob("*.sql")):
        digest.update(file.read_bytes())
    return f"flyt {digest.hexdigest()[:16]}"


def _marked(connection: Connection) -> str | None:
    """The fingerprint of the SQL files that were run last."""
    found = connection.execute(
        text("select obj_description(oid) from pg_namespace where nspname = :name"),
        {"name": SCHEMA},
    )
    return found.scalar()
