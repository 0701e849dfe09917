from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

import nodes  # noqa: F401  # registers the node types
from runtime.core.document import DocumentError, parse
from storage import bots, channels, drafts, releases
from storage.database import Database
from storage.errors import NotFound, Refused
from storage.releases import Live
from tests.storage.conftest import Tenant
from tests.storage.documents import document


@pytest.fixture
def bot_id(tenant: Tenant) -> UUID:
    with tenant.session() as session:
        return bots.create(session, document(), actor=tenant.actor).id


def publish(tenant: Tenant, bot_id: UUID, share: int = 100) -> int:
    with tenant.session() as session:
        return releases.publish(session, bot_id, actor=tenant.actor, share=share).number


def rename(tenant: Tenant, bot_id: UUID, name: str) -> None:
    with tenant.session() as session:
        base = drafts.read(session, bot_id).version
        drafts.replace(session, bot_id, document(name=name), base=base, actor=tenant.actor)


def live(tenant: Tenant, bot_id: UUID) -> tuple[Live, ...]:
    with tenant.session() as session:
        return releases.live(session, bot_id)


# --- Bots -----------------------------------------------------------------------------------


def test_bots_are_listed_newest_first(tenant: Tenant, other: Tenant) -> None:
    with tenant.session() as session:
        first = bots.create(session, document(), actor=tenant.actor)
        second = bots.create(session, document(), actor=tenant.actor, name=" Second ")
        releases.publish(session, first.id, actor=tenant.actor)
        found = bots.listed(session)
        assert [(bot.id, bot.name, bot.release) for bot in found] == [
            (second.id, "Second", None),
            (first.id, "Greeter", 1),
        ]
        assert [bot.id for bot in bots.listed(session, before=second.id)] == [first.id]
        assert len(bots.listed(session, limit=1)) == 1
    with other.session() as session:
        assert bots.listed(session) == []


def test_a_bot_is_renamed_and_deleted(
    database: Database, tenant: Tenant, other: Tenant, bot_id: UUID
) -> None:
    with tenant.session() as session:
        channel = channels.create(session, name="Site", bot_id=bot_id, actor=tenant.actor)
        assert bots.rename(session, bot_id, "New", actor=tenant.actor).name == "New"
        for name in ("", "x" * 201):
            with pytest.raises(Refused, match="needs a name"):
                bots.rename(session, bot_id, name, actor=tenant.actor)
    with pytest.raises(NotFound), other.session() as session:
        bots.delete(session, bot_id, actor=other.actor)
    with tenant.session() as session:
        bots.delete(session, bot_id, actor=tenant.actor)
    with tenant.session() as session:
        assert bots.listed(session) == []
        with pytest.raises(NotFound):
            bots.get(session, bot_id)
        with pytest.raises(NotFound):
            drafts.read(session, bot_id)
    found = channels.by_key(database, channel.key)
    assert found is not None
    assert found.bot_id is None


# --- Releases -------------------------------------------------------------------------------


def test_a_release_is_whole_and_frozen(tenant: Tenant, bot_id: UUID) -> None:
    assert publish(tenant, bot_id) == 1
    rename(tenant, bot_id, "Later")
    with tenant.session() as session:
        frozen = releases.get(session, bot_id, 1).document
    assert frozen["name"] == "Greeter"
    assert {flow["id"] for flow in frozen["flows"]} > {"main", "system.not_understood"}
    assert releases.freeze(frozen) == frozen
    assert parse(frozen).flow("main") == parse(document()).flow("main")


def test_an_unfinished_draft_is_not_published(tenant: Tenant) -> None:
    with tenant.session() as session:
        bot = bots.create(session, {"name": "Half"}, actor=tenant.actor)
    with pytest.raises(DocumentError):
        publish(tenant, bot.id)
    assert live(tenant, bot.id) == ()


def test_publications_at_once_get_numbers_of_their_own(tenant: Tenant, bot_id: UUID) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda _: publish(tenant, bot_id), range(6)))
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert live(tenant, bot_id) == (Live(6, 100),)


def test_shares(tenant: Tenant, bot_id: UUID) -> None:
    with pytest.raises(Refused, match="for everybody"):
        publish(tenant, bot_id, share=10)
    publish(tenant, bot_id)
    with pytest.raises(Refused, match="percentage"):
        publish(tenant, bot_id, share=0)
    publish(tenant, bot_id, share=10)
    assert live(tenant, bot_id) == (Live(2, 10), Live(1, 100))
    with tenant.session() as session:
        releases.set_share(session, bot_id, 2, 40, actor=tenant.actor)
    assert live(tenant, bot_id) == (Live(2, 40), Live(1, 100))
    with tenant.session() as session:
        releases.set_share(session, bot_id, 2, 100, actor=tenant.actor)
    assert live(tenant, bot_id) == (Live(2, 100),)
    with pytest.raises(NotFound), tenant.session() as session:
        releases.set_share(session, bot_id, 1, 50, actor=tenant.actor)


def test_a_rollback_is_a_new_release(tenant: Tenant, bot_id: UUID) -> None:
    publish(tenant, bot_id)
    rename(tenant, bot_id, "Worse")
    publish(tenant, bot_id)
    with tenant.session() as session:
        back = releases.rollback(session, bot_id, 1, actor=tenant.actor, note="worse")
        assert (back.number, back.restores, back.document["name"]) == (3, 1, "Greeter")
        with pytest.raises(NotFound):
            releases.rollback(session, bot_id, 9, actor=tenant.actor)
    with tenant.session() as session:
        found = releases.listed(session, bot_id)
        assert [(one.number, one.restores, one.share) for one in found] == [
            (3, 1, 100),
            (2, None, None),
            (1, None, None),
        ]
        assert [one.number for one in releases.listed(session, bot_id, before=3, limit=1)] == [2]


def test_the_draw_is_sticky_and_raising_a_share_only_adds() -> None:
    contacts = [uuid4() for _ in range(2_000)]
    before = frozenset[UUID]()
    for share in (1, 10, 50, 99):
        drawn = {one: releases.draw((Live(7, share), Live(5, 100)), one) for one in contacts}
        chosen = frozenset(one for one in contacts if drawn[one] == 7)
        assert before <= chosen
        assert abs(len(chosen) / len(contacts) * 100 - share) < 5
        assert set(drawn.values()) <= {5, 7}
        before = chosen
    assert releases.draw((), contacts[0]) is None
    assert releases.draw((Live(3, 1),), contacts[0]) == 3


# --- Channels -------------------------------------------------------------------------------


def test_channels(database: Database, tenant: Tenant, other: Tenant, bot_id: UUID) -> None:
    with tenant.session() as session:
        made = channels.create(session, name="Site", bot_id=bot_id, actor=tenant.actor)
        channels.create(session, name="Bot", kind="telegram", actor=tenant.actor)
        assert [one.name for one in channels.listed(session)] == ["Bot", "Site"]
        assert [one.name for one in channels.listed(session, bot_id=bot_id)] == ["Site"]
        settings = {"look": {"accent": "#112233"}, "allowed_origins": ["https://a.no"]}
        channels.change(session, made.id, actor=tenant.actor, settings=settings, enabled=False)
        with pytest.raises(NotFound):
            channels.change(session, made.id, actor=tenant.actor, bot_id=uuid4())
        with pytest.raises(Refused, match="key can't be changed"):
            channels.change(session, made.id, actor=tenant.actor, key="mine")
        with pytest.raises(Refused, match="no kind"):
            channels.create(session, name="?", kind="pigeon", actor=tenant.actor)
    found = channels.by_key(database, made.key)
    assert found is not None
    assert (found.settings, found.enabled, found.bot_id) == (settings, False, bot_id)
    with pytest.raises(NotFound), other.session() as session:
        channels.get(session, made.id)
    with tenant.session() as session:
        channels.delete(session, made.id, actor=tenant.actor)
    assert channels.by_key(database, made.key) is None
