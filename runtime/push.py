"""`flyt bots push`: a bot document into a workspace, by its database or by the API of a Flyt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import httpx
from sqlmodel import Session, col, select

from runtime import plugins
from runtime.administration import find_workspace
from runtime.core.document import parse
from runtime.publishing import publish
from runtime.settings import Settings
from storage import bots, channels, drafts
from storage.database import Database
from storage.errors import NotFound
from storage.tables import Channel

_ACTOR = "system"


class PushError(RuntimeError):
    """The file or the API is no good for this; the message says why."""


@dataclass(frozen=True)
class Wish:
    """What to upload; `channel` is the key of a web channel to put the bot on."""

    document: dict[str, Any]
    publish: bool
    channel: str | None


@dataclass(frozen=True)
class Pushed:
    """The bot's id, the number of the release made, and the key of the bot's channel."""

    bot: str
    release: int | None
    channel: str


@dataclass(frozen=True)
class Place:
    """A channel as a push sees it: `bot` is the one it has now."""

    id: str
    key: str
    bot: str | None


class Target(Protocol):
    """Where a push goes."""

    def find_channel(self, key: str) -> Place: ...
    def create_bot(self, document: dict[str, Any]) -> str: ...
    def write_draft(self, bot: str, document: dict[str, Any]) -> None: ...
    def publish(self, bot: str) -> int: ...
    def connect(self, channel: Place, bot: str) -> None: ...
    def open_channel(self, bot: str, name: str) -> Place: ...


def read(file: Path) -> dict[str, Any]:
    """The document as it was written. Raises PushError for what is no JSON object."""
    try:
        document = json.loads(file.read_bytes())
    except ValueError as error:
        raise PushError(f"{file} is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise PushError(f"{file} holds no bot document: it must be a JSON object")
    return document


def push(wish: Wish, target: Target) -> Pushed:
    """A channel that has a bot gets the document as that bot's draft; else it becomes a new bot."""
    place = target.find_channel(wish.channel) if wish.channel else None
    if place and place.bot:
        bot = place.bot
        target.write_draft(bot, wish.document)
    else:
        bot = target.create_bot(wish.document)
    release = target.publish(bot) if wish.publish else None
    if place is None:
        place = target.open_channel(bot, str(wish.document["name"]))
    elif place.bot is None:
        target.connect(place, bot)
    return Pushed(bot, release, place.key)


@contextmanager
def database(settings: Settings, workspace: str | None) -> Iterator[Target]:
    """A workspace reached directly; everything of the push is one transaction.

    Its calls raise DocumentError for a document that is not sound.
    """
    plugins.load(settings.plugins)
    found = find_workspace(settings, workspace)
    opened = Database(settings.database_url, pool_size=1)
    try:
        with opened.workspace(found) as session:
            yield _InDatabase(session)
    finally:
        opened.close()


@contextmanager
def api(url: str, key: str) -> Iterator[Target]:
    """A workspace reached through the admin API at `url` with an API key of it."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{url.rstrip('/')}/api/v1", headers=headers, timeout=30) as client:
        yield _OverHttp(client)


class _InDatabase:
    def __init__(self, session: Session) -> None:
        self._session = session

    def find_channel(self, key: str) -> Place:
        found = self._session.exec(select(Channel).where(col(Channel.key) == key)).one_or_none()
        if found is None:
            raise NotFound(f"there is no channel with the key {key}")
        return Place(str(found.id), found.key, str(found.bot_id) if found.bot_id else None)

    def create_bot(self, document: dict[str, Any]) -> str:
        parse(document)
        return str(bots.create(self._session, document, actor=_ACTOR).id)

    def write_draft(self, bot: str, document: dict[str, Any]) -> None:
        parse(document)
        base = drafts.read(self._session, UUID(bot)).version
        drafts.replace(self._session, UUID(bot), document, base=base, actor=_ACTOR)

    def publish(self, bot: str) -> int:
        return publish(self._session, UUID(bot), actor=_ACTOR).number

    def connect(self, channel: Place, bot: str) -> None:
        channels.change(self._session, UUID(channel.id), actor=_ACTOR, bot_id=UUID(bot))

    def open_channel(self, bot: str, name: str) -> Place:
        made = channels.create(self._session, name=name, actor=_ACTOR, bot_id=UUID(bot))
        return Place(str(made.id), made.key, bot)


class _OverHttp:
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def find_channel(self, key: str) -> Place:
        cursor = None
        while True:
            page = self._ask("GET", "/channels", params={"cursor": cursor} if cursor else {})
            for found in page["items"]:
                if found["key"] == key:
                    return Place(found["id"], key, found["bot_id"])
            cursor = page["next"]
            if cursor is None:
                raise PushError(f"there is no channel with the key {key}")

    def create_bot(self, document: dict[str, Any]) -> str:
        return self._ask("POST", "/bots", json=document)["id"]

    def write_draft(self, bot: str, document: dict[str, Any]) -> None:
        version = self._ask("GET", f"/bots/{bot}/draft")["version"]
        body = {"version": version, "document": document}
        self._ask("PUT", f"/bots/{bot}/draft", json=body)

    def publish(self, bot: str) -> int:
        return self._ask("POST", f"/bots/{bot}/publish")["number"]

    def connect(self, channel: Place, bot: str) -> None:
        self._ask("PATCH", f"/channels/{channel.id}", json={"bot_id": bot})

    def open_channel(self, bot: str, name: str) -> Place:
        made = self._ask("POST", "/channels", json={"name": name, "bot_id": bot})
        return Place(made["id"], made["key"], bot)

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = self._client.request(method, path, **options)
        except httpx.HTTPError as error:
            raise PushError(f"{self._client.base_url} does not answer: {error}") from error
        if answer.is_error:
            raise PushError(_explained(answer))
        return answer.json()


def _explained(answer: httpx.Response) -> str:
    """A problem document as lines: its detail, then each error with its place."""
    try:
        problem = answer.json()
        lines = [str(problem["detail"])]
        lines += [f"  {one['path']}: {one['message']}" for one in problem.get("errors", ())]
    except (ValueError, KeyError, TypeError):
        return f"{answer.request.url} answered {answer.status_code}"
    return "\n".join(lines)
