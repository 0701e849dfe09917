"""What the cache has saved, emptied and switched off, through the admin API."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import delete

from runtime.cache.shelf import NotEmptied
from storage import audit, models, savings
from storage.savings import Saved
from storage.tables import ModelSaving

PATH = "/api/v1/models"


@pytest.fixture
def ours(site, workspace):
    with site.services.database.workspace(workspace.id) as session:
        session.execute(delete(ModelSaving))
    return workspace


def test_a_month_adds_up(site, ours):
    empty = ours.editor.get(f"{PATH}/savings").json()
    assert empty["month"] == f"{models.this_month():%Y-%m}"
    assert (empty["cost"], empty["answers"]) == (0, {"hits": 0, "misses": 0})
    march = models.this_month().replace(year=2025, month=3)
    with site.services.database.workspace(ours.id) as session:
        for _ in range(2):
            savings.add(session, march, "answers", Saved(3, 1, 900, 40, Decimal("0.0021"), 1200))
        savings.add(session, march, "embeddings", Saved(hits=5, milliseconds=30))
    answer = ours.editor.get(f"{PATH}/savings", params={"month": "2025-03"})
    assert answer.json() == {
        "month": "2025-03",
        "currency": "USD",
        "cost": 0.0042,
        "tokens_in": 1800,
        "tokens_out": 80,
        "milliseconds": 2430,
        "answers": {"hits": 6, "misses": 2},
        "searches": {"hits": 0, "misses": 0},
        "embeddings": {"hits": 5, "misses": 0},
    }
    refused = ours.editor.get(f"{PATH}/savings", params={"month": "march"})
    assert refused.status_code == 422


def test_what_this_process_has_counted_is_in_it(site, ours):
    site.services.cache.ledger.missed(ours.id, "searches")
    assert ours.clients["owner"].get(f"{PATH}/savings").json()["searches"] == {
        "hits": 0,
        "misses": 1,
    }


def test_others_see_nothing_of_it(site, ours, make_workspace):
    other = make_workspace()
    with site.services.database.workspace(ours.id) as session:
        savings.add(session, models.this_month(), "answers", Saved(hits=7))
    assert other.clients["owner"].get(f"{PATH}/savings").json()["answers"]["hits"] == 0


def test_only_an_owner_empties_the_cache_and_only_their_own(site, ours, make_workspace):
    other = make_workspace()
    shelf = site.services.cache.shelf
    for each in (ours, other):
        shelf.put_now(each.id, "answer:1", b"kept", 60)
    for role in ("viewer", "agent", "editor"):
        assert ours.clients[role].delete(f"{PATH}/cache").status_code == 403
    assert shelf.get_now(ours.id, "answer:1") == b"kept"
    assert ours.clients["owner"].delete(f"{PATH}/cache").status_code == 204
    assert shelf.get_now(ours.id, "answer:1") is None
    assert shelf.get_now(other.id, "answer:1") == b"kept"
    with site.services.database.workspace(ours.id) as session:
        [line, *_] = audit.listed(session)
    assert (line.action, line.actor[:4]) == ("model_cache.emptied", "key:")
    for role in ("viewer", "agent"):
        assert ours.clients[role].get(f"{PATH}/savings").status_code == 403


def test_it_is_told_where_the_cache_does_not_answer(site, ours, monkeypatch):
    async def away(workspace):
        await asyncio.sleep(0)
        raise NotEmptied("away")

    monkeypatch.setattr(site.services.cache.shelf, "empty", away)
    refused = ours.clients["owner"].delete(f"{PATH}/cache")
    assert refused.status_code == 503
    assert "try again" in refused.json()["detail"]


def test_answers_are_kept_unless_somebody_switches_that_off(ours):
    shown = ours.clients["owner"].get(f"{PATH}/setup").json()
    assert shown["cache"] is True
    body = {name: shown[name] for name in shown if name not in ("notes", "from_installation")}
    assert (
        ours.clients["owner"].put(f"{PATH}/setup", json=body | {"cache": False}).json()["cache"]
        is False
    )
    assert ours.clients["owner"].get(f"{PATH}/setup").json()["cache"] is False
