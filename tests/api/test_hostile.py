"""Hostile requests to every route of the description: refused with a problem, never a 5xx."""

from __future__ import annotations

import json
import random
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen
from uuid import uuid4

import httpx
import pytest

from runtime.api.body import MEGABYTE
from tests.api.conftest import DOCUMENT, PASSWORD
from tests.api.test_live import Visitor

SEED = 20261120

STRINGS = [
    "",
    "\0",
    "a\0b",
    "'; drop table flyt.bot; --",
    "../../../etc/passwd",
    "%00",
    "\u202e\ufeff",
    "x" * 5_000,
    "00000000-0000-0000-0000-000000000000",
    "not-a-uuid",
    "-1",
    "99999999999999999999999999",
    "NaN",
    "{{ 7 * 7 }}",
]
VALUES: list[Any] = [
    *STRINGS,
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    2**64,
    1e308,
    [],
    {},
    [[[[[]]]]],
    {"\0": "\0"},
    {"__proto__": {}, "$ref": "#"},
]
BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"NaN",
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": 1e999}',
    b'{"name": "\\ud800"}',
    b'{"name": "\xff\xfe"}',
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"a": ' + b"9" * 5_000 + b"}",
]
TYPES = [
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "nonsense",
]


def operations(site) -> Iterator[tuple[str, str, dict[str, Any]]]:
    with site.client() as client:
        document = client.get("/openapi.json").json()
    components = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path not in ("/auth/login", "/auth/setup"):  # would use up the attempts
                yield method, path, _resolved(operation, components)


def _resolved(value: Any, components: dict[str, Any], depth: int = 0) -> Any:
    """The description with its references replaced, as deep as hostile bodies go."""
    if isinstance(value, dict):
        if "$ref" in value:
            name = value["$ref"].rpartition("/")[2]
            return {} if depth > 4 else _resolved(components[name], components, depth + 1)
        return {key: _resolved(part, components, depth) for key, part in value.items()}
    if isinstance(value, list):
        return [_resolved(part, components, depth) for part in value]
    return value


def sound(schema: dict[str, Any], chance: random.Random) -> Any:
    """Something of about the shape asked for, so that requests get past the first check."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if "examples" in schema:
        return schema["examples"][0]
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return sound(chance.choice(options), chance)
    match schema.get("type"):
        case "object":
            return {
                name: sound(part, chance) for name, part in schema.get("properties", {}).items()
            }
        case "array":
            return [sound(schema.get("items", {}), chance)]
        case "string":
            return {"uuid": str(uuid4()), "date": "2026-03-05"}.get(schema.get("format"), "sound")
        case "integer" | "number":
            return max(1, int(schema.get("minimum", 1)))
        case "boolean":
            return chance.random() < 0.5
        case _:
            return None


def spoiled(body: Any, chance: random.Random) -> Any:
    """The body with one hostile value somewhere in it."""
    if isinstance(body, dict) and body and chance.random() < 0.9:
        name = chance.choice(list(body))
        return body | {name: spoiled(body[name], chance)}
    if isinstance(body, list) and body and chance.random() < 0.9:
        return [spoiled(body[0], chance), *body[1:]]
    return chance.choice(VALUES)


def check(answer: httpx.Response, where: str) -> None:
    assert answer.status_code < 500, f"seed {SEED}: {where}: {answer.text}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", where
        problem = answer.json()
        assert problem["status"] == answer.status_code, where
        assert problem["title"], where
        assert problem["detail"], where


@pytest.fixture(scope="module")
def clients(site, make_workspace) -> Iterator[list[httpx.Client]]:
    """An owner's key, an owner's browser, and somebody with a token of nothing."""
    workspace = make_workspace()
    with site.client() as browser:
        browser.post("/auth/login", json={"email": workspace.owner, "password": PASSWORD})
        yield [workspace.clients["owner"], browser, site.client("bm90IGEgdG9rZW4=")]


@pytest.fixture(scope="module")
def known(site, clients) -> dict[str, str]:
    """Ids that exist, by the name of the address's part: what is hostile gets further with them."""
    owner = clients[0]
    bot = owner.post("/api/v1/bots", json=DOCUMENT).json()["id"]
    owner.post(f"/api/v1/bots/{bot}/publish")
    channel = owner.post("/api/v1/channels", json={"name": "Shop", "bot_id": bot}).json()
    visitor = Visitor(site, channel["key"])
    clients.append(visitor.client)
    article = {"kind": "article", "title": "Help", "text": "We open at nine."}
    source = owner.post("/api/v1/knowledge/sources", json=article).json()
    written = owner.get(f"/api/v1/knowledge/sources/{source['id']}/documents").json()["items"]
    return {
        "bot_id": bot,
        "channel_id": channel["id"],
        "channel_key": channel["key"],
        "conversation_id": visitor.id,
        "source_id": source["id"],
        "collection_id": source["collection"]["id"],
        "document_id": written[0]["id"],
        "number": "1",
        "other": "1",
    }


def addresses(path: str, chance: random.Random) -> str:
    def part(match: re.Match[str]) -> str:
        words = [text for text in STRINGS if text and "/" not in text and len(text) < 100]
        word = chance.choice([str(uuid4()), "1", *words])
        return quote(word, safe="")

    return re.sub(r"{\w+}", part, path)


def test_hostile_addresses_and_parameters(site, clients):
    chance = random.Random(SEED)
    for method, path, operation in operations(site):
        if path.endswith("/stream"):
            continue
        names = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"]
        for client in clients:
            for _ in range(3):
                query = {name: chance.choice(STRINGS) for name in names}
                address = addresses(path, chance)
                answer = client.request(method, address, params=query)
                check(answer, f"{method} {address} {query}")


def test_hostile_bodies(site, clients, known):
    chance = random.Random(SEED)
    for method, path, operation in operations(site):
        if method not in ("post", "put", "patch") or path == "/auth/logout":
            continue
        address = re.sub(r"{(\w+)}", lambda part: known.get(part[1]) or str(uuid4()), path)
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        for client in clients:
            for body in BODIES:
                kind = chance.choice(TYPES[:2])
                answer = client.request(
                    method, address, content=body, headers={"content-type": kind}
                )
                check(answer, f"{method} {path} {body[:60]!r}")
            for _ in range(12):
                body = json.dumps(spoiled(sound(schema, chance), chance)).encode()
                kind = chance.choice(TYPES) if chance.random() < 0.1 else TYPES[0]
                answer = client.request(
                    method, address, content=body, headers={"content-type": kind}
                )
                check(answer, f"{method} {path} {body[:300]!r}")


@pytest.mark.parametrize("name", ["authorization", "cookie", "if-match", "last-event-id", "origin"])
def test_hostile_headers(site, name):
    for value in (b"\xff\xfe", b"Bearer", b"Bearer \xc3\xa9", b"flyt_session=\xff", b'"' * 50):
        with site.client() as client:
            for path in ("/api/v1/bots", f"/api/v1/chat/conversations/{uuid4()}/stream"):
                check(client.get(path, headers=[(name.encode(), value)]), f"{name}: {value!r}")


def test_what_is_not_there_is_a_problem_too(site):
    with site.client() as client:
        for method, path, status in (
            ("GET", "/api/v2/nothing", 404),
            ("GET", "/chat/unknown/deeper", 404),
            ("GET", "/help/unknown", 404),
            ("PUT", "/api/v1/bots", 405),
            ("TRACE", "/healthz", 405),
            ("OPTIONS", "/api/v1/bots", 405),
        ):
            answer = client.request(method, path)
            assert answer.status_code == status, path
            check(answer, path)


def test_too_large_is_refused_before_it_is_read(site, workspace):
    head = "POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n"
    with socket.create_connection((site.host, site.port), timeout=5) as connection:
        connection.sendall(head.encode())
        assert connection.recv(64).startswith(b"HTTP/1.1 413 ")

    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    answer = workspace.agent.post(
        "/api/v1/events", content=endless(), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413
    check(answer, "chunked")


@pytest.mark.parametrize("chunked", [False, True])
def test_who_sends_too_much_is_told_so_and_not_cut_off(site, chunked):
    """urllib reads no answer before it has sent everything."""
    for _ in range(3):
        pieces = (b" " * MEGABYTE for _ in range(12))
        body = pieces if chunked else b" " * 12 * MEGABYTE
        request = Request(f"{site.url}/api/v1/events", data=body, method="POST")
        with pytest.raises(HTTPError) as refused:
            urlopen(request, timeout=10)
        assert refused.value.code == 413
        assert "at most 1 MB" in json.load(refused.value)["detail"]


def test_nobody_is_listened_to_for_ever(site, monkeypatch):
    monkeypatch.setattr("runtime.api.body.PATIENCE", 0.2)
    head = "POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n"
    with socket.create_connection((site.host, site.port), timeout=5) as connection:
        connection.sendall(head.encode())
        told = b""
        while piece := connection.recv(4096):
            told += piece
        assert told.startswith(b"HTTP/1.1 413 ")
        assert b"connection: close" in told.lower()
