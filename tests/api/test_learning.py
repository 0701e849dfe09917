"""Ratings, corrections and reviewed answers over HTTP."""

from __future__ import annotations

import json
import time
from uuid import uuid4

import httpx
import pytest

from tests.api.test_live import Stream, Visitor

QUESTION = "Do you ship to Oslo? Write to ada@example.com"
ANSWER = {"question": "Do you ship to Oslo?", "answer": "Yes, **everywhere**."}
REVIEWED = "/api/v1/knowledge/reviewed"


@pytest.fixture
def workspace(make_workspace):
    return make_workspace()


@pytest.fixture
def said(site, workspace, channel) -> str:
    """The address of what the bot said to a question."""
    visitor = Visitor(site, channel["key"])
    visitor.say(text=QUESTION)
    messages = f"/api/v1/conversations/{visitor.id}/messages"
    shown = workspace.viewer.get(messages).json()["items"]
    return f"{messages}/{shown[-1]['seq']}"


def shown(workspace, said: str) -> dict:
    messages, _, seq = said.rpartition("/")
    items = workspace.viewer.get(f"{messages}/latest").json()["items"]
    return next(each for each in items if each["seq"] == int(seq))


def test_a_message_is_rated_and_the_rating_is_taken_back(workspace, said):
    answer = workspace.agent.put(f"{said}/rating", json={"rating": "bad", "note": "Too short"})
    assert (answer.status_code, answer.json()["note"]) == (200, "Too short")
    assert shown(workspace, said)["rating"] == "bad"
    workspace.agent.put(f"{said}/rating", json={"rating": None}).raise_for_status()
    assert shown(workspace, said)["rating"] is None
    assert workspace.viewer.put(f"{said}/rating", json={"rating": "good"}).status_code == 403
    assert workspace.agent.put(f"{said}/correction", json=ANSWER).status_code == 403


def test_after_a_bad_rating_nothing_is_told_again_out_of_the_cache(workspace, said, site):
    shelf = site.services.cache.shelf
    shelf.put_now(workspace.id, "answer:1", b"An answer", 60)
    workspace.agent.put(f"{said}/rating", json={"rating": "good"}).raise_for_status()
    assert shelf.get_now(workspace.id, "answer:1") == b"An answer"
    workspace.agent.put(f"{said}/rating", json={"rating": "bad"}).raise_for_status()
    until = time.monotonic() + 10
    while shelf.get_now(workspace.id, "answer:1") is not None:
        assert time.monotonic() < until
        time.sleep(0.02)


async def test_colleagues_see_at_once_what_is_thought_of_a_message(site, workspace, said):
    """And no visitor does: see `test_what_is_told_to_colleagues_reaches_no_visitor`."""
    messages, _, seq = said.rpartition("/")
    url, headers = messages.replace("/messages", "/stream"), dict(workspace.viewer.headers)
    async with (
        httpx.AsyncClient(base_url=site.url, headers=headers, timeout=10, trust_env=False) as http,
        http.stream("GET", url, params={"after": seq}) as answer,
    ):
        stream = Stream(answer)

        async def judged() -> tuple:
            _, _, data = await stream.until(lambda name, _: name == "judged")
            assert (data["seq"], set(data)) == (int(seq), {"seq", "rating", "rated_by", "reviewed"})
            return data["rating"], data["reviewed"]

        await stream.until(lambda name, _: name == "input")
        for rating in ("good", None):
            workspace.agent.put(f"{said}/rating", json={"rating": rating}).raise_for_status()
            assert await judged() == (rating, None)
        made = workspace.editor.put(f"{said}/correction", json=ANSWER).raise_for_status().json()
        assert await judged() == ("bad", made["id"])
        workspace.editor.delete(f"{REVIEWED}/{made['id']}").raise_for_status()
        assert await judged() == ("bad", None)


@pytest.mark.parametrize("body", [{}, {"rating": "fine"}, {"rating": "bad", "note": "x" * 2001}])
def test_a_wrong_rating_is_refused(workspace, said, body):
    answer = workspace.agent.put(f"{said}/rating", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_only_what_a_bot_said_can_be_judged(workspace, stranger, said):
    messages, _, seq = said.rpartition("/")
    for call, body in (("rating", {"rating": "bad"}), ("correction", ANSWER)):
        visitors = workspace.editor.put(f"{messages}/{int(seq) - 1}/{call}", json=body)
        assert visitors.status_code == 422, visitors.text
        assert "only what a bot has said" in visitors.json()["detail"].lower()
        assert workspace.editor.put(f"{messages}/999/{call}", json=body).status_code == 404
        assert stranger.editor.put(f"{said}/{call}", json=body).status_code == 404


def test_an_answer_is_put_right_and_found_at_once(workspace, stranger, said):
    asked = workspace.editor.get(f"{said}/correction").json()
    assert (asked["question"], asked["reviewed_id"]) == (QUESTION, None)
    made = workspace.editor.put(f"{said}/correction", json=ANSWER).raise_for_status().json()
    assert (made["answer"], made["collection"]["name"]) == (ANSWER["answer"], "General")
    message = shown(workspace, said)
    assert (message["reviewed"], message["rating"]) == (made["id"], "bad")
    found = workspace.viewer.post("/api/v1/knowledge/search", json={"query": "ship to Oslo?"})
    best = found.json()["passages"][0]
    assert (best["kind"], best["text"]) == ("reviewed", ANSWER["answer"])

    again = (
        workspace.clients["owner"].put(f"{said}/correction", json=ANSWER | {"answer": "No."}).json()
    )
    assert (again["id"], again["version"]) == (made["id"], 2)
    assert workspace.editor.get(f"{said}/correction").json()["answer"] == "No."
    [listed] = workspace.viewer.get(REVIEWED).json()["items"]
    assert listed["conversation_id"] in said
    assert stranger.viewer.get(REVIEWED).json()["items"] == []
    assert stranger.editor.delete(f"{REVIEWED}/{made['id']}").status_code == 404


def test_it_moves_to_another_collection(workspace, said):
    workspace.editor.put(f"{said}/correction", json=ANSWER).raise_for_status()
    wrong = workspace.editor.put(f"{said}/correction", json=ANSWER | {"collection": "Shop"})
    assert wrong.status_code == 422
    assert "collection" in wrong.text
    workspace.editor.post("/api/v1/knowledge/collections", json={"name": "Shop"})
    workspace.editor.put(f"{said}/correction", json=ANSWER | {"collection": "Shop"})
    [listed] = workspace.viewer.get(REVIEWED).json()["items"]
    assert listed["collection"]["name"] == "Shop"
    of_general = workspace.viewer.get(REVIEWED, params={"collection": "General"}).json()
    assert of_general["items"] == []


def test_a_reviewed_answer_is_changed_restored_and_deleted(workspace, said):
    made = workspace.editor.put(f"{said}/correction", json=ANSWER).json()
    path = f"{REVIEWED}/{made['id']}"
    changed = workspace.editor.patch(path, json={"answer": "No."}).json()
    assert (changed["question"], changed["answer"]) == (ANSWER["question"], "No.")
    document = f"/api/v1/knowledge/documents/{made['id']}"
    workspace.editor.post(f"{document}/versions/1/restore").raise_for_status()
    [listed] = workspace.viewer.get(REVIEWED).json()["items"]
    assert (listed["answer"], listed["version"]) == (ANSWER["answer"], 3)
    refused = workspace.editor.put(document, json={"version": 3, "title": "?"})
    assert (refused.status_code, "reviewed" in refused.text) == (422, True)

    assert workspace.editor.delete(path).status_code == 204
    assert workspace.viewer.get(REVIEWED).json()["items"] == []
    found = workspace.viewer.post("/api/v1/knowledge/search", json={"query": "ship to Oslo?"})
    assert found.json()["passages"] == []
    message = shown(workspace, said)
    assert (message["reviewed"], message["rating"]) == (None, "bad")
    assert workspace.editor.patch(path, json={"answer": "No."}).status_code == 404


def test_ratings_are_exported_without_addresses(workspace, stranger, said):
    workspace.agent.put(f"{said}/rating", json={"rating": "good", "note": "Nice"})
    answer = workspace.editor.get("/api/v1/knowledge/ratings.jsonl")
    assert answer.headers["content-type"] == "application/jsonl"
    [line] = map(json.loads, answer.text.splitlines())
    user, assistant = line["messages"]
    assert user == {"role": "user", "content": "Do you ship to Oslo? Write to [e-mail 1]"}
    assert assistant["role"] == "assistant"
    assert (line["rating"], line["note"]) == ("good", "Nice")

    workspace.editor.put(f"{said}/correction", json=ANSWER).raise_for_status()
    [line] = map(
        json.loads, workspace.editor.get("/api/v1/knowledge/ratings.jsonl").text.splitlines()
    )
    assert [one["content"] for one in line["messages"]] == [ANSWER["question"], ANSWER["answer"]]
    assert line["rejected"] == assistant["content"]
    assert workspace.agent.get("/api/v1/knowledge/ratings.jsonl").status_code == 403
    assert stranger.editor.get("/api/v1/knowledge/ratings.jsonl").text == ""


def test_what_is_not_there_is_said_so(workspace):
    path = f"/api/v1/conversations/{uuid4()}/messages/1"
    assert workspace.agent.put(f"{path}/rating", json={"rating": "bad"}).status_code == 404
    assert workspace.viewer.get(f"{path}/correction").status_code == 404
    assert workspace.viewer.get("/api/v1/knowledge/unanswered").json() == {"items": [], "days": 30}
