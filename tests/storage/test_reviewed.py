"""Reviewed answers: found at once, before what they put right, and gone when they are deleted."""

from __future__ import annotations

from uuid import UUID

import pytest

from connectors.knowledge import Chunk
from storage.errors import NotFound, Refused
from storage.knowledge import collections, documents, reviewed, sources
from storage.tables import KnowledgeSource
from tests.storage.conftest import Tenant, make_tenant
from tests.storage.knowing import Knowing, open_collection

QUESTION = "How long does delivery take?"
RIGHT = "Delivery takes two days since May."


@pytest.fixture
def knowing(tenant: Tenant) -> Knowing:
    knowing = open_collection(tenant)
    old = Chunk("How long does delivery take? Delivery takes a week.", "faq", question=QUESTION)
    knowing.learn(old, "Our delivery van is blue and takes parcels as long as a sofa.")
    return knowing


def create(knowing: Knowing, question: str = QUESTION, answer: str = RIGHT) -> UUID:
    with knowing.tenant.session() as session:
        collection = collections.get(session, knowing.collection)
        return reviewed.create(
            session, collection, question, answer, actor=knowing.tenant.actor, name="Olga"
        )


@pytest.mark.parametrize(
    "asked", [QUESTION, "how long takes delivery", "How long does the delivery take, please?"]
)
def test_it_is_found_at_once_before_what_it_puts_right(knowing: Knowing, asked: str) -> None:
    create(knowing)
    best = knowing.ask(asked)[0]
    assert (best.kind, best.text, best.question) == ("reviewed", RIGHT, QUESTION)


def test_another_question_keeps_its_answer(knowing: Knowing) -> None:
    create(knowing, "What does delivery cost?", "Delivery is free above 50 euro.")
    assert knowing.ask(QUESTION)[0].kind == "faq"
    assert "van" in knowing.ask("Which colour has the delivery van?")[0].text


def test_it_says_something_else_from_now_on_and_keeps_what_it_said(knowing: Knowing) -> None:
    id_ = create(knowing)
    tenant = knowing.tenant
    with tenant.session() as session:
        reviewed.change(session, id_, "When does it come?", "Tomorrow.", actor="key:1")
    with tenant.session() as session:
        one = reviewed.get(session, id_)
        assert (one.question, one.answer, one.version) == ("When does it come?", "Tomorrow.", 2)
        assert (one.author, one.collection) == ("key:1", "General")
        assert [version.number for version in documents.versions(session, id_)] == [2, 1]
    assert knowing.texts("When does it come?")[0] == "Tomorrow."
    assert RIGHT not in knowing.texts(QUESTION)


def test_deleted_it_is_not_found_and_the_others_are(knowing: Knowing) -> None:
    gone, kept = create(knowing), create(knowing, "Do you ship to Oslo?", "Yes, to Oslo too.")
    tenant = knowing.tenant
    with tenant.session() as session:
        reviewed.delete(session, gone, actor=tenant.actor)
    assert RIGHT not in knowing.texts(QUESTION)
    assert knowing.texts("Do you ship to Oslo?")[0] == "Yes, to Oslo too."
    with tenant.session() as session:
        assert [one.id for one in reviewed.listed(session)] == [kept]
        with pytest.raises(NotFound):
            reviewed.get(session, gone)


def test_a_collection_has_one_list_of_them_which_stays_in_it(knowing: Knowing) -> None:
    create(knowing)
    create(knowing, "Do you ship to Oslo?", "Yes.")
    other = open_collection(knowing.tenant, "Other")
    with knowing.tenant.session() as session:
        found = sources.listed(session, collection_id=knowing.collection)
        [source] = [one.source for one in found if one.source.kind == "reviewed"]
        with pytest.raises(Refused, match="stay in their collection"):
            sources.change(
                session, source.id, actor="system", collection_id=other.collection, every=None
            )


def test_nobody_else_sees_or_changes_it(knowing: Knowing) -> None:
    id_ = create(knowing)
    stranger = make_tenant(knowing.tenant.database)
    with stranger.session() as session:
        assert list(reviewed.listed(session)) == []
        for act in (
            lambda: reviewed.get(session, id_),
            lambda: reviewed.change(session, id_, "?", "!", actor="system"),
            lambda: reviewed.delete(session, id_, actor="system"),
        ):
            with pytest.raises(NotFound):
                act()
    assert knowing.texts(QUESTION)[0] == RIGHT


def test_a_worker_makes_its_vector(knowing: Knowing) -> None:
    create(knowing)
    with knowing.tenant.session() as session:
        [source] = [one.source for one in sources.listed(session) if one.source.kind == "reviewed"]
        assert isinstance(source, KnowledgeSource)
        assert (source.status, source.progress["wanted"]) == ("queued", "indexing")
