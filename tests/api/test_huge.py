"""Too much of everything: told so, or kept as it is, and nobody else waits for it."""

from __future__ import annotations

import gzip
import json
import secrets
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import DOCUMENT
from tests.api.test_hostile import check
from tests.api.test_live import Visitor

MEGABYTE = 1024 * 1024
DEEP = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
WIDE = json.dumps({f"key{number}": number for number in range(100_000)}).encode()
BOMB = gzip.compress(b" " * 64 * MEGABYTE)  # 64 kB
PROMPTLY = 10.0  # seconds, on busy cores: a crawl takes minutes
JSON = {"content-type": "application/json"}


@pytest.fixture
def visitor(site, channel) -> Visitor:
    return Visitor(site, channel["key"])


def said(**more: Any) -> bytes:
    return json.dumps({"client_id": secrets.token_hex(16)} | more).encode()


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (said(text="x" * MEGABYTE), JSON, 413),
        (said(text="x" * 20_000), JSON, 422),
        (said(value="x" * 60_000), JSON, 200),
        (b'{"client_id": "a", "value": ' + DEEP[:60_000], JSON, 422),
        (b'{"client_id": "a", "value": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", JSON, 422),
        (WIDE, JSON, 413),
        (said(value={f"k{number}": number for number in range(4_000)}), JSON, 200),
        (BOMB, JSON | {"content-encoding": "gzip"}, 400),
        (gzip.compress(said(text="Ada")), JSON | {"content-encoding": "gzip"}, 400),
        (said(text="a\0b"), JSON, 422),
        (said(value={"a\0": 1}), JSON, 422),
        (b'{"client_id": "a", "text": "\\ud800"}', JSON, 400),
        (b'{"client_id": "a", "text": "\xed\xa0\x80"}', JSON, 400),
        (b'{"client_id": "a", "value": ' + b"9" * 60_000 + b"}", JSON, 422),
        (said(value=-(2**63) - 1), JSON, 200),
        (said(value=-1e308), JSON, 200),
    ],
    ids=["1 MB text", "20 kB text", "60 kB value", "cut off", "5,000 deep", "100,000 keys",
         "4,000 keys", "gzip bomb", "gzip", "NUL", "NUL key", "surrogate", "surrogate bytes",
         "60,000 digits", "below a long", "-1e308"],
)  # fmt: skip
def test_much_from_a_visitor(visitor: Visitor, body: bytes, headers: Any, status: int):
    answer = visitor.client.post(f"{visitor.path}/messages", content=body, headers=headers)
    check(answer, "messages")
    assert answer.status_code == status, answer.text
    assert visitor.say(text="Ada")["status"] in ("bot", "ended")  # and the talk goes on


@pytest.mark.parametrize("call", ["typing", "read", "rating", "conversations"])
@pytest.mark.parametrize(
    "body", [DEEP, WIDE, BOMB, b"[" * 60_000], ids=["deep", "wide", "bomb", "open"]
)
def test_much_for_the_small_calls(site, channel, visitor: Visitor, call: str, body: bytes):
    path = f"/api/v1/chat/{channel['key']}/conversations"
    path = path if call == "conversations" else f"{visitor.path}/{call}"
    answer = visitor.client.post(path, content=body, headers=JSON)
    check(answer, call)
    assert answer.status_code in (400, 413, 422)


@pytest.mark.parametrize("number", [-1, -(2**63), 2**31, 2**63, 2**64, 10**400, 0.5, 1e308])
def test_numbers_out_of_range(visitor: Visitor, workspace, bot, number: float):
    for path, body in (
        (f"{visitor.path}/read", {"seq": number}),
        (f"{visitor.path}/rating", {"score": number}),
    ):
        answer = visitor.client.post(path, json=body)
        check(answer, path)
        assert answer.status_code in (400, 422), path
    for path in (
        f"{visitor.path}/messages?after={number}",
        f"{visitor.path}/stream?after={number}",
    ):
        check(visitor.client.get(path), path)
    editor = workspace.editor
    for path in (
        f"/api/v1/bots?limit={number}",
        f"/api/v1/bots/{bot}/releases?cursor={number}",
        f"/api/v1/bots/{bot}/releases/{number}",
        f"/api/v1/bots/{bot}/draft/changes?base={number}",
        f"/api/v1/conversations/{visitor.id}/messages?cursor={number}",
        f"/api/v1/conversations/{visitor.id}/trace?cursor={number}",
        f"/api/v1/logs?cursor={number}",
    ):
        check(workspace.clients["owner"].get(path), path)
    for body in (
        {"tab": "t", "base": number, "operations": []},
        {"tab": "t", "base": 0, "operations": [{"number": number, "key": "s:description"}]},
    ):
        check(editor.post(f"/api/v1/bots/{bot}/draft/operations", json=body), f"{body}")


def test_much_in_a_document(workspace, bot):
    """Each is refused or kept whole; the bot it is meant for stays as it was."""
    editor = workspace.editor
    before = editor.get(f"/api/v1/bots/{bot}/draft").json()
    wide = DOCUMENT | {"variables": [{"name": f"v{number}"} for number in range(50_000)]}
    for document in (
        DOCUMENT | {"description": "x" * MEGABYTE},
        wide,
        DOCUMENT | {f"key{number}": number for number in range(100_000)},
        DOCUMENT | {"languages": {"nb": {f"flows.{number}": "x" for number in range(50_000)}}},
        DOCUMENT | {"flows": [DOCUMENT["flows"][0] | {"id": f"f{n}"} for n in range(500)]},
    ):
        answer = editor.post("/api/v1/bots", json=document, timeout=60)
        check(answer, str(document)[:100])
        assert answer.status_code in (201, 422)
        assert len(answer.content) < MEGABYTE
    body = b'{"version": 1, "document": ' + DEEP + b"}"
    for path in (f"/api/v1/bots/{bot}/simulate", f"/api/v1/bots/{bot}/draft/operations"):
        check(editor.post(path, content=DEEP, headers=JSON), path)
    answer = editor.put(f"/api/v1/bots/{bot}/draft", content=body, headers=JSON)
    check(answer, "draft")
    assert editor.get(f"/api/v1/bots/{bot}/draft").json() == before


@pytest.mark.parametrize("depth", [90, 101, 250, 400, 1_000])
def test_what_is_kept_can_be_read_again(site, workspace, bot, channel, depth: int):
    """However deep a value is: it is refused, or every later call can show it."""
    editor, deep = workspace.editor, b"[" * depth + b"]" * depth
    version = editor.get(f"/api/v1/bots/{bot}/draft").json()["version"]
    operation = b'{"number": 1, "key": "s:description", "value": %s}' % deep
    written = editor.post(
        f"/api/v1/bots/{bot}/draft/operations",
        content=b'{"tab": "t", "base": %d, "operations": [%s]}' % (version, operation),
        headers=JSON,
    )
    opened = editor.post(
        f"/api/v1/chat/{channel['key']}/conversations",
        content=b'{"client_id": "deep%d", "variables": {"name": %s}, "page": {"at": %s}}'
        % (depth, deep, deep),
        headers=JSON,
    )
    visitor = Visitor(site, channel["key"])
    body = b'{"client_id": "a", "value": ' + deep + b"}"
    heard = visitor.client.post(f"{visitor.path}/messages", content=body, headers=JSON)
    for answer in (written, opened, heard):
        check(answer, f"{depth} deep")
        assert (answer.status_code < 300) == (depth < 99)
    reader, ids = workspace.clients["owner"], [visitor.id]
    if opened.status_code == 201:
        ids.append(opened.json()["conversation_id"])
    for path in (
        f"/api/v1/bots/{bot}/draft",
        f"/api/v1/bots/{bot}/draft/changes?base=0",
        "/api/v1/conversations",
        "/api/v1/inbox",
        *(f"/api/v1/conversations/{id_}/{what}" for id_ in ids
          for what in ("messages", "about", "trace")),
    ):  # fmt: skip
        answer = reader.get(path)
        check(answer, path)
        assert answer.status_code == 200, path
    check(editor.post(f"/api/v1/bots/{bot}/validate"), f"{depth} deep")


@pytest.mark.parametrize("fields", [500, 50_000])
def test_many_header_fields(site, fields: int):
    lines = b"".join(b"x-%d: %s\r\n" % (number, b"y" * 100) for number in range(fields))
    began = time.perf_counter()
    with socket.create_connection((site.host, site.port), timeout=10) as connection:
        connection.sendall(b"GET /api/v1/bots HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n")
        assert connection.recv(64).startswith(b"HTTP/1.1 401 ")
    assert time.perf_counter() - began < PROMPTLY


def test_who_sends_slowly_keeps_nobody_waiting(site, visitor: Visitor):
    head = (
        f"POST {visitor.path}/messages HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {visitor.opened['token']}\r\nContent-Length: %d\r\n\r\n"
    )
    slow: list[tuple[socket.socket, Iterator[bytes]]] = []
    for number in range(200):
        body = said(text=f"slow {number}")
        connection = socket.create_connection((site.host, site.port), timeout=10)
        connection.sendall((head % len(body)).encode() + body[:10])
        slow.append((connection, iter([body[10:20], body[20:]])))
    began = time.perf_counter()
    assert visitor.say(text="Ada")["messages"]
    assert time.perf_counter() - began < PROMPTLY
    for connection, _ in slow[5:]:
        connection.close()  # in the middle of a word
    for connection, rest in slow[:5]:
        for piece in rest:
            connection.sendall(piece)
        assert connection.recv(64).startswith(b"HTTP/1.1 200 ")
        connection.close()
    found = visitor.client.get(f"{visitor.path}/messages").json()["events"]
    heard = [one["text"] for one in found if one["event"] == "message" and one["from"] == "visitor"]
    assert sorted(heard[1:]) == [f"slow {number}" for number in range(5)]
