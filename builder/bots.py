"""What a person does with bots: plain functions under the pages, one transaction each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

import nodes  # noqa: F401 (its import registers the types that documents are checked against)
from builder.connection import database
from builder.people import Person
from runtime import publishing
from runtime.core.document import Document, DocumentError, parse
from runtime.core.problems import Problem, examine
from runtime.exchange import NotImportable, typebot
from runtime.understanding.trained import learn_soon
from storage import bots, channels, drafts, releases
from storage.accounts import workspaces
from storage.tables import Channel


@dataclass(frozen=True)
class Line:
    """One bot in the list; ``version`` is None until it is published."""

    id: str
    name: str
    version: int | None
    changed_at: str
    key: str


@dataclass(frozen=True)
class Mistake:
    """What stands in the way of a document, as a person mends it."""

    path: str
    message: str
    hint: str
    severity: str


@dataclass(frozen=True)
class Piece:
    """What became of one piece of another builder's bot: kept, approximated or for review."""

    kind: str
    status: str
    note: str


@dataclass(frozen=True)
class Added:
    """A bot that was just made; ``report`` is empty unless it came from another builder."""

    id: str
    name: str
    report: list[Piece]


@dataclass(frozen=True)
class Version:
    """One row of a bot's history; ``live`` says whether new conversations come to it."""

    number: int
    note: str
    at: str
    author: str
    restores: int | None
    live: bool


@dataclass(frozen=True)
class Detail:
    """Everything the page of one bot shows."""

    id: str
    name: str
    key: str
    channel_id: str
    live: int | None
    draft_at: str
    draft_is_new: bool
    publishable: bool
    versions: list[Version]
    mistakes: list[Mistake]


NOTHING = Detail("", "", "", "", None, "", False, False, [], [])
"""What the page of a bot shows before it is read."""


class NotADocument(ValueError):
    """The uploaded text is no bot document; ``mistakes`` says what to mend and where."""

    def __init__(self, mistakes: list[Mistake], more: int = 0) -> None:
        super().__init__("the document can't be used as it is")
        self.mistakes = mistakes
        self.more = more


def listed(person: Person) -> list[Line]:
    """Every bot of the workspace, newest first."""
    with database().workspace(person.workspace_id) as session:
        keys = {channel.bot_id: channel.key for channel in _web_channels(session)}
        return [
            Line(
                str(bot.id), bot.name, bot.release, bot.updated_at.isoformat(), keys.get(bot.id, "")
            )
            for bot in _all(session)
        ]


def detail(person: Person, bot_id: UUID) -> Detail:
    """Raises `storage.errors.NotFound`."""
    with database().workspace(person.workspace_id) as session:
        bot = bots.get(session, bot_id)
        draft = drafts.read(session, bot_id)
        changed = bots.summary(session, bot_id).updated_at
        found = releases.listed(session, bot_id)
        authors = _authors(session)
        mistakes = check(draft.document)
        channel = _channel(session, bot_id)
        return Detail(
            id=str(bot.id),
            name=bot.name,
            key=channel.key if channel else "",
            channel_id=str(channel.id) if channel else "",
            live=next((each.number for each in found if each.share is not None), None),
            draft_at=changed.isoformat(),
            draft_is_new=not found or changed > found[0].created_at,
            publishable=all(each.severity != "error" for each in mistakes),
            versions=[_version(each, authors) for each in found],
            mistakes=mistakes,
        )


def name(person: Person, bot_id: UUID) -> str:
    """Raises `storage.errors.NotFound`."""
    with database().workspace(person.workspace_id) as session:
        return bots.get(session, bot_id).name


def check(document: dict[str, Any]) -> list[Mistake]:
    """What stands against publishing a draft: first what forbids it, then what is only unwise."""
    return [_mistake(problem) for problem in examine(document)[1]]


def upload(person: Person, text: str) -> Added:
    """Makes a bot of a document or of an export of Typebot, with a channel to talk to it.

    Raises `NotADocument`.
    """
    document, report = _read_any(text)
    with database().workspace(person.workspace_id) as session:
        bot = bots.create(session, _plain(document), actor=person.actor)
        channels.create(session, name=bot.name, bot_id=bot.id, actor=person.actor)
        return Added(str(bot.id), bot.name, report)


def replace_draft(person: Person, bot_id: UUID, text: str) -> None:
    """Puts an uploaded document in place of the draft; the versions stay as they are.

    Raises `NotADocument`.
    """
    document = _read(text)
    with database().workspace(person.workspace_id) as session:
        base = drafts.read(session, bot_id).version
        drafts.replace(session, bot_id, _plain(document), base=base, actor=person.actor)


def publish(person: Person, bot_id: UUID, note: str) -> int:
    """Freezes the draft as the next version. Raises `NotADocument` where errors forbid it."""
    try:
        with database().workspace(person.workspace_id) as session:
            made = publishing.publish(session, bot_id, actor=person.actor, note=note.strip())
    except DocumentError as error:
        raise NotADocument(_mistakes(error), error.more) from error
    learn_soon(database(), person.workspace_id, made.document)
    return made.number


def roll_back(person: Person, bot_id: UUID, number: int) -> int:
    """Publishes an older version anew; answers the number it has now."""
    with database().workspace(person.workspace_id) as session:
        return releases.rollback(session, bot_id, number, actor=person.actor).number


def make_channel(person: Person, bot_id: UUID) -> str:
    """A web channel for a bot that has none; answers its key."""
    with database().workspace(person.workspace_id) as session:
        name = bots.get(session, bot_id).name
        return channels.create(session, name=name, bot_id=bot_id, actor=person.actor).key


def rename(person: Person, bot_id: UUID, name: str) -> str:
    """Answers the name as it is kept. Raises `storage.errors.Refused`."""
    with database().workspace(person.workspace_id) as session:
        return bots.rename(session, bot_id, name, actor=person.actor).name


def delete(person: Person, bot_id: UUID) -> tuple[str, list[str]]:
    """Takes a bot out of the lists; answers its name and the channels to give back on an undo."""
    with database().workspace(person.workspace_id) as session:
        name = bots.get(session, bot_id).name
        freed = [str(channel.id) for channel in channels.listed(session, bot_id=bot_id)]
        bots.delete(session, bot_id, actor=person.actor)
        return name, freed


def restore(person: Person, bot_id: UUID, channel_ids: list[UUID]) -> str:
    """Takes a deletion back, with the channels it had; answers the name."""
    with database().workspace(person.workspace_id) as session:
        bot = bots.restore(session, bot_id, actor=person.actor)
        for channel_id in channel_ids:
            channels.change(session, channel_id, actor=person.actor, bot_id=bot_id)
        return bot.name


def snippet(origin: str, key: str) -> str:
    """A command for the terminal that opens a conversation with the bot."""
    return (
        f"curl -s {origin}/api/v1/chat/{key}/conversations \\\n"
        "  -H 'content-type: application/json' \\\n"
        """  -d '{"client_id": "'$(openssl rand -hex 16)'"}'"""
    )


def _read(text: str) -> Document:
    try:
        return parse(text)
    except DocumentError as error:
        raise NotADocument(_mistakes(error), error.more) from error


def _read_any(text: str) -> tuple[Document, list[Piece]]:
    """A bot document as it is, or made of another builder's, with what became of its pieces."""
    if not typebot.is_export(text):
        return _read(text), []
    try:
        found = typebot.imported(text)
    except NotImportable as error:
        raise NotADocument([Mistake("", str(error), "", "error")]) from error
    except DocumentError as error:
        raise NotADocument(_mistakes(error), error.more) from error
    pieces = [Piece(one.type, one.status, one.note) for one in found.report]
    return parse(found.bot), pieces


def _plain(document: Document) -> dict[str, Any]:
    return document.model_dump(mode="json", exclude_unset=True)


def _mistakes(error: DocumentError) -> list[Mistake]:
    return [Mistake(each.path, each.message, each.hint, "error") for each in error.errors]


def _mistake(problem: Problem) -> Mistake:
    return Mistake(problem.path, problem.message, problem.hint, problem.severity)


def _version(release: releases.Summary, names: dict[str, str]) -> Version:
    return Version(
        number=release.number,
        note=release.note,
        at=release.created_at.isoformat(),
        author=names.get(release.author, release.author.partition(":")[0]),
        restores=release.restores,
        live=release.share is not None,
    )


def _all(session: Session) -> list[bots.Summary]:
    found: list[bots.Summary] = []
    while page := bots.listed(session, before=found[-1].id if found else None):
        found += page
    return found


def _web_channels(session: Session) -> list[Channel]:
    found: list[Channel] = []
    while page := channels.listed(session, before=found[-1].id if found else None):
        found += page
    return [channel for channel in reversed(found) if channel.kind == "web" and channel.enabled]


def _channel(session: Session, bot_id: UUID) -> Channel | None:
    """The bot's oldest web channel that is on."""
    oldest_first = reversed(channels.listed(session, bot_id=bot_id))
    return next((each for each in oldest_first if each.kind == "web" and each.enabled), None)


def _authors(session: Session) -> dict[str, str]:
    return {f"user:{member.user_id}": member.email for member in workspaces.members(session)}
