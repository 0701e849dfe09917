"""Trained intents of a workspace, by the fingerprint of their examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from storage.tables import TrainedIntents
from storage.transaction import workspace_of

KEPT = 30  # of a workspace: those used last; every change of an example makes another


@dataclass(frozen=True)
class Trained:
    model: bytes
    report: dict[str, Any]


def find(session: Session, fingerprint: str) -> Trained | None:
    row = session.exec(
        select(TrainedIntents).where(TrainedIntents.fingerprint == fingerprint)
    ).one_or_none()
    if row is None:
        return None
    session.execute(
        update(TrainedIntents)
        .where(
            col(TrainedIntents.fingerprint) == fingerprint,
            col(TrainedIntents.used_at) < func.now() - text("interval '1 day'"),
        )
        .values(used_at=func.now())
        .execution_options(synchronize_session=False)
    )
    return Trained(row.model, row.report)


def keep(session: Session, fingerprint: str, model: bytes, report: Mapping[str, Any]) -> None:
    """Those that were not used for longest make room."""
    values = {
        "workspace_id": workspace_of(session),
        "fingerprint": fingerprint,
        "model": model,
        "report": dict(report),
    }
    session.execute(insert(TrainedIntents).values(values).on_conflict_do_nothing())
    last = (
        select(TrainedIntents.fingerprint)
        .order_by(col(TrainedIntents.used_at).desc(), col(TrainedIntents.created_at).desc())
        .limit(KEPT)
    )
    session.execute(
        delete(TrainedIntents)
        .where(col(TrainedIntents.fingerprint).not_in(last))
        .execution_options(synchronize_session=False)
    )
