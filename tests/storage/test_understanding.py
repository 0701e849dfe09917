"""Trained intents: kept by fingerprint, the ones used last, in their workspace."""

from __future__ import annotations

from typing import Any

from storage import understanding
from storage.database import Database
from storage.understanding import KEPT
from tests.storage.conftest import make_tenant


def test_a_model_is_found_by_its_fingerprint_in_its_own_workspace(database: Database) -> None:
    one, other = make_tenant(database).id, make_tenant(database).id
    with database.workspace(one) as session:
        understanding.keep(session, "a", b"\x00model", {"intents": []})
        understanding.keep(session, "a", b"another", {})  # somebody was quicker
    with database.workspace(one) as session:
        found = understanding.find(session, "a")
        assert found is not None
        assert (found.model, found.report) == (b"\x00model", {"intents": []})
        assert understanding.find(session, "b") is None
    with database.workspace(other) as session:
        assert understanding.find(session, "a") is None


def test_those_unused_for_longest_make_room(database: Database, postgres: Any) -> None:
    import psycopg

    tenant = make_tenant(database).id
    for number in range(KEPT):
        with database.workspace(tenant) as session:
            understanding.keep(session, str(number), b"model", {})
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute(
            "update flyt.trained_intents set used_at = now() - interval '9 days'"
            " where workspace_id = %s and fingerprint in ('0', '7')",
            [tenant],
        )
    with database.workspace(tenant) as session:
        assert understanding.find(session, "0")  # used again
        understanding.keep(session, "new", b"model", {})
    with database.workspace(tenant) as session:
        there = {name for name in ("0", "7", "8", "new") if understanding.find(session, name)}
    assert there == {"0", "8", "new"}
