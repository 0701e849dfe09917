"""The functions that see more than one workspace: each is known, closed to others, and tested."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from storage import bots, channels, models
from storage.accounts import invitations, keys, sign_in
from storage.database import Database
from storage.knowledge import collections, sources
from tests.storage.conftest import Tenant
from tests.storage.documents import document

HERE = {
    "api_key_by_hash",
    "channel_by_key",
    "count_login_attempt",
    "forget_login_attempt",
    "invitation_by_hash",
    "is_set_up",
    "login_session_by_hash",
    "memberships_of",
    "prune_logins",
    "prune_logs",
    "unsent_files",
    "user_by_email",
    "waiting_memories_1",
    "waiting_sources_1",
    "workspace_members",
}
WITH_THE_ENGINE = {
    "changed_since_1",
    "channel_live_3",
    "due_workspaces_1",
    "effect_renew_1",
    "next_due_1",
    "stuck_deliveries_1",
    "stuck_effects_1",
    "stuck_rows_1",
    "waiting",
}
WITH_KNOWLEDGE = {"knowledge_passages_1", "knowledge_prices_1", "knowledge_scope_2"}


def call(database: Database, statement: str, **values: Any) -> list[Any]:
    with database.system() as session:
        return list(session.connection().execute(text(statement), values))


def test_every_definer_function_is_known_and_closed(owner: psycopg.Connection) -> None:
    found = owner.execute(
        "select proname, proconfig, has_function_privilege('flyt_app', oid, 'execute')"
        " from pg_proc where pronamespace = 'flyt'::regnamespace and prosecdef"
    ).fetchall()
    assert {name for name, _, _ in found} == HERE | WITH_THE_ENGINE | WITH_KNOWLEDGE
    for name, settings, allowed in found:
        assert settings == ["search_path=flyt, pg_temp"], name
        assert allowed, name


def test_no_function_is_open_to_everybody(owner: psycopg.Connection) -> None:
    found = owner.execute(
        "select proname from pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a"
        " where pronamespace = 'flyt'::regnamespace and a.grantee = 0"
    ).fetchall()
    assert found == []


def test_a_test_stands_here_for_each() -> None:
    assert {name for name in HERE if f"test_{name}" not in globals()} == set()


def test_channel_by_key(database: Database, tenant: Tenant) -> None:
    with tenant.session() as session:
        made = channels.create(session, name="Site", actor=tenant.actor, settings={"theirs": 1})
    found = channels.by_key(database, made.key)
    assert found is not None
    assert (found.workspace_id, found.id, found.settings) == (tenant.id, made.id, {"theirs": 1})
    assert channels.by_key(database, made.key + "x") is None


def test_api_key_by_hash(database: Database, tenant: Tenant) -> None:
    with tenant.session() as session:
        row, key = keys.create(session, "CI", actor=tenant.actor)
    found = keys.by_key(database, key)
    assert found == keys.Holder(tenant.id, row.id, "CI", "editor")
    assert keys.by_key(database, key[:-1]) is None
    assert keys.by_key(database, "") is None


def test_user_by_email(database: Database, tenant: Tenant, other: Tenant) -> None:
    found = call(database, "select * from flyt.user_by_email(:e)", e=tenant.email)
    assert [row.id for row in found] == [tenant.owner]
    assert call(database, "select * from flyt.user_by_email('%')") == []


def test_login_session_by_hash(
    database: Database, tenant: Tenant, owner: psycopg.Connection
) -> None:
    token = sign_in.open_session(database, tenant.owner)
    statement, digest = (
        "select * from flyt.login_session_by_hash(:h)",
        hashlib.sha256(token.encode()).digest(),
    )
    assert [row.user_id for row in call(database, statement, h=digest)] == [tenant.owner]
    owner.execute(
        "update login_session set expires_at = now() - interval '1 s' where token_hash = %s",
        [digest],
    )
    assert call(database, statement, h=digest) == []


def test_memberships_of(database: Database, tenant: Tenant, other: Tenant) -> None:
    found = call(database, "select * from flyt.memberships_of(:u)", u=tenant.owner)
    assert [(row.workspace_id, row.role) for row in found] == [(tenant.id, "owner")]


def test_workspace_members(database: Database, tenant: Tenant, other: Tenant) -> None:
    with tenant.session() as session:
        found = session.connection().execute(text("select * from flyt.workspace_members()")).all()
    assert [row.email for row in found] == [tenant.email]
    assert call(database, "select * from flyt.workspace_members()") == []


def test_invitation_by_hash(database: Database, tenant: Tenant) -> None:
    with tenant.session() as session:
        made, token = invitations.invite(
            session, email="new@example.com", role="agent", actor=tenant.actor
        )
    found = call(
        database,
        "select * from flyt.invitation_by_hash(:h)",
        h=hashlib.sha256(token.encode()).digest(),
    )
    assert [(row.workspace_id, row.id, row.role) for row in found] == [
        (tenant.id, made.id, "agent")
    ]


def test_is_set_up(database: Database, tenant: Tenant) -> None:
    assert call(database, "select flyt.is_set_up()") == [(True,)]


def count(database: Database, **limits: int) -> int:
    return call(
        database,
        "select flyt.count_login_attempt(cast(:k as text[]), cast(:m as integer[]), 60)",
        k=list(limits),
        m=list(limits.values()),
    )[0][0]


def test_count_login_attempt(database: Database, owner: psycopg.Connection) -> None:
    key, wide = uuid4().hex, uuid4().hex
    assert [count(database, **{key: 2, wide: 9}) for _ in range(2)] == [0, 0]
    assert 1 <= count(database, **{key: 2, wide: 9}) <= 60
    owner.execute("update login_attempt set until = now() where key = %s", [key])
    assert count(database, **{key: 2, wide: 9}) == 0


def test_forget_login_attempt(database: Database) -> None:
    email, address = uuid4().hex, uuid4().hex
    for _ in range(3):
        count(database, **{email: 9, address: 9})
    call(database, "select flyt.forget_login_attempt(:e, :a)", e=email, a=address)
    assert count(database, **{email: 1, address: 3}) == 0  # one starts anew, one is forgiven
    assert count(database, **{email: 9, address: 3}) > 0


def test_unsent_files(database: Database, tenant: Tenant, owner: psycopg.Connection) -> None:
    ids = [uuid4(), uuid4(), uuid4()]
    for file_id, age, sent in zip(ids, (2, 2, 0), (False, True, False), strict=True):
        owner.execute(
            "insert into file"
            " (workspace_id, id, key, name, type, size, sha256, created_at, sent_at)"
            " values (%s, %s, 'k', 'n', 't', 1, 'h', now() - make_interval(days => %s),"
            " case when %s then now() end)",
            [tenant.id, file_id, age, sent],
        )
    found = call(
        database,
        "select * from flyt.unsent_files(:b, 1000)",
        b=datetime.now(UTC) - timedelta(days=1),
    )
    assert [row.id for row in found if row.workspace_id == tenant.id] == ids[:1]


def test_waiting_sources_1(
    database: Database, tenant: Tenant, other: Tenant, owner: psycopg.Connection
) -> None:
    """Queued and left alone, left behind by a dead reader, due again; none of them twice."""
    with tenant.session() as session:
        shop = collections.create(session, "Shop", embedder="ngrams", actor=tenant.actor)
        made = {
            name: sources.create(session, shop, kind="url", title=name, actor=tenant.actor).id
            for name in ("lost", "fresh", "dead", "read", "due", "later", "paused")
        }
    with other.session() as session:
        theirs = collections.create(session, "Theirs", embedder="ngrams", actor=other.actor)
        foreign = sources.create(session, theirs, kind="url", title="t", actor=other.actor).id
    for name, changes in {
        "lost": "leased_until = null",
        "dead": "status = 'working', leased_by = 'dead', attempts = 2, leased_until = now()",
        "read": "status = 'working', leased_by = 'reader', leased_until = now() + interval '1 h'",
        "due": "status = 'failed', attempts = 3, next_at = now(), leased_until = null",
        "later": "status = 'ready', next_at = now() + interval '1 h', leased_until = null",
        "paused": "leased_until = now() + interval '1 h'",
    }.items():
        owner.execute(f"update knowledge_source set {changes} where id = %s", [made[name]])
    owner.execute("update knowledge_source set leased_until = now() where id = %s", [foreign])

    def found() -> set[tuple[UUID, UUID]]:
        rows = call(database, "select * from flyt.waiting_sources_1(1000, 60)")
        return {(row.workspace_id, row.id) for row in rows}

    waiting = {(tenant.id, made[name]) for name in ("lost", "dead", "due")} | {(other.id, foreign)}
    assert waiting <= found()
    mine = {(tenant.id, source) for source in made.values()}
    assert not found() & (mine | waiting)
    rows = owner.execute(
        "select title, status, leased_by, attempts, progress->>'wanted' from knowledge_source"
        " where id = any(%s)", [[made["dead"], made["due"], made["read"]]],
    ).fetchall()  # fmt: skip
    assert sorted(rows) == [
        ("dead", "queued", None, 2, "reading"),
        ("due", "queued", None, 0, "reading"),
        ("read", "working", "reader", 0, "reading"),
    ]


def test_waiting_memories_1(
    database: Database, tenant: Tenant, other: Tenant, owner: psycopg.Connection
) -> None:
    """Silent or ended ones with something new, left behind ones, a few of each workspace."""
    since = datetime.now(UTC) - timedelta(hours=2)
    for one in (tenant, other):
        with one.session() as session:
            models.change_setup(session, actor=one.actor, remember_since=since)
    talks = {
        name: _talk(tenant, owner, status, minutes)
        for name, status, minutes in (
            ("silent", "bot", 20), ("talking", "bot", 1), ("ended", "ended", 1),
            ("before", "ended", 125), ("read", "ended", 5), ("dead", "ended", 5),
            ("leased", "ended", 5),
        )
    }  # fmt: skip
    theirs = [_talk(other, owner, "ended", 5) for _ in range(3)]
    for name, seq, due in (("read", 3, None), ("dead", 0, 0), ("leased", 0, 60)):
        owner.execute(
            "insert into contact_reading"
            " values (%s, %s, %s, now() + make_interval(secs => %s), 1, 'x')",
            [tenant.id, talks[name], seq, due],
        )

    def found(each: int = 100) -> set[UUID]:
        rows = call(
            database,
            "select * from flyt.waiting_memories_1(:since, 600, 1000, :each, 60)",
            since=since,
            each=each,
        )
        return {one.conversation_id for one in rows} & {*talks.values(), *theirs}

    few = found(2)
    assert len(few & set(theirs)) == 2
    assert few | found() == {talks["silent"], talks["ended"], talks["dead"], *theirs}
    assert found() == set(), "each is handed on once"
    assert owner.execute(
        "select leased_by from contact_reading where conversation_id = %s", [talks["dead"]]
    ).fetchone() == (None,)
    with tenant.session() as session:
        models.change_setup(session, actor=tenant.actor, remember_since=None)
    owner.execute("update contact_reading set due_at = now()")
    assert found() == set(theirs)


def _talk(tenant: Tenant, owner: psycopg.Connection, status: str, minutes: int) -> UUID:
    """A conversation whose third event was so long ago."""
    with tenant.session() as session:
        bot = bots.create(session, document(), actor=tenant.actor)
        channel = channels.create(session, name="S", actor=tenant.actor, bot_id=bot.id)
    contact, conversation = uuid4(), uuid4()
    owner.execute("insert into contact (workspace_id, id) values (%s, %s)", [tenant.id, contact])
    owner.execute(
        "insert into conversation (workspace_id, id, channel_id, contact_id, bot_id)"
        " values (%s, %s, %s, %s, %s)",
        [tenant.id, conversation, channel.id, contact, bot.id],
    )
    owner.execute(
        "insert into session (workspace_id, conversation_id, seq, status, last_at, data)"
        " values (%s, %s, 3, %s, now() - make_interval(mins => %s), '{}')",
        [tenant.id, conversation, status, minutes],
    )
    return conversation


def test_prune_logs(database: Database, tenant: Tenant, owner: psycopg.Connection) -> None:
    for year in (1999, 1999, 1999, 2100):
        owner.execute(
            "insert into log (workspace_id, type, message, at) values (%s, 't', 'm', %s)",
            [tenant.id, datetime(year, 1, 1, tzinfo=UTC)],
        )
    moment = datetime(2000, 1, 1, tzinfo=UTC)
    statement = "select flyt.prune_logs(:b, 2)"
    assert [call(database, statement, b=moment)[0][0] for _ in range(3)] == [2, 1, 0]


def test_prune_logins(database: Database, tenant: Tenant, owner: psycopg.Connection) -> None:
    tokens = [sign_in.open_session(database, tenant.owner) for _ in range(2)]
    owner.execute(
        "update login_session set expires_at = now() - interval '1 s' where token_hash = %s",
        [hashlib.sha256(tokens[0].encode()).digest()],
    )
    assert call(database, "select flyt.prune_logins()")[0][0] >= 1
    left = owner.execute("select count(*) from login_session where user_id = %s", [tenant.owner])
    assert left.fetchone() == (1,)


@pytest.mark.parametrize("name", sorted(HERE))
def test_the_owner_runs_them_without_being_a_superuser(
    name: str, owner: psycopg.Connection
) -> None:
    found = owner.execute(
        "select r.rolsuper from pg_proc p join pg_roles r on r.oid = p.proowner"
        " where p.pronamespace = 'flyt'::regnamespace and p.proname = %s",
        [name],
    )
    assert found.fetchone() == (False,)
