"""What the operator of an installation does from the command line, with the owner's rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import Session, col, select

from runtime import first_run
from runtime.settings import Settings
from storage import schema
from storage.accounts import keys, people
from storage.database import Database
from storage.errors import NotFound, Refused
from storage.tables import Workspace


def migrate(settings: Settings) -> None:
    """Brings the schema to this version and makes the first owner that the settings name."""
    password = urlsplit(settings.database_url).password
    schema.migrate(settings.database_owner_url, app_password=password)
    if settings.admin_email and settings.admin_password:
        with _database(settings) as database:
            if not people.is_set_up(database):
                first_run.set_up(
                    database, email=settings.admin_email, password=settings.admin_password
                )


def create_user(
    settings: Settings, email: str, password: str, name: str, role: str, workspace: str | None
) -> people.Created:
    """Makes a person: the first owner, else a member of `workspace`, else the owner of a new one.

    Raises `storage.errors.Refused`.
    """
    with _database(settings) as database:
        if workspace is None and not people.is_set_up(database):
            return first_run.set_up(database, email=email, password=password, name=name)
        found = find_workspace(settings, workspace) if workspace else None
        return people.create_user(
            database, email=email, password=password, name=name, workspace_id=found, role=role
        )


def create_apikey(settings: Settings, name: str, role: str, workspace: str | None) -> str:
    """The text of a new key. Raises `storage.errors.Refused`."""
    found = find_workspace(settings, workspace)
    with _database(settings) as database, database.workspace(found) as session:
        return keys.create(session, name, actor="system", role=role)[1]


def find_workspace(settings: Settings, wanted: str | None) -> UUID:
    """The workspace with this name or id; without one, the only one there is.

    Asks as the owner of the tables, whom no policy binds. Raises `NotFound` or `Refused`.
    """
    with Session(schema.owner(settings.database_owner_url)) as session:
        known = session.exec(select(Workspace).order_by(col(Workspace.created_at))).all()
    if not known:
        raise NotFound(
            "there is no workspace to be seen: make the first owner with `flyt user create EMAIL`,"
            " and let DATABASE_OWNER_URL name the owner of the tables"
        )
    fitting = [one for one in known if wanted in (None, one.name, str(one.id))]
    if not fitting:
        raise NotFound(f"there is no workspace {wanted!r}; there are {_listed(known)}")
    if len(fitting) > 1:
        raise Refused(f"say which with --workspace and its id: {_listed(fitting)}")
    return fitting[0].id


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url, pool_size=1)
    try:
        yield database
    finally:
        database.close()


def _listed(workspaces: Iterable[Workspace]) -> str:
    """On one line, whatever somebody has put into a name."""
    return ", ".join(f"{' '.join(one.name.split())} ({one.id})" for one in workspaces)
