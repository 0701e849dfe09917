"""A workspace of its own for every test, reached as the application reaches it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url
from sqlmodel import Session

from storage.database import Database, migrate
from storage.identifiers import uuid7
from storage.tables import Membership, UserAccount, Workspace
from tests.conftest import Postgres


@dataclass(frozen=True)
class Tenant:
    """A workspace with one owner, whose actor writes."""

    database: Database
    id: UUID
    owner: UUID
    email: str

    @property
    def actor(self) -> str:
        return f"user:{self.owner}"

    def session(self) -> AbstractContextManager[Session]:
        return self.database.workspace(self.id)


@pytest.fixture(scope="session")
def database(postgres: Postgres) -> Iterator[Database]:
    database = Database(postgres.app_url)
    yield database
    database.close()


@pytest.fixture
def owner(postgres: Postgres) -> Iterator[psycopg.Connection]:
    """The tables' owner, who sees everything."""
    with psycopg.connect(postgres.owner_url, autocommit=True) as connection:
        connection.execute("set search_path = flyt")
        yield connection


def make_tenant(database: Database) -> Tenant:
    """Without a password worth its time: those have tests of their own."""
    workspace_id, user_id, email = uuid7(), uuid7(), f"{uuid4().hex}@example.com"
    with database.session(workspace_id=workspace_id, user_id=user_id) as session:
        session.add(UserAccount(id=user_id, email=email, name="Olga", password_hash="none"))
        session.add(Workspace(id=workspace_id, name="Olga's"))
        session.flush()
        session.add(Membership(workspace_id=workspace_id, user_id=user_id, role="owner"))
    return Tenant(database, workspace_id, user_id, email)


@pytest.fixture
def tenant(database: Database) -> Tenant:
    return make_tenant(database)


@pytest.fixture
def other(database: Database) -> Tenant:
    return make_tenant(database)


def make_database(postgres: Postgres) -> Postgres:
    """Another database of the same server, with nothing in it; it goes with the server."""
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(postgres.owner_url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    urls = (
        make_url(url).set(database=name).render_as_string(hide_password=False)
        for url in (postgres.owner_url, postgres.app_url)
    )
    return Postgres(*urls)


@pytest.fixture
def empty_database(postgres: Postgres) -> Postgres:
    return make_database(postgres)


@pytest.fixture
def empty_target(postgres: Postgres) -> Postgres:
    """One more, to restore into."""
    return make_database(postgres)


@pytest.fixture
def fresh_database(empty_database: Postgres) -> Postgres:
    """Another migrated database, in which nobody has an account."""
    migrate(empty_database.owner_url)
    return empty_database


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2 with the least it takes: two cores have more to do than to wait."""
    from argon2 import PasswordHasher

    from storage.accounts import passwords

    monkeypatch.setattr(
        passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )
