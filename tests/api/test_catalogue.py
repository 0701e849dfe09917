"""The catalogue over HTTP: who may read it, and how a browser keeps it."""

from __future__ import annotations

import pytest

URL = "/api/v1/catalogue/en"


def test_it_is_kept_by_its_etag(workspace):
    client = workspace.viewer
    first = client.get(URL)
    assert first.status_code == 200
    assert {each["type"] for each in first.json()["types"]} >= {"message", "ask.choice", "wait"}
    etag = first.headers["etag"]
    for sent in (etag, f"W/{etag}", f'"other", {etag}'):
        again = client.get(URL, headers={"if-none-match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    assert client.get(URL, headers={"if-none-match": '"other"'}).status_code == 200


def test_nobody_reads_it_without_signing_in(site):
    with site.client() as client:
        assert client.get(URL).status_code == 401


@pytest.mark.parametrize("locale", ["nb", "uk", "pt-BR"])
def test_a_language_without_translation_is_answered_in_english(workspace, locale):
    answer = workspace.viewer.get(f"/api/v1/catalogue/{locale}")
    assert answer.status_code == 200
    assert answer.headers["content-language"] == "en"


def test_what_is_no_language_is_refused(workspace):
    assert workspace.viewer.get("/api/v1/catalogue/e_n").status_code == 422
