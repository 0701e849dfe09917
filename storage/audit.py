"""The record of who did what: rows are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from storage.tables import Audit
from storage.transaction import workspace_of


def record(
    session: Session,
    actor: str,
    action: str,
    subject: str | UUID | None = None,
    *,
    address: str | None = None,
    **data: Any,
) -> None:
    """Writes one line in the same transaction as what it tells of.

    ``actor`` is ``user:<id>``, ``key:<id>`` or ``system``; ``action`` reads ``bot.published``.
    """
    session.add(
        Audit(
            workspace_id=workspace_of(session),
            actor=actor,
            action=action,
            subject=None if subject is None else str(subject),
            address=address,
            data=data,
        )
    )


def listed(
    session: Session, *, action: str | None = None, before: int | None = None, limit: int = 50
) -> Sequence[Audit]:
    """Newest first; ``before`` is the id to go on from."""
    query = select(Audit).order_by(col(Audit.id).desc()).limit(limit)
    if action is not None:
        query = query.where(Audit.action == action)
    if before is not None:
        query = query.where(Audit.id < before)
    return session.exec(query).all()
