"""Bots from import to release: drafts, findings, conflicts, differences, simulation."""

from __future__ import annotations

import copy

import pytest

from runtime import simulation
from tests.api.conftest import DOCUMENT


def changed(text: str) -> dict:
    document = copy.deepcopy(DOCUMENT)
    document["flows"][0]["nodes"][0]["config"]["text"] = text
    document["flows"][0]["nodes"][0]["position"] = {"x": 400, "y": 10}
    return document


def test_a_bot_is_imported_listed_renamed_and_deleted(workspace):
    editor = workspace.editor
    made = editor.post("/api/v1/bots", json=DOCUMENT)
    assert made.status_code == 201
    bot = made.json()
    assert bot["name"] == "Greeter"
    assert bot["release"] is None
    assert bot["id"] in [one["id"] for one in workspace.viewer.get("/api/v1/bots").json()["items"]]
    renamed = editor.patch(f"/api/v1/bots/{bot['id']}", json={"name": "Greta"})
    assert renamed.json()["name"] == "Greta"
    assert editor.delete(f"/api/v1/bots/{bot['id']}").status_code == 204
    assert editor.get(f"/api/v1/bots/{bot['id']}").status_code == 404


def test_a_document_with_errors_is_refused_naming_each(workspace):
    broken = copy.deepcopy(DOCUMENT)
    broken["flows"][0]["nodes"][1]["config"]["txt"] = "typo"
    broken["flows"][0]["edges"][0]["target"] = "nowhere"
    answer = workspace.editor.post("/api/v1/bots", json=broken)
    assert answer.status_code == 422
    paths = [error["path"] for error in answer.json()["errors"]]
    assert "flows[0].nodes[1].config.txt" in paths
    taken = workspace.editor.post("/api/v1/bots?unfinished=true", json=broken)
    assert taken.status_code == 201
    bot = taken.json()["id"]
    findings = workspace.viewer.post(f"/api/v1/bots/{bot}/validate").json()
    assert not findings["valid"]
    assert "flows[0].nodes[1].config.txt" in [one["path"] for one in findings["errors"]]
    refused = workspace.editor.post(f"/api/v1/bots/{bot}/publish")
    assert refused.status_code == 422
    assert refused.json()["errors"]


def test_a_step_that_needs_a_model_is_warned_of_until_there_is_one(make_workspace):
    workspace = make_workspace()
    made = copy.deepcopy(DOCUMENT)
    agent = {"id": "agent", "type": "ai.agent", "config": {"instructions": "Help."}}
    made["flows"][0]["nodes"].append(agent)
    bot = workspace.editor.post("/api/v1/bots", json=made).json()["id"]

    def found():
        told = workspace.viewer.post(f"/api/v1/bots/{bot}/validate").json()["problems"]
        return [one for one in told if one["code"] == "no_model"]

    (warning,) = found()
    assert (warning["severity"], warning["node"]) == ("warning", "agent")
    assert warning["message"] == '"AI agent" needs a language model, and none is set up.'
    body = {"name": "Ours", "kind": "ollama", "base_url": "http://127.0.0.1:9/v1"}
    provider = workspace.clients["owner"].post("/api/v1/models/providers", json=body).json()["id"]
    nothing = {"cheap": [], "embedding": None, "regions": [], "persona": "", "policies": []}
    nothing |= {"per_minute": 0, "budget": 0, "currency": "USD"}
    setup = nothing | {"strong": [{"provider": provider, "model": "llama"}]}
    assert workspace.clients["owner"].put("/api/v1/models/setup", json=setup).status_code == 200
    assert found() == []


def test_lists_are_paged(make_workspace):
    workspace = make_workspace()
    for number in range(5):
        workspace.editor.post("/api/v1/bots", json=DOCUMENT | {"name": f"Bot {number}"})
    names, cursor = [], None
    while True:
        parameters = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = workspace.viewer.get("/api/v1/bots", params=parameters).json()
        names += [bot["name"] for bot in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert names == [f"Bot {number}" for number in (4, 3, 2, 1, 0)]


def test_a_draft_is_written_only_by_who_has_read_it(workspace, bot):
    editor, path = workspace.editor, f"/api/v1/bots/{bot}/draft"
    read = editor.get(path)
    version = read.json()["version"]
    assert read.headers["etag"] == f'"{version}"'
    assert editor.put(path, json={"document": changed("Hi")}).status_code == 428
    written = editor.put(path, json={"version": version, "document": changed("Hi")})
    assert written.status_code == 200
    assert written.json()["version"] > version
    late = editor.put(path, json={"document": changed("Hey")}, headers={"if-match": f'"{version}"'})
    assert late.status_code == 409
    assert late.json()["version"] == written.json()["version"]
    assert "changed" in late.json()["detail"]
    current = editor.get(path).json()["document"]
    assert current["flows"][0]["nodes"][0]["config"]["text"] == "Hi"


def test_operations_are_applied_once_and_lost_where_somebody_was_first(workspace, bot):
    editor, path = workspace.editor, f"/api/v1/bots/{bot}/draft"
    base = editor.get(path).json()["version"]
    node = {"id": "hello", "type": "message", "config": {"text": "A"}}
    mine = {
        "tab": "mine",
        "base": base,
        "operations": [{"number": 1, "key": "n:main/hello", "value": node}],
    }
    first = editor.post(f"{path}/operations", json=mine).json()
    again = editor.post(f"{path}/operations", json=mine).json()
    assert first["accepted"] == again["accepted"]
    yours = mine | {"tab": "yours"}
    lost = editor.post(f"{path}/operations", json=yours).json()
    assert lost["accepted"] == {}
    assert lost["lost"][0]["current"]["value"] == node
    assert [change["key"] for change in lost["others"]] == ["n:main/hello"]
    changes = workspace.viewer.get(f"{path}/changes", params={"base": base}).json()["changes"]
    assert [change["key"] for change in changes] == ["n:main/hello"]


def test_releases_are_numbered_compared_and_brought_back(workspace, bot):
    editor, path = workspace.editor, f"/api/v1/bots/{bot}"
    assert editor.post(f"{path}/publish", json={"note": "first"}).json()["number"] == 1
    version = editor.get(f"{path}/draft").json()["version"]
    editor.put(f"{path}/draft", json={"version": version, "document": changed("Hi")})
    assert editor.post(f"{path}/publish").json()["number"] == 2
    diff = workspace.viewer.get(f"{path}/releases/1/diff/2").json()["changes"]
    assert diff == [
        {
            "change": "changed",
            "item": "node",
            "path": "flows.main.nodes.hello",
            "title": "hello",
            "fields": [{"path": "config.text", "before": "Hello!", "after": "Hi"}],
        }
    ]
    back = editor.post(f"{path}/rollback", json={"number": 1})
    assert back.status_code == 201
    assert (back.json()["number"], back.json()["restores"]) == (3, 1)
    lines = workspace.viewer.get(f"{path}/releases").json()["items"]
    assert [(line["number"], line["share"]) for line in lines] == [(3, 100), (2, None), (1, None)]
    assert workspace.viewer.get(f"{path}/releases/1/diff/3").json()["changes"] == []
    assert workspace.viewer.get(f"{path}/releases/9").status_code == 404


@pytest.mark.parametrize(
    "kind", ["user", "choose", "upload", "wait", "bot", "vars", "status", "performed", "persona"]
)
def test_a_line_of_a_talk_without_a_value_is_refused(workspace, bot, kind):
    body = {"talk": [{kind: None}]}
    refused = workspace.agent.post(f"/api/v1/bots/{bot}/simulate", json=body)
    assert refused.status_code == 422, refused.text
    assert "needs a value" in refused.json()["detail"]


def test_a_talk_is_simulated_on_the_draft(workspace, bot):
    talk = [{"user": "Ada"}, {"choose": "blue"}, {"bot": "Blue it is."}, {"bot": "More"}]
    body = {"talk": [{"bot": "~name"}, *talk]}
    simulated = workspace.agent.post(f"/api/v1/bots/{bot}/simulate", json=body)
    assert simulated.status_code == 200, simulated.text
    result = simulated.json()
    assert [(line["from"], line["text"]) for line in result["messages"]] == [
        ("bot", "Hello!"),
        ("bot", "What is your name?"),
        ("visitor", "Ada"),
        ("bot", "Hi Ada, which colour?"),
        ("visitor", "Blue"),
        ("bot", "Blue it is."),
    ]
    assert [check["ok"] for check in result["checks"]] == [True, True, False]
    assert result["variables"]["colour"] == "Blue"
    assert result["status"] == "ended"
    assert [visit["node"] for visit in result["trace"]][:2] == ["hello", "ask"]


def test_a_simulation_may_begin_at_any_node(workspace, bot):
    body = {"node": "colour", "variables": {"name": "Bo"}, "talk": []}
    result = workspace.agent.post(f"/api/v1/bots/{bot}/simulate", json=body).json()
    assert [line["text"] for line in result["messages"]] == ["Hi Bo, which colour?"]
    assert [option["id"] for option in result["input"]["options"]] == ["red", "blue"]
    unknown = workspace.agent.post(
        f"/api/v1/bots/{bot}/simulate", json={"node": "nope", "talk": []}
    )
    assert unknown.status_code == 422
    assert "nope" in unknown.json()["detail"]


def test_each_step_of_a_simulation_tells_why_when_and_what(workspace, bot):
    body = {"talk": [{"user": "Ada"}, {"wait": "PT1H"}, {"choose": "blue"}], "opening": True}
    result = workspace.viewer.post(f"/api/v1/bots/{bot}/simulate", json=body).json()
    seen = [
        (visit["node"], visit["line"], visit["event"], visit["heard"], visit["port"])
        for visit in result["trace"]
    ]
    assert seen == [
        ("hello", None, None, None, "next"),
        ("ask", None, None, None, None),
        ("ask", 0, "UserSaid", "Ada", "next"),
        ("colour", 0, None, None, None),
        ("colour", 2, "Chosen", "Blue", "blue"),
        ("bye", 2, None, None, "next"),
    ]
    texts = [line["text"] for line in result["messages"]]
    assert [[texts[place] for place in visit["said"]] for visit in result["trace"]] == [
        ["Hello!"],
        ["What is your name?"],
        [],
        ["Hi Ada, which colour?"],
        [],
        ["Blue it is."],
    ]
    assert [line["line"] for line in result["messages"]] == [None, None, 0, 0, 2, 2]
    assert [visit["changed"] for visit in result["trace"] if visit["changed"]] == [
        {"name": "Ada"},
        {"colour": "Blue"},
    ]
    assert result["trace"][4]["at"] == result["now"] == "2026-01-05T13:00:00Z"
    assert all(0 <= visit["microseconds"] < 1_000_000 for visit in result["trace"])
    assert result["types"] == {"name": "text", "colour": "text"}


def test_a_simulation_tells_what_it_waits_for_and_until_when(workspace):
    document = copy.deepcopy(DOCUMENT)
    main = document["flows"][0]
    wait = {"event": "paid", "duration": "PT2H", "variable": "sum"}
    main["nodes"][2] = {"id": "colour", "type": "wait", "config": wait}
    main["nodes"][1]["config"]["timeout"] = "PT10M"
    document["flows"][1]["triggers"].append({"kind": "inactivity", "after": "P1D"})
    made = workspace.editor.post("/api/v1/bots", json=document).raise_for_status().json()
    path = f"/api/v1/bots/{made['id']}/simulate"
    asked = workspace.viewer.post(path, json={"talk": []}).json()
    silence = {"on": "inactivity", "until": "2026-01-06T12:00:00Z"}
    nowhere = {"flow": None, "node": None, "name": None}
    assert asked["waiting"] == [
        {
            "on": "reply",
            "until": "2026-01-05T12:10:00Z",
            "flow": "main",
            "node": "ask",
            "name": None,
        },
        silence | nowhere,
    ]
    talk = [{"user": "Ada"}, {"wait": "PT1H"}]
    paused = workspace.viewer.post(path, json={"talk": talk, "opening": True}).json()
    assert paused["input"] is None
    assert paused["waiting"][0] == {
        "on": "signal",
        "until": "2026-01-05T14:00:00Z",
        "flow": "main",
        "node": "colour",
        "name": "paid",
    }
    over = {"talk": [*talk, {"signal": {"name": "paid", "data": 5}}], "opening": True}
    paid = workspace.viewer.post(path, json=over).json()
    assert (paid["status"], paid["waiting"]) == ("ended", [])
    assert (paid["variables"]["sum"], paid["types"]["sum"]) == (5, "number")


def test_what_the_interpreter_says_itself_belongs_to_the_step_it_interrupts(workspace, bot):
    body = {"talk": [{"user": "Ada"}, *[{"user": "green"}] * 3], "opening": True}
    result = workspace.viewer.post(f"/api/v1/bots/{bot}/simulate", json=body).json()
    said = [place for visit in result["trace"] for place in visit["said"]]
    bots = [place for place, line in enumerate(result["messages"]) if line["from"] == "bot"]
    assert sorted(said) == bots
    assert any(visit["flow"].startswith("system.") for visit in result["trace"])


def test_a_step_that_fails_is_seen_with_its_reason(workspace):
    document = copy.deepcopy(DOCUMENT)
    document["flows"][0]["nodes"][0]["config"]["text"] = "{{ 1 / (0 if name is none else 0) }}"
    made = workspace.editor.post("/api/v1/bots", json=document).raise_for_status().json()
    result = workspace.viewer.post(f"/api/v1/bots/{made['id']}/simulate", json={"talk": []}).json()
    failed = result["trace"][0]
    assert (failed["node"], failed["outcome"]) == ("hello", "Fail")
    assert "zero" in failed["note"]
    assert result["status"] == "failed"


def test_a_line_that_does_not_fit_ends_the_talk_and_is_named(workspace, bot):
    body = {"talk": [{"user": "Ada"}, {"choose": "green"}, {"user": "never"}], "opening": True}
    result = workspace.viewer.post(f"/api/v1/bots/{bot}/simulate", json=body).json()
    (check,) = result["checks"]
    assert (check["line"], check["ok"]) == (1, False)
    assert 'no button "green"' in check["got"]
    assert result["messages"][-1]["text"] == "Hi Ada, which colour?"


def test_a_simulation_that_takes_too_long_is_stopped(workspace, bot, monkeypatch):
    monkeypatch.setattr(simulation, "SECONDS", 0.0)
    stopped = workspace.agent.post(f"/api/v1/bots/{bot}/simulate", json={"talk": []})
    assert stopped.status_code == 422
    assert "stopped" in stopped.json()["detail"]
    tests = workspace.agent.post(f"/api/v1/bots/{bot}/tests/run").json()
    assert tests["failed"] == 1
    assert "stopped" in tests["results"][0]["problem"]


def test_errors_on_the_graph_keep_a_draft_from_being_published(workspace):
    endless = copy.deepcopy(DOCUMENT)
    endless["flows"][0]["edges"] = [
        {"source": "hello", "port": "next", "target": "bye"},
        {"source": "bye", "port": "next", "target": "hello"},
    ]
    made = workspace.editor.post("/api/v1/bots", json=endless)
    assert made.status_code == 201
    path = f"/api/v1/bots/{made.json()['id']}"
    refused = workspace.editor.post(f"{path}/publish")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"].startswith("flows[0].nodes[")
    assert workspace.viewer.get(f"{path}/releases").json()["items"] == []


def test_the_draft_is_compared_with_what_is_live(workspace, bot):
    path = f"/api/v1/bots/{bot}"
    workspace.editor.post(f"{path}/publish").raise_for_status()
    compared = f"{path}/releases/1/diff/draft"
    assert workspace.viewer.get(compared).json() == {"changes": []}
    hello = DOCUMENT["flows"][0]["nodes"][0] | {"config": {"text": "Good day!"}}
    operation = {"number": 1, "key": "n:main/hello", "value": hello}
    body = {"tab": "t", "base": 0, "operations": [operation | {"base": 1_000}]}
    workspace.editor.post(f"{path}/draft/operations", json=body).raise_for_status()
    (change,) = workspace.viewer.get(compared).json()["changes"]
    assert (change["change"], change["item"], change["title"]) == ("changed", "node", "hello")
    assert change["fields"] == [{"path": "config.text", "before": "Hello!", "after": "Good day!"}]
    nameless = {"number": 2, "key": "s:variables", "value": [{}], "base": 1_000}
    body["operations"] = [nameless]
    workspace.editor.post(f"{path}/draft/operations", json=body).raise_for_status()
    refused = workspace.viewer.get(compared)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"].startswith("variables[0]")


def test_the_tests_of_a_draft_run(workspace, bot):
    result = workspace.agent.post(f"/api/v1/bots/{bot}/tests/run").json()
    assert (result["passed"], result["failed"]) == (1, 0)
    assert [check["ok"] for check in result["results"][0]["checks"]] == [True] * 4


def test_the_schema_of_documents_is_published(workspace):
    schema = workspace.viewer.get("/api/v1/schema/bot").json()
    assert schema["$schema"].startswith("https://json-schema.org")
