"""The first workspace begins with a demo bot, which stays away once it is deleted."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from runtime import first_run
from storage import bots, channels, releases
from storage.accounts import people
from storage.database import Database
from tests.conftest import Postgres
from tests.storage.conftest import make_tenant


def the_demo(session: Session) -> list[str]:
    return [each.name for each in channels.listed(session) if each.key == first_run.DEMO_KEY]


def test_it_answers_at_once_and_only_once(fresh_database: Postgres) -> None:
    database = Database(fresh_database.app_url)
    first, other = make_tenant(database), make_tenant(database)
    for tenant in (first, first, other):
        with tenant.session() as session:
            first_run.add_demo(session)
    found = channels.by_key(database, first_run.DEMO_KEY)
    assert found is not None
    assert (found.workspace_id, found.enabled, found.kind) == (first.id, True, "web")
    with first.session() as session:
        [bot] = bots.listed(session)
        assert (bot.id, bot.release) == (found.bot_id, 1)
        [release] = releases.listed(session, bot.id)
        assert release.share == 100
        assert the_demo(session) == ["Demo"]
        channels.delete(session, found.id, actor="system")
        assert the_demo(session) == []
    with other.session() as session:
        assert bots.listed(session) == []
        assert the_demo(session) == []
    database.close()


def test_a_deleted_demo_does_not_come_back(fresh_database: Postgres) -> None:
    database = Database(fresh_database.app_url)
    owner = {"email": "ada@example.org", "password": "correct horse battery"}
    made = first_run.set_up(database, **owner)
    with database.workspace(made.workspace_id) as session:
        assert the_demo(session) == ["Demo"]
        [bot] = bots.listed(session)
        bots.delete(session, bot.id, actor="system")
    with pytest.raises(people.AlreadySetUp):
        first_run.set_up(database, **owner)
    second = people.create_user(database, email="b@example.org", password=owner["password"])
    for workspace_id in (made.workspace_id, second.workspace_id):
        with database.workspace(workspace_id) as session:
            assert bots.listed(session) == []
    database.close()


def test_no_account_is_left_where_the_demo_can_not_be_made(
    fresh_database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(fresh_database.app_url)
    owner = {"email": "ada@example.org", "password": "correct horse battery"}
    with monkeypatch.context() as broken:
        broken.setattr(first_run, "_DEMO", first_run._DEMO.with_name("gone.json"))
        with pytest.raises(FileNotFoundError):
            first_run.set_up(database, **owner)
    assert not people.is_set_up(database)
    assert first_run.set_up(database, **owner)
    database.close()
