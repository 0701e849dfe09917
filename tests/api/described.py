"""A real server held against its own description: cases made from it, answers checked by it."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import DOCUMENT

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FOR_EVER = "stream"  # how the addresses end whose answers last until the client goes
PATIENCE = 30.0  # seconds for one answer
_NOBODY = 0.03  # of the cases show no credentials
_KNOWN = 0.75  # of the cases name what is there; the others what the description allows


@dataclass(frozen=True)
class Installation:
    """Where it is, what its callers show, and ids that exist, by the group that uses them up."""

    url: str
    key: str  # an owner's API key
    person: str  # the session of somebody who has signed in
    leaver: str  # another session of theirs, which may be signed out
    visitor: str  # the token of a conversation
    known: Mapping[str, str]  # by the parameter's name
    signed: str  # what opens the file


@dataclass
class Found:
    """What came of one group: how many cases, with which statuses, and what was wrong."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter[int])
    failures: dict[str, str] = field(default_factory=dict[str, str])  # the first of each kind


def installation(url: str, email: str, password: str) -> Installation:
    """What a description's cases need, made over HTTP by an owner."""
    with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as owner:

        def post(path: str, body: Any = None, **headers: str) -> dict[str, Any]:
            return owner.post(path, json=body, headers=headers).raise_for_status().json()

        sessions: list[str] = []
        for _ in range(2):
            post("/auth/login", {"email": email, "password": password})
            sessions.append(owner.cookies["flyt_session"])
        key = post("/api/v1/keys", {"name": "described", "role": "owner"})
        bot = post("/api/v1/bots", DOCUMENT)["id"]
        for _ in range(2):
            post(f"/api/v1/bots/{bot}/publish")
        shop, other = (
            post("/api/v1/channels", {"name": name, "bot_id": bot}) for name in ("Shop", "Other")
        )
        opened = post(
            f"/api/v1/chat/{shop['key']}/conversations", {"client_id": secrets.token_hex(16)}
        )
        conversation, token = opened["conversation_id"], opened["token"]
        uploaded = owner.post(
            f"/api/v1/chat/conversations/{conversation}/files",
            files={"file": ("cat.txt", b"meow")},
            headers={"authorization": f"Bearer {token}"},
        )
        file = uploaded.raise_for_status().json()["id"]
        article = {"kind": "article", "title": "Help", "text": "We open at nine."}
        source = post("/api/v1/knowledge/sources", article)
        written = owner.get(f"/api/v1/knowledge/sources/{source['id']}/documents")
        link = owner.get(
            f"/api/v1/chat/conversations/{conversation}/files/{file}",
            headers={"authorization": f"Bearer {token}"},
        )
        known = {
            "bot_id": bot,
            "channel_id": other["id"],  # whose key may change
            "channel_key": shop["key"],
            "conversation_id": conversation,
            "file_id": file,
            "source_id": source["id"],
            "collection_id": source["collection"]["id"],
            "document_id": written.raise_for_status().json()["items"][0]["id"],
            "number": "1",
            "other": "2",
        }
    signed = link.raise_for_status().json()["url"].rpartition("=")[2]
    return Installation(url, key["key"], sessions[1], sessions[0], token, known, signed)


def groups(description: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each tag with its operations as (path, method), in the description's order."""
    for tag in description["tags"]:
        yield (
            tag["name"],
            [
                (path, method)
                for path, methods in description["paths"].items()
                for method, operation in methods.items()
                if tag["name"] in operation["tags"] and not path.endswith(FOR_EVER)
            ],
        )


def examine(
    place: Installation,
    description: dict[str, Any],
    operations: list[tuple[str, str]],
    cases: int,
    seed: int,
) -> Found:
    """Sends at least so many cases, shared out among the operations, half against the schema."""
    found, schema = Found(), schemathesis.openapi.from_dict(description)
    makers = [
        schema[path][method].as_strategy(generation_mode=mode)
        for path, method in operations
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    ]
    with requests.Session() as session:
        session.trust_env = False
        while found.cases < cases:  # again where some operations have but one case to make
            many = -(-(cases - found.cases) // len(makers))
            for made in list(makers):
                try:
                    _run(made, many, seed, lambda case: _send(place, session, case, found))
                except Unsatisfiable:  # whatever is sent fits, as where nothing is taken
                    makers.remove(made)
            seed += 1
    return found


def _run(made: st.SearchStrategy[Case], many: int, seed: int, send: Callable[[Case], None]) -> None:
    """Nothing is made smaller: what fails is told as it was sent, and the rest goes on."""

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=many,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],  # pyright: ignore[reportArgumentType]
    )
    @hypothesis.given(made)
    def each(case: Case) -> None:
        send(case)

    each()


def _send(place: Installation, session: requests.Session, case: Case, found: Found) -> None:
    chance = random.Random(found.cases)
    for name in case.path_parameters:
        if name in place.known and chance.random() < _KNOWN and case.method != "DELETE":
            case.path_parameters[name] = place.known[name]
    if case.path == "/files/{file_id}" and chance.random() < _KNOWN:
        case.query["token"] = place.signed
    answer = case.call(place.url, session, headers=_credentials(place, case, chance),
                       timeout=PATIENCE, allow_redirects=False)  # fmt: skip
    session.cookies.clear()
    found.cases += 1
    found.statuses[answer.status_code] += 1
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        for failure in group.exceptions:
            kind = f"{case.method} {case.path} answered {answer.status_code}: {failure.title}"
            told = (failure.message, case.as_curl_command(), repr(answer.content[:500]))
            found.failures.setdefault(kind, "\n".join(told))


def _credentials(place: Installation, case: Case, chance: random.Random) -> dict[str, str]:
    """What the operation asks for; now and then nothing."""
    schemes = [name for each in case.operation.definition.raw.get("security", ()) for name in each]
    if not schemes or chance.random() < _NOBODY:
        return {}
    match chance.choice(schemes):
        case "apiKey":
            return {"Authorization": f"Bearer {place.key}"}
        case "conversation":
            return {"Authorization": f"Bearer {place.visitor}"}
        case _:
            leaves = case.path == "/auth/logout"
            return {"Cookie": f"flyt_session={place.leaver if leaves else place.person}"}
