from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import event, text
from sqlmodel import Session as Transaction

from storage import bots, channels, conversations
from storage.errors import NotFound
from storage.identifiers import uuid7
from storage.tables import Contact, Conversation, Message, Session, Trace
from tests.storage.conftest import Tenant
from tests.storage.documents import document


@dataclass(frozen=True)
class Site:
    tenant: Tenant
    bot_id: UUID
    channel_id: UUID

    def session(self) -> Any:
        return self.tenant.session()


@pytest.fixture
def site(tenant: Tenant) -> Site:
    return open_site(tenant)


def open_site(tenant: Tenant) -> Site:
    with tenant.session() as session:
        bot = bots.create(session, document(), actor=tenant.actor)
        channel = channels.create(session, name="Site", bot_id=bot.id, actor=tenant.actor)
    return Site(tenant, bot.id, channel.id)


def talk(site: Site, *said: str, name: str = "Nina", status: str = "bot") -> UUID:
    workspace, contact, conversation = site.tenant.id, uuid7(), uuid7()
    key = {"workspace_id": workspace, "conversation_id": conversation}
    with site.session() as session:
        session.add(Contact(workspace_id=workspace, id=contact, name=name))
        session.flush()
        session.add(
            Conversation(
                workspace_id=workspace,
                id=conversation,
                channel_id=site.channel_id,
                contact_id=contact,
                bot_id=site.bot_id,
                client_id=uuid4().hex,
            )
        )
        session.flush()
        session.add(Session(**key, status=status, data="{}", turn=len(said), seq=len(said)))
        for seq, one in enumerate(said, start=1):
            session.add(Message(**key, seq=seq, turn=seq, sender="bot", body={"text": one}))
            session.add(Trace(**key, turn=seq, visits=[{"node": one}]))
    return conversation


def set_status(session: Transaction, conversation: UUID, status: str) -> None:
    session.connection().execute(
        text("update flyt.session set status = :s, turn = turn + 1 where conversation_id = :c"),
        {"s": status, "c": conversation},
    )


def test_conversations_are_listed_newest_first(site: Site, other: Tenant) -> None:
    ids = [talk(site, "hi", f"last {n}", name=f"N{n}") for n in range(5)]
    with site.session() as session:
        found = conversations.listed(session, limit=2)
        assert [(one.id, one.contact_name, one.last) for one in found] == [
            (ids[4], "N4", {"text": "last 4"}),
            (ids[3], "N3", {"text": "last 3"}),
        ]
        rest = conversations.listed(session, before=ids[3])
        assert [one.id for one in rest] == ids[2::-1]
    with other.session() as session:
        assert conversations.listed(session) == []


def test_filters(site: Site, tenant: Tenant) -> None:
    elsewhere = open_site(tenant)
    mine, theirs = talk(site, status="human"), talk(elsewhere)
    with site.session() as session:

        def found(**filters: Any) -> list[UUID]:
            return [one.id for one in conversations.listed(session, **filters)]

        assert found() == [theirs, mine]
        assert found(status="human") == [mine]
        assert found(status="human", before=mine) == []
        assert found(bot_id=site.bot_id) == [mine]
        assert found(channel_id=elsewhere.channel_id, status="bot") == [theirs]
        contact = conversations.get(session, mine).contact_id
        assert found(contact_id=contact) == [mine]


def test_the_status_follows_the_session(site: Site) -> None:
    conversation = talk(site, "hi")
    with site.session() as session:
        before = conversations.get(session, conversation)
    assert before.status == "bot"
    with site.session() as session:
        set_status(session, conversation, "bot")  # a usual turn
    with site.session() as session:
        assert conversations.get(session, conversation).since == before.since
        set_status(session, conversation, "human")
    with site.session() as session:
        after = conversations.get(session, conversation)
        assert (after.status, after.turn) == ("human", 3)
        assert after.since > before.since
        assert conversations.counts(session) == {"bot": 0, "human": 1, "ended": 0, "failed": 0}


def test_transcript_and_trace(site: Site, other: Tenant) -> None:
    conversation = talk(site, "a", "b", "c")
    with site.session() as session:
        assert [one.body for one in conversations.transcript(session, conversation, after=1)] == [
            {"text": "b"},
            {"text": "c"},
        ]
        assert conversations.trace(session, conversation, 2).visits == [{"node": "b"}]
        assert [one.turn for one in conversations.traces(session, conversation, limit=2)] == [1, 2]
        assert conversations.state(session, conversation).data == "{}"
        with pytest.raises(NotFound, match="turn 9"):
            conversations.trace(session, conversation, 9)
        for look in (conversations.get, conversations.state):
            with pytest.raises(NotFound):
                look(session, uuid4())
    with other.session() as session:
        assert list(conversations.transcript(session, conversation)) == []


@pytest.fixture
def many(site: Site, owner: psycopg.Connection) -> Site:
    """20,000 conversations, of which few are in human hands."""
    contact = uuid7()
    owner.execute(
        "insert into contact (workspace_id, id) values (%s, %s)", [site.tenant.id, contact]
    )
    owner.execute(
        """
        with c as (
          insert into conversation (workspace_id, id, channel_id, contact_id, bot_id)
          select %(w)s, uuidv7(), %(ch)s, %(ct)s, %(b)s from generate_series(1, 20000) returning id
        )
        insert into session (workspace_id, conversation_id, status, data)
        select %(w)s, id, case when random() < 0.002 then 'human' else 'ended' end, '' from c
        """,
        {"w": site.tenant.id, "ch": site.channel_id, "ct": contact, "b": site.bot_id},
    )
    owner.execute("analyze conversation, session, conversation_status, message, contact")
    return site


def test_a_page_reads_no_more_than_a_page(many: Site) -> None:
    for filters in ({}, {"status": "human"}, {"status": "ended"}, {"bot_id": many.bot_id}):
        with many.session() as session:
            first = conversations.listed(session, limit=10, **filters)
            plan = explain(session, limit=10, before=first[-1].id, **filters)
        assert max(rows_of(plan)) < 200, plan


def explain(session: Transaction, **filters: Any) -> str:
    """The plan of what `listed` sends, as it is carried out for the application's role."""
    sent: list[tuple[str, Any]] = []
    engine = session.get_bind()

    def keep(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    event.listen(engine, "before_cursor_execute", keep)
    conversations.listed(session, **filters)
    event.remove(engine, "before_cursor_execute", keep)
    statement, values = sent[-1]
    cursor = session.connection().connection.cursor()
    cursor.execute("explain (analyze, costs off, timing off, summary off) " + statement, values)
    return "\n".join(line for (line,) in cursor.fetchall())


def rows_of(plan: str) -> list[float]:
    """How many rows each step gave or threw away."""
    return [float(n) for n in re.findall(r"(?:rows=|Removed by Filter: )([\d.]+)", plan)]
