"""Releases: frozen documents, which of them are live, and who comes to which."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from runtime.core.document import Document, parse
from runtime.core.document.system import with_system_flows
from storage import audit, bots, drafts
from storage.errors import NotFound, Refused
from storage.tables import Bot, Release, ReleaseShare
from storage.transaction import workspace_of


@dataclass(frozen=True)
class Summary:
    """A line in the list of releases; ``share`` is None where it is not live."""

    number: int
    note: str
    author: str
    created_at: datetime
    restores: int | None
    share: int | None


@dataclass(frozen=True)
class Live:
    """A release that new sessions may come to; ``share`` is a percentage."""

    number: int
    share: int


def freeze(document: dict[str, Any]) -> dict[str, Any]:
    """The document as a release holds it: checked, with the system flows it lacks.

    Raises `runtime.core.document.DocumentError` with everything that is wrong.
    """
    checked: Document = with_system_flows(parse(document))
    return checked.model_dump(mode="json", exclude_unset=True)


def publish(
    session: Session, bot_id: UUID, *, actor: str, note: str = "", share: int = 100
) -> Release:
    """Freezes the draft as the next release and makes it live for ``share`` percent of contacts.

    Below 100 the releases that are live stay so, for the others. Raises `NotFound`,
    `DocumentError`, and `Refused` where a first release is to be live for some only.
    """
    _lock(session, bot_id)
    document = freeze(drafts.read(session, bot_id).document)
    release = _add(session, bot_id, document, actor=actor, note=note)
    _make_live(session, release, share)
    audit.record(session, actor, "bot.published", bot_id, number=release.number, share=share)
    return release


def rollback(session: Session, bot_id: UUID, number: int, *, actor: str, note: str = "") -> Release:
    """Publishes an older release anew, for everybody. Raises `NotFound`."""
    _lock(session, bot_id)
    old = get(session, bot_id, number)
    release = _add(session, bot_id, old.document, actor=actor, note=note, restores=number)
    _make_live(session, release, 100)
    audit.record(session, actor, "bot.rolled_back", bot_id, number=release.number, restores=number)
    return release


def set_share(session: Session, bot_id: UUID, number: int, share: int, *, actor: str) -> None:
    """Changes how many contacts come to a live release; at 100 all others stop being live."""
    _lock(session, bot_id)
    if number not in {release.number for release in live(session, bot_id)}:
        raise NotFound(f"release {number} is not live")
    _make_live(session, get(session, bot_id, number), share)
    audit.record(session, actor, "bot.share_changed", bot_id, number=number, share=share)


def get(session: Session, bot_id: UUID, number: int) -> Release:
    """Raises `NotFound`."""
    query = select(Release).where(Release.bot_id == bot_id, Release.number == number)
    release = session.exec(query).one_or_none()
    if release is None:
        raise NotFound(f"this bot has no release {number}")
    return release


def listed(
    session: Session, bot_id: UUID, *, before: int | None = None, limit: int = 50
) -> Sequence[Summary]:
    """Newest first, without their documents; ``before`` is the number to go on from."""
    query = (
        select(Release, ReleaseShare.share)
        .options(defer(Release.document))  # pyright: ignore[reportArgumentType]
        .join(ReleaseShare, _same_release(), isouter=True)
        .where(Release.bot_id == bot_id)
        .order_by(col(Release.number).desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Release.number < before)
    return [_summary(release, share) for release, share in session.exec(query)]


def live(session: Session, bot_id: UUID) -> tuple[Live, ...]:
    """The live releases of a bot, newest first."""
    query = (
        select(ReleaseShare)
        .where(ReleaseShare.bot_id == bot_id)
        .order_by(col(ReleaseShare.number).desc())
    )
    return tuple(Live(row.number, row.share) for row in session.exec(query))


def draw(releases: Sequence[Live], contact_id: UUID) -> int | None:
    """The number of the release a contact comes to, always the same while shares stay.

    Each release is drawn for by itself, so raising its share only adds contacts to it. The oldest
    live one takes who is left.
    """
    for release in releases:
        if _position(release.number, contact_id) < release.share:
            return release.number
    return releases[-1].number if releases else None


def _position(number: int, contact_id: UUID) -> float:
    """Where a contact stands between 0 and 100 in the queue for a release."""
    digest = hashlib.sha256(f"{number}:{contact_id}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64 * 100


def _lock(session: Session, bot_id: UUID) -> None:
    """One publication of a bot at a time."""
    bots.get(session, bot_id)
    session.exec(select(Bot.id).where(Bot.id == bot_id).with_for_update()).one()


def _add(
    session: Session,
    bot_id: UUID,
    document: dict[str, Any],
    *,
    actor: str,
    note: str,
    restores: int | None = None,
) -> Release:
    last = session.exec(select(func.max(Release.number)).where(Release.bot_id == bot_id)).one()
    release = Release(
        workspace_id=workspace_of(session),
        bot_id=bot_id,
        number=(last or 0) + 1,
        document=document,
        note=note,
        author=actor,
        restores=restores,
    )
    session.add(release)
    session.flush()
    return release


def _make_live(session: Session, release: Release, share: int) -> None:
    if not 1 <= share <= 100:
        raise Refused(f"a share is a percentage from 1 to 100, not {share}")
    others = [one for one in live(session, release.bot_id) if one.number != release.number]
    if share < 100 and not others:
        raise Refused("the only live release must be for everybody: publish it with share 100")
    gone = delete(ReleaseShare).where(col(ReleaseShare.bot_id) == release.bot_id)
    if share < 100:
        gone = gone.where(col(ReleaseShare.number) == release.number)
    session.execute(gone)
    session.add(
        ReleaseShare(
            workspace_id=release.workspace_id,
            bot_id=release.bot_id,
            number=release.number,
            share=share,
        )
    )
    session.flush()


def _summary(release: Release, share: int | None) -> Summary:
    return Summary(
        release.number, release.note, release.author, release.created_at, release.restores, share
    )


def _same_release() -> Any:
    return (
        (col(ReleaseShare.workspace_id) == Release.workspace_id)
        & (col(ReleaseShare.bot_id) == Release.bot_id)
        & (col(ReleaseShare.number) == Release.number)
    )
