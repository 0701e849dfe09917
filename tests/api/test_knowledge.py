"""Sources, documents and search over HTTP; readings themselves are tested with the workers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis

from runtime.api.body import MEGABYTE
from runtime.knowledge.reading import read_source
from runtime.knowledge.tools import tools_of
from storage.tables import ModelSetup

ARTICLE = {"kind": "article", "title": "Opening hours", "text": "# Hours\n\nWe open at nine."}
FAQ = {
    "kind": "faq",
    "title": "Questions",
    "pairs": [{"question": "Do you ship?", "answer": "Yes, everywhere."}],
}
PAGE = {"kind": "url", "url": "https://shop.example/help"}
SOURCES = "/api/v1/knowledge/sources"


@pytest.fixture
def workspace(make_workspace):
    """One of its own, so that each search finds what its test has added."""
    return make_workspace()


@pytest.fixture(scope="module")
def tools(site):
    tools = tools_of(site.services.settings, site.services.embedders)
    yield tools
    tools.database.close()


@pytest.fixture
def read(workspace, tools) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Has a source read as a worker does; answers how it is then."""

    def reading(source: dict[str, Any]) -> dict[str, Any]:
        assert read_source(tools, workspace.id, source["id"])
        return workspace.editor.get(f"{SOURCES}/{source['id']}").json()

    return reading


def add(workspace, body: dict[str, Any]) -> dict[str, Any]:
    answer = workspace.editor.post(SOURCES, json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()


def upload(workspace, name: str, content: bytes, **fields: str):
    return workspace.editor.post(SOURCES, files={"file": (name, content)}, data=fields)


def search(workspace, query: str, **more: Any) -> list[dict[str, Any]]:
    body = {"query": query, **more}
    answer = workspace.viewer.post("/api/v1/knowledge/search", json=body)
    return answer.raise_for_status().json()["passages"]


def document_of(workspace, source: dict[str, Any]) -> str:
    found = workspace.viewer.get(f"{SOURCES}/{source['id']}/documents").json()["items"]
    return f"/api/v1/knowledge/documents/{found[0]['id']}"


def test_a_file_from_upload_to_passage(workspace, read, site):
    answer = upload(workspace, "../shop.md", b"# Returns\n\nWithin thirty days.", title="The shop")
    assert answer.status_code == 202
    source = answer.json()
    assert (source["kind"], source["title"], source["status"]) == ("file", "The shop", "queued")
    assert source["collection"]["name"] == "General"
    assert source["progress"] == {"stage": "waiting", "done": 0, "total": 0}
    queue = Redis.from_url(site.services.settings.redis_url)
    until = time.monotonic() + 10
    while not any(
        source["id"].encode() in (queue.hget(key, "data") or b"") or
        b"read_sources" in (queue.hget(key, "description") or b"")
        for key in queue.keys("rq:job:*")
    ):  # fmt: skip
        assert time.monotonic() < until, "no worker is woken"
        time.sleep(0.05)
    source = read(source)
    assert (source["status"], source["documents"], source["chunks"]) == ("ready", 1, 1)
    assert source["report"] == {
        "added": 1, "changed": 0, "removed": 0, "unchanged": 0, "notes": [],
    }  # fmt: skip
    [passage] = search(workspace, "returns within days")
    assert passage["text"] == "Within thirty days."
    assert (passage["heading"], passage["source_id"]) == ("Returns", source["id"])
    document = workspace.viewer.get(document_of(workspace, source)).json()
    assert document["text"] == "# Returns\n\nWithin thirty days."
    assert (document["version"], document["kind"]) == (1, "file")
    assert workspace.editor.delete(f"{SOURCES}/{source['id']}").status_code == 204
    assert search(workspace, "returns within days") == []
    assert workspace.viewer.get(f"{SOURCES}/{source['id']}").status_code == 404


def test_a_file_of_20_mb_is_taken_and_no_larger_one(workspace):
    line = b"A line of a long text that nobody reads.\n"
    content = line * (20 * MEGABYTE // len(line))
    assert upload(workspace, "long.txt", content).status_code == 202
    answer = upload(workspace, "long.txt", content + line * 50)
    assert answer.status_code == 422
    assert "20 MB" in answer.json()["detail"]
    assert upload(workspace, "long.txt", content + b" " * 2 * MEGABYTE).status_code == 413
    long = {**ARTICLE, "text": "x" * 5 * MEGABYTE}
    assert workspace.editor.post(SOURCES, json=long).status_code == 413


@pytest.mark.parametrize(
    ("name", "content", "fields", "told"),
    [
        ("a.exe", b"MZ", {}, ".pdf, .docx"),
        ("a.pdf", b"no pdf at all", {}, "text/plain"),
        ("a.md", b"", {}, "empty"),
        ("a.png", b"\x89PNG\r\n\x1a\n", {}, ".pdf"),
        ("a.md", b"# Hi", {"kind": "pricelist"}, ".csv"),
        ("a.md", b"# Hi", {"kind": "url"}, "`kind`"),
        ("a.md", b"# Hi", {"title": "x" * 301}, "`title`"),
        ("a.md", b"# Hi", {"collection": "Nowhere"}, "no collection called Nowhere"),
        ("a.md", b"# Hi", {"colour": "red"}, "`colour`"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(workspace, name, content, fields, told):
    answer = upload(workspace, name, content, **fields)
    assert answer.status_code == 422, answer.text
    assert told in answer.json()["detail"]
    assert workspace.viewer.get(SOURCES).json()["items"] == []


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"--x", {"content-type": "multipart/form-data"}, 400),
        (b"no parts", {"content-type": "multipart/form-data; boundary=x"}, 400),
        (b'--x\r\ncontent-disposition: form-data; name="file"\r\n\r\ntext\r\n--x--\r\n',
         {"content-type": "multipart/form-data; boundary=x"}, 422),
        (b"a=1", {"content-type": "application/x-www-form-urlencoded"}, 422),
        (b'{"kind":' + b"[" * 300 + b"]" * 300 + b"}", {"content-type": "application/json"}, 400),
        (b"{", {"content-type": "application/json"}, 400),
        (b"[]", {"content-type": "application/json"}, 422),
    ],
)  # fmt: skip
def test_wrong_bodies_are_problems(workspace, content, headers, status):
    answer = workspace.editor.post(SOURCES, content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "kind"),
        ({"kind": "file"}, "kind"),
        ({**PAGE, "url": "javascript:alert(1)"}, "url"),
        ({**PAGE, "url": "https://me:secret@shop.example"}, "url"),
        ({**PAGE, "settings": {"depth": 4}}, "settings.depth"),
        ({**PAGE, "settings": {"pages": 501}}, "settings.pages"),
        ({**PAGE, "settings": {"deep": 1}}, "settings.deep"),
        ({**PAGE, "every": "PT1S"}, "every"),
        ({**PAGE, "kind": "sitemap", "settings": {"depth": 1}}, "settings.depth"),
        ({**FAQ, "pairs": []}, "pairs"),
        ({**FAQ, "pairs": [{"question": " ", "answer": "Yes"}]}, "pairs[0].question"),
        ({**ARTICLE, "text": " "}, "text"),
        ({**ARTICLE, "title": ""}, "title"),
        ({**ARTICLE, "collection": "Nowhere"}, "collection"),
        ({**ARTICLE, "title": "a\u0000b"}, ""),
    ],
)
def test_wrong_sources_are_refused_at_their_place(workspace, body, path):
    answer = workspace.editor.post(SOURCES, json=body)
    if path:
        assert answer.status_code == 422, answer.text
        assert [error["path"] for error in answer.json()["errors"]] == [path]
    else:
        assert answer.status_code == 400


def test_an_article_is_edited_compared_and_restored(workspace, read):
    source = add(workspace, ARTICLE)
    assert read(source)["report"]["added"] == 1
    path = document_of(workspace, source)
    change = {"version": 1, "text": "# Hours\n\nWe open at ten.", "note": "Winter"}
    edited = workspace.editor.put(path, json=change)
    assert edited.status_code == 200, edited.text
    assert (edited.json()["version"], edited.json()["text"]) == (2, change["text"])
    refused = workspace.editor.put(path, json={**change, "text": "Never."})
    assert (refused.status_code, refused.json()["version"]) == (409, 2)
    assert workspace.editor.put(path, json={"version": 2, "pairs": FAQ["pairs"]}).json()["errors"]
    read(source)
    assert search(workspace, "when do you open")[0]["text"] == "We open at ten."

    listed = workspace.viewer.get(f"{path}/versions").json()["items"]
    assert [(one["number"], one["note"], one["current"]) for one in listed] == [
        (2, "Winter", True), (1, "", False),
    ]  # fmt: skip
    assert workspace.viewer.get(f"{path}/versions/1").json()["text"] == ARTICLE["text"]
    lines = workspace.viewer.get(f"{path}/versions/1/diff/2").json()["lines"]
    assert [(line["op"], line["text"]) for line in lines] == [
        ("same", "# Hours"), ("same", ""),
        ("removed", "We open at nine."), ("added", "We open at ten."),
    ]  # fmt: skip
    restored = workspace.editor.post(f"{path}/versions/1/restore").json()
    assert (restored["version"], restored["text"]) == (3, ARTICLE["text"])
    read(source)
    assert search(workspace, "when do you open")[0]["text"] == "We open at nine."
    for number in (0, 9, 2**40):
        answer = workspace.viewer.get(f"{path}/versions/{number}")
        assert answer.status_code == (404 if number == 9 else 422)


def test_questions_are_kept_as_pairs(workspace, read):
    source = add(workspace, FAQ)
    read(source)
    path = document_of(workspace, source)
    assert workspace.viewer.get(path).json()["pairs"] == FAQ["pairs"]
    [passage] = search(workspace, "do you ship")
    assert (passage["kind"], passage["question"]) == ("faq", "Do you ship?")
    more = [*FAQ["pairs"], {"question": "Is it\nfree?", "answer": "Above *50*.\n\n# Really"}]
    edited = workspace.editor.put(path, json={"version": 1, "pairs": more}).json()
    assert edited["pairs"] == more
    answer = workspace.editor.put(path, json={"version": 2, "text": "No."})
    assert [error["path"] for error in answer.json()["errors"]] == ["text"]
    assert workspace.editor.delete(path).status_code == 204
    assert search(workspace, "do you ship") == []


def test_a_site_is_changed_and_listed(workspace):
    source = add(workspace, {**PAGE, "settings": {"depth": 2}, "every": "P7D"})
    assert source["title"] == "shop.example/help"
    assert source["settings"] == {"depth": 2, "pages": 100, "url": PAGE["url"]}
    made = workspace.editor.post("/api/v1/knowledge/collections", json={"name": "Shop"}).json()
    path = f"{SOURCES}/{source['id']}"
    change = {"title": "Help", "collection": "Shop", "settings": {"depth": 0}, "every": None}
    changed = workspace.editor.patch(path, json=change).raise_for_status().json()
    assert (changed["title"], changed["collection"]["id"]) == ("Help", made["id"])
    assert changed["settings"] == {"depth": 0, "pages": 100, "url": PAGE["url"]}
    for body, place in (
        ({"settings": {"depth": 9}}, "settings.depth"),
        ({"title": None}, "title"),
        ({"collection": "Nowhere"}, "collection"),
        ({"every": "P2D"}, "every"),
    ):
        answer = workspace.editor.patch(path, json=body)
        assert [error["path"] for error in answer.json()["errors"]] == [place]
    for query, count in (
        ("", 1), ("?collection=Shop", 1), (f"?collection={made['id']}", 1), ("?collection=No", 0),
        ("?collection=General", 0), ("?status=queued", 1), ("?status=ready", 0),
    ):  # fmt: skip
        assert len(workspace.viewer.get(f"{SOURCES}{query}").json()["items"]) == count, query
    assert workspace.editor.post(f"{path}/read").status_code == 202
    listed = workspace.viewer.get("/api/v1/knowledge/collections").json()["items"]
    assert [(one["name"], one["sources"]) for one in listed] == [("General", 0), ("Shop", 1)]


def test_collections_are_named_once_and_change_their_embedder(workspace, read):
    path = "/api/v1/knowledge/collections"
    source = read(add(workspace, ARTICLE))
    own = f"{path}/{source['collection']['id']}"
    assert workspace.editor.post(path, json={"name": "General"}).status_code == 409
    other = workspace.editor.post(path, json={"name": "Other"}).json()
    answer = workspace.editor.patch(f"{path}/{other['id']}", json={"name": "General"})
    assert answer.status_code == 409
    answer = workspace.editor.patch(own, json={"embedder": "remote:3:unknown"})
    assert [error["path"] for error in answer.json()["errors"]] == ["embedder"]
    offered = workspace.viewer.get("/api/v1/knowledge/embedders").json()
    assert {one["name"] for one in offered} == {"minilm", "ngrams"}
    before = workspace.viewer.get(path).json()["items"][0]["embedder"]
    wanted = next(one["name"] for one in offered if one["name"] != before)
    assert all(one["available"] for one in offered)
    changed = workspace.editor.patch(own, json={"embedder": wanted}).json()
    assert (changed["embedder"], changed["next_embedder"]) == (before, wanted)
    assert changed["embedding"] == {"done": 0, "total": 1}
    assert search(workspace, "when do you open")[0]["text"] == "We open at nine."
    read(source)
    shown = workspace.viewer.get(path).json()["items"][0]
    assert (shown["embedder"], shown["next_embedder"], shown["embedding"]) == (wanted, None, None)
    assert search(workspace, "when do you open")[0]["text"] == "We open at nine."
    assert workspace.editor.delete(own).status_code == 204
    assert search(workspace, "when do you open") == []


def test_a_collection_is_marked_confidential(workspace, read):
    source = read(add(workspace, ARTICLE))
    own = f"/api/v1/knowledge/collections/{source['collection']['id']}"
    listed = workspace.viewer.get("/api/v1/knowledge/collections").json()["items"]
    assert [one["confidential"] for one in listed] == [False]
    assert workspace.viewer.patch(own, json={"confidential": True}).status_code == 403
    assert workspace.editor.patch(own, json={"confidential": None}).status_code == 422
    changed = workspace.editor.patch(own, json={"confidential": True}).json()
    assert (changed["confidential"], changed["name"]) == (True, "General")
    kept = workspace.editor.patch(own, json={"name": "Staff"}).json()
    assert (kept["confidential"], kept["name"]) == (True, "Staff")
    assert workspace.editor.patch(own, json={"confidential": False}).json()["confidential"] is False


def test_an_embedding_model_of_the_workspace_is_offered(workspace, site):
    with site.services.database.workspace(workspace.id) as session:
        embedding = {"provider": str(uuid4()), "model": "multi", "size": 1024}
        session.add(ModelSetup(workspace_id=workspace.id, embedding=embedding))
    first = workspace.viewer.get("/api/v1/knowledge/embedders").json()[0]
    assert (first["name"], first["size"], first["languages"]) == (
        "remote:1024:multi", 1024, ["every"],
    )  # fmt: skip


def test_a_price_list_shows_its_rows(workspace, read):
    rows = "".join(f"Service {n};{n},50 kr\n" for n in range(1, 251))
    answer = upload(workspace, "prices.csv", f"Service;Price\n{rows}".encode(), kind="pricelist")
    source = read(answer.json())
    assert (source["status"], source["chunks"]) == ("ready", 250), source
    shown = workspace.viewer.get(document_of(workspace, source)).json()
    assert (shown["total_rows"], len(shown["rows"])) == (250, 200)
    assert shown["rows"][1] == {
        "name": "Service 2", "price": 2.5, "currency": shown["rows"][1]["currency"],
        "fields": {"Service": "Service 2", "Price": "2,50 kr"},
    }  # fmt: skip


def test_who_may_only_look_may_only_look(workspace):
    source = add(workspace, ARTICLE)
    path = document_of(workspace, source)
    for method, address, body in (
        ("POST", SOURCES, ARTICLE),
        ("DELETE", f"{SOURCES}/{source['id']}", None),
        ("PUT", path, {"version": 1, "text": "No."}),
        ("POST", f"{path}/versions/1/restore", None),
    ):
        assert workspace.agent.request(method, address, json=body).status_code == 403
    assert workspace.agent.get(path).status_code == 200
    assert workspace.agent.get(f"{SOURCES}/{uuid4()}").status_code == 404
    assert workspace.agent.get(f"{SOURCES}/none").status_code == 422
