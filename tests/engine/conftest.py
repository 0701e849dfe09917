"""A published bot on a web channel, the engine of one process, and its HTTP calls."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from psycopg.rows import dict_row

from runtime import engine as engines
from runtime import plugins
from runtime.api import chat, refusals
from runtime.engine import Engine
from runtime.perform import Handler
from runtime.settings import Settings
from storage import bots, channels, drafts, releases
from storage.database import Database
from tests.conftest import Postgres
from tests.core.talk import flow, node
from tests.storage.conftest import make_tenant

__all__ = ["flow", "node"]


@dataclass(frozen=True)
class Published:
    workspace: UUID
    bot: UUID
    channel: UUID
    key: str
    database: Database

    def publish(self, document: dict[str, Any]) -> None:
        """Publishes another release of the bot."""
        with self.database.workspace(self.workspace) as session:
            base = drafts.read(session, self.bot).version
            drafts.replace(session, self.bot, document, base=base, actor="system")
            releases.publish(session, self.bot, actor="system")


Publish = Callable[..., Published]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture(scope="session")
def database(postgres: Postgres) -> Iterator[Database]:
    database = Database(postgres.app_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def settings(
    postgres: Postgres, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    folder = tmp_path_factory.mktemp("engine")
    environ = {
        "DATABASE_URL": postgres.app_url,
        "DATABASE_OWNER_URL": postgres.owner_url,
        "REDIS_URL": redis_url,
        "FLYT_SECRET_KEY": "a secret key that is long enough for a test",
        "FLYT_DATA": str(folder),
    }
    return Settings.from_env(environ, folder)


def document(*flows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format": "flyt/1", "name": "Test", "main": flows[0]["id"], "flows": list(flows)} | more


@pytest.fixture
def publish(database: Database) -> Publish:
    """A bot, live on a new channel of a new workspace, or of the one it is put beside."""

    def published(
        body: dict[str, Any],
        *,
        beside: Published | None = None,
        kind: str = "web",
        **channel_settings: Any,
    ) -> Published:
        plugins.load(())
        workspace = beside.workspace if beside else make_tenant(database).id
        with database.workspace(workspace) as session:
            bot = bots.create(session, body, actor="system")
            releases.publish(session, bot.id, actor="system")
            channel = channels.create(
                session,
                name="Shop",
                actor="system",
                bot_id=bot.id,
                kind=kind,
                settings=channel_settings,
            )
            return Published(workspace, bot.id, channel.id, channel.key, database)

    return published


@pytest.fixture
def handlers() -> dict[str, Handler]:
    return {}


@pytest.fixture
def abilities(handlers: dict[str, Handler]) -> plugins.Abilities:
    return plugins.Abilities(handlers)


@pytest.fixture
async def engine(settings: Settings, abilities: plugins.Abilities) -> AsyncIterator[Engine]:
    async with engines.running(settings, abilities, lambda _: {}) as running:
        yield running


@pytest.fixture
async def second(settings: Settings, abilities: plugins.Abilities) -> AsyncIterator[Engine]:
    """Another process on the same database."""
    async with engines.running(settings, abilities, lambda _: {}) as running:
        yield running


class Visitor:
    """A browser with the chat open."""

    def __init__(self, client: httpx.AsyncClient, key: str) -> None:
        self.client, self.key = client, key
        self.token = self.conversation = self.visitor_id = ""
        self.input: dict[str, Any] | None = None

    async def open(self, client_id: str = "", **body: Any) -> dict[str, Any]:
        body = {"client_id": client_id or uuid4().hex, **body}
        response = await self.client.post(f"/api/v1/chat/{self.key}/conversations", json=body)
        assert response.status_code == 201, response.text
        answer = response.json()
        self.token, self.conversation = answer["token"], answer["conversation_id"]
        self.visitor_id, self.input = answer["visitor_id"], answer["input"]
        return answer

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    async def post(self, call: str, body: Any, **query: Any) -> httpx.Response:
        url = f"/api/v1/chat/conversations/{self.conversation}/{call}"
        return await self.client.post(url, json=body, headers=self.headers, params=query)

    async def send(self, client_id: str = "", *, wait: float = 0, **body: Any) -> dict[str, Any]:
        query = {"wait": wait} if wait else {}
        body = {"client_id": client_id or uuid4().hex, **body}
        response = await self.post("messages", body, **query)
        assert response.status_code == 200, response.text
        answer = response.json()
        self.input = answer["input"]
        return answer

    async def say(self, text: str, **more: Any) -> list[str]:
        return texts(await self.send(text=text, **more))

    async def events(self) -> list[dict[str, Any]]:
        """All of the transcript, which comes in pages."""
        url, found = f"/api/v1/chat/conversations/{self.conversation}/messages", list[Any]()
        while True:
            after = found[-1]["seq"] if found else 0
            answer = await self.client.get(url, headers=self.headers, params={"after": after})
            if not (more := answer.json()["events"]):
                return found
            found += more

    async def transcript(self) -> list[tuple[str, str]]:
        return [(e["from"], e["text"]) for e in await self.events() if e["event"] == "message"]


def texts(answer: dict[str, Any]) -> list[str]:
    return [message["text"] for message in answer["messages"]]


def serving(engine: Engine, *, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """The chat API as somebody at this address calls it."""
    api = FastAPI()
    refusals.install(api)
    api.include_router(chat.router)
    api.state.services = SimpleNamespace(engine=engine)
    transport = httpx.ASGITransport(app=api, client=(address, 50000))
    return httpx.AsyncClient(transport=transport, base_url="http://chat.test")


@pytest.fixture
async def client(engine: Engine) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(engine) as client:
        yield client


@pytest.fixture
async def other_client(second: Engine) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(second) as client:
        yield client


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Start]:
    """Starts `flyt worker` or `flyt clock`, with more settings where a test gives some."""
    environ = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "FLYT_SECRET_KEY": settings.secret_key,
        "FLYT_DATA": str(settings.data),
    }
    started: list[subprocess.Popen[bytes]] = []

    def begin(module: str, **more: str) -> subprocess.Popen[bytes]:
        code = f"from runtime import {module}; {module}.run()"
        with (tmp_path / f"{module}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", code],
                env=os.environ | environ | more,
                stdout=log,
                stderr=log,
            )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def rows(postgres: Postgres) -> Iterator[Callable[..., list[dict[str, Any]]]]:
    """What the tables hold, as their owner sees it."""
    with psycopg.connect(postgres.owner_url, autocommit=True, row_factory=dict_row) as connection:
        connection.execute("set search_path = flyt")

        def fetch(query: str, *args: Any) -> list[dict[str, Any]]:
            cursor = connection.execute(query, args)
            return cursor.fetchall() if cursor.description else []

        yield fetch


async def eventually(look: Callable[[], Any], patience: float = 20) -> Any:
    """The first truthy answer of ``look``."""
    async with asyncio.timeout(patience):
        while not (found := look()):
            await asyncio.sleep(0.02)
        return found
