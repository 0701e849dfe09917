from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event, text
from sqlmodel import Session as Transaction

from storage import conversation_about, inbox
from storage.errors import NotFound
from storage.identifiers import uuid7
from storage.inbox import Wanted
from tests.storage.conftest import Tenant
from tests.storage.test_conversations import Site, open_site, rows_of, set_status, site, talk

__all__ = ["site"]

NOW = datetime.now(UTC)


def move(site: Site, conversation: UUID, at: datetime) -> None:
    """A turn at ``at``."""
    with site.session() as session:
        session.connection().execute(
            text("update flyt.session set last_at = :at where conversation_id = :c"),
            {"at": at, "c": conversation},
        )


def ids(session: Transaction, wanted: Wanted | None = None, **page: Any) -> list[UUID]:
    return [line.id for line in inbox.listed(session, wanted or Wanted(), **page)]


def test_whoever_wrote_last_stands_first(site: Site, other: Tenant) -> None:
    first, second, third = (talk(site, "hi", f"last {n}", name=f"N{n}") for n in range(3))
    for minutes, conversation in ((50, second), (49, third), (1, first)):
        move(site, conversation, NOW - timedelta(minutes=minutes))
    with site.session() as session:
        assert ids(session) == [first, third, second]
        line = inbox.listed(session, Wanted(), limit=1)[0]
        assert (line.contact_name, line.last, line.last_from) == ("N0", "last 0", "bot")
        assert (line.channel_name, line.channel_kind) == ("Site", "web")
    with other.session() as session:
        assert ids(session) == []


def test_pages_meet_within_the_same_ten_minutes(site: Site) -> None:
    start = NOW.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    made = [talk(site) for _ in range(9)]
    for n, conversation in enumerate(made):
        move(site, conversation, start + timedelta(minutes=4 * (n % 5)))  # some at one moment
    with site.session() as session:
        everything = inbox.listed(session, Wanted())
        found: list[UUID] = []
        before = None
        while page := inbox.listed(session, Wanted(), before=before, limit=2):
            found += [line.id for line in page]
            before = (page[-1].last_at, page[-1].id)
    assert found == [line.id for line in everything]
    assert sorted(found) == sorted(made)
    assert [line.last_at for line in everything] == sorted(
        (line.last_at for line in everything), reverse=True
    )


def test_filters(site: Site, tenant: Tenant) -> None:
    elsewhere = open_site(tenant)
    mine, theirs, old = talk(site, status="human"), talk(elsewhere), talk(site)
    move(site, old, NOW - timedelta(days=8))
    with site.session() as session:
        assert ids(session, Wanted(status="human")) == [mine]
        assert ids(session, Wanted(channel_id=elsewhere.channel_id)) == [theirs]
        assert ids(session, Wanted(bot_id=site.bot_id)) == [mine, old]
        assert ids(session, Wanted(since=NOW - timedelta(days=7))) == [theirs, mine]
        assert ids(session, Wanted(status="bot", bot_id=site.bot_id)) == [old]
        assert ids(session, Wanted(status="failed")) == []


def test_what_moved_on_since_a_mark_is_found(site: Site) -> None:
    quiet, busy = talk(site), talk(site)
    move(site, quiet, NOW - timedelta(minutes=5))
    with site.session() as session:
        mark = inbox.mark(session)
        assert mark < datetime.now(UTC)
    move(site, busy, datetime.now(UTC))
    with site.session() as session:
        assert ids(session, Wanted(since=mark)) == [busy]


def test_a_status_moves_alone(site: Site) -> None:
    conversation = talk(site)
    moment = NOW - timedelta(hours=3)
    move(site, conversation, moment)
    with site.session() as session:
        set_status(session, conversation, "failed")
    with site.session() as session:
        [line] = inbox.listed(session, Wanted(status="failed"))
        assert line.last_at == moment


def test_a_deleted_message_gives_no_words(site: Site) -> None:
    conversation = talk(site, "secret")
    with site.session() as session:
        session.connection().execute(text("update flyt.message set deleted_at = now()"))
        [line] = [one for one in inbox.listed(session, Wanted()) if one.id == conversation]
        assert (line.last, line.last_kind) == ("", "deleted")


def test_long_words_are_cut(site: Site) -> None:
    talk(site, "ü" * 60_000)
    with site.session() as session:
        assert len(inbox.listed(session, Wanted())[0].last or "") == inbox.WORDS


def test_a_page_reads_little_more_than_a_page(site: Site, owner: psycopg.Connection) -> None:
    """Of 20,000 conversations, each active in minutes of its own."""
    contact = uuid7()
    values = {"w": site.tenant.id, "ch": site.channel_id, "ct": contact, "b": site.bot_id}
    owner.execute("insert into contact (workspace_id, id) values (%(w)s, %(ct)s)", values)
    owner.execute(
        """
        with c as (
          insert into conversation (workspace_id, id, channel_id, contact_id, bot_id)
          select %(w)s, uuidv7(), %(ch)s, %(ct)s, %(b)s from generate_series(1, 20000) returning id
        )
        insert into session (workspace_id, conversation_id, status, data, last_at)
        select %(w)s, id, case when random() < 0.01 then 'human' else 'ended' end, '',
               now() - make_interval(mins => row_number() over ()::int) from c
        """,
        values,
    )
    owner.execute("analyze conversation, session, conversation_status, message, contact")
    for wanted in (Wanted(), Wanted(status="human"), Wanted(bot_id=site.bot_id)):
        with site.session() as session:
            line = inbox.listed(session, wanted, limit=10)[-1]
            plan = explain(session, wanted, before=(line.last_at, line.id), limit=10)
        assert max(rows_of(plan)) < 400, plan


def explain(session: Transaction, wanted: Wanted, **page: Any) -> str:
    """The plan of what `listed` sends, as it is carried out for the application's role."""
    sent: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", keep)
    inbox.listed(session, wanted, **page)
    event.remove(engine, "before_cursor_execute", keep)
    statement, values = sent[-1]
    cursor = session.connection().connection.cursor()
    cursor.execute("explain (analyze, costs off, timing off, summary off) " + statement, values)
    return "\n".join(line for (line,) in cursor.fetchall())


def test_what_is_known_is_of_ones_own_workspace(site: Site, other: Tenant) -> None:
    conversation = talk(site, name="Nina")
    with site.session() as session:
        found = conversation_about.about(session, conversation)
        assert (found.contact.name, found.channel_name, found.steps) == ("Nina", "Site", ())
    with other.session() as session, pytest.raises(NotFound):
        conversation_about.about(session, conversation)
