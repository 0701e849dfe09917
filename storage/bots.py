"""Bots of a workspace. What they say is in `storage.drafts` and `storage.releases`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from storage import audit, drafts
from storage.errors import NotFound, Refused
from storage.tables import Bot, Channel, Draft, Release
from storage.transaction import workspace_of

MAX_NAME = 200


@dataclass(frozen=True)
class Summary:
    """A line in the list of bots; ``release`` is the newest one's number."""

    id: UUID
    name: str
    created_at: datetime
    updated_at: datetime
    version: int  # of the draft
    release: int | None


def create(
    session: Session,
    document: Mapping[str, Any],
    *,
    actor: str,
    name: str | None = None,
    bot_id: UUID | None = None,
) -> Bot:
    """A new bot whose draft is ``document``, finished or not. Raises `drafts.DraftError`."""
    bot = Bot(workspace_id=workspace_of(session), name=_name(name or document.get("name")))
    bot.id = bot_id or bot.id
    session.add(bot)
    session.flush()
    drafts.begin(session, bot.id, document, actor)
    audit.record(session, actor, "bot.created", bot.id, name=bot.name)
    return bot


def get(session: Session, bot_id: UUID) -> Bot:
    """Raises `NotFound`, also for a deleted bot."""
    query = select(Bot).where(Bot.id == bot_id, col(Bot.deleted_at).is_(None))
    bot = session.exec(query).one_or_none()
    if bot is None:
        raise NotFound(f"there is no bot {bot_id}")
    return bot


def exists(session: Session, bot_id: UUID) -> bool:
    """Whether there is such a bot, or ever was."""
    return session.exec(select(Bot.id).where(Bot.id == bot_id)).one_or_none() is not None


def summary(session: Session, bot_id: UUID) -> Summary:
    """The bot's line in the list. Raises `NotFound`."""
    get(session, bot_id)
    return _summary(*session.exec(_summaries().where(Bot.id == bot_id)).one())


def listed(session: Session, *, before: UUID | None = None, limit: int = 100) -> Sequence[Summary]:
    """Newest first; ``before`` is the id to go on from."""
    query = _summaries().order_by(col(Bot.id).desc()).limit(limit)
    if before is not None:
        query = query.where(Bot.id < before)
    return [_summary(*row) for row in session.exec(query)]


def rename(session: Session, bot_id: UUID, name: str, *, actor: str) -> Bot:
    """Changes the name people see in the list; the document's own name is an item of the draft."""
    bot = get(session, bot_id)
    bot.name = _name(name)
    session.add(bot)
    audit.record(session, actor, "bot.renamed", bot_id, name=bot.name)
    return bot


def delete(session: Session, bot_id: UUID, *, actor: str) -> None:
    """Takes the bot out of the lists and off its channels; its conversations stay readable."""
    bot = get(session, bot_id)
    bot.deleted_at = func.now()  # pyright: ignore[reportAttributeAccessIssue]
    session.add(bot)
    session.execute(update(Channel).where(col(Channel.bot_id) == bot_id).values(bot_id=None))
    audit.record(session, actor, "bot.deleted", bot_id, name=bot.name)


def restore(session: Session, bot_id: UUID, *, actor: str) -> Bot:
    """Takes a deletion back; its channels must be attached again. Raises `NotFound`."""
    bot = session.exec(select(Bot).where(Bot.id == bot_id)).one_or_none()
    if bot is None:
        raise NotFound(f"there is no bot {bot_id}")
    bot.deleted_at = None
    session.add(bot)
    session.flush()
    audit.record(session, actor, "bot.restored", bot_id, name=bot.name)
    return bot


def _name(given: Any) -> str:
    name = given.strip() if isinstance(given, str) else ""
    if not 1 <= len(name) <= MAX_NAME:
        raise Refused(f"a bot needs a name of at most {MAX_NAME} characters")
    return name


def _summaries() -> Any:
    newest = (
        select(func.max(Release.number))
        .where(Release.workspace_id == Bot.workspace_id, Release.bot_id == Bot.id)
        .scalar_subquery()
    )
    return (
        select(Bot, Draft, newest)
        .join(Draft, (col(Draft.workspace_id) == Bot.workspace_id) & (col(Draft.bot_id) == Bot.id))
        .where(col(Bot.deleted_at).is_(None))
    )


def _summary(bot: Bot, draft: Draft, release: int | None) -> Summary:
    return Summary(bot.id, bot.name, bot.created_at, draft.updated_at, draft.version, release)
