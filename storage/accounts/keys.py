"""API keys: shown once, kept as a hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text, update
from sqlmodel import Session, col, select

from storage import audit
from storage.accounts import passwords, workspaces
from storage.database import Database
from storage.errors import NotFound
from storage.tables import ApiKey
from storage.transaction import workspace_of

PREFIX = "flyt_"
USED_EVERY = timedelta(minutes=5)  # how exactly the last use is known


@dataclass(frozen=True)
class Holder:
    """Whom a key speaks for."""

    workspace_id: UUID
    id: UUID
    name: str
    role: str

    @property
    def actor(self) -> str:
        return f"key:{self.id}"


def create(session: Session, name: str, *, actor: str, role: str = "editor") -> tuple[ApiKey, str]:
    """A new key and its text, which can't be read again later."""
    workspaces.check_role(role)
    key = passwords.token(PREFIX)
    row = ApiKey(
        workspace_id=workspace_of(session),
        token_hash=passwords.digest(key),
        prefix=key[: len(PREFIX) + 6],
        name=name.strip()[:200] or "API key",
        role=role,
        created_by=UUID(actor.removeprefix("user:")) if actor.startswith("user:") else None,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "key.created", row.id, name=row.name, role=role)
    return row, key


def listed(session: Session) -> Sequence[ApiKey]:
    """The keys that work, newest first."""
    query = select(ApiKey).where(col(ApiKey.revoked_at).is_(None)).order_by(col(ApiKey.id).desc())
    return session.exec(query).all()


def revoke(session: Session, key_id: UUID, *, actor: str) -> None:
    """Raises `NotFound` for one that doesn't work anyway."""
    for row in listed(session):
        if row.id == key_id:
            row.revoked_at = datetime.now(UTC)
            session.add(row)
            audit.record(session, actor, "key.revoked", key_id, name=row.name)
            return
    raise NotFound("there is no such key")


def by_key(database: Database, key: str) -> Holder | None:
    """Whom a key speaks for; None for one that doesn't work."""
    if not key.startswith(PREFIX):
        return None
    with database.system() as session:
        found = session.connection().execute(
            text("select * from flyt.api_key_by_hash(:hash)"), {"hash": passwords.digest(key)}
        )
        row = found.mappings().one_or_none()
    if row is None:
        return None
    now = datetime.now(UTC)
    if row["used_at"] is None or now - row["used_at"] > USED_EVERY:
        with database.workspace(row["workspace_id"]) as session:
            session.execute(update(ApiKey).where(col(ApiKey.id) == row["id"]).values(used_at=now))
    return Holder(row["workspace_id"], row["id"], row["name"], row["role"])
