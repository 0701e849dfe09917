"""Connections to PostgreSQL, with the workspace set for each transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DataError
from sqlmodel import Session

from storage.errors import Refused
from storage.schema import MigrationError, at_head, migrate
from storage.timing import Told, watch
from storage.transaction import enter

__all__ = ["Database", "MigrationError", "Unstorable", "WrongRole", "at_head", "migrate"]


class WrongRole(RuntimeError):
    """The login role owns the tables, so nothing would keep workspaces apart."""

    def __init__(self) -> None:
        super().__init__(
            "DATABASE_URL logs in as the owner of the tables or as a superuser, for whom row-level"
            " security does not hold: give flyt_app's address there, and the owner's in"
            " DATABASE_OWNER_URL"
        )


class Unstorable(Refused, ValueError):
    """A value that PostgreSQL can't hold: a NUL character, half a character, too large a number."""


class Database:
    """A pool of connections of the application's role.

    Every context below is one transaction, committed at its end, rolled back by an exception.
    What is read stays readable after it. A connection raises `WrongRole` for a role that row-level
    security does not hold for. ``told`` hears of every statement.
    """

    def __init__(
        self, url: str, *, pool_size: int = 5, max_overflow: int = 5, told: Told | None = None
    ) -> None:
        self.engine: Engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=pool_size,
            max_overflow=max_overflow,
        )
        event.listen(self.engine, "connect", _refuse_owner)
        if told:
            watch(self.engine, told)

    @contextmanager
    def session(
        self, *, workspace_id: UUID | None = None, user_id: UUID | None = None
    ) -> Iterator[Session]:
        """Rows of one workspace, or of one user's account, or of both. Raises `Unstorable`."""
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                enter(session, workspace_id=workspace_id, user_id=user_id)
                yield session
        except (DataError, UnicodeEncodeError) as error:
            reason = str(getattr(error, "orig", error)).partition("\n")[0]
            raise Unstorable(f"this can't be stored: {reason}") from error

    @contextmanager
    def workspace(self, workspace_id: UUID) -> Iterator[Session]:
        """Rows of one workspace; nothing else can be read, written or referenced."""
        with self.session(workspace_id=workspace_id) as session:
            yield session

    @contextmanager
    def system(self) -> Iterator[Session]:
        """No workspace: only the functions that find what is looked for before it is known."""
        with self.session() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def _refuse_owner(connection: Any, record: Any) -> None:
    """The table may not exist yet: then nothing can leak either."""
    found = connection.execute(
        "select row_security_active(c.oid) from pg_class c"
        " where c.relname = 'conversation' and c.relnamespace = to_regnamespace('flyt')"
    ).fetchone()
    connection.rollback()
    if found == (False,):
        raise WrongRole
