"""Drafts: one function, `apply`, through which canvas, API, import and AI change a document.

Every item (see `storage.draft_items`) carries the version of the operation that wrote it last. An
operation on an item that somebody else changed since the writer looked is refused, and the writer
is told what stands there now; operations on other items go through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from storage import draft_items, draft_rows
from storage.draft_items import DraftError
from storage.errors import NotFound, Refused
from storage.tables import Bot, Draft, DraftItem, DraftOperation
from storage.transaction import workspace_of

MAX_OPERATIONS = 500  # in one call; a whole document counts as one

__all__ = ["Applied", "Change", "DraftChanged", "DraftError", "Operation", "apply"]


@dataclass(frozen=True)
class Operation:
    """Puts ``value`` under ``key``, or deletes it where ``value`` is None.

    ``number`` is the tab's own counter. ``base`` replaces the call's: an undo names the version of
    the operation it takes back.
    """

    number: int
    key: str
    value: Any = None
    base: int | None = None


@dataclass(frozen=True)
class Change:
    """What stands under ``key`` since ``version``, and who put it there."""

    version: int
    key: str
    value: Any
    actor: str
    tab: str


@dataclass(frozen=True)
class Lost:
    """An operation that was not applied: ``reason`` is a sentence, ``current`` what stands."""

    number: int
    reason: str
    current: Change


@dataclass(frozen=True)
class Applied:
    """``accepted`` maps the tab's numbers to versions; ``others`` is what came since ``base``."""

    version: int
    accepted: dict[int, int]
    lost: tuple[Lost, ...] = ()
    others: tuple[Change, ...] = ()


class DraftChanged(Refused):
    """Somebody changed the draft since; read it again, then write."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the draft has changed since: it is at version {version}; read it again")
        self.version = version


@dataclass(frozen=True)
class Current:
    version: int
    document: dict[str, Any]


def read(session: Session, bot_id: UUID) -> Current:
    """The draft as a ``flyt/1`` document, however unfinished. Raises `NotFound`."""
    query = (
        select(Draft.version)
        .join(Bot, _same_bot())
        .where(Draft.bot_id == bot_id, col(Bot.deleted_at).is_(None))
    )
    version = session.exec(query).one_or_none()
    if version is None:
        raise NotFound(f"there is no bot {bot_id}")
    return Current(version, draft_items.assemble(draft_rows.stored(session, bot_id)))


def changes(
    session: Session, bot_id: UUID, base: int, tab: str = ""
) -> tuple[int, tuple[Change, ...]]:
    """The version now, and the last change of each item that others made after ``base``."""
    version = session.exec(select(Draft.version).where(Draft.bot_id == bot_id)).one_or_none()
    if version is None:
        raise NotFound(f"there is no bot {bot_id}")
    if version <= base:
        return version, ()
    query = (
        select(DraftItem)
        .where(DraftItem.bot_id == bot_id, DraftItem.version > base, DraftItem.tab != tab)
        .order_by(col(DraftItem.version))
    )
    return version, tuple(_change(item) for item in session.exec(query))


def apply(
    session: Session,
    bot_id: UUID,
    operations: Sequence[Operation],
    *,
    base: int,
    tab: str,
    actor: str,
) -> Applied:
    """Applies what can be applied, each operation once however often it is sent.

    ``base`` is the version the writer has seen. Raises `DraftError` (nothing is applied) and
    `NotFound`.
    """
    if len(operations) > MAX_OPERATIONS:
        raise DraftError(f"at most {MAX_OPERATIONS} operations at once, not {len(operations)}")
    for operation in operations:
        draft_items.check(operation.key, operation.value)
    version = _lock(session, bot_id)
    return _apply(session, bot_id, version, operations, base=base, tab=tab, actor=actor)


def replace(
    session: Session, bot_id: UUID, document: Mapping[str, Any], *, base: int, actor: str
) -> Applied:
    """Makes the draft equal to ``document``, as operations on the items that differ.

    Raises `DraftChanged` unless ``base`` is the draft's version, `DraftError` and `NotFound`.
    """
    wanted = draft_items.split(document)
    version = _lock(session, bot_id)
    if version != base:
        raise DraftChanged(version)
    present = dict(draft_rows.stored(session, bot_id))
    differing = [(key, value) for key, value in wanted.items() if present.get(key) != value]
    gone = [(key, None) for key in present if key not in wanted]
    operations = [
        Operation(number, key, value)
        for number, (key, value) in enumerate([*differing, *gone], start=1)
    ]
    tab = f"document:{uuid4()}"
    applied = _apply(session, bot_id, version, operations, base=base, tab=tab, actor=actor)
    if list(present) != list(wanted):
        draft_rows.put_in_order(session, bot_id, wanted)
    return applied


def begin(session: Session, bot_id: UUID, document: Mapping[str, Any], actor: str) -> Applied:
    """Writes the first draft of a new bot."""
    session.add(Draft(workspace_id=workspace_of(session), bot_id=bot_id))
    session.flush()
    return replace(session, bot_id, document, base=0, actor=actor)


def history(
    session: Session, bot_id: UUID, *, before: int | None = None, limit: int = 50
) -> Sequence[DraftOperation]:
    """Who changed what, newest first; ``before`` is the version to go on from."""
    query = select(DraftOperation).where(DraftOperation.bot_id == bot_id)
    if before is not None:
        query = query.where(DraftOperation.version < before)
    return session.exec(query.order_by(col(DraftOperation.version).desc()).limit(limit)).all()


def _apply(
    session: Session,
    bot_id: UUID,
    version: int,
    operations: Sequence[Operation],
    *,
    base: int,
    tab: str,
    actor: str,
) -> Applied:
    keys = {operation.key for operation in operations}
    accepted = draft_rows.versions_of(session, bot_id, tab, [one.number for one in operations])
    items = draft_rows.items(session, bot_id, keys)
    oldest = min((_seen(operation, base) for operation in operations), default=base)
    theirs = draft_rows.changed_by_others(session, bot_id, keys, after=oldest, tab=tab)
    log: list[dict[str, Any]] = []
    lost: list[Lost] = []
    for operation in sorted(operations, key=lambda operation: operation.number):
        if operation.number in accepted:
            continue
        item = items.get(operation.key)
        if item and theirs.get(operation.key, 0) > _seen(operation, base):
            lost.append(_lose(operation, item))
            continue
        version += 1
        accepted[operation.number] = version
        written = {"key": operation.key, "value": operation.value, "version": version}
        written |= {"tab": tab, "actor": actor}
        log.append(written | {"number": operation.number, "before": item and item["value"]})
        items[operation.key] = written | {"place": item["place"] if item else version}
    if log:
        changed = [items[key] for key in dict.fromkeys(row["key"] for row in log)]
        draft_rows.write(session, bot_id, version, log, changed)
    _, others = changes(session, bot_id, base, tab)
    return Applied(version, accepted, tuple(lost), others)


def _lock(session: Session, bot_id: UUID) -> int:
    """One writer at a time; the others wait here."""
    query = (
        select(Draft.version)
        .join(Bot, _same_bot())
        .where(Draft.bot_id == bot_id, col(Bot.deleted_at).is_(None))
        .with_for_update(of=Draft)
    )
    version = session.exec(query).one_or_none()
    if version is None:
        raise NotFound(f"there is no bot {bot_id}")
    return version


def _same_bot() -> Any:
    return (col(Bot.workspace_id) == Draft.workspace_id) & (col(Bot.id) == Draft.bot_id)


def _seen(operation: Operation, base: int) -> int:
    return base if operation.base is None else operation.base


def _lose(operation: Operation, item: dict[str, Any]) -> Lost:
    what = {"n": "node", "e": "connection", "f": "flow", "s": "setting"}[operation.key[0]]
    done = "changed" if item["value"] is not None else "deleted"
    reason = f"Somebody else {done} this {what} meanwhile, so your change was not applied."
    current = Change(item["version"], item["key"], item["value"], item["actor"], item["tab"])
    return Lost(operation.number, reason, current)


def _change(item: DraftItem) -> Change:
    return Change(item.version, item.key, item.value, item.actor, item.tab)
