"""Opens a conversation on the web channel, or takes a returning visitor back to theirs."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from msgspec.structs import replace

from connectors.channels.web import Misfit, Opening
from runtime import logs, records
from runtime.core.contract import Started
from runtime.core.interpreter import step
from runtime.core.release import Release
from runtime.core.session import Session, Turn
from runtime.engine import Engine
from runtime.records import Answer
from runtime.releases import Channel
from runtime.stage import NoConversation, Scene
from runtime.tokens import fingerprint, identity_holds
from storage.connections import Unavailable
from storage.identifiers import uuid7
from storage.turns import AlreadyServed, Loaded, Opened, Unstorable, Visitor, Where

log = logging.getLogger("flyt.chat")

TRANSCRIPT = 200  # events a returning visitor is shown


@dataclass(frozen=True)
class Entrance:
    """What the client is told: how to come back, and where the conversation stands.

    ``statuses`` are the changes of who has the word, for those who come back.
    """

    conversation: UUID
    epoch: int
    visitor_id: str
    answer: Answer
    statuses: tuple[dict[str, Any], ...] = ()


async def enter(engine: Engine, channel: Channel, opening: Opening) -> Entrance:
    """Starts or resumes. The same call again answers the same.

    Raises `NoBot`, `Misfit` for a variable the bot does not know, `Outdated` where ``channel``
    must be read again, and `Unavailable`.
    """
    try:
        return await _enter(engine, channel, opening)
    except Unavailable:
        return await _enter(engine, channel, opening)  # the rows know whether it was served


async def _enter(engine: Engine, channel: Channel, opening: Opening) -> Entrance:
    workspace, id_ = channel.row.workspace, channel.row.id
    visitor = None
    if opening.visitor_id:
        secret = bytes.fromhex(fingerprint(opening.visitor_id))
        visitor = await engine.turns.visitor(workspace, id_, secret)
        if visitor and visitor.conversation:
            return await _resume(engine, workspace, visitor, opening)
    try:
        if entrance := await _open(engine, channel, opening, visitor):
            return entrance
    except AlreadyServed:
        if entrance := await _again(engine, channel, opening):
            return entrance
    # Another tab of the same visitor was quicker; its conversation is there now.
    secret = opening.visitor_id or engine.tokens.visitor(id_, opening.client_id)
    visitor = await engine.turns.visitor(workspace, id_, bytes.fromhex(fingerprint(secret)))
    if visitor is None or visitor.conversation is None:
        raise NoConversation("the visitor's conversation has been erased")
    return await _resume(engine, workspace, visitor, opening)


async def _open(
    engine: Engine, channel: Channel, opening: Opening, known: Visitor | None
) -> Entrance | None:
    """A new conversation; None where the visitor has got one meanwhile."""
    contact = known.contact if known else uuid7()
    bot, number = channel.draw(contact)
    release = await engine.releases.get(channel.row.workspace, str(bot), number)
    check_variables(release, opening.variables)
    secret = opening.visitor_id if known else None
    secret = secret or engine.tokens.visitor(channel.row.id, opening.client_id)
    person = None if known else _person(channel, opening, secret)
    visitor = known or _stranger(contact, person or {}, opening)
    loaded = _nothing_yet(channel, visitor, opening, bot)
    scene = Scene(loaded, Session(str(bot), number), records.facts(loaded, channel), release)
    answer = await _save(engine, channel, scene, person, opening)
    return answer and Entrance(loaded.conversation, 0, secret, answer)


async def _save(
    engine: Engine,
    channel: Channel,
    scene: Scene,
    person: dict[str, Any] | None,
    opening: Opening,
) -> Answer | None:
    """Takes the first turn and writes it with the conversation and, if new, the ``person``."""
    loaded, event = scene.loaded, Started(inputs=opening.variables)
    opened = _opened(loaded, channel, person, opening)
    turn = _first_turn(scene, event)
    rest: dict[str, Any] = {}
    if turn.effects:
        rest["effects"] = records.effect_rows(turn.effects, engine.performer.performer)
    try:
        rows, answer = records.rows(
            loaded, scene.session, turn, event=event, dedupe="open", rest=rest
        )
        saved = await engine.turns.open(loaded.workspace, opened, rows)
    except (Unstorable, TypeError, ValueError) as error:
        turn = scene.give_up("unstorable", error)
        rows, answer = records.rows(
            loaded, scene.session, turn, event=Started(), dedupe="open", rest={}
        )
        saved = await engine.turns.open(loaded.workspace, opened, rows)
    if not saved:
        return None
    where = Where(loaded.workspace, loaded.conversation)
    engine.stage.recent.keep(loaded, rows)
    logs.turn(
        "a conversation was opened", conversation=where.conversation, workspace=where.workspace
    )
    if turn.effects:
        engine.performer.begin(where, rows.turn, turn.effects)
    return answer


def _opened(
    loaded: Loaded, channel: Channel, person: dict[str, Any] | None, opening: Opening
) -> Opened:
    """The rows of the conversation and, if new, of its contact."""
    about = {
        "client_id": opening.client_id,
        "locale": opening.locale,
        "timezone": opening.timezone,
        "attributes": orjson.loads(loaded.attributes),
    }
    return Opened(
        loaded.conversation,
        channel.row.id,
        channel.row.state,
        loaded.bot,
        loaded.contact,
        orjson.dumps(person).decode() if person else None,
        orjson.dumps(about).decode(),
    )


def _first_turn(scene: Scene, event: Started) -> Turn:
    try:
        if scene.release is None:
            raise LookupError("the release is gone")
        return step(scene.session, event, scene.facts, scene.release, scene.loaded.now)
    except Exception as error:  # a defect in a node must not leave the visitor without a word
        return scene.give_up("defect", error)


async def _again(engine: Engine, channel: Channel, opening: Opening) -> Entrance | None:
    """The answer of the call that was served before."""
    workspace, id_ = channel.row.workspace, channel.row.id
    found = await engine.turns.opened_by(workspace, id_, opening.client_id)
    if found is None:
        return None
    conversation, epoch = found
    answer = await engine.stage.retell(Where(workspace, conversation), "open")
    if answer is None:
        raise NoConversation("the conversation has been erased")
    visitor = opening.visitor_id or engine.tokens.visitor(id_, opening.client_id)
    return Entrance(conversation, epoch, visitor, answer)


async def _resume(engine: Engine, workspace: UUID, visitor: Visitor, opening: Opening) -> Entrance:
    if visitor.conversation is None or visitor.epoch is None:
        raise NoConversation("the visitor has no conversation")
    where = Where(workspace, visitor.conversation)
    loaded, answer = await engine.stage.standing(where)
    events = await engine.turns.events(where, max(0, loaded.seq - TRANSCRIPT), TRANSCRIPT)
    messages, statuses = (
        tuple(
            records.shown_row(where.conversation, row)
            for row in events
            if row.kind == kind and not row.deleted
        )
        for kind in ("message", "status")
    )
    secret = opening.visitor_id or ""
    return Entrance(
        where.conversation,
        loaded.epoch,
        secret,
        replace(answer, messages=messages),
        statuses,
    )


def check_variables(release: Release, given: dict[str, Any]) -> None:
    """Raises `Misfit` for the first name that the bot neither declares nor sets."""
    for name in given:
        if name not in release.names:
            listed = ", ".join(sorted(release.names)) or "none"
            raise Misfit(f"variables.{name}", f"is not a variable of this bot (it has: {listed})")


def _person(channel: Channel, opening: Opening, secret: str) -> dict[str, Any]:
    """A new contact's row. What the page says about it is believed only with its proof."""
    person: dict[str, Any] = {"locale": opening.locale, "timezone": opening.timezone}
    person["visitor_hash"] = fingerprint(secret)
    identity, key = opening.identity, channel.settings.get("identity_secret")
    if identity is None:
        return person
    if not key or not identity_holds(str(key), identity.id, identity.proof):
        with logs.about(workspace=channel.row.workspace):
            log.warning(
                "an identity without a valid proof was ignored on channel %s", channel.row.id
            )
        return person
    person |= {"name": identity.name, "email": identity.email, "phone": identity.phone}
    person["attributes"] = {"external_id": identity.id}
    return person


def _stranger(contact: UUID, person: dict[str, Any], opening: Opening) -> Visitor:
    return Visitor(
        contact,
        person.get("name"),
        person.get("email"),
        person.get("phone"),
        opening.locale,
        opening.timezone,
        orjson.dumps(person.get("attributes") or {}).decode(),
        None,
        None,
    )


def _nothing_yet(channel: Channel, visitor: Visitor, opening: Opening, bot: UUID) -> Loaded:
    """The conversation as a turn would load it if it were there."""
    return Loaded(
        workspace=channel.row.workspace,
        conversation=uuid7(),
        data="",
        version=0,
        turn=0,
        seq=0,
        status="bot",
        epoch=0,
        channel=channel.row.id,
        bot=bot,
        attributes=orjson.dumps({"page": opening.page} if opening.page else {}).decode(),
        locale=opening.locale or visitor.locale,
        timezone=visitor.timezone or opening.timezone,
        contact=visitor.contact,
        name=visitor.name,
        email=visitor.email,
        phone=visitor.phone,
        contact_attributes=visitor.contact_attributes,
        pending=None,
        now=channel.now,
    )
