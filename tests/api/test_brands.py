"""Brands, and what belongs to them, over HTTP."""

from __future__ import annotations

from uuid import uuid4

import pytest

BRANDS = "/api/v1/brands"
COLLECTIONS = "/api/v1/knowledge/collections"


def test_a_brand_from_its_first_to_its_last_day(workspace):
    editor = workspace.editor
    brand = editor.post(BRANDS, json={"name": " North ", "timezone": "Europe/Oslo"}).json()
    assert (brand["name"], brand["timezone"]) == ("North", "Europe/Oslo")
    other = editor.post(BRANDS, json={"name": "South"}).json()
    assert [one["name"] for one in workspace.viewer.get(BRANDS).json()["items"]] == [
        "North", "South",
    ]  # fmt: skip
    first = workspace.viewer.get(f"{BRANDS}?limit=1").json()
    assert workspace.viewer.get(f"{BRANDS}?cursor={first['next']}").json()["items"] == [other]

    collection = editor.post(COLLECTIONS, json={"name": "Northern"}).json()
    assert collection["brand"] is None
    path = f"{COLLECTIONS}/{collection['id']}"
    changed = editor.patch(path, json={"brand_id": brand["id"]}).json()
    assert changed["brand"] == {"id": brand["id"], "name": "North"}
    assert editor.patch(path, json={"name": "Up north"}).json()["brand"]["name"] == "North"
    channel = editor.post("/api/v1/channels", json={"name": "Shop", "brand_id": brand["id"]}).json()
    assert channel["brand_id"] == brand["id"]

    path = f"{BRANDS}/{brand['id']}"
    assert editor.patch(path, json={"name": "Far north"}).json()["timezone"] == "Europe/Oslo"
    assert editor.patch(path, json={"timezone": None}).json()["timezone"] is None
    assert editor.delete(path).status_code == 204
    assert editor.get(path).status_code == 404
    assert editor.get(f"/api/v1/channels/{channel['id']}").json()["brand_id"] is None
    names = {one["name"]: one["brand"] for one in editor.get(COLLECTIONS).json()["items"]}
    assert names["Up north"] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": ""}, 422),
        ({"name": "x" * 201}, 422),
        ({"name": "Taken"}, 409),
        ({"name": "New", "timezone": "Oslo"}, 422),
        ({"name": "New", "colour": "red"}, 422),
    ],
)
def test_a_wrong_brand_is_refused_with_a_reason(workspace, body, status):
    workspace.editor.post(BRANDS, json={"name": "Taken"})
    answer = workspace.editor.post(BRANDS, json=body)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_a_brand_that_is_not_there_is_given_to_nothing(workspace, stranger):
    theirs = stranger.editor.post(BRANDS, json={"name": "Theirs"}).json()["id"]
    collection = workspace.editor.post(COLLECTIONS, json={"name": uuid4().hex}).json()["id"]
    for brand in (theirs, str(uuid4())):
        path = f"{COLLECTIONS}/{collection}"
        assert workspace.editor.patch(path, json={"brand_id": brand}).status_code == 404
        body = {"name": "Shop", "brand_id": brand}
        assert workspace.editor.post("/api/v1/channels", json=body).status_code == 404
        assert workspace.editor.delete(f"{BRANDS}/{brand}").status_code == 404
    assert workspace.viewer.post(BRANDS, json={"name": "Mine"}).status_code == 403
