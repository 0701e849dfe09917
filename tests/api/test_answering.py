"""People answer by the API: who may, what the visitor sees, calls that come late or twice."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.conftest import PASSWORD
from tests.api.test_live import PNG, Stream, Visitor


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
        {"client_id": "1", "text": " ", "files": []},
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


def attach(client: httpx.Client, visitor: Visitor, name: str, content: bytes) -> httpx.Response:
    return client.post(f"{path(visitor)}/files", files={"file": (name, content)})


def test_a_person_sends_files_that_the_visitor_can_have(site, workspace, visitor):
    agent = workspace.agent
    picture = attach(agent, visitor, "roses.png", PNG).raise_for_status().json()
    plan = attach(agent, visitor, "plan.txt", b"Monday: roses").raise_for_status().json()
    assert (picture["name"], picture["type"], picture["size"]) == (
        "roses.png",
        "image/png",
        len(PNG),
    )
    body = {"client_id": "1", "text": "These?", "files": [picture["id"], plan["id"]]}
    for _ in range(2):  # sent twice it is said once
        said = agent.post(f"{path(visitor)}/messages", json=body).raise_for_status().json()
    alone = {"client_id": "2", "files": [plan["id"]]}
    agent.post(f"{path(visitor)}/messages", json=alone).raise_for_status()
    heard = [each for each in events(visitor) if each["from"] == "agent"]
    assert [(each["type"], each["text"], each["files"]) for each in heard] == [
        ("file", "These?", [picture, plan]),
        ("file", "", [plan]),
    ]
    assert heard[0]["seq"] == said["said"]
    for file, content in ((picture, PNG), (plan, b"Monday: roses")):
        link = visitor.client.get(f"{visitor.path}/files/{file['id']}").raise_for_status().json()
        answer = site.client().get(link["url"])
        assert (answer.content, answer.headers["content-type"][:9]) == (content, file["type"][:9])
    gone = agent.delete(f"{path(visitor)}/files/{plan['id']}")
    assert gone.status_code == 404, "what was sent stays"


def test_files_of_others_and_files_that_are_gone_cannot_be_sent(site, workspace, channel, visitor):
    agent, other = workspace.agent, Visitor(site, channel["key"])
    theirs = attach(agent, other, "a.png", PNG).json()["id"]
    removed = attach(agent, visitor, "a.png", PNG).json()["id"]
    assert agent.delete(f"{path(other)}/files/{removed}").status_code == 404
    assert agent.delete(f"{path(visitor)}/files/{removed}").status_code == 204
    for wrong in ([theirs], [removed], ["x"], [removed] * 11):
        body = {"client_id": "1", "text": "Here", "files": wrong}
        refused = agent.post(f"{path(visitor)}/messages", json=body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"].startswith("files")
    assert [each["from"] for each in events(visitor)] == ["bot", "bot"]


def test_a_file_is_checked_before_it_is_kept(workspace, visitor):
    agent = workspace.agent
    assert attach(agent, visitor, "a.png", b"").status_code == 422
    assert attach(agent, visitor, "page.png", b"<html>hello</html>").status_code == 422
    assert attach(agent, visitor, "a.txt", b"a" * (20 * 1024 * 1024 + 1)).status_code == 413
    assert agent.post(f"{path(visitor)}/files").status_code == 422


def test_no_visitor_takes_all_room_for_files(workspace, visitor):
    agent = workspace.agent
    for _ in range(20):
        sent = visitor.client.post(f"{visitor.path}/files", files={"file": ("a.png", PNG)})
        assert sent.status_code == 201
    full = visitor.client.post(f"{visitor.path}/files", files={"file": ("a.png", PNG)})
    assert full.status_code == 429
    for _ in range(10):
        assert attach(agent, visitor, "a.png", PNG).status_code == 201
    assert attach(agent, visitor, "a.png", PNG).status_code == 429


async def test_the_visitor_sees_a_person_write(site, workspace, visitor):
    """While the bot has the word only colleagues see it; who it is, only they."""
    agent, headers = workspace.agent, dict(workspace.viewer.headers)
    url = f"{path(visitor)}/stream"
    async with (
        httpx.AsyncClient(base_url=site.url, headers=headers, timeout=10, trust_env=False) as http,
        http.stream("GET", url, params={"after": visitor.opened["seq"]}) as answer,
        visitor.stream(after=visitor.opened["seq"]) as stream,
    ):
        colleague = Stream(answer)
        for each in (colleague, stream):
            await each.until(lambda name, _: name == "input")
        agent.post(f"{path(visitor)}/typing", json={}).raise_for_status()
        _, _, told = await colleague.until(lambda name, _: name == "typing")
        assert (told["from"], told["typing"], told["by"][:4]) == ("agent", True, "key:")
        act(agent, visitor, "take-over")
        for typing in (True, False):
            agent.post(f"{path(visitor)}/typing", json={"typing": typing}).raise_for_status()
            _, name, seen = await stream.until(lambda name, _: name in ("status", "typing"))
            if name == "status":  # the one above has not reached the visitor
                _, _, seen = await stream.until(lambda name, _: name == "typing")
            assert seen == {"from": "agent", "typing": typing, "name": ""}
    assert all(each["event"] != "typing" for each in events(visitor)), "it leaves no trace"


def test_only_those_who_answer_may(workspace, stranger, visitor):
    body = {"client_id": "1", "text": "Hello"}
    for client, status in ((workspace.viewer, 403), (stranger.clients["owner"], 404)):
        assert client.post(f"{path(visitor)}/typing", json={}).status_code == status
        assert attach(client, visitor, "a.png", PNG).status_code == status
        assert client.delete(f"{path(visitor)}/files/{visitor.id}").status_code == status
        for call in ("messages", "take-over", "hand-back", "end"):
            json = body if call == "messages" else None
            answer = client.post(f"{path(visitor)}/{call}", json=json)
            assert answer.status_code == status, (call, answer.text)
    assert [each["from"] for each in events(visitor)] == ["bot", "bot"]
