"""What one workspace owns is not there for another: 404 by address, by body, and in no list."""

from __future__ import annotations

import random
import re
from typing import Any

import httpx
import pytest

from tests.api.conftest import DOCUMENT
from tests.api.describing import keep
from tests.api.test_hostile import operations, sound
from tests.api.test_live import PNG, Visitor


@pytest.fixture(scope="module")
def mine(site, workspace) -> dict[str, str]:
    """The ids of one of everything, by the name of the address's part."""
    owner: httpx.Client = workspace.clients["owner"]

    def post(path: str, **body: Any) -> dict[str, Any]:
        return owner.post(f"/api/v1{path}", json=body).raise_for_status().json()

    bot = post("/bots", **DOCUMENT)
    post(f"/bots/{bot['id']}/publish")
    channel = post("/channels", name="Shop", bot_id=bot["id"])
    visitor = Visitor(site, channel["key"])
    file = visitor.client.post(f"{visitor.path}/files", files={"file": ("a.png", PNG)}).json()
    article = {"kind": "article", "title": "Help", "text": "We open at nine."}
    source = post("/knowledge/sources", **article)
    [document] = owner.get(f"/api/v1/knowledge/sources/{source['id']}/documents").json()["items"]
    put = f"/api/v1/knowledge/documents/{document['id']}"
    owner.put(put, json={"version": 1, "text": "We open at ten."}).raise_for_status()
    local = "http://127.0.0.1:9/v1"  # where nobody answers
    contact = owner.get(f"/api/v1/conversations/{visitor.id}").json()["contact_id"]
    right = {"question": "When do you open?", "answer": "At ten."}
    [said, *_] = owner.get(f"/api/v1/conversations/{visitor.id}/messages").json()["items"]
    put = f"/api/v1/conversations/{visitor.id}/messages/{said['seq']}/correction"
    reviewed = owner.put(put, json=right).raise_for_status().json()
    provider = post("/models/providers", kind="ollama", name="Ours", base_url=local)
    return {
        "bot_id": bot["id"],
        "brand_id": post("/brands", name="Ours")["id"],
        "channel_id": channel["id"],
        "contact_id": contact,
        "fact_id": post(f"/contacts/{contact}/facts", kind="fact", text="Likes roses.")["id"],
        "reviewed_id": reviewed["id"],
        "seq": str(said["seq"]),
        "conversation_id": visitor.id,
        "file_id": file["id"],
        "user_id": owner.get("/api/v1/users").json()["items"][0]["user_id"],
        "invitation_id": post("/invitations", email="x@example.org", role="viewer")["id"],
        "key_id": post("/keys", name="CI")["id"],
        "source_id": source["id"],
        "collection_id": source["collection"]["id"],
        "document_id": document["id"],
        "number": "1",
        "other": "1",
        "provider_id": provider["id"],
        "description_id": keep(site.services.settings.redis_url, workspace.id),
    }


OF_OTHER_KINDS = {"relation", "due", "status"}  # than the first kind of what is known
NOBODYS = {"locale", "name"}  # in an address, but no row


class First(random.Random):
    """Of several shapes the first, which is never null."""

    def choice(self, seq):
        return seq[0]


def admin(site) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for method, path, operation in operations(site)
        if path.startswith("/api/v1/") and not path.startswith("/api/v1/chat/")
    ]


def test_no_address_leads_into_another_workspace(site, workspace, stranger, mine):
    intruder, owner = stranger.clients["owner"], workspace.clients["owner"]
    tried = 0
    for method, path, operation in admin(site):
        if not set(re.findall(r"{(\w+)}", path)) - NOBODYS:
            continue
        address = re.sub(r"{(\w+)}", lambda part: mine[part[1]], path)
        query = {p["name"]: 0 for p in operation.get("parameters", ()) if p.get("required")}
        query = {name: value for name, value in query.items() if name not in mine}
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        json = sound(body["schema"], First()) if body else None
        if isinstance(json, dict) and "talk" in json:
            json["talk"] = []
        if isinstance(json, dict) and "/facts" in path:
            json = {name: json[name] for name in json if name not in OF_OTHER_KINDS}
        answer = intruder.request(method, address, json=json, params=query)
        assert answer.status_code == 404, (method, path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        if method == "get":  # and for its owner it is there
            with owner.stream("get", address, params=query) as answer:
                assert answer.status_code in (200, 307, 422), (path,)
        tried += 1
    assert tried > 25


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/channels", {"name": "Theirs", "bot_id": "bot_id"}),
        ("/events", {"name": "cart_abandoned", "conversation_id": "conversation_id"}),
    ],
)
def test_no_body_reaches_into_another_workspace(stranger, mine, path, body):
    named = {name: mine.get(value, value) for name, value in body.items()}
    assert stranger.clients["owner"].post(f"/api/v1{path}", json=named).status_code == 404


def test_no_list_shows_anything_of_another_workspace(site, workspace, stranger, mine):
    for method, path, _ in admin(site):
        if method == "get" and "{" not in path:
            text = stranger.clients["owner"].get(path).text
            assert not [one for one in mine.values() if len(one) > 1 and one in text], path
