"""Whom the running transaction works for, kept where row-level security reads it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session


def enter(
    session: Session, *, workspace_id: UUID | None = None, user_id: UUID | None = None
) -> None:
    """Gives the running transaction its workspace and user; both end with it."""
    for name, value in (("flyt.workspace", workspace_id), ("flyt.user", user_id)):
        if value is not None:
            session.connection().execute(
                text("select set_config(:name, :value, true)"), {"name": name, "value": str(value)}
            )


def workspace_of(session: Session) -> UUID:
    """The workspace that the running transaction has entered."""
    found = session.connection().execute(
        text("select cast(current_setting('flyt.workspace') as uuid)")
    )
    return found.scalar_one()
