"""What a person does with web channels: plain functions under the pages, one transaction each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from builder.connection import database, settings
from builder.people import Person
from builder.words import t
from storage import bots, channels
from storage.channel_settings import origin, whole_look
from storage.errors import NotFound, Refused
from storage.tables import Channel

TEXTS = {
    "write": "Write a message",
    "closed": "This chat is not open at the moment.",
    "ended": "This conversation has ended. Write to begin again.",
    "anew": "Start a new conversation",
}
"""The widget's words that the page offers to change, and how they read in English by themselves."""

LONGEST_NAME = 200


@dataclass(frozen=True)
class Line:
    """One channel in the list; ``status``: live, off, no_bot or unpublished."""

    id: str
    name: str
    key: str
    bot: str
    bot_id: str
    status: str
    enabled: bool
    sites: str


@dataclass(frozen=True)
class Detail:
    """Everything the page of one channel shows."""

    id: str
    name: str
    key: str
    bot: str
    bot_id: str
    brand_id: str
    status: str
    enabled: bool
    origins: list[str]
    texts: dict[str, str]
    look: dict[str, Any]


NOTHING = Detail("", "", "", "", "", "", "", False, [], {}, {})
"""What the page of a channel shows before it is read."""


def listed(person: Person) -> list[Line]:
    """Every web channel of the workspace, newest first."""
    with database().workspace(person.workspace_id) as session:
        known = _bots(session)
        return [_line(channel, known) for channel in _web(session)]


def detail(person: Person, channel_id: UUID) -> Detail:
    """Raises `storage.errors.NotFound`, also for a channel that is no web channel."""
    with database().workspace(person.workspace_id) as session:
        return _detail(_get(session, channel_id), _bots(session))


def choices(person: Person) -> list[tuple[str, str]]:
    """Id and name of every bot a channel may have, by name; last the choice of none."""
    with database().workspace(person.workspace_id) as session:
        found = sorted(_bots(session).values(), key=lambda bot: bot.name.casefold())
    return [*((str(bot.id), bot.name) for bot in found), ("", t("No bot"))]


def create(person: Person, name: str, bot_id: UUID | None) -> str:
    """A new web channel; answers its id. Raises `storage.errors.Refused`."""
    with database().workspace(person.workspace_id) as session:
        made = channels.create(session, name=_name(name), bot_id=bot_id, actor=person.actor)
        return str(made.id)


def rename(person: Person, channel_id: UUID, name: str) -> None:
    """Raises `storage.errors.Refused`."""
    _change(person, channel_id, name=_name(name))


def switch(person: Person, channel_id: UUID, *, on: bool) -> None:
    """A channel that is off answers nobody; what it was told is kept."""
    _change(person, channel_id, enabled=on)


def choose_bot(person: Person, channel_id: UUID, bot_id: UUID | None) -> None:
    """Raises `storage.errors.NotFound`."""
    _change(person, channel_id, bot_id=bot_id)


def choose_brand(person: Person, channel_id: UUID, brand_id: UUID | None) -> None:
    """Raises `storage.errors.NotFound`."""
    _change(person, channel_id, brand_id=brand_id)


def delete(person: Person, channel_id: UUID) -> str:
    """For good: its key opens nothing any more, its conversations stay. Answers its name."""
    with database().workspace(person.workspace_id) as session:
        name = _get(session, channel_id).name
        channels.delete(session, channel_id, actor=person.actor)
    return name


def save_look(
    person: Person, channel_id: UUID, look: Mapping[str, Any], *, seen: Mapping[str, Any]
) -> None:
    """``seen`` is the look that was changed: where it is another by now, nothing is saved.

    Raises `storage.channels.ChannelChanged`, `storage.channel_settings.SettingsRefused`.
    """
    with database().workspace(person.workspace_id) as session:
        _unchanged(whole_look(_to_change(session, channel_id).settings), seen)
        _put(session, person, channel_id, look=dict(look))


def save_texts(
    person: Person, channel_id: UUID, texts: Mapping[str, str], *, seen: Mapping[str, str]
) -> None:
    """Those of `TEXTS`; an empty one is the usual words again. Other texts stay as they are.

    ``seen`` as in `save_look`. Raises `storage.channels.ChannelChanged`,
    `storage.channel_settings.SettingsRefused`.
    """
    with database().workspace(person.workspace_id) as session:
        before = _to_change(session, channel_id).settings.get("texts") or {}
        _unchanged({key: before.get(key, "") for key in TEXTS}, seen)
        kept = {key: text for key, text in before.items() if key not in TEXTS}
        given = {key: texts[key].strip() for key in TEXTS if texts.get(key, "").strip()}
        _put(session, person, channel_id, texts=kept | given)


def add_origin(person: Person, channel_id: UUID, written: str) -> str:
    """Allows one more site; answers it as it is kept. Raises `storage.errors.Refused`."""
    try:
        added = origin(written)
    except ValueError as error:
        raise Refused(str(error)) from None
    with database().workspace(person.workspace_id) as session:
        before = _origins(_to_change(session, channel_id))
        if added in before:
            raise Refused(t("{site} is in the list already.", site=added))
        _put(session, person, channel_id, allowed_origins=[*before, added])
    return added


def remove_origin(person: Person, channel_id: UUID, removed: str) -> None:
    with database().workspace(person.workspace_id) as session:
        before = _origins(_to_change(session, channel_id))
        left = [each for each in before if each != removed]
        _put(session, person, channel_id, allowed_origins=left)


def snippet(key: str) -> str:
    """What stands in the pages of a site that shows the chat."""
    return f'<script src="{settings().public_url}/widget.js" data-channel="{key}" async></script>'


def address(key: str) -> str:
    """The page that holds nothing but the chat."""
    return f"{settings().public_url}/chat/{key}"


def _change(person: Person, channel_id: UUID, **fields: Any) -> None:
    with database().workspace(person.workspace_id) as session:
        _get(session, channel_id)
        channels.change(session, channel_id, actor=person.actor, **fields)


def _unchanged(now: Mapping[str, Any], seen: Mapping[str, Any]) -> None:
    if dict(now) != dict(seen):
        raise channels.ChannelChanged(t("Somebody else changed this meanwhile."))


def _put(session: Session, person: Person, channel_id: UUID, **values: Any) -> None:
    """Puts some of the settings in place; those of other parts stay as they are."""
    kept = _to_change(session, channel_id).settings | values
    channels.change(session, channel_id, actor=person.actor, settings=kept)


def _to_change(session: Session, channel_id: UUID) -> Channel:
    """Kept from others until the transaction ends: a part is put among what it was read with."""
    return _get(session, channel_id, to_change=True)


def _get(session: Session, channel_id: UUID, *, to_change: bool = False) -> Channel:
    channel = channels.get(session, channel_id, to_change=to_change)
    if channel.kind != "web" or channels.is_deleted(channel):
        raise NotFound(f"there is no web channel {channel_id}")
    return channel


def _web(session: Session) -> list[Channel]:
    found: list[Channel] = []
    while page := channels.listed(session, before=found[-1].id if found else None):
        found += page
    return [channel for channel in found if channel.kind == "web"]


def _bots(session: Session) -> dict[UUID, bots.Summary]:
    found: list[bots.Summary] = []
    while page := bots.listed(session, before=found[-1].id if found else None):
        found += page
    return {bot.id: bot for bot in found}


def _line(channel: Channel, known: Mapping[UUID, bots.Summary]) -> Line:
    bot = known.get(channel.bot_id) if channel.bot_id else None
    return Line(
        id=str(channel.id),
        name=channel.name,
        key=channel.key,
        bot=bot.name if bot else "",
        bot_id=str(bot.id) if bot else "",
        status=_status(channel, bot),
        enabled=channel.enabled,
        sites=_sites(_origins(channel)),
    )


def _detail(channel: Channel, known: Mapping[UUID, bots.Summary]) -> Detail:
    line, texts = _line(channel, known), channel.settings.get("texts") or {}
    return Detail(
        id=line.id,
        name=line.name,
        key=line.key,
        bot=line.bot,
        bot_id=line.bot_id,
        brand_id=str(channel.brand_id or ""),
        status=line.status,
        enabled=line.enabled,
        origins=_origins(channel),
        texts={key: texts.get(key, "") for key in TEXTS},
        look=whole_look(channel.settings),
    )


def _status(channel: Channel, bot: bots.Summary | None) -> str:
    if not channel.enabled:
        return "off"
    if bot is None:
        return "no_bot"
    return "live" if bot.release else "unpublished"


def _origins(channel: Channel) -> list[str]:
    return list(channel.settings.get("allowed_origins") or ())


def _sites(origins: list[str]) -> str:
    """The names of the sites, as short as a list needs them; an empty text for every site."""
    names = [each.partition("//")[2] for each in origins]
    if len(names) > 2:
        return t("{first} and {count} more", first=names[0], count=len(names) - 1)
    return ", ".join(names)


def _name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused(t("A chat needs a name of at most {count} characters.", count=LONGEST_NAME))
    return name
