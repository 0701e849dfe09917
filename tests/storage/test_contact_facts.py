"""What is known of contacts: what takes another's place, what people say, what is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, col, select

from storage import audit, bots, channels, contact_facts, contacts
from storage.contact_facts import Noted
from storage.errors import NotFound, Refused
from storage.tables import Audit, Contact, ContactFact, ContactReading, Conversation
from tests.storage.conftest import Tenant
from tests.storage.documents import document

SAID = datetime(2026, 11, 20, tzinfo=UTC)


class Person:
    """A contact of a tenant with one conversation."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        with tenant.session() as session:
            bot = bots.create(session, document(), actor=tenant.actor)
            channel = channels.create(session, name="S", actor=tenant.actor, bot_id=bot.id)
            contact = Contact(workspace_id=tenant.id, visitor_hash=uuid4().bytes)
            session.add(contact)
            session.flush()
            talk = Conversation(
                workspace_id=tenant.id, channel_id=channel.id, contact_id=contact.id, bot_id=bot.id
            )
            session.add(talk)
            session.flush()
        self.id, self.talk = contact.id, talk.id

    def note(self, *noted: Noted, kept: tuple[UUID, ...] = ()) -> int:
        with self.tenant.session() as session:
            return contact_facts.note(session, self.id, self.talk, noted, kept)

    def add(self, text: str, kind: Any = "fact", **more: Any) -> UUID:
        with self.tenant.session() as session:
            actor = self.tenant.actor
            return contact_facts.add(session, self.id, kind=kind, text=text, actor=actor, **more).id

    def known(self) -> list[tuple[str, ...]]:
        """What stands, each with what stood before."""
        with self.tenant.session() as session:
            found = contact_facts.listed(session, self.id)
        return [(one.fact.text, *(old.text for old in one.earlier)) for one in found]

    def row(self, text: str) -> ContactFact:
        with self.tenant.session() as session:
            found = contact_facts.standing(session, self.id)
        return next(fact for fact in found if fact.text == text)


@pytest.fixture
def person(tenant: Tenant) -> Person:
    return Person(tenant)


def home(text: str, **more: Any) -> Noted:
    return Noted("fact", text, "home city", SAID, 1, "I live there", **more)


def test_a_later_word_takes_the_place_and_keeps_the_earlier_behind_it(person: Person) -> None:
    assert person.note(home("Lives in Oslo.")) == 1
    assert person.note(home("Lives in Bergen.")) == 1
    job = Noted("fact", "Works at Equinor.", "", SAID, 2, "at Equinor")
    assert person.note(home("Lives in Bodø."), job) == 2
    assert person.known() == [
        ("Works at Equinor.",),
        ("Lives in Bodø.", "Lives in Bergen.", "Lives in Oslo."),
    ]
    named = person.row("Works at Equinor.")
    person.note(Noted("fact", "Works at Telenor.", "", SAID, 3, "Telenor", replaces=named.id))
    assert person.known()[0] == ("Works at Telenor.", "Works at Equinor.")


def test_what_is_said_again_is_known_once(person: Person) -> None:
    assert person.note(home("Lives in Oslo."), home("lives in  oslo.")) == 1
    assert person.note(home("Lives in Oslo.")) == 0
    assert person.known() == [("Lives in Oslo.",)]


def test_nothing_read_takes_the_place_of_a_persons_word(person: Person) -> None:
    person.note(home("Lives in Oslo."))
    read = person.row("Lives in Oslo.").id
    with person.tenant.session() as session:
        actor = person.tenant.actor
        contact_facts.change(session, person.id, read, actor=actor, text="Lives in Moss.")
    person.add("Works at Equinor.")
    mine = person.row("Works at Equinor.").id
    person.note(
        home("Lives in Bergen."),
        Noted("fact", "Is retired.", "", SAID, 3, "retired", replaces=mine),
    )
    assert {known[0] for known in person.known()} == {
        "Lives in Moss.", "Works at Equinor.", "Lives in Bergen.", "Is retired."
    }  # fmt: skip
    assert person.row("Lives in Moss.").corrected
    assert not person.row("Works at Equinor.").corrected


def test_a_promise_is_kept_and_may_be_given_again(person: Person) -> None:
    vase = Noted("promise", "A vase is sent.", "vase", SAID, 1, "a vase", due=date(2026, 11, 24))
    person.note(vase)
    first = person.row("A vase is sent.")
    assert (first.status, first.due) == ("open", date(2026, 11, 24))
    person.note(kept=(first.id, uuid4()))
    assert person.row("A vase is sent.").status == "kept"
    assert person.note(vase) == 1
    assert person.row("A vase is sent.").status == "open"


def test_what_is_forgotten_is_gone_with_its_history(person: Person) -> None:
    person.note(home("Lives in Oslo."))
    person.note(home("Lives in Bergen."))
    with person.tenant.session() as session:
        fact = contact_facts.standing(session, person.id)[0]
        contact_facts.forget(session, person.id, fact.id, actor=person.tenant.actor)
    with person.tenant.session() as session:
        assert _rows(session, person) == []
        [line] = audit.listed(session, action="contact_fact.forgotten")
    assert line.data == {"contact": str(person.id), "kind": "fact"}
    assert "Bergen" not in str(line)


def test_all_is_forgotten_at_once(person: Person) -> None:
    person.note(home("Lives in Oslo."))
    person.note(home("Lives in Bergen."))
    person.add("Likes roses.")
    friend = Person(person.tenant)
    friend.add(
        "Ada is her sister.", "relation", relation="sister", related="Ada", related_id=person.id
    )
    with person.tenant.session() as session:
        actor = person.tenant.actor
        assert contact_facts.forget_all(session, person.id, actor=actor) == 3
    with person.tenant.session() as session:
        assert _rows(session, person) == []
        [line] = audit.listed(session, action="contact_fact.all_forgotten")
        [reading] = session.exec(select(ContactReading)).all()
    assert line.data == {"contact": str(person.id), "count": 3}
    assert reading.conversation_id == person.talk
    assert friend.row("Ada is her sister.").related_id == person.id


def test_contacts_are_found_by_name_and_e_mail(tenant: Tenant, other: Tenant) -> None:
    def person(name: str | None, email: str | None = None) -> Person:
        made = Person(tenant)
        with tenant.session() as session:
            contact = contact_facts.contact(session, made.id)
            contact.name, contact.email = name, email
            session.add(contact)
        return made

    def found(words: str, limit: int = 9) -> list[UUID]:
        with tenant.session() as session:
            return [one.id for one in contacts.search(session, words, limit=limit)]

    anna = person("Anna Berg", "anna@example.com")
    olha = person("Ольга Іваненко")
    mail = person(None, "annalise_100%@example.com")
    gone = person("Anna Gone")
    nobody = person(None)
    with tenant.session() as session:
        contact = contact_facts.contact(session, gone.id)
        contact.erased_at = SAID
        session.add(contact)
    assert found("") == [mail.id, olha.id, anna.id]
    assert nobody.id not in found("")
    assert found("ANNA") == [mail.id, anna.id]
    assert found("berg example") == [anna.id]
    assert found("ольга") == [olha.id]
    assert found("_100%") == [mail.id]
    assert found("%") == [mail.id]
    assert found("", limit=1) == [mail.id]
    with tenant.session() as session:
        [one] = contacts.search(session, "berg", limit=9)
    assert (one.name, one.email, one.conversation_id) == (
        "Anna Berg", "anna@example.com", anna.talk,
    )  # fmt: skip
    with other.session() as session:
        assert contacts.search(session, "", limit=9) == []


def test_a_contact_is_erased_with_all_that_is_known(person: Person) -> None:
    person.note(home("Lives in Oslo."))
    person.note(home("Lives in Bergen."))
    friend = Person(person.tenant)
    friend.add(
        "Ada is her sister.", "relation", relation="sister", related="Ada", related_id=person.id
    )
    with person.tenant.session() as session:
        session.add(ContactReading(workspace_id=person.tenant.id, conversation_id=person.talk))
    with person.tenant.session() as session:
        assert contact_facts.erase_of_contact(session, person.id) == 2
    with person.tenant.session() as session:
        assert _rows(session, person) == []
        assert session.exec(select(ContactReading)).all() == []
    left = friend.row("Ada is her sister.")
    assert (left.related, left.related_id) == ("Ada", None)


def test_the_record_of_a_contact_takes_everything_along(person: Person) -> None:
    person.note(home("Lives in Oslo."))
    person.add("Likes roses.")
    with person.tenant.session() as session:
        session.delete(contact_facts.contact(session, person.id))
    with person.tenant.session() as session:
        assert _rows(session, person) == []


def test_nobody_else_sees_or_touches_it(person: Person, other: Tenant) -> None:
    fact = person.add("Likes roses.")
    for session_of in (other.session,):
        with session_of() as session, pytest.raises(NotFound):
            contact_facts.listed(session, person.id)
        with session_of() as session, pytest.raises(NotFound):
            contact_facts.forget(session, person.id, fact, actor="system")
    friend = Person(person.tenant)
    with person.tenant.session() as session, pytest.raises(NotFound):
        contact_facts.get(session, friend.id, fact)
    stranger = Person(other)
    with pytest.raises(NotFound):
        person.add("R.", "relation", relation="r", related="x", related_id=stranger.id)
    with pytest.raises(Refused, match="themselves"):
        person.add("R.", "relation", relation="r", related="x", related_id=person.id)


def test_an_erased_contact_is_not_known_any_more(person: Person) -> None:
    person.add("Likes roses.")
    with person.tenant.session() as session:
        contact = contact_facts.contact(session, person.id)
        contact.erased_at = SAID
        session.add(contact)
    with person.tenant.session() as session:
        assert contact_facts.contact_of(session, person.talk) is None
        with pytest.raises(NotFound):
            contact_facts.listed(session, person.id)


def test_changes_are_recorded_without_words(person: Person) -> None:
    fact = person.add("Likes roses.")
    with person.tenant.session() as session:
        for text in ("Likes tulips.", "Likes tulips."):
            contact_facts.change(session, person.id, fact, actor="user:me", text=text)
    with person.tenant.session() as session:
        query = select(Audit.action, Audit.data).where(col(Audit.subject) == str(fact))
        query = query.order_by(col(Audit.id))
        found = [(action, data.get("fields")) for action, data in session.exec(query)]
    assert found == [("contact_fact.added", None), ("contact_fact.changed", ["text"])]


def _rows(session: Session, person: Person) -> list[ContactFact]:
    mine = select(ContactFact).where(ContactFact.contact_id == person.id)
    return list(session.exec(mine).all())
