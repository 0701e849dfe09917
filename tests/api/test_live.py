"""A conversation over HTTP as others see it: streams, admin views, events, files, origins."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from runtime import housekeeping, limits
from runtime.embedded import EmbeddedRedis
from runtime.processes import free_port
from storage import files, logs
from storage.logs import Line
from tests.api.conftest import DOCUMENT, Site, serving

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Visitor:
    def __init__(self, site: Site, channel: str, **headers: str) -> None:
        with site.client(**headers) as client:
            opened = client.post(
                f"/api/v1/chat/{channel}/conversations", json={"client_id": secrets.token_hex(16)}
            )
        self.opened: dict[str, Any] = opened.raise_for_status().json()
        self.id: str = self.opened["conversation_id"]
        self.path = f"/api/v1/chat/conversations/{self.id}"
        self.client = site.client(self.opened["token"])
        self._site = site

    def say(self, **said: Any) -> dict[str, Any]:
        body = {"client_id": secrets.token_hex(16)} | said
        return self.client.post(f"{self.path}/messages", json=body).raise_for_status().json()

    @asynccontextmanager
    async def stream(self, after: int = 0, **headers: str) -> AsyncIterator[Stream]:
        headers |= {"authorization": f"Bearer {self.opened['token']}"}
        async with (
            httpx.AsyncClient(base_url=self._site.url, timeout=10, trust_env=False) as client,
            client.stream("GET", f"{self.path}/stream?after={after}", headers=headers) as answer,
        ):
            assert answer.status_code == 200
            yield Stream(answer)


class Stream:
    """Events as (id, name, data)."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self) -> tuple[int | None, str, Any]:
        fields: dict[str, str] = {}
        async for line in self._lines:
            if not line and fields:
                number = int(fields["id"]) if "id" in fields else None
                return number, fields["event"], json.loads(fields["data"])
            name, _, value = line.partition(": ")
            if name:
                fields[name] = value
        raise EOFError("the stream has ended")

    async def until(self, wanted: Callable[[str, Any], bool]) -> tuple[int | None, str, Any]:
        async with asyncio.timeout(10):
            while True:
                number, name, data = await self.next()
                if wanted(name, data):
                    return number, name, data


@pytest.fixture
def visitor(site, channel) -> Visitor:
    return Visitor(site, channel["key"])


async def test_a_stream_replays_what_was_missed_and_follows_what_happens(visitor):
    visitor.say(text="Ada")
    async with visitor.stream() as stream:
        texts, ids = [], []
        for _ in range(4):
            number, name, data = await stream.next()
            assert name == "message"
            texts.append((data["from"], data["text"]))
            ids.append(number)
        assert texts == [
            ("bot", "Hello!"),
            ("bot", "What is your name?"),
            ("visitor", "Ada"),
            ("bot", "Hi Ada, which colour?"),
        ]
        assert ids == sorted(set(ids))
        _, name, data = await stream.next()
        assert name == "input"
        assert data["type"] == "choice"
        visitor.say(choice="red")
        _, _, data = await stream.until(lambda name, data: name == "message")
        assert data["text"] == "Red"
        _, _, data = await stream.until(lambda name, data: name == "status")
        assert data["status"] == "ended"
        _, _, data = await stream.until(lambda name, data: name == "input")
        assert data is None
    async with visitor.stream(**{"last-event-id": str(ids[-1])}) as stream:
        _, _, data = await stream.next()
        assert data["text"] == "Red"
    async with visitor.stream(after=ids[2]) as stream:
        assert (await stream.next())[0] == ids[3]


def norwegian() -> dict[str, Any]:
    """The greeter in two languages."""
    text = {"flows.main.nodes.ask.config.text": "Hva heter du?"}
    return DOCUMENT | {"language": "en", "languages": {"nb": text}, "tests": []}


async def test_clients_are_told_the_language_the_talk_goes_on_in(site, workspace):
    editor = workspace.editor
    bot = editor.post("/api/v1/bots", json=norwegian()).raise_for_status().json()["id"]
    editor.post(f"/api/v1/bots/{bot}/publish").raise_for_status()
    channel = editor.post("/api/v1/channels", json={"name": "Two", "bot_id": bot}).json()
    visitor = Visitor(site, channel["key"])
    assert "language" not in visitor.opened
    async with visitor.stream(after=visitor.opened["seq"]) as stream:
        _, _, told = await stream.until(lambda name, _: name == "language")
        assert told == {"language": None}
        said = {"client_id": "1", "text": "på norsk, takk"}
        for _ in range(2):  # the same call is answered the same
            assert visitor.say(**said)["language"] == "nb"
        _, _, told = await stream.until(lambda name, _: name == "language")
        assert told == {"language": "nb"}
    again = {"client_id": "2", "visitor_id": visitor.opened["visitor_id"]}
    url = f"/api/v1/chat/{channel['key']}/conversations"
    assert site.client().post(url, json=again).json()["language"] == "nb"


async def test_typing_reaches_the_other_tab(visitor):
    async with visitor.stream(after=visitor.opened["seq"]) as stream:
        await stream.until(lambda name, data: name == "input")
        visitor.client.post(f"{visitor.path}/typing", json={"typing": True}).raise_for_status()
        number, _, data = await stream.until(lambda name, data: name == "typing")
        assert number is None
        assert data["typing"] is True


async def test_a_lost_redis_delays_a_stream_for_three_seconds_at_most(
    settings, service_folder: Path, channel
):
    redis = EmbeddedRedis(service_folder / "lost")
    redis.start()
    port = free_port()
    alone = replace(settings, port=port, public_url=f"http://127.0.0.1:{port}", redis_url=redis.url)
    with serving(alone) as site:
        visitor = Visitor(site, channel["key"])
        async with visitor.stream(after=visitor.opened["seq"]) as stream:
            await stream.until(lambda name, data: name == "input")
            await asyncio.to_thread(redis.stop)
            await asyncio.to_thread(visitor.say, text="Ada")
            async with asyncio.timeout(4):
                await stream.until(lambda name, data: data and data.get("text") == "Ada")
        with site.client() as client:
            unready = client.get("/readyz")
            assert unready.status_code == 503
            assert unready.json()["failing"] == ["redis"]
            assert client.get("/healthz").status_code == 200


def test_a_stream_needs_the_conversations_own_token(site, visitor, channel):
    other = Visitor(site, channel["key"])
    for token in (None, "nonsense", other.opened["token"]):
        with site.client(token) as client:
            assert client.get(f"{visitor.path}/stream").status_code == 401
    assert visitor.client.get(f"{visitor.path}/stream?after=x").status_code == 422
    assert visitor.client.post(f"{visitor.path}/stream").status_code in (404, 405)


def test_a_server_told_to_stop_ends_its_streams_first(settings, service_folder: Path, channel):
    port = free_port()
    environ = os.environ | {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "FLYT_SECRET_KEY": settings.secret_key,
        "FLYT_DATA": str(settings.data),
        "FLYT_LOG_DIR": str(service_folder / "stopping"),
        "FLYT_PORT": str(port),
    }
    server = subprocess.Popen([sys.executable, "-m", "runtime.cli", "web", "--api"], env=environ)
    try:
        retrying = httpx.Client(transport=httpx.HTTPTransport(retries=6), trust_env=False)
        retrying.get(f"http://127.0.0.1:{port}/healthz").raise_for_status()
        visitor = Visitor(Site(f"http://127.0.0.1:{port}"), channel["key"])
        with visitor.client.stream("GET", f"{visitor.path}/stream") as answer:
            lines = answer.iter_lines()
            next(lines)
            server.terminate()
            began = time.monotonic()
            assert list(lines)[-1] == ""  # to its proper end, not torn off
        server.wait(10)
        assert time.monotonic() - began < 3
    finally:
        server.kill()
        server.wait()


def test_people_read_what_was_said_and_why(workspace, stranger, visitor, bot):
    visitor.say(text="Ada")
    visitor.say(choice="blue")
    viewer = workspace.viewer
    (line,) = viewer.get("/api/v1/conversations", params={"bot_id": bot}).json()["items"]
    assert (line["id"], line["status"], line["last"]["text"]) == (
        visitor.id,
        "ended",
        "Blue it is.",
    )
    ended = viewer.get("/api/v1/conversations", params={"status": "bot", "bot_id": bot}).json()
    assert ended["items"] == []
    path = f"/api/v1/conversations/{visitor.id}"
    page = viewer.get(f"{path}/messages", params={"limit": 3}).json()
    assert [one["body"]["text"] for one in page["items"]] == ["Hello!", "What is your name?", "Ada"]
    rest = viewer.get(f"{path}/messages", params={"cursor": page["next"]}).json()
    assert rest["next"] is None
    assert rest["items"][-1]["kind"] == "status"
    traces = viewer.get(f"{path}/trace").json()["items"]
    assert [trace["turn"] for trace in traces] == [1, 2, 3]
    assert traces[1]["visits"][0]["changed"] == {"name": "Ada"}
    for address in (path, f"{path}/messages", f"{path}/trace"):
        assert stranger.viewer.get(address).status_code == 404


def test_events_and_flows_by_hand_reach_the_conversation(workspace, stranger, visitor):
    agent = workspace.agent
    event = {"name": "cart_abandoned", "conversation_id": visitor.id, "id": "cart-1"}
    assert agent.post("/api/v1/events", json=event).json()["taken"]
    assert agent.post("/api/v1/events", json=event).status_code == 200
    assert stranger.agent.post("/api/v1/events", json=event).status_code == 404
    start = f"/api/v1/conversations/{visitor.id}/start"
    body = {"flow": "offer", "inputs": {"percent": 20}}
    assert stranger.agent.post(start, json=body).status_code == 404
    assert agent.post(start, json={"flow": "main"}).status_code == 422
    assert agent.post(start, json=body | {"inputs": {"price": 1}}).status_code == 422
    assert agent.post(start, json=body).json()["taken"]
    items = workspace.viewer.get(f"/api/v1/conversations/{visitor.id}/messages").json()["items"]
    texts = [item["body"].get("text") for item in items]
    assert texts.count("You get 5 % off.") == 1
    assert texts.count("You get 20 % off.") == 1


def test_files_are_uploaded_sniffed_and_linked(site, workspace, visitor):
    def upload(name: str, content: bytes, part: str = "file") -> httpx.Response:
        return visitor.client.post(f"{visitor.path}/files", files={part: (name, content)})

    kept = upload("../holiday <b>.png", PNG)
    assert kept.status_code == 201
    file = kept.json()
    assert (file["type"], file["size"]) == ("image/png", len(PNG))
    assert "/" not in file["name"]
    assert upload("page.png", b"<html><script>alert(1)</script>").status_code == 422
    assert upload("empty.png", b"").status_code == 422
    assert upload("a.png", PNG, part="other").status_code == 422
    too_large = upload("large.txt", b"x" * (20 * 1024 * 1024 + 1))
    assert too_large.status_code == 413
    with site.client() as nobody:
        path = f"{visitor.path}/files"
        assert nobody.post(path, files={"file": ("a.png", PNG)}).status_code == 401
        secret, soon = site.services.settings.secret_key, datetime.now(UTC) + timedelta(minutes=5)
        link = files.link(secret, workspace.id, UUID(file["id"]), soon)
        got = nobody.get(link)
        assert got.content == PNG
        assert got.headers["content-disposition"].startswith("attachment;")
        assert got.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in got.headers["content-security-policy"]
        assert nobody.get(link[:-2]).status_code == 403
        assert nobody.get(f"/files/{file['id']}").status_code == 403
        old = files.link(secret, workspace.id, UUID(file["id"]), soon - timedelta(hours=1))
        assert nobody.get(old).status_code == 403


def test_a_conversation_holds_few_unsent_files(visitor):
    answers = [
        visitor.client.post(f"{visitor.path}/files", files={"file": ("a.png", PNG)}).status_code
        for _ in range(21)
    ]
    assert answers == [201] * 20 + [429]


def test_a_file_that_was_never_sent_is_thrown_away_after_a_day(site, workspace, visitor):
    def upload() -> str:
        sent = visitor.client.post(f"{visitor.path}/files", files={"file": ("a.png", PNG)})
        return sent.json()["id"]

    def download(file: str) -> int:
        secret, soon = site.services.settings.secret_key, datetime.now(UTC) + timedelta(minutes=5)
        with site.client() as client:
            return client.get(files.link(secret, workspace.id, UUID(file), soon)).status_code

    services = site.services
    later = datetime.now(UTC) + timedelta(days=1)
    while files.sweep_unsent(services.database, services.files, later):
        pass  # what other tests have left; one round takes so many and no more
    sent, unsent = upload(), upload()
    visitor.say(files=[sent])
    housekeeping.tidy(services.database, services.files, datetime.now(UTC) + timedelta(hours=23))
    assert (download(sent), download(unsent)) == (200, 200)
    housekeeping.tidy(services.database, services.files, datetime.now(UTC) + timedelta(hours=25))
    assert (download(sent), download(unsent)) == (200, 404)


ALLOWED, OTHER = "https://shop.example.org", "https://evil.example"


def test_a_channel_says_where_its_widget_may_run(site, workspace, channel):
    changed = workspace.editor.patch(
        f"/api/v1/channels/{channel['id']}", json={"settings": {"allowed_origins": [ALLOWED]}}
    )
    assert changed.status_code == 200
    path = f"/api/v1/chat/{channel['key']}/conversations"
    body = {"client_id": secrets.token_hex(16)}
    asked = {"access-control-request-method": "POST"}
    with site.client() as client:
        preflight = client.options(path, headers={"origin": ALLOWED, **asked})
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == ALLOWED
        assert "authorization" in preflight.headers["access-control-allow-headers"]
        allowed = client.post(path, json=body, headers={"origin": ALLOWED})
        assert allowed.headers["access-control-allow-origin"] == ALLOWED
        assert "access-control-allow-credentials" not in allowed.headers
        refused = client.options(path, headers={"origin": OTHER, **asked})
        assert "access-control-allow-origin" not in refused.headers
        assert client.post(path, json=body, headers={"origin": OTHER}).status_code == 403
        for admin in ("/api/v1/bots", "/auth/session", "/files/x"):
            answer = client.options(admin, headers={"origin": ALLOWED, **asked})
            assert "access-control-allow-origin" not in answer.headers


def test_a_new_key_replaces_the_old_one(site, workspace, visitor, channel):
    rotated = workspace.editor.post(f"/api/v1/channels/{channel['id']}/key").json()
    with site.client() as client:
        body = {"client_id": secrets.token_hex(16)}
        assert client.post(f"/api/v1/chat/{channel['key']}/conversations", json=body).is_error
        assert client.get(f"/api/v1/chat/{rotated['key']}/config").status_code == 200
    assert visitor.say(text="Ada")["messages"][0]["text"] == "Hi Ada, which colour?"


def test_behind_a_proxy_the_address_it_tells_counts(site, channel, monkeypatch):
    monkeypatch.setattr(limits, "monotonic", lambda: 0.0)  # the window stays open
    url = f"/api/v1/chat/{channel['key']}/conversations"

    def opened(address: str) -> int:
        with site.client(**{"x-forwarded-for": address}) as proxy:
            return proxy.post(url, json={"client_id": secrets.token_hex(16)}).status_code

    assert {opened("203.0.113.7") for _ in range(30)} == {201}
    assert opened("203.0.113.7") == 429
    assert opened("203.0.113.8") == 201


def test_what_is_grave_is_read_by_its_level(site, workspace, stranger):
    at = datetime.now(UTC)
    lines = [
        Line("error", "broken", at, workspace.id, level="error"),
        Line("warning", "odd", at, workspace.id, level="warning"),
        Line("message", "turn 1", at, workspace.id),
    ]
    logs.write(site.services.database, lines)

    def read(client: httpx.Client, level: str) -> list[tuple[str, str]]:
        items = client.get("/api/v1/logs", params={"level": level}).json()["items"]
        return [(item["level"], item["message"]) for item in items]

    editor = workspace.editor
    assert read(editor, "error") == [("error", "broken")]
    assert ("warning", "odd") in read(editor, "warning")
    assert ("info", "turn 1") in read(editor, "info")
    assert read(stranger.editor, "error") == []
    assert editor.get("/api/v1/logs", params={"level": "grave"}).status_code == 422


def test_metrics_and_readiness(site, visitor):
    with site.client() as client:
        assert client.get("/readyz").json() == {"status": "ok"}
        text = client.get("/metrics").text
    for name in (
        'flyt_http_request_seconds_bucket{area="chat"',
        "flyt_turn_seconds_count",
        "flyt_streams",
        'flyt_waiting{queue="inbox"}',
        'flyt_waiting{queue="effects"}',
        'flyt_waiting{queue="timers"}',
        "process_resident_memory_bytes",
    ):
        assert name in text
