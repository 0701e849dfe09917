"""What is known around one conversation: the person, the channel, the steps its version has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import Session as Transaction
from sqlmodel import col, select

from runtime.core.contract import Node
from storage.errors import NotFound
from storage.tables import Bot, Channel, Contact, Conversation, DraftItem, Release, Session

TITLE = 80  # characters of a step's title that is made of its text


@dataclass(frozen=True)
class Step:
    """One step of the version. ``label`` is its kind; ``title`` may be empty.

    ``in_draft`` says whether the bot's draft still has it, so that the editor can show it.
    """

    flow: str
    node: str
    label: str
    title: str
    in_draft: bool


@dataclass(frozen=True)
class About:
    """``attributes`` is what the channel told at the opening, ``variables`` what is known since."""

    contact: Contact
    bot_id: UUID
    bot_name: str
    bot_deleted: bool
    channel_name: str
    channel_kind: str
    version: int
    locale: str | None
    timezone: str | None
    attributes: dict[str, Any]
    variables: dict[str, Any]
    steps: tuple[Step, ...]


def about(session: Transaction, conversation_id: UUID) -> About:
    """Raises `NotFound`."""
    query = (
        select(Conversation, Contact, Channel, Bot)
        .join(Contact, col(Contact.id) == Conversation.contact_id)
        .join(Channel, col(Channel.id) == Conversation.channel_id)
        .join(Bot, col(Bot.id) == Conversation.bot_id)
        .where(Conversation.id == conversation_id)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound(f"there is no conversation {conversation_id}")
    conversation, contact, channel, bot = found
    run = _run(session, conversation_id)
    version = run.get("release", 0)
    return About(
        contact=contact,
        bot_id=bot.id,
        bot_name=bot.name,
        bot_deleted=bot.deleted_at is not None,
        channel_name=channel.name,
        channel_kind=channel.kind,
        version=version,
        locale=conversation.locale or contact.locale,
        timezone=contact.timezone or conversation.timezone,
        attributes=conversation.attributes,
        variables=run.get("vars", {}),
        steps=tuple(_steps(session, bot, version)),
    )


def _run(session: Transaction, conversation_id: UUID) -> dict[str, Any]:
    query = select(Session.data).where(Session.conversation_id == conversation_id)
    data = session.exec(query).one_or_none()
    return orjson.loads(data) if data else {}


def _steps(session: Transaction, bot: Bot, version: int) -> Iterator[Step]:
    query = select(Release.document).where(Release.bot_id == bot.id, Release.number == version)
    document = session.exec(query).one_or_none() or {}
    there = _in_draft(session, bot) if document and bot.deleted_at is None else set[str]()
    for flow in document.get("flows", ()):
        for placed in flow["nodes"]:
            label, title = _named(placed)
            key = f"n:{flow['id']}/{placed['id']}"
            yield Step(flow["id"], placed["id"], label, title, key in there)


def _in_draft(session: Transaction, bot: Bot) -> set[str]:
    query = select(DraftItem.key).where(
        DraftItem.bot_id == bot.id,
        col(DraftItem.key).startswith("n:"),
        col(DraftItem.value).is_not(None),
    )
    return set(session.exec(query))


def _named(placed: Mapping[str, Any]) -> tuple[str, str]:
    """Kind and title of a step; without a title of its own, the beginning of what it says."""
    kind = Node.registry.get(placed["type"])
    label = kind.label if kind else placed["type"]
    title = placed.get("title") or ""
    if not title and kind and kind.summary:
        text = placed.get("config", {}).get(kind.summary)
        title = " ".join(text.split())[:TITLE] if isinstance(text, str) else ""
    return label, title
