"""What is known of a contact over the API: who may read it, change it, and have it forgotten."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from storage import audit, contact_facts
from storage.contact_facts import Noted
from tests.api.test_live import Stream, Visitor


@pytest.fixture
def visitor(site, channel) -> Visitor:
    return Visitor(site, channel["key"])


@pytest.fixture
def path(workspace, visitor) -> str:
    told = workspace.viewer.get(f"/api/v1/conversations/{visitor.id}").json()
    return f"/api/v1/contacts/{told['contact_id']}/facts"


@pytest.fixture
def read(site, workspace, visitor, path) -> None:
    """Two things that were read out of the visitor's conversation, one in place of another."""
    said = datetime(2026, 11, 20, tzinfo=UTC)
    noted = [
        Noted("fact", f"Lives in {town}.", "home city", said, 3, f"in {town}")
        for town in ("Oslo", "Bergen")
    ]
    vase = Noted("promise", "A vase is sent.", "vase", said, 4, "a vase", due=said.date())
    with site.services.database.workspace(workspace.id) as session:
        contact_facts.note(session, UUID(path.split("/")[4]), UUID(visitor.id), [*noted, vase])


def items(client, path: str) -> list[dict[str, Any]]:
    return client.get(path).raise_for_status().json()["items"]


def test_what_was_read_is_shown_with_its_source_and_what_was_before(
    workspace, visitor, path, read
) -> None:
    vase, home = items(workspace.viewer, path)
    assert (vase["kind"], vase["due"], vase["status"]) == ("promise", "2026-11-20", "open")
    assert home | {"id": "", "earlier": []} == {
        "id": "", "kind": "fact", "text": "Lives in Bergen.", "relation": None, "due": None,
        "status": None, "said_at": "2026-11-20T00:00:00Z", "author": "conversation",
        "corrected": False, "confidential": False, "earlier": [],
        "source": {"conversation_id": visitor.id, "seq": 3, "quote": "in Bergen"},
    }  # fmt: skip
    assert [one["text"] for one in home["earlier"]] == ["Lives in Oslo."]
    first = workspace.viewer.get(path, params={"limit": 1}).json()
    rest = workspace.viewer.get(path, params={"cursor": first["next"]}).json()
    assert (first["items"], rest) == ([vase], {"items": [home], "next": None})


def test_a_person_adds_corrects_and_has_it_forgotten(site, workspace, visitor, path, read) -> None:
    relation = {"name": "sister", "to": "Anna Berg", "contact_id": None}
    body = {"kind": "relation", "text": " Anna Berg is her sister. ", "relation": relation}
    made = workspace.agent.post(path, json=body).raise_for_status().json()
    assert made["text"] == "Anna Berg is her sister."
    assert made["relation"] == relation | {"conversation_id": None}
    assert (made["source"], made["author"], made["corrected"]) == (None, "agent", False)
    added, vase, home = items(workspace.viewer, path)
    assert added == made
    kept = workspace.agent.patch(f"{path}/{vase['id']}", json={"status": "kept", "due": None})
    assert (kept.json()["status"], kept.json()["due"]) == ("kept", None)
    text = {"text": "Lives in Moss."}
    corrected = workspace.agent.patch(f"{path}/{home['id']}", json=text).json()
    assert (corrected["text"], corrected["corrected"]) == ("Lives in Moss.", True)
    assert corrected["source"] == home["source"]
    gone = f"{path}/{home['id']}"
    assert workspace.agent.delete(gone).status_code == 204
    assert [workspace.agent.delete(gone).status_code, *(
        workspace.agent.patch(gone, json=text).status_code,
    )] == [404, 404]  # fmt: skip
    assert [one["id"] for one in items(workspace.viewer, path)] == [made["id"], vase["id"]]
    with site.services.database.workspace(workspace.id) as session:
        [line] = audit.listed(session, action="contact_fact.forgotten", limit=1)
    assert line.subject == home["id"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"kind": "fact"}, "text"),
        ({"kind": "fact", "text": " "}, "text"),
        ({"kind": "fact", "text": "x" * 501}, "text"),
        ({"kind": "fact", "text": "a\0b"}, None),
        ({"kind": "fact", "text": "Pays with 4111 1111 1111 1111."}, "text"),
        ({"kind": "rumour", "text": "A."}, "kind"),
        ({"kind": "fact", "text": "A.", "due": "2026-01-01"}, "due"),
        ({"kind": "fact", "text": "A.", "status": "open"}, "status"),
        ({"kind": "promise", "text": "A.", "due": "tomorrow"}, "due"),
        ({"kind": "relation", "text": "A."}, "relation"),
        ({"kind": "relation", "text": "A.", "relation": {"name": "boss"}}, "relation.to"),
        ({"kind": "fact", "text": "A.", "author": "me"}, "author"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(workspace, path, body, place) -> None:
    refused = workspace.agent.post(path, json=body)
    assert refused.status_code in (400, 422)
    assert place is None or [one["path"] for one in refused.json()["errors"]] == [place]
    assert items(workspace.viewer, path) == []


def test_a_change_fits_its_kind(workspace, path, read) -> None:
    vase, home = items(workspace.viewer, path)
    for fact, change in (
        (home, {"due": "2026-01-01"}),
        (home, {"text": None}),
        (vase, {"status": None}),
        (vase, {"relation": {"name": "a", "to": "b"}}),
        (vase, {"kind": "fact"}),
    ):
        refused = workspace.agent.patch(f"{path}/{fact['id']}", json=change)
        assert refused.status_code == 422, change
    assert items(workspace.viewer, path) == [vase, home]


def test_a_relation_leads_to_the_other_contact(site, workspace, visitor, path, channel) -> None:
    other = Visitor(site, channel["key"])
    told = workspace.viewer.get(f"/api/v1/conversations/{other.id}").json()
    with site.services.database.workspace(workspace.id) as session:
        contact = contact_facts.contact(session, UUID(told["contact_id"]))
        contact.name, contact.email = "Anna Berg", "anna@example.com"
        session.add(contact)
    found = workspace.viewer.get("/api/v1/contacts", params={"search": "anna berg"}).json()
    assert found["items"] == [
        {
            "id": told["contact_id"], "name": "Anna Berg", "email": "anna@example.com",
            "conversation_id": other.id,
        }
    ]  # fmt: skip
    relation = {"name": "sister", "to": "Anna", "contact_id": told["contact_id"]}
    body = {"kind": "relation", "text": "Anna is her sister.", "relation": relation}
    made = workspace.agent.post(path, json=body).raise_for_status().json()
    assert made["relation"] == relation | {"conversation_id": other.id}
    assert items(workspace.viewer, path) == [made]
    mine = {"relation": relation | {"contact_id": path.split("/")[4]}}
    assert workspace.agent.patch(f"{path}/{made['id']}", json=mine).status_code == 422


async def test_whoever_reads_along_is_told_of_changes(site, workspace, visitor, path, read) -> None:
    """And the visitor is told nothing of it."""
    agent, conversation = workspace.agent, f"/api/v1/conversations/{visitor.id}"
    vase, home = items(workspace.viewer, path)
    headers = dict(workspace.viewer.headers)
    async with (
        httpx.AsyncClient(base_url=site.url, timeout=10, trust_env=False) as client,
        client.stream("GET", f"{conversation}/stream", headers=headers) as answer,
        visitor.stream() as theirs,
    ):
        stream = Stream(answer)
        await stream.until(lambda name, data: name == "input")
        await theirs.until(lambda name, data: name == "input")
        body = {"kind": "fact", "text": "Likes roses."}
        for call in (
            lambda: agent.post(path, json=body),
            lambda: agent.patch(f"{path}/{vase['id']}", json={"status": "kept"}),
            lambda: agent.delete(f"{path}/{home['id']}"),
            lambda: agent.delete(path),
        ):
            call().raise_for_status()
            assert await stream.until(lambda name, data: name == "known") == (None, "known", {})
        agent.patch(conversation, json={"confidential": True}).raise_for_status()
        assert (await stream.until(lambda name, data: name == "marked"))[1] == "marked"
        visitor.client.post(f"{visitor.path}/typing", json={"typing": True}).raise_for_status()
        aside = await theirs.until(lambda name, data: name in ("typing", "known", "marked"))
        assert aside[1] == "typing"


def test_all_is_forgotten_at_once(site, workspace, stranger, visitor, path, read) -> None:
    for client, status in ((workspace.viewer, 403), (stranger.clients["owner"], 404)):
        assert client.delete(path).status_code == status
    assert len(items(workspace.viewer, path)) == 2
    assert workspace.agent.delete(path).status_code == 204
    assert items(workspace.viewer, path) == []
    assert workspace.agent.delete(path).status_code == 204
    with site.services.database.workspace(workspace.id) as session:
        lines = audit.listed(session, action="contact_fact.all_forgotten", limit=9)
    mine = path.split("/")[4]
    assert [line.data["count"] for line in lines if line.subject == mine] == [0, 3]
    assert workspace.viewer.get(f"/api/v1/conversations/{visitor.id}").status_code == 200


def test_only_those_who_may_see_and_change_it(workspace, stranger, path, read) -> None:
    fact = items(workspace.viewer, path)[0]
    body = {"kind": "fact", "text": "Likes roses."}
    for client, status in ((workspace.viewer, 403), (stranger.clients["owner"], 404)):
        assert client.post(path, json=body).status_code == status
        assert client.patch(f"{path}/{fact['id']}", json={"text": "B."}).status_code == status
        assert client.delete(f"{path}/{fact['id']}").status_code == status
    assert stranger.clients["owner"].get(path).status_code == 404
    other = stranger.clients["owner"]
    assert other.get("/api/v1/contacts/nobody/facts").status_code == 422


def test_remembering_is_off_until_an_owner_switches_it_on(workspace) -> None:
    path, owner = "/api/v1/models/setup", workspace.clients["owner"]
    shown = owner.get(path).json()
    assert shown["remember"] is False
    body = {name: shown[name] for name in shown if name not in ("notes", "from_installation")}
    assert workspace.editor.put(path, json=body | {"remember": True}).status_code == 403
    assert owner.put(path, json=body | {"remember": True}).json()["remember"] is True
    del body["remember"]
    assert owner.put(path, json=body).json()["remember"] is True
    assert owner.put(path, json=body | {"remember": False}).json()["remember"] is False
