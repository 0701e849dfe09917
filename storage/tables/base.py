"""What every table shares: the schema, the naming of constraints, composite keys."""

from __future__ import annotations

import re
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Identity,
    MetaData,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import declared_attr
from sqlmodel import AutoString, Field, SQLModel

from storage.identifiers import uuid7

SCHEMA = "flyt"

NOWHERE = UUID(int=0)
"""The workspace of log and audit rows that belong to none, such as a failed sign-in."""


@compiles(AutoString, "postgresql")
def _text(element: AutoString, compiler: Any, **options: Any) -> str:
    """Strings are ``text``, for a PL/pgSQL function refuses varchar where it declares text."""
    return "TEXT"


class Table(SQLModel):
    """Base of all tables. A class name in CamelCase is a table name in snake_case."""

    model_config = {"defer_build": True}  # rows of tables are never validated

    metadata = MetaData(
        schema=SCHEMA,
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )

    @declared_attr.directive
    def __tablename__(cls) -> str:  # pyright: ignore  # noqa: N805  # called with the class
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class Owned(Table):
    """A row of one workspace; the policy of the table compares this column with the setting."""

    workspace_id: UUID = Field(primary_key=True)


class Identified(Owned):
    """A row of one workspace with an identifier of its own, which sorts by creation."""

    id: UUID = Field(default_factory=uuid7, primary_key=True)


def reference(
    table: str,
    *columns: str,
    to: tuple[str, ...] = ("id",),
    ondelete: str = "CASCADE",
) -> ForeignKeyConstraint:
    """A foreign key that includes the workspace, so that a foreign row can't be referenced."""
    return ForeignKeyConstraint(
        ["workspace_id", *columns],
        [f"{SCHEMA}.{table}.{column}" for column in ("workspace_id", *to)],
        ondelete=ondelete,
    )


def in_workspace() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["workspace_id"], [f"{SCHEMA}.workspace.id"], ondelete="CASCADE")


def one_of(column: str, literal: Any) -> CheckConstraint:
    """A check that ``column`` holds one of the words of a ``Literal`` type."""
    words = ", ".join(f"'{word}'" for word in get_args(literal))
    return CheckConstraint(f"{column} in ({words})", name=column)


def json_field(default: str = "{}") -> Any:
    """A JSONB column that is never null; change it by assigning a new value."""
    return Field(
        default_factory=dict if default == "{}" else list,
        sa_type=JSONB,
        nullable=False,
        sa_column_kwargs={"server_default": text(f"'{default}'::jsonb")},
    )


def word_field(default: str) -> Any:
    """A short word from a fixed list; see `one_of`."""
    return Field(default=default, sa_column_kwargs={"server_default": default})


def number_field(default: int = 0) -> Any:
    return Field(default=default, sa_column_kwargs={"server_default": text(str(default))})


def now_field() -> Any:
    """The moment of the transaction that wrote the row, by the database's clock."""
    return Field(default=None, nullable=False, sa_column_kwargs={"server_default": func.now()})


def big_field(**options: Any) -> Any:
    return Field(sa_type=BigInteger, nullable=False, **options)


def arrival_field(*, primary_key: bool) -> Any:
    """A number the database counts up: the order in which rows came."""
    return Field(
        default=None,
        primary_key=primary_key,
        sa_type=BigInteger,
        nullable=False,
        sa_column_args=(Identity(always=True),),
    )
