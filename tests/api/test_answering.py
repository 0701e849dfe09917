"""People answer by the API: who may, what the visitor sees, calls that come late or twice."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.conftest import PASSWORD
from tests.api.test_live import Visitor


@pytest.fixture
def visitor(site, channel) -> Visitor:
    return Visitor(site, channel["key"])


def path(visitor: Visitor) -> str:
    return f"/api/v1/conversations/{visitor.id}"


def say(client: httpx.Client, visitor: Visitor, text: str, key: str = "") -> dict[str, Any]:
    body = {"client_id": key or text, "text": text}
    return client.post(f"{path(visitor)}/messages", json=body).raise_for_status().json()


def act(client: httpx.Client, visitor: Visitor, what: str) -> dict[str, Any]:
    return client.post(f"{path(visitor)}/{what}").raise_for_status().json()


def events(visitor: Visitor) -> list[dict[str, Any]]:
    return visitor.client.get(f"{visitor.path}/messages").raise_for_status().json()["events"]


def test_a_person_answers_and_hands_back(workspace, visitor):
    agent = workspace.agent
    answered = say(agent, visitor, "How can I help?")
    assert (answered["status"], answered["said"]) == ("human", answered["seq"])
    assert answered["owner"]["id"].startswith("key:")
    assert workspace.viewer.get(path(visitor)).json()["owner"] == answered["owner"]
    told = visitor.say(text="Roses, please")
    assert (told["status"], told["messages"], told["input"]) == ("human", [], None)
    back = act(agent, visitor, "hand-back")
    assert (back["status"], back["owner"]) == ("bot", None)
    shown = [(each["from"], each.get("status") or each["text"]) for each in events(visitor)]
    assert shown[2:] == [
        ("system", "human"),
        ("agent", "How can I help?"),
        ("visitor", "Roses, please"),
        ("system", "bot"),
        ("bot", "What is your name?"),
    ]
    assert visitor.say(text="Ada")["messages"][0]["text"] == "Hi Ada, which colour?"


def test_the_visitor_sees_the_name_of_whoever_signed_in(site, workspace, visitor):
    invited = {"email": "anna@example.org", "role": "agent"}
    invitation = workspace.clients["owner"].post("/api/v1/invitations", json=invited).json()
    accepted = {"name": "Anna Berg", "password": PASSWORD}
    with site.client() as anna:
        url = f"/auth/invitation/{invitation['token']}"
        anna.post(url, json=accepted).raise_for_status()
        owner = say(anna, visitor, "Anna here.")["owner"]
    assert owner["name"] == "Anna Berg"
    assert owner["id"].startswith("user:")
    joined, said = events(visitor)[-2:]
    assert (joined["status"], joined["name"]) == ("human", "Anna Berg")
    assert (said["text"], said["name"]) == ("Anna here.", "Anna Berg")


def test_what_comes_late_or_twice_changes_nothing(workspace, visitor):
    agent, editor = workspace.agent, workspace.editor
    assert act(agent, visitor, "hand-back")["status"] == "bot"
    first = act(agent, visitor, "take-over")
    assert act(agent, visitor, "take-over") == first
    second = act(editor, visitor, "take-over")
    assert second["owner"] != first["owner"]
    said = say(agent, visitor, "I know this one.", "k1")
    assert said["owner"] == second["owner"]  # a colleague may help out
    assert say(agent, visitor, "I know this one.", "k1") == said
    ended = act(editor, visitor, "end")
    assert (ended["status"], ended["owner"]) == ("ended", None)
    for what in ("end", "hand-back", "take-over"):
        assert act(editor, visitor, what) == ended
    assert say(agent, visitor, "One more thing.")["status"] == "human"
    assert act(agent, visitor, "hand-back")["status"] == "ended"
    assert visitor.say(text="Hi")["messages"], "the bot begins anew"


def test_who_comes_back_sees_who_came_and_went(site, workspace, channel, visitor):
    say(workspace.agent, visitor, "Hello.")
    act(workspace.agent, visitor, "hand-back")
    body = {"client_id": "again", "visitor_id": visitor.opened["visitor_id"]}
    with site.client() as client:
        url = f"/api/v1/chat/{channel['key']}/conversations"
        opened = client.post(url, json=body).raise_for_status().json()
    assert [each["status"] for each in opened["statuses"]] == ["human", "bot"]
    assert "name" in opened["statuses"][0]
    assert [each["from"] for each in opened["messages"]] == ["bot", "bot", "agent", "bot"]


@pytest.mark.parametrize(
    "body",
    [
        {"client_id": "1"},
        {"client_id": "1", "text": " \n"},
        {"client_id": "1", "text": "ü" * 8193},
        {"client_id": "1", "text": "a\0b"},
        {"client_id": "", "text": "Hello"},
        {"client_id": "1", "text": "Hello", "name": "The boss"},
    ],
)
def test_a_wrong_answer_is_refused_with_its_mend(workspace, visitor, body):
    refused = workspace.agent.post(f"{path(visitor)}/messages", json=body)
    assert refused.status_code in (400, 422)
    assert refused.headers["content-type"] == "application/problem+json"
    assert workspace.viewer.get(path(visitor)).json()["status"] == "bot"


def test_a_conversation_is_marked_confidential(site, workspace, stranger, visitor):
    def attributes() -> Any:
        return workspace.viewer.get(f"{path(visitor)}/about").json()["attributes"]

    before = attributes()
    assert workspace.viewer.get(path(visitor)).json()["confidential"] is False
    marked = workspace.agent.patch(path(visitor), json={"confidential": True})
    assert marked.json()["confidential"] is True
    assert attributes() == before | {"confidential": True}
    assert visitor.say(text="Ada")["messages"][0]["text"] == "Hi Ada, which colour?"
    for client, body, status in (
        (workspace.viewer, {"confidential": False}, 403),
        (stranger.clients["owner"], {"confidential": False}, 404),
        (workspace.agent, {"confidential": "perhaps"}, 422),
        (workspace.agent, {}, 422),
    ):
        assert client.patch(path(visitor), json=body).status_code == status
    freed = workspace.agent.patch(path(visitor), json={"confidential": False}).json()
    assert (freed["confidential"], attributes()) == (False, before)


def test_only_those_who_answer_may(workspace, stranger, visitor):
    body = {"client_id": "1", "text": "Hello"}
    for client, status in ((workspace.viewer, 403), (stranger.clients["owner"], 404)):
        for call in ("messages", "take-over", "hand-back", "end"):
            json = body if call == "messages" else None
            answer = client.post(f"{path(visitor)}/{call}", json=json)
            assert answer.status_code == status, (call, answer.text)
    assert [each["from"] for each in events(visitor)] == ["bot", "bot"]
