"""The inbox by the API: order, changes, the path of a conversation, its files and its stream."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.api.conftest import DOCUMENT
from tests.api.test_live import PNG, Stream, Visitor


@pytest.fixture
def visitor(site, channel) -> Visitor:
    return Visitor(site, channel["key"])


def test_the_list_follows_what_is_said(site, workspace, bot, channel, visitor):
    viewer = workspace.viewer
    later = Visitor(site, channel["key"])

    def lines(**asked: Any) -> list[dict[str, Any]]:
        query = {"bot_id": bot} | asked
        return viewer.get("/api/v1/inbox", params=query).raise_for_status().json()["items"]

    assert [line["id"] for line in lines()] == [later.id, visitor.id]
    visitor.say(text="Ada")
    assert [line["id"] for line in lines()] == [visitor.id, later.id]
    newest = lines()[0]
    assert (newest["last"], newest["last_from"]) == ("Hi Ada, which colour?", "bot")
    assert (newest["bot_name"], newest["channel_name"]) == ("Greeter", "Shop")
    assert lines(channel_id=channel["id"], limit=1) == [newest]
    visitor.client.post(f"{visitor.path}/read", json={"seq": newest["seq"]}).raise_for_status()
    assert lines()[0]["seq"] > newest["seq"]  # which is no news to who reads it
    assert lines()[0]["last_seq"] == newest["last_seq"]
    visitor.say(choice="red")
    assert [line["id"] for line in lines(status="ended")] == [visitor.id]
    assert [line["id"] for line in lines(status="bot")] == [later.id]


def test_pages_and_changes(site, workspace, bot, channel):
    viewer = workspace.viewer
    made = [Visitor(site, channel["key"]).id for _ in range(3)]
    first = viewer.get("/api/v1/inbox", params={"bot_id": bot, "limit": 2}).json()
    query = {"bot_id": bot, "limit": 2, "cursor": first["next"]}
    second = viewer.get("/api/v1/inbox", params=query).json()
    found = [line["id"] for page in (first, second) for line in page["items"]]
    assert found == made[::-1]
    assert second["next"] is None
    since = {"bot_id": bot, "since": second["mark"]}
    fresh = Visitor(site, channel["key"]).id
    assert viewer.get("/api/v1/inbox", params=since).json()["items"][0]["id"] == fresh
    nothing = {"bot_id": bot, "since": "2999-01-01T00:00:00Z"}
    assert viewer.get("/api/v1/inbox", params=nothing).json()["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "nonsense"},
        {"cursor": "2026-01-01T00:00:00_01900000-0000-7000-8000-000000000000"},
        {"cursor": "2026-01-01T00:00:00+00:00_x"},
        {"since": "yesterday"},
        {"since": "2026-01-01T00:00:00"},
        {"status": "asleep"},
    ],
)
def test_a_wrong_question_is_answered_with_its_mend(workspace, query):
    answer = workspace.viewer.get("/api/v1/inbox", params=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_what_lies_outside_the_calendar_is_refused(workspace, moment):
    cursor = f"{moment}_01900000-0000-7000-8000-000000000000"
    for query in ({"since": moment}, {"cursor": cursor}):
        assert workspace.viewer.get("/api/v1/inbox", params=query).status_code == 422


def test_the_path_names_its_steps(workspace, bot, visitor):
    visitor.say(text="Ada")
    path = f"/api/v1/conversations/{visitor.id}"
    about = workspace.viewer.get(f"{path}/about").json()
    assert about["variables"]["name"] == "Ada"
    assert about["version"] == 1
    steps = {(step["flow"], step["node"]): step for step in about["steps"]}
    assert steps["main", "ask"]["label"] == "Text"
    assert steps["main", "ask"]["title"] == "What is your name?"
    assert steps["main", "ask"]["in_draft"] is True
    visited = workspace.viewer.get(f"{path}/trace").json()["items"][-1]["visits"]
    assert {(visit["flow"], visit["node"]) for visit in visited} <= steps.keys()

    draft = workspace.editor.get(f"/api/v1/bots/{bot}/draft").json()
    without = json.loads(json.dumps(DOCUMENT))
    flow = without["flows"][0]
    flow["nodes"] = [node for node in flow["nodes"] if node["id"] != "bye"]
    flow["edges"] = [edge for edge in flow["edges"] if edge["target"] != "bye"]
    body = {"version": draft["version"], "document": without}
    workspace.editor.put(f"/api/v1/bots/{bot}/draft", json=body).raise_for_status()
    steps = workspace.viewer.get(f"{path}/about").json()["steps"]
    kept = {step["node"]: step["in_draft"] for step in steps if step["flow"] == "main"}
    assert kept == {"hello": True, "ask": True, "colour": True, "bye": False}


def test_the_end_of_a_long_transcript_comes_first(workspace, visitor):
    for word in ("Ada", "green", "red"):
        visitor.say(text=word)
    path = f"/api/v1/conversations/{visitor.id}/messages"
    forward = workspace.viewer.get(path, params={"limit": 100}).json()["items"]
    first = workspace.viewer.get(f"{path}/latest", params={"limit": 3}).json()
    query = {"limit": 100, "cursor": first["next"]}
    rest = workspace.viewer.get(f"{path}/latest", params=query).json()
    assert [*first["items"], *rest["items"]] == forward[::-1]
    assert rest["next"] is None


def test_a_file_is_fetched_through_its_conversation(site, workspace, stranger, channel, visitor):
    sent = visitor.client.post(f"{visitor.path}/files", files={"file": ("a.png", PNG)}).json()
    path = f"/api/v1/conversations/{visitor.id}/files/{sent['id']}"
    answer = workspace.viewer.get(path, follow_redirects=True)
    assert answer.content == PNG
    assert answer.headers["content-disposition"].startswith("attachment")
    other = Visitor(site, channel["key"]).id
    assert workspace.viewer.get(path.replace(visitor.id, other)).status_code == 404
    assert stranger.viewer.get(path).status_code == 404


def test_a_visitor_gets_the_files_of_the_conversation_back(site, channel, visitor):
    sent = visitor.client.post(f"{visitor.path}/files", files={"file": ("a.png", PNG)}).json()
    path = f"{visitor.path}/files/{sent['id']}"
    link = visitor.client.get(path).raise_for_status().json()["url"]
    assert site.client().get(link).content == PNG
    other = Visitor(site, channel["key"])
    assert other.client.get(path).status_code == 401
    assert other.client.get(f"{other.path}/files/{sent['id']}").status_code == 404


async def test_a_conversation_is_followed_live(site, workspace, stranger, visitor):
    path = f"/api/v1/conversations/{visitor.id}/stream"
    assert stranger.viewer.get(path).status_code == 404
    assert site.client().get(path).status_code == 401
    headers = dict(workspace.viewer.headers)
    async with (
        httpx.AsyncClient(base_url=site.url, headers=headers, timeout=10, trust_env=False) as http,
        http.stream("GET", path, params={"after": visitor.opened["seq"]}) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = Stream(answer)
        await stream.until(lambda name, data: name == "input")
        visitor.client.post(f"{visitor.path}/typing", json={"typing": True}).raise_for_status()
        await stream.until(lambda name, data: name == "typing" and data["typing"])
        visitor.say(text="Ada")
        _, _, data = await stream.until(lambda name, data: name == "message")
        assert data["text"] == "Ada"
