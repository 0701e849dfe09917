"""Where somebody of the workspace, or any program, may write something."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from typing import Any

from benchmarks.attacker import in_path, raw
from benchmarks.attacks import Stand, openings, other_words, parrot, some_files
from storage.bots import MAX_NAME


def names(stand: Stand, line: str) -> None:
    """Bots, channels, workspaces, keys, invitations; what is taken is given back as it was."""
    name, words = line.strip()[:MAX_NAME], line.strip()
    look = dict.fromkeys(("title", "subtitle", "accent", "avatar", "mode", "side"), words)
    channel = f"/api/v1/channels/{stand.channel}"
    stand.some("names", 2, [
        partial(_made, stand, name, line),
        partial(_named, stand, "PATCH", f"/api/v1/bots/{stand.bot}", name),
        partial(_settings, stand, {"look": {"title": words[:60].strip()}}),
        partial(_named, stand, "PATCH", channel, name),
        partial(_settings, stand, {"look": look}),
        partial(_named, stand, "PATCH", "/api/v1/workspace", name),
        partial(_settings, stand, {"texts": {"write": words, "nb": {"write": words}}}),
        partial(_named, stand, "POST", "/api/v1/keys", name),
        partial(_settings, stand, {"other": line}),
        partial(stand.admin.send, "PATCH", channel, {"settings": {"allowed_origins": [line]}}),
        partial(stand.admin.send, "POST", "/api/v1/invitations", {"email": line, "role": line}),
        partial(
            stand.admin.send, "POST", "/api/v1/invitations", {"email": line, "role": "viewer"}
        ),
    ])  # fmt: skip


def _made(stand: Stand, name: str, line: str) -> None:
    document = parrot() | {"name": name, "description": line}
    made = stand.admin.send("POST", "/api/v1/bots", document)
    if made.status == 201:
        bot = made.json()["id"]
        draft = stand.admin.send("GET", f"/api/v1/bots/{bot}/draft").json()["document"]
        stand.admin.findings.same("a bot", (name, line), (draft["name"], draft["description"]))


def _named(stand: Stand, method: str, path: str, name: str) -> None:
    answer = stand.admin.send(method, path, {"name": name})
    if answer.status < 300:
        stand.admin.findings.same(path, name, answer.json()["name"])


def _settings(stand: Stand, settings: dict[str, Any]) -> None:
    path = f"/api/v1/channels/{stand.channel}"
    if stand.admin.send("PATCH", path, {"settings": settings}).status == 200:
        given = stand.admin.send("GET", path).json()["settings"]
        stand.admin.findings.same(
            "settings", settings, {name: given.get(name) for name in settings}
        )


def documents(stand: Stand, line: str) -> None:
    """In every place of a bot's document: examined, simulated, and published where it can be."""
    send, bot = stand.admin.send, f"/api/v1/bots/{stand.bot}"
    operation = {"number": stand.turns["documents"], "key": line[:700], "value": line}
    event = {"name": line, "conversation_id": stand.conversation, "data": {line: line}}
    talk = {"talk": [{"user": line}, {"user": "a"}], "variables": {"said": line}}
    start = {"flow": line[:71], "inputs": {line: line}}
    stand.some("documents", 1, [
        partial(_drafted, stand, _as_text(line), talk),
        partial(_drafted, stand, _everywhere(line), talk),
        partial(send, "POST", f"{bot}/draft/operations",
                {"tab": line[:64], "base": 1, "operations": [operation]}),
        partial(send, "POST", "/api/v1/events", event | {"id": line[:128]}),
        partial(send, "POST", f"/api/v1/conversations/{stand.conversation}/start", start),
        partial(send, "POST", f"{bot}/publish", {"note": line[:2000]}),
    ])  # fmt: skip


def _drafted(stand: Stand, document: dict[str, Any], talk: dict[str, Any]) -> None:
    bot, send = f"/api/v1/bots/{stand.bot}", stand.admin.send
    version = send("GET", f"{bot}/draft").json()["version"]
    if send("PUT", f"{bot}/draft", {"version": version, "document": document}).status == 200:
        send("POST", f"{bot}/validate")
        send("POST", f"{bot}/simulate", talk)


def requests(stand: Stand, line: str) -> None:
    """In addresses, parameters, headers and bodies, going around all calls there are."""
    send = stand.admin.send
    method, path, parameters = next(stand.routes)
    address = "/".join(in_path(line) if "{" in part else part for part in path.split("/"))
    query = "&".join(f"{name}={in_path(line)}" for name in parameters)
    content = None if method == "GET" else line.encode()
    stand.some("requests", 2, [
        partial(send, method, f"{address}?{query}", content=content),
        partial(send, method, re.sub(r"[{}]", "", path), **dict.fromkeys(_HEADERS, line)),
        partial(send, "GET", f"/widget/{raw(line)}"),
        partial(send, "GET", "/api/v1/bots", authorization=f"Bearer {line}"),
        partial(send, "GET", f"/files/{raw(line)}"),
        partial(send, "POST", "/api/v1/bots", content=line.encode(), kind=line),
        partial(send, "GET", f"/chat/{raw(line)}"),
        partial(send, "GET", f"/api/{raw(line)}"),
    ])  # fmt: skip


_HEADERS = ("origin", "last-event-id", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
            "cookie", "if-match", "if-none-match", "accept-language", "user-agent", "referer",
            "sec-fetch-site", "range", "accept-encoding")  # fmt: skip


def _everywhere(line: str) -> dict[str, Any]:
    where = {"any": [{"variable": "said", "op": op, "value": line} for op in ("eq", "matches")]}
    option = {"id": line, "label": line, "value": line, "image": line}
    button = {"id": "b", "label": line, "url": line}
    nodes: list[dict[str, Any]] = [
        {"id": "n", "type": "message", "title": line, "config": {"text": line}},
        {"id": line, "type": "media", "config": {"kind": "image", "url": line, "caption": line}},
        {"id": "c", "type": "cards", "config": {
            "cards": [{"id": "k", "title": line, "image": line, "url": line, "buttons": [button]}],
        }},
        {"id": "o", "type": "ask.choice", "config": {"text": line, "options": [option]}},
        {"id": "w", "type": "condition", "config": {
            "branches": [{"id": "x", "label": line, "where": where}],
        }},
        {"id": "s", "type": "set", "config": {
            "assign": [{"variable": "said", "value": "{{ " + line + " }}"}],
        }},
        {"id": "z", "type": "wait", "config": {"duration": line}},
        {"id": "t", "type": line, "config": {line: line}},
    ]  # fmt: skip
    triggers = [{"kind": "start"}, {"kind": "keyword", "words": [line]}, {"kind": line}]
    flow = {"id": line, "name": line, "start": line, "triggers": triggers, "nodes": nodes}
    flow |= {"edges": [{"source": line, "port": line, "target": line}]}
    return {
        "format": "flyt/1",
        "name": line,
        "language": line,
        "languages": {line: {line: line}},
        "variables": [{"name": line, "type": line, "default": line}],
        "flows": [flow],
    }


def _as_text(line: str) -> dict[str, Any]:
    document = parrot()
    document["flows"][0]["nodes"][0]["config"]["text"] = line
    document["flows"][0]["triggers"].append({"kind": "keyword", "words": [line[:40]]})
    return document


def all_routes(description: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Every call of the description, round and round, but those that sign in or never end."""
    routes = [
        (method.upper(), path, [one["name"] for one in operation.get("parameters", ())
                                if one["in"] == "query"])
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if path not in ("/auth/login", "/auth/setup") and not path.endswith("/stream")
    ]  # fmt: skip
    return cycle(routes)


EACH: tuple[Callable[[Stand, str], None], ...] = (
    other_words,
    openings,
    names,
    documents,
    requests,
    some_files,
)
