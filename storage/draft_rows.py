"""The rows behind a draft: its items, and the log of operations on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from storage.tables import Draft, DraftItem, DraftOperation
from storage.transaction import workspace_of


def stored(session: Session, bot_id: UUID) -> list[tuple[str, Any]]:
    """Keys and values in the document's order, without what was deleted."""
    query = (
        select(DraftItem.key, DraftItem.value)
        .where(DraftItem.bot_id == bot_id, col(DraftItem.value).is_not(None))
        .order_by(col(DraftItem.place), col(DraftItem.key))
    )
    return list(iter(session.exec(query)))


def versions_of(session: Session, bot_id: UUID, tab: str, numbers: Iterable[int]) -> dict[int, int]:
    """Which of a tab's operations were applied already, and as what version."""
    query = select(DraftOperation.number, DraftOperation.version).where(
        DraftOperation.bot_id == bot_id,
        DraftOperation.tab == tab,
        col(DraftOperation.number).in_(list(numbers)),
    )
    return dict(iter(session.exec(query)))


def items(session: Session, bot_id: UUID, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The items as they stand, deleted ones too."""
    query = select(DraftItem).where(DraftItem.bot_id == bot_id, col(DraftItem.key).in_(list(keys)))
    return {item.key: item.model_dump() for item in session.exec(query)}


def changed_by_others(
    session: Session, bot_id: UUID, keys: Iterable[str], *, after: int, tab: str
) -> dict[str, int]:
    """The version at which somebody else wrote each item last, where that is after ``after``."""
    query = (
        select(DraftOperation.key, func.max(DraftOperation.version))
        .where(
            DraftOperation.bot_id == bot_id,
            DraftOperation.version > after,
            DraftOperation.tab != tab,
            col(DraftOperation.key).in_(list(keys)),
        )
        .group_by(DraftOperation.key)
    )
    return dict(iter(session.exec(query)))


def write(
    session: Session,
    bot_id: UUID,
    version: int,
    log: list[dict[str, Any]],
    changed: list[dict[str, Any]],
) -> None:
    """Appends to the log, writes the items as they stand after it, counts the draft up."""
    owner = {"workspace_id": workspace_of(session), "bot_id": bot_id}
    session.execute(insert(DraftOperation), [owner | row for row in log])
    upsert = insert(DraftItem)
    upsert = upsert.on_conflict_do_update(
        index_elements=["workspace_id", "bot_id", "key"],
        set_={name: upsert.excluded[name] for name in ("value", "version", "tab", "actor")},
    )
    session.execute(upsert, [owner | row for row in changed])
    session.execute(
        update(Draft)
        .where(col(Draft.bot_id) == bot_id)
        .values(version=version, updated_at=func.now())
    )


def put_in_order(session: Session, bot_id: UUID, keys: Iterable[str]) -> None:
    """The order of a list is nobody's edit: it is taken over without an operation."""
    session.connection().execute(
        text(
            "update flyt.draft_item i set place = u.place"
            " from unnest(cast(:keys as text[])) with ordinality u (key, place)"
            " where i.bot_id = :bot_id and i.key = u.key and i.place <> u.place"
        ).bindparams(bindparam("keys", list(keys)), bindparam("bot_id", bot_id))
    )
