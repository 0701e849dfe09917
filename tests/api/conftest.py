"""A real server on a free port, and people and keys of every role in workspaces of their own."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import uvicorn

from runtime.app import Api, create_api
from runtime.processes import free_port
from runtime.services import Services
from runtime.settings import Settings
from storage.accounts import keys, people

ROLES = ("viewer", "agent", "editor", "owner")
PASSWORD = "correct horse battery"
_CERTIFICATES = httpx.create_ssl_context()  # else each client reads them for itself: 30 ms

DOCUMENT: dict[str, Any] = {
    "format": "flyt/1",
    "name": "Greeter",
    "variables": [{"name": "name"}, {"name": "colour"}],
    "flows": [
        {
            "id": "main",
            "name": "Main",
            "start": "hello",
            "triggers": [{"kind": "start"}],
            "nodes": [
                {"id": "hello", "type": "message", "config": {"text": "Hello!"}},
                {
                    "id": "ask",
                    "type": "ask.text",
                    "config": {"text": "What is your name?", "variable": "name"},
                },
                {
                    "id": "colour",
                    "type": "ask.choice",
                    "config": {
                        "text": "Hi {{ name }}, which colour?",
                        "variable": "colour",
                        "options": [{"id": "red", "label": "Red"}, {"id": "blue", "label": "Blue"}],
                    },
                },
                {"id": "bye", "type": "message", "config": {"text": "{{ colour }} it is."}},
            ],
            "edges": [
                {"source": "hello", "port": "next", "target": "ask"},
                {"source": "ask", "port": "next", "target": "colour"},
                {"source": "colour", "port": "next", "target": "bye"},
            ],
        },
        {
            "id": "offer",
            "start": "deal",
            "triggers": [{"kind": "manual"}, {"kind": "event", "name": "cart_abandoned"}],
            "inputs": ["percent"],
            "nodes": [
                {
                    "id": "deal",
                    "type": "message",
                    "config": {"text": "You get {{ percent or 5 }} % off."},
                }
            ],
        },
    ],
    "tests": [
        {
            "name": "red",
            "talk": [
                {"bot": "What is your name?"},
                {"user": "Ada"},
                {"bot": "~which colour"},
                {"choose": "red"},
                {"bot": "Red it is."},
                {"status": "ended"},
            ],
        }
    ],
}


@dataclass(frozen=True)
class Site:
    """A running server; ``host`` and ``port`` are where its socket listens."""

    url: str

    @property
    def host(self) -> str:
        return httpx.URL(self.url).host

    @property
    def port(self) -> int:
        return httpx.URL(self.url).port or 80

    def client(self, key: str | None = None, **headers: str) -> httpx.Client:
        if key:
            headers["authorization"] = f"Bearer {key}"
        return httpx.Client(
            base_url=self.url, headers=headers, timeout=10, trust_env=False, verify=_CERTIFICATES
        )


@dataclass(frozen=True)
class LocalSite(Site):
    """One whose services are at hand, because it runs in this process."""

    services: Services
    api: Api


@dataclass(frozen=True)
class Workspace:
    id: UUID
    owner: str  # e-mail
    clients: dict[str, httpx.Client]  # by role, with an API key of it

    def __getattr__(self, role: str) -> httpx.Client:
        return self.clients[role]


@pytest.fixture(scope="session")
def settings(postgres, redis_url, service_folder: Path) -> Settings:
    port = free_port()
    environ = {
        "DATABASE_URL": postgres.app_url,
        "DATABASE_OWNER_URL": postgres.owner_url,
        "REDIS_URL": redis_url,
        "FLYT_DATA": str(service_folder / "api"),
        "FLYT_LOG_DIR": str(service_folder / "logs"),
        "FLYT_SECRET_KEY": "0123456789abcdef" * 4,
        "FLYT_PORT": str(port),
        "FLYT_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    return Settings.from_env(environ, service_folder)


@pytest.fixture(scope="session")
def site(settings: Settings) -> Iterator[LocalSite]:
    with serving(settings) as running:
        yield running


class serving:  # noqa: N801  # used as a context manager only
    """Runs the API in a thread until the end of the block."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.api = create_api(settings)
        self.server = uvicorn.Server(
            uvicorn.Config(
                self.api,
                port=settings.port,
                http="httptools",
                log_config=None,
                timeout_graceful_shutdown=3,
            )
        )
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> LocalSite:
        self.thread.start()
        url = f"http://127.0.0.1:{self.settings.port}"
        with httpx.Client(transport=httpx.HTTPTransport(retries=8), trust_env=False) as client:
            client.get(f"{url}/healthz")
        return LocalSite(url, self.api.state.services, self.api)

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)


_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def make_workspace(site: LocalSite) -> Callable[[], Workspace]:
    def make() -> Workspace:
        email = f"owner{next(_numbers)}@example.org"
        database = site.services.database
        created = people.create_user(database, email=email, password=PASSWORD)
        clients = {}
        with database.workspace(created.workspace_id) as session:
            for role in ROLES:
                _, key = keys.create(session, role, actor="system", role=role)
                clients[role] = site.client(key)
        return Workspace(created.workspace_id, email, clients)

    return make


@pytest.fixture(scope="module")
def workspace(make_workspace) -> Workspace:
    return make_workspace()


@pytest.fixture(scope="module")
def stranger(make_workspace) -> Workspace:
    """Another tenant."""
    return make_workspace()


@pytest.fixture
def bot(workspace: Workspace) -> str:
    """A new bot's id."""
    return workspace.editor.post("/api/v1/bots", json=DOCUMENT).raise_for_status().json()["id"]


@pytest.fixture
def channel(workspace: Workspace, bot: str) -> dict[str, Any]:
    """A web channel with a published bot."""
    editor = workspace.editor
    editor.post(f"/api/v1/bots/{bot}/publish").raise_for_status()
    body = {"name": "Shop", "bot_id": bot}
    return editor.post("/api/v1/channels", json=body).raise_for_status().json()
