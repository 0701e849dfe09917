"""Signing in by a browser: cookie, other sites' pages, throttling, invitations, workspaces."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from runtime.embedded import EmbeddedPostgres
from runtime.processes import free_port
from storage.schema import migrate
from tests.api.conftest import DOCUMENT, PASSWORD, serving

_people = itertools.count(1)


@pytest.fixture
def browser(site) -> Iterator[httpx.Client]:
    with site.client() as client:
        yield client


def sign_in(browser: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    return browser.post("/auth/login", json={"email": email, "password": password})


def test_the_cookie_opens_the_admin_api_until_signing_out(browser, workspace):
    assert browser.get("/auth/session").status_code == 401
    answer = sign_in(browser, workspace.owner)
    assert answer.json()["workspace"]["role"] == "owner"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie  # this site's public address is http
    assert browser.post("/api/v1/bots", json=DOCUMENT).status_code == 201
    assert browser.get("/auth/session").json()["email"] == workspace.owner
    token = browser.cookies["flyt_session"]
    assert browser.post("/auth/logout").status_code == 204
    assert "flyt_session" not in browser.cookies
    browser.cookies.set("flyt_session", token)
    assert browser.get("/api/v1/bots").status_code == 401


def test_over_https_the_cookie_is_secure(settings, workspace):
    public = replace(settings, port=free_port(), public_url="https://chat.example.org")
    with serving(public) as site, site.client() as browser:
        answer = sign_in(browser, workspace.owner)
        assert "Secure" in answer.headers["set-cookie"]
        assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_sites_page_can_write_nothing(browser, workspace, headers):
    sign_in(browser, workspace.owner)
    refused = browser.post("/api/v1/bots", json=DOCUMENT, headers=headers)
    assert refused.status_code == 403
    assert sign_in(httpx.Client(base_url=browser.base_url, headers=headers), "a@b.org").is_error


def test_our_own_page_can(browser, workspace):
    sign_in(browser, workspace.owner)
    own = {"origin": str(browser.base_url).rstrip("/")}
    assert browser.post("/api/v1/bots", json=DOCUMENT, headers=own).status_code == 201


def test_wrong_passwords_are_told_alike_and_then_throttled(browser, make_workspace):
    owner = make_workspace().owner
    unknown = sign_in(browser, "nobody@example.org", "wrong password")
    wrong = sign_in(browser, owner, "wrong password")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.json()["detail"] == wrong.json()["detail"]
    answers = [sign_in(browser, owner, "wrong password") for _ in range(12)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert sign_in(browser, owner).status_code == 429  # even with the right one


def test_an_invitation_makes_an_account_once(site, browser, workspace):
    email = f"new{next(_people)}@example.org"
    invited = workspace.clients["owner"].post(
        "/api/v1/invitations", json={"email": email, "role": "agent"}
    )
    assert invited.status_code == 201
    token = invited.json()["token"]
    assert invited.json()["url"].startswith(site.url)
    path = f"/auth/invitation/{token}"
    shown = browser.get(path).json()
    assert (shown["email"], shown["role"], shown["has_account"]) == (email, "agent", False)
    short = browser.post(path, json={"password": "short"})
    assert short.status_code == 422
    assert "short" not in short.text.replace("too short", "").replace("string_too_short", "")
    accepted = browser.post(path, json={"password": PASSWORD, "name": "Ada"})
    assert accepted.status_code == 201
    assert accepted.json()["workspace"] == {
        "workspace_id": str(workspace.id),
        "workspace_name": accepted.json()["workspace"]["workspace_name"],
        "role": "agent",
    }
    assert browser.get(path).status_code == 410
    assert browser.post("/api/v1/bots", json=DOCUMENT).status_code == 403


def test_a_known_person_joins_and_switches(browser, make_workspace):
    mine, other = make_workspace(), make_workspace()
    invited = other.clients["owner"].post(
        "/api/v1/invitations", json={"email": mine.owner, "role": "viewer"}
    )
    path = f"/auth/invitation/{invited.json()['token']}"
    assert browser.post(path, json={}).status_code == 401
    sign_in(browser, mine.owner)
    assert browser.post(path, json={}).json()["workspace"]["workspace_id"] == str(other.id)
    back = browser.post("/auth/workspace", json={"workspace_id": str(mine.id)})
    assert back.json()["workspace"]["role"] == "owner"
    foreign = make_workspace()
    refused = browser.post("/auth/workspace", json={"workspace_id": str(foreign.id)})
    assert refused.status_code == 422
    ids = [one["workspace_id"] for one in browser.get("/api/v1/workspaces").json()["items"]]
    assert sorted(ids) == sorted([str(mine.id), str(other.id)])


def test_a_new_password_ends_all_other_sessions(site, make_workspace):
    owner = make_workspace().owner
    with site.client() as here, site.client() as elsewhere:
        sign_in(here, owner)
        sign_in(elsewhere, owner)
        body = {"current": PASSWORD, "new": "another long password"}
        assert here.post("/auth/password", json=body).status_code == 200
        assert here.get("/auth/session").status_code == 200
        assert elsewhere.get("/auth/session").status_code == 401


def test_a_workspace_keeps_an_owner(make_workspace):
    workspace = make_workspace()
    owner = workspace.clients["owner"]
    (person,) = owner.get("/api/v1/users").json()["items"]
    path = f"/api/v1/users/{person['user_id']}"
    assert owner.patch(path, json={"role": "viewer"}).status_code == 409
    assert owner.delete(path).status_code == 409


def test_a_key_is_told_which_call_is_for_it(workspace):
    owner = workspace.clients["owner"]
    for refused in (
        owner.get("/api/v1/workspaces"),
        owner.post("/api/v1/workspaces", json={"name": "Another"}),
    ):
        assert refused.status_code == 401
        told = refused.json()["detail"]
        assert told.startswith("An API key belongs to one workspace")
        assert "`GET /api/v1/workspace`" in told
    assert owner.get("/api/v1/workspace").json()["id"] == str(workspace.id)


def test_a_revoked_key_works_no_more(site, workspace):
    owner = workspace.clients["owner"]
    made = owner.post("/api/v1/keys", json={"name": "CI", "role": "viewer"}).json()
    assert made["key"].startswith(made["prefix"])
    assert "key" not in owner.get("/api/v1/keys").json()["items"][0]
    with site.client(made["key"]) as client:
        assert client.get("/api/v1/bots").status_code == 200
        assert owner.delete(f"/api/v1/keys/{made['id']}").status_code == 204
        assert client.get("/api/v1/bots").status_code == 401


def test_the_first_owner_is_made_once(settings, service_folder: Path):
    server = EmbeddedPostgres(service_folder / "first-run", {"fsync": "off"})
    server.start()
    try:
        migrate(server.owner_url)
        port = free_port()
        fresh = replace(
            settings,
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            database_url=server.app_url,
            database_owner_url=server.owner_url,
        )
        with serving(fresh) as site, site.client() as browser:
            assert browser.get("/auth/setup").json() == {"needed": True}
            body = {"email": "first@example.org", "password": PASSWORD, "workspace": "Bakery"}
            made = browser.post("/auth/setup", json=body)
            assert made.status_code == 201
            assert made.json()["workspace"]["workspace_name"] == "Bakery"
            assert browser.get("/api/v1/bots").status_code == 200
            assert browser.get("/auth/setup").json() == {"needed": False}
            assert browser.post("/auth/setup", json=body).status_code == 409
    finally:
        server.stop()
