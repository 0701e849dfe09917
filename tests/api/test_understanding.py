"""A sentence tried out, and how well intents can be told apart."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest

from runtime.understanding import trained
from tests.api.conftest import DOCUMENT, Workspace

REFUND = ["I want my money back", "can I get a refund", "I would like to send it back",
          "how do I return this", "please take it back"]  # fmt: skip
TABLE = ["I want to book a table", "reserve a table for two", "can I make a reservation",
         "is there a table free tonight", "book for Friday evening"]  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def patience() -> Any:
    """However busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trained, "PATIENCE", 60.0)
        yield


def document(refund: list[str] = REFUND, **settings: Any) -> dict[str, Any]:
    made = copy.deepcopy(DOCUMENT) | {"settings": settings}
    made["variables"] += [{"name": name} for name in ("table", "persons", "day")]
    form = {
        "text": "When, and for how many?",
        "variable": "table",
        "fields": [
            {"label": "Day", "variable": "day", "type": "date", "required": True},
            {"label": "Persons", "variable": "persons", "type": "number"},
        ],
    }
    made["flows"] += [
        {
            "id": "refund",
            "name": "Refunds",
            "start": "a",
            "triggers": [
                {"kind": "intent", "examples": refund},
                {"kind": "keyword", "words": ["refund now"]},
            ],
            "nodes": [{"id": "a", "type": "message", "config": {"text": "Bring it back."}}],
        },
        {
            "id": "table",
            "name": "A table",
            "start": "hello",
            "triggers": [{"kind": "intent", "examples": TABLE}],
            "nodes": [
                {"id": "hello", "type": "message", "config": {"text": "With pleasure."}},
                {"id": "form", "type": "ask.form", "config": form},
            ],
            "edges": [{"source": "hello", "port": "next", "target": "form"}],
        },
    ]
    return made


@pytest.fixture(scope="module")
def clever(workspace: Workspace) -> str:
    made = workspace.editor.post("/api/v1/bots", json=document(), timeout=60)
    return made.raise_for_status().json()["id"]


def asked(client: httpx.Client, bot: str, text: str, **more: Any) -> dict[str, Any]:
    body = {"text": text, **more}
    answer = client.post(f"/api/v1/bots/{bot}/understand", json=body, timeout=90)
    return answer.raise_for_status().json()


def test_a_sentence_is_tried_out(workspace: Workspace, clever: str) -> None:
    found = asked(workspace.viewer, clever, "could you give me my cash back")
    assert (found["intent"], found["name"], found["out_of_scope"]) == ("refund", "Refunds", False)
    assert found["threshold"] <= found["score"] == found["ranking"][0]["score"] <= 1
    assert [one["intent"] for one in found["ranking"]] == ["refund", "table"]
    assert found["ranking"][0]["nearest"] in REFUND
    assert (found["by"], found["language"], found["keyword"]) == ("minilm", "en", None)
    assert found["milliseconds"] > 0
    assert found["note"] is None
    strange = asked(workspace.viewer, clever, "who won the football match")
    assert (strange["intent"], strange["out_of_scope"]) == (None, True)


def test_it_tells_what_a_form_would_be_filled_with(workspace: Workspace, clever: str) -> None:
    text = "can I reserve a table on 24 December 2030"
    found = asked(workspace.viewer, clever, text)
    assert (found["intent"], found["entities"]["day"]) == ("table", "2030-12-24")


def test_a_keyword_comes_before_any_intent(workspace: Workspace, clever: str) -> None:
    assert asked(workspace.viewer, clever, "a refund now!")["keyword"] == "refund"


def test_the_report_follows_the_draft(workspace: Workspace) -> None:
    editor = workspace.editor
    bot = editor.post("/api/v1/bots", json=document(), timeout=60).raise_for_status().json()["id"]
    report = editor.get(f"/api/v1/bots/{bot}/understanding", timeout=90).raise_for_status().json()
    assert report["state"] == "ready"
    assert [(one["flow"], one["name"], one["examples"]) for one in report["intents"]] == [
        ("refund", "Refunds", 5), ("table", "A table", 5),
    ]  # fmt: skip
    assert report["languages"][0]["quality"] == "meaning"
    assert (report["embedder"], report["tuned"]) == ("minilm", True)
    assert 0 < report["threshold"] < 1
    draft = editor.get(f"/api/v1/bots/{bot}/draft").json()
    changed = document(REFUND[:2], intent_confidence=0.7)
    body = {"version": draft["version"], "document": changed}
    editor.put(f"/api/v1/bots/{bot}/draft", json=body).raise_for_status()
    report = editor.get(f"/api/v1/bots/{bot}/understanding", timeout=90).json()
    assert (report["intents"][0]["examples"], report["intents"][0]["few"]) == (2, True)
    assert (report["threshold"], report["tuned"]) == (0.7, False)
    assert asked(editor, bot, "my cash back please")["threshold"] == 0.7


def test_a_release_is_asked_by_its_number(workspace: Workspace, clever: str) -> None:
    published = workspace.clients["owner"].post(f"/api/v1/bots/{clever}/publish", timeout=60)
    assert published.status_code == 201
    assert asked(workspace.viewer, clever, "my cash back", release=1)["intent"] == "refund"
    gone = workspace.viewer.post(
        f"/api/v1/bots/{clever}/understand", json={"text": "hi", "release": 9}
    )
    assert gone.status_code == 404


def test_a_bot_without_intents_says_so(workspace: Workspace, bot: str) -> None:
    found = asked(workspace.viewer, bot, "could you give me my cash back")
    assert (found["intent"], found["by"], found["ranking"]) == (None, None, [])
    assert "Add an intent" in found["note"]
    report = workspace.viewer.get(f"/api/v1/bots/{bot}/understanding").json()
    assert (report["state"], report["intents"]) == ("none", [])


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "   "}, {"text": "a", "b": 1}])
def test_a_body_that_asks_nothing_is_refused(workspace: Workspace, clever: str, body: Any) -> None:
    answer = workspace.viewer.post(f"/api/v1/bots/{clever}/understand", json=body)
    assert answer.status_code == 422


def test_another_workspace_has_no_such_bot(stranger: Workspace, clever: str) -> None:
    for answer in (
        stranger.viewer.post(f"/api/v1/bots/{clever}/understand", json={"text": "hi"}),
        stranger.viewer.get(f"/api/v1/bots/{clever}/understanding"),
    ):
        assert answer.status_code == 404


def test_a_simulation_understands_too(workspace: Workspace, clever: str) -> None:
    body = {"talk": [{"user": "could you give me my cash back"}]}
    answer = workspace.viewer.post(f"/api/v1/bots/{clever}/simulate", json=body, timeout=90)
    seen = answer.raise_for_status().json()
    assert [one["text"] for one in seen["messages"] if one["from"] == "bot"] == ["Bring it back."]
    assert seen["trace"][0]["note"].startswith("understood as refund (")
