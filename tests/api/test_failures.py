"""What is wrong on our side: said without detail, under a number, and never for ever."""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace

import pytest

from runtime.processes import free_port
from storage import bots
from tests.api.conftest import serving


def test_an_unexpected_error_tells_its_number_and_nothing_else(workspace, monkeypatch, caplog):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(bots, "listed", broken)
    with caplog.at_level(logging.ERROR, "flyt.http"):
        answer = workspace.viewer.get("/api/v1/bots")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text
    assert "the secret is 42" in caplog.text


@pytest.fixture(scope="module")
def cut_off(settings):
    """A server whose database is not there."""
    port = free_port()
    nowhere = f"postgresql://flyt_app:x@127.0.0.1:{free_port()}/flyt"
    public = f"http://127.0.0.1:{port}"
    with serving(replace(settings, port=port, public_url=public, database_url=nowhere)) as site:
        yield site


def test_without_the_database_calls_are_to_be_repeated_later(cut_off):
    with cut_off.client("flyt_" + "x" * 43) as client:
        answers = [
            client.get("/api/v1/bots"),
            client.post("/auth/login", json={"email": "a@example.org", "password": "x"}),
            client.post(
                "/api/v1/chat/key/conversations", json={"client_id": secrets.token_hex(16)}
            ),
        ]
    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0


def test_a_server_without_its_database_is_alive_but_not_ready(cut_off):
    with cut_off.client() as client:
        assert client.get("/healthz").status_code == 200
        unready = client.get("/readyz")
        assert (unready.status_code, unready.json()["failing"]) == (503, ["database"])
        assert client.get("/metrics").status_code == 200
