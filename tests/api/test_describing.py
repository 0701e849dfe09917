"""Describing a bot over HTTP; what a worker does with it is tested with the workers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis

from runtime.describing.descriptions import MOST
from tests.api.test_models import EMPTY
from tests.doubles.llm_openai import OpenAi

PATH = "/api/v1/bots/describe"
BODY: dict[str, Any] = {"text": "A bot that takes orders for my bakery.", "language": "nb"}
LONG = "Ask for the order number. " * 769  # 19,994 characters


@pytest.fixture
def ours(make_workspace) -> Any:
    return make_workspace()


@pytest.fixture
def model(ours) -> Iterator[OpenAi]:
    """A model that the workspace has set up."""
    with OpenAi() as double:
        body = {"kind": "compatible", "base_url": double.base_url, "secret": "sk-right"}
        made = ours.clients["owner"].post("/api/v1/models/providers", json=body)
        provider = made.raise_for_status().json()["id"]
        setup = EMPTY | {"strong": [{"provider": provider, "model": "m"}]}
        ours.clients["owner"].put("/api/v1/models/setup", json=setup).raise_for_status()
        yield double


def test_without_a_model_the_mend_is_named(ours):
    answer = ours.editor.post(PATH, json=BODY)
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["detail"].startswith("No language model is set up: an owner")
    assert (problem["kind"], problem["link"]) == ("not_set_up", "/settings/models")
    listed = ours.editor.get(PATH).json()
    assert listed == {"items": [], "problem": problem["detail"]}


def test_it_is_taken_kept_and_handed_to_a_worker(ours, model, site):
    answer = ours.editor.post(PATH, json=BODY | {"text": f"  {BODY['text']}\n"})
    assert answer.status_code == 202, answer.text
    id_ = answer.json()["id"]
    assert ours.editor.get(f"{PATH}/{id_}").json() == {
        "id": id_, "kind": "description", "language": "nb", "text": BODY["text"],
        "state": "queued", "stage": "", "progress": 0.0, "bot_id": None, "notes": [],
        "message": None,
    }  # fmt: skip
    assert [one["id"] for one in ours.editor.get(PATH).json()["items"]] == [id_]
    assert ours.clients["owner"].get(PATH).json()["items"] == []  # somebody else's
    queue = Redis.from_url(site.services.settings.redis_url)
    until = time.monotonic() + 10
    while not any(
        id_.encode() in (queue.hget(key, "data") or b"")
        or b"describe_bots" in (queue.hget(key, "description") or b"")
        for key in queue.keys("rq:job:*")
    ):
        assert time.monotonic() < until, "no worker is woken"
        time.sleep(0.05)


def test_a_procedure_of_20_000_characters_is_taken_and_no_longer_one(ours, model):
    body = {"text": LONG, "language": "en", "kind": "procedure"}
    assert ours.editor.post(PATH, json=body).status_code == 202
    answer = ours.editor.post(PATH, json=body | {"text": f"{LONG} Too much."})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "text"


@pytest.mark.parametrize(
    "change",
    [{"text": "Too short."}, {"text": " " * 30}, {"language": "Norwegian!"}, {"kind": "poem"},
     {"positions": True}, {"text": None}],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(ours, model, change):
    answer = ours.editor.post(PATH, json=BODY | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == next(iter(change))


def test_who_makes_no_bots_describes_none(ours, model):
    for role in ("viewer", "agent"):
        client = ours.clients[role]
        assert client.post(PATH, json=BODY).status_code == 403
        assert client.get(PATH).status_code == 403
        assert client.get(f"{PATH}/{uuid4()}").status_code == 403


def test_another_workspace_finds_nothing(ours, model, make_workspace):
    id_ = ours.editor.post(PATH, json=BODY).json()["id"]
    answer = make_workspace().editor.get(f"{PATH}/{id_}")
    assert answer.status_code == 404
    assert ours.editor.get(f"{PATH}/{uuid4()}").status_code == 404


def test_many_at_once_wait(ours, model):
    answers = [ours.editor.post(PATH, json=BODY).status_code for _ in range(MOST + 1)]
    assert answers == [202] * MOST + [429]


def test_over_budget_nothing_is_begun(ours, model):
    setup = ours.clients["owner"].get("/api/v1/models/setup").json()
    known = {key: setup[key] for key in EMPTY}
    ours.clients["owner"].put("/api/v1/models/setup", json=known | {"regions": ["eu"]})
    answer = ours.editor.post(PATH, json=BODY)
    assert (answer.status_code, answer.json()["kind"]) == (409, "region")
