"""What a workspace has saved because it was there already, by month and kind of cache."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from storage.tables import ModelCall, ModelSaving
from storage.transaction import workspace_of

_COUNTED = ("hits", "misses", "tokens_in", "tokens_out", "cost", "milliseconds")
_MILLIONTHS = Decimal("0.00000001")


@dataclass(frozen=True)
class Saved:
    """How often something was there or not, and what it would have cost."""

    hits: int = 0
    misses: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)
    milliseconds: int = 0

    def __add__(self, other: Saved) -> Saved:
        return Saved(*(getattr(self, name) + getattr(other, name) for name in _COUNTED))


@dataclass(frozen=True)
class Spent:
    """What calls of models for one effect have come to; the model is the last that answered."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)
    provider: str = ""
    model: str = ""


def exact(cost: float) -> Decimal:
    """An amount of money as it is stored."""
    return Decimal(str(cost)).quantize(_MILLIONTHS)


def add(session: Session, month: date, kind: str, saved: Saved) -> None:
    """``month`` is its first day."""
    row = insert(ModelSaving).values(
        workspace_id=workspace_of(session), month=month, kind=kind, **vars(saved)
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["workspace_id", "month", "kind"],
            set_={name: getattr(ModelSaving, name) + row.excluded[name] for name in _COUNTED},
        )
    )


def of_month(session: Session, first_day: date) -> dict[str, Saved]:
    """By kind; one that was never of use is left out."""
    rows = session.exec(select(ModelSaving).where(ModelSaving.month == first_day)).all()
    return {row.kind: Saved(*(getattr(row, name) for name in _COUNTED)) for row in rows}


def spent(session: Session, conversation_id: UUID, key: str) -> Spent:
    """What the calls for an effect have cost so far."""
    mine = (col(ModelCall.conversation_id) == conversation_id, col(ModelCall.key) == key)
    sums = columns(
        func.coalesce(func.sum(ModelCall.tokens_in), 0),
        func.coalesce(func.sum(ModelCall.tokens_out), 0),
        func.coalesce(func.sum(ModelCall.cost), 0),
    ).where(*mine)
    last = (
        columns(col(ModelCall.provider), col(ModelCall.model))
        .where(*mine, col(ModelCall.status) == "ok")
        .order_by(col(ModelCall.id).desc())
        .limit(1)
    )
    tokens_in, tokens_out, cost = session.execute(sums).one()
    named = session.execute(last).one_or_none() or ("", "")
    return Spent(tokens_in, tokens_out, cost, *named)
