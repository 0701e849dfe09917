"""A channel's settings through the admin API."""

from __future__ import annotations

import pytest

LOOK = {
    "accent": "#0A7D55",
    "title": "Ask us",
    "launcher": {"text": "Chat"},
    "mode": "dark",
    "position": "left",
    "radius": 8,
}


def test_a_look_is_kept_and_shown_to_the_widget(site, workspace, channel):
    settings = {"look": LOOK, "texts": {"send": "Go"}, "allowed_origins": ["https://A.example:443"]}
    path = f"/api/v1/channels/{channel['id']}"
    changed = workspace.editor.patch(path, json={"settings": settings})
    assert changed.status_code == 200
    kept = LOOK | {"accent": "#0a7d55"}
    assert changed.json()["settings"]["look"] == kept
    assert changed.json()["settings"]["allowed_origins"] == ["https://a.example"]
    with site.client() as client:
        config = client.get(f"/api/v1/chat/{channel['key']}/config").json()
    assert (config["look"], config["texts"]) == (kept, {"send": "Go"})


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"look": {"accent": "blue"}}, "settings.look.accent"),
        ({"look": {"titel": "Ask us"}}, "settings.look.titel"),
        ({"look": {"launcher": {"text": 1}}}, "settings.look.launcher.text"),
        ({"allowed_origins": ["https://a.example", "*"]}, "settings.allowed_origins[1]"),
        ({"allowed_origins": ["https://a.example/shop"]}, "settings.allowed_origins[0]"),
    ],
)
def test_a_wrong_setting_is_named(workspace, channel, wrong, place):
    for refused in (
        workspace.editor.patch(f"/api/v1/channels/{channel['id']}", json={"settings": wrong}),
        workspace.editor.post("/api/v1/channels", json={"name": "Site", "settings": wrong}),
    ):
        assert refused.status_code == 422
        assert [error["path"] for error in refused.json()["errors"]] == [place]


def test_who_was_slower_is_told_and_changes_nothing(workspace, channel):
    path = f"/api/v1/channels/{channel['id']}"
    seen = workspace.editor.get(path).json()["version"]
    first = workspace.editor.patch(path, json={"version": seen, "settings": {"look": LOOK}})
    assert first.status_code == 200
    assert first.json()["version"] != seen
    late = workspace.editor.patch(path, json={"version": seen, "settings": {}})
    assert late.status_code == 409
    assert "Somebody else changed this channel meanwhile" in late.json()["detail"]
    kept = workspace.editor.get(path).json()
    assert kept["settings"]["look"]["title"] == "Ask us"
    assert kept["version"] == first.json()["version"]
    again = workspace.editor.patch(path, json={"version": kept["version"], "name": "Shop"})
    assert again.status_code == 200


def test_a_deleted_channel_is_listed_no_more(workspace, channel):
    path = f"/api/v1/channels/{channel['id']}"
    assert workspace.editor.delete(path).status_code == 204
    listed = workspace.editor.get("/api/v1/channels").json()["items"]
    assert channel["id"] not in [each["id"] for each in listed]
    assert workspace.editor.get(path).json()["enabled"] is False


def test_the_description_has_the_keys_of_a_look(site):
    with site.client() as client:
        schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["Look"]["properties"].keys() >= {"accent", "avatar", "greeting", "launcher"}
    assert schemas["Look"]["properties"]["accent"]["format"] == "color"
