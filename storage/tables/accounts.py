"""Who may do what: people, workspaces, roles, and the proofs they show."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from storage.identifiers import uuid7
from storage.tables.base import (
    SCHEMA,
    Identified,
    Owned,
    Table,
    arrival_field,
    in_workspace,
    json_field,
    now_field,
    number_field,
    one_of,
    word_field,
)

Role = Literal["owner", "editor", "agent", "viewer"]


class Workspace(Table, table=True):
    """One tenant. Visible only while it is the transaction's workspace."""

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    name: str
    language: str = word_field("en")
    timezone: str = word_field("UTC")
    settings: dict[str, Any] = json_field()
    created_at: datetime = now_field()


class UserAccount(Table, table=True):
    """A person who signs in. Visible only while it is the transaction's user."""

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    email: str = Field(unique=True)  # lower case
    name: str
    password_hash: str  # argon2id
    language: str | None = None
    created_at: datetime = now_field()


class Membership(Owned, table=True):
    __table_args__ = (in_workspace(), one_of("role", Role))

    user_id: UUID = Field(
        primary_key=True, index=True, foreign_key=f"{SCHEMA}.user_account.id", ondelete="CASCADE"
    )
    role: str
    created_at: datetime = now_field()


class LoginSession(Table, table=True):
    """A browser that is signed in. The token itself is only in its cookie."""

    token_hash: bytes = Field(primary_key=True)  # SHA-256
    user_id: UUID = Field(index=True, foreign_key=f"{SCHEMA}.user_account.id", ondelete="CASCADE")
    current_workspace_id: UUID | None = Field(
        default=None, foreign_key=f"{SCHEMA}.workspace.id", ondelete="SET NULL"
    )
    address: str | None = None
    agent: str | None = None
    created_at: datetime = now_field()
    seen_at: datetime = now_field()
    expires_at: datetime


class LoginAttempt(Table, table=True):
    """How often somebody tried lately, by e-mail or address; reached by functions only."""

    key: str = Field(primary_key=True)
    attempts: int = number_field()
    until: datetime = Field(index=True)  # the end of the window


class Invitation(Identified, table=True):
    __table_args__ = (in_workspace(), one_of("role", Role))

    token_hash: bytes = Field(unique=True)  # SHA-256
    email: str
    role: str
    invited_by: UUID | None = Field(
        default=None, foreign_key=f"{SCHEMA}.user_account.id", ondelete="SET NULL"
    )
    created_at: datetime = now_field()
    expires_at: datetime
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None


class ApiKey(Identified, table=True):
    __table_args__ = (in_workspace(), one_of("role", Role))

    token_hash: bytes = Field(unique=True)  # SHA-256
    prefix: str  # what a person recognises the key by
    name: str
    role: str = word_field("editor")
    created_by: UUID | None = Field(
        default=None, foreign_key=f"{SCHEMA}.user_account.id", ondelete="SET NULL"
    )
    created_at: datetime = now_field()
    used_at: datetime | None = None  # to within some minutes
    revoked_at: datetime | None = None


class Audit(Owned, table=True):
    """Who did what. Rows are only ever added; those of no workspace carry `NOWHERE`."""

    __table_args__ = (Index(None, "workspace_id", "action", "id"),)

    id: int = arrival_field(primary_key=True)
    at: datetime = now_field()
    actor: str  # "user:<id>", "key:<id>" or "system"
    action: str  # "user.signed_in", "bot.published" …
    subject: str | None = None  # what it was done to
    address: str | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB, nullable=False)
