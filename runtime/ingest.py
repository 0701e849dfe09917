"""What comes from outside a conversation, as events with a dedupe key: the same key once only."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from msgspec.structs import replace

from connectors.channels import Incoming, storable
from connectors.channels import event as event_of
from runtime import logs
from runtime.core import session as sessions
from runtime.core.contract import (
    AnyEvent,
    Closed,
    File,
    HandedBack,
    PersonSaid,
    Signal,
    Started,
    TakenOver,
    UserSaid,
)
from runtime.core.session import Owner, Session
from runtime.driver import Driver
from runtime.engine import Engine
from runtime.records import Answer, encode_event
from runtime.releases import Channel, NoBot
from runtime.stage import Fresh, NoConversation
from storage.deliveries import Arrived, Newcomer
from storage.identifiers import uuid7
from storage.turns import Where

log = logging.getLogger("flyt.turns")

LONGEST_ID = 200  # characters

# The functions up to `close` answer None where the event came too late to change anything, and
# raises `NoConversation`, `NoBot` and `Unavailable`.


async def event(
    driver: Driver, workspace: UUID, conversation: UUID, name: str, data: Any, *, key: str
) -> Answer | None:
    """Something happened that a flow may wait for, or that starts one: ``cart_abandoned``."""
    signal = Signal(name=name, data=data)
    return await _take(driver, workspace, conversation, f"event:{key}", signal)


async def start(
    driver: Driver,
    workspace: UUID,
    conversation: UUID,
    flow: str,
    inputs: dict[str, Any],
    *,
    key: str,
) -> Answer | None:
    """A person starts a flow by hand, over whatever runs."""
    started = Started(flow=flow, inputs=inputs)
    return await _take(driver, workspace, conversation, f"start:{key}", started)


async def take_over(
    driver: Driver, workspace: UUID, conversation: UUID, person: Owner, *, key: str
) -> Answer | None:
    """A person speaks from now on."""
    taken = TakenOver(person.id, person.name)
    return await _take(driver, workspace, conversation, f"person:{key}", taken)


async def speak(
    driver: Driver,
    workspace: UUID,
    conversation: UUID,
    person: Owner,
    text: str,
    files: tuple[File, ...] = (),
    *,
    key: str,
) -> Answer | None:
    """A person answers, and so takes over where nobody had; ``key`` is that person's own."""
    said = PersonSaid(person.id, text, person.name, files)
    return await _take(driver, workspace, conversation, f"said:{person.id}:{key}", said)


async def hand_back(
    driver: Driver, workspace: UUID, conversation: UUID, *, key: str
) -> Answer | None:
    """The bot speaks again."""
    return await _take(driver, workspace, conversation, f"person:{key}", HandedBack())


async def close(driver: Driver, workspace: UUID, conversation: UUID, *, key: str) -> Answer | None:
    """A person ends the conversation; the visitor's next words begin it anew."""
    return await _take(driver, workspace, conversation, f"person:{key}", Closed())


async def files(engine: Engine, where: Where, ids: Sequence[UUID]) -> tuple[File, ...]:
    """The files of a message, which were uploaded before it; they count as sent now.

    Raises `LookupError` for one that was not uploaded to this conversation.
    """
    found = {row["id"]: row for row in await engine.turns.files(where, ids)}
    rows = [found[id_] for id_ in dict.fromkeys(ids)]
    return tuple(File(str(row["id"]), row["name"], row["type"], row["size"]) for row in rows)


async def _take(
    driver: Driver, workspace: UUID, conversation: UUID, dedupe: str, what: AnyEvent
) -> Answer | None:
    return await driver.take(Where(workspace, conversation), Fresh(dedupe, what))


class Kept(NamedTuple):
    """A visitor's message in the inbox; ``turn`` ends when it has been served."""

    where: Where
    dedupe: str
    turn: asyncio.Task[None]


async def incoming(engine: Engine, channel: Channel, message: Incoming) -> Kept:
    """Keeps what a visitor sent by a channel other than the web, and has its turn taken.

    Once this returns, the message is never lost and the vendor may be told so: a sweep takes its
    turn if this process dies. The same message again is neither kept nor served twice. Raises
    `NoBot` where a stranger finds no bot, and `Unavailable`.
    """
    said = storable(message)
    dedupe = _dedupe(channel, said)
    where = await _keep(engine, channel, said, dedupe)
    return Kept(where, dedupe, engine.background.spawn(_serve(engine, channel, where, dedupe)))


async def _keep(engine: Engine, channel: Channel, said: Incoming, dedupe: str) -> Where:
    """The visitor's conversation, with the message in its inbox."""
    row, event = channel.row, event_of(said)
    arrived = Arrived(row.workspace, row.id, said.sender, dedupe, encode_event(event))
    known = await engine.deliveries.queue(arrived)
    if known.conversation:
        return Where(row.workspace, known.conversation)
    if isinstance(event, UserSaid):  # written before the bot has asked anything
        arrived = arrived._replace(event=encode_event(replace(event, early=True)))
    newcomer = _newcomer(channel, said, known.contact or uuid7())
    conversation = await engine.deliveries.open(arrived, newcomer)
    if conversation == newcomer.conversation:
        logs.turn("a conversation was opened", conversation=conversation, workspace=row.workspace)
    return Where(row.workspace, conversation)


def _newcomer(channel: Channel, said: Incoming, contact: UUID) -> Newcomer:
    """Raises `NoBot`."""
    bot, number = channel.draw(contact)
    person = {name: getattr(said, name) for name in ("name", "email", "phone", "locale")}
    session = sessions.dump(Session(str(bot), number)).decode()
    return Newcomer(
        contact, orjson.dumps(person).decode(), uuid7(), bot, session, encode_event(Started())
    )


async def _serve(engine: Engine, channel: Channel, where: Where, dedupe: str) -> None:
    try:
        if channel.debounce:
            await engine.driver.gather(where, dedupe, channel.debounce)
        else:
            await engine.driver.take(where)
    except (NoConversation, NoBot) as error:
        log.info("conversation %s takes no turn: %s", where.conversation, error)


def _dedupe(channel: Channel, said: Incoming) -> str:
    """The key a message is kept under; a vendor may name it longer than an index takes."""
    id_ = said.message_id
    if len(id_) > LONGEST_ID:
        id_ = hashlib.sha256(id_.encode()).hexdigest()
    return f"{channel.row.kind}:{channel.row.id}:{id_}"
