"""What is found, in which order, how certain, by which index, and never somebody else's."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from connectors.knowledge import Chunk
from connectors.knowledge.embedders import embedder
from storage.connections import Connections
from storage.knowledge.index import Price, put_vectors, unembedded
from storage.knowledge.search import Searches, find
from storage.knowledge.vector_index import build
from tests.conftest import Postgres
from tests.storage.conftest import Tenant
from tests.storage.knowing import Knowing, blind, collection_of, open_collection

SCOPE = "select id from flyt.knowledge_scope_2('{}', null)"
DELIVERY = "Delivery takes three days. It is free above 50 euro."
RETURNS = "Goods may be returned within thirty days. Refunds arrive within a week."
HOURS = "The shop is open on weekdays from nine to five."


@pytest.fixture
def shop(tenant: Tenant) -> Knowing:
    knowing = open_collection(tenant)
    knowing.learn(DELIVERY, RETURNS, HOURS, language="en")
    return knowing


def see(name: str, question: str) -> Sequence[float]:
    return embedder(name).embed([question])[0]


def embed_all(knowing: Knowing, name: str) -> None:
    with knowing.tenant.session() as session:
        waiting = unembedded(session, knowing.collection, name, 1000)
        vectors = embedder(name).embed([one.text for one in waiting])
        found = zip((one.chunk_id for one in waiting), vectors, strict=True)
        put_vectors(session, knowing.collection, name, dict(found))


# --- What is found ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When do you deliver? Deliveries!", DELIVERY),  # stems
        ("delvery", DELIVERY),  # a slip of the finger
        ("RETURNING GOODS", RETURNS),
        ("week", RETURNS),
        ("open on wekdays", HOURS),
    ],
)
def test_words_find_in_other_forms_and_misspelled(
    shop: Knowing, question: str, expected: str
) -> None:
    assert shop.texts(question, top_k=1) == [expected]


@pytest.mark.parametrize(
    ("language", "told", "asked"),
    [
        ("uk", "Повернення товару можливе протягом двох тижнів.", "як повернути товар"),
        ("uk", "Доставка коштує сто гривень.", "умови доставки"),
        ("ru", "Возврат товара возможен в течение двух недель.", "как вернуть товары"),
        ("nb", "Varer kan returneres innen to uker.", "returnere varen"),
        ("sv", "Leveransen tar tre dagar.", "leveranser"),
    ],
)
def test_every_language_is_found_by_its_words(
    shop: Knowing, language: str, told: str, asked: str
) -> None:
    shop.learn(told, language=language, title="")
    assert shop.texts(asked, language=language)[0] == told


def test_other_words_of_the_same_meaning_are_found_by_vectors(tenant: Tenant) -> None:
    knowing = open_collection(tenant, embedder="minilm")
    knowing.learn(DELIVERY, RETURNS, HOURS, language="en")
    asked = "How can I get my money back?"
    assert RETURNS not in knowing.texts(asked)[:1]
    embed_all(knowing, "minilm")
    best, *_, worst = knowing.ask(asked, see)
    assert (best.text, best.score > 2 * worst.score) == (RETURNS, True)


def test_certain_is_certain_and_nonsense_is_not(tenant: Tenant) -> None:
    knowing = open_collection(tenant, embedder="minilm")
    knowing.learn(
        Chunk("Thirty days.", "faq", question="How long may I return goods?"), DELIVERY, HOURS
    )
    embed_all(knowing, "minilm")
    assert knowing.ask("how long may I return goods", see)[0].score > 0.9
    assert all(p.score < 0.1 for p in knowing.ask("Who won the football match?", see))


def test_a_question_answered_before_stands_first_among_equals(tenant: Tenant) -> None:
    knowing = open_collection(tenant)
    knowing.learn("Parking is free.", Chunk("Parking is free.", "faq"), "Bread is dear.")
    assert [p.kind for p in knowing.ask("parking free")] == ["faq", "text"]


def test_a_passage_says_where_it_comes_from(shop: Knowing) -> None:
    document = shop.learn(
        Chunk("Bikes are repaired.", heading="Service > Bikes", page=7),
        title="Handbook",
        url="https://example.com/handbook",
    )
    found = shop.ask("bikes repaired")[0]
    assert (found.document_id, found.source_id) == (str(document.id), str(shop.source))
    assert (found.title, found.heading, found.page) == ("Handbook", "Service > Bikes", 7)
    assert found.url == "https://example.com/handbook"


async def test_a_passage_says_whether_it_is_confidential(
    shop: Knowing, tenant: Tenant, connections: Connections
) -> None:
    staff = open_collection(tenant, "Staff")
    staff.learn("Delivery vans are fetched at the back door.", language="en")
    staff.learn(prices=[Price("Delivery van", {"Delivery van": "yes"}, Decimal(9))])
    with tenant.session() as session:
        collection_of(session, staff.collection).confidential = True
    found = shop.ask("delivery van", top_k=10)
    assert {one.source_id: one.confidential for one in found} == {
        str(staff.source): True, str(shop.source): False
    }  # fmt: skip
    looped = await Searches(connections, blind).find(tenant.id, "delivery van", top_k=10)
    assert looped == found
    with tenant.session() as session:
        collection_of(session, staff.collection).confidential = False
    assert not any(one.confidential for one in shop.ask("delivery van"))


def test_nothing_asked_and_nothing_known_find_nothing(shop: Knowing, other: Tenant) -> None:
    assert shop.texts("  ?! ") == shop.texts("") == []
    assert shop.texts("quixotic zebras") == []
    assert open_collection(other).texts("delivery") == []


@pytest.mark.parametrize(
    "question", ["'; drop table x; --", "{1:1}/2", "a\\b %s %L $1", "\ud83d🙂"]
)
def test_whatever_is_asked_is_only_asked(shop: Knowing, question: str) -> None:
    shop.texts(question)
    assert shop.texts("delivery")[0] == DELIVERY


def test_only_the_collections_named_are_looked_through(shop: Knowing) -> None:
    second = open_collection(shop.tenant, "Staff")
    second.learn("Delivery drivers start at six.")
    assert len(shop.texts("delivery")) == 2
    assert shop.texts("delivery", collections=["Staff"]) == ["Delivery drivers start at six."]
    assert shop.texts("delivery", collections=["Nobody's"]) == []


# --- Prices -----------------------------------------------------------------------------------

PHONES = [
    Price(name, {"storage": f"{size} GB", "colour": colour}, Decimal(cost), "EUR")
    for name, cost in (("iPhone 15", "899"), ("iPhone 15 Pro", "1199.50"), ("iPhone 14", "699"))
    for size in (128, 256)
    for colour in ("black", "white")
]


@pytest.mark.parametrize(
    ("question", "name", "size", "colour"),
    [
        ("iPhone 15 256 GB black", "iPhone 15", "256 GB", "black"),
        ("black iphone 15 pro 128GB", "iPhone 15 Pro", "128 GB", "black"),
        ("what does the white IPHONE14 with 256 gb cost?", "iPhone 14", "256 GB", "white"),
        ("iphnoe 15 pro, white, 256", "iPhone 15 Pro", "256 GB", "white"),
    ],
)
def test_exactly_the_row_asked_for_comes_first(
    shop: Knowing, question: str, name: str, size: str, colour: str
) -> None:
    shop.learn(prices=PHONES, title="Prices")
    best, second = shop.ask(question)[:2]
    assert (best.kind, best.heading) == ("price", name)
    assert best.fields == {"storage": size, "colour": colour}
    assert best.score > second.score


def test_a_chance_word_finds_no_price(shop: Knowing) -> None:
    shop.learn(prices=PHONES)
    assert {p.kind for p in shop.ask("are refunds paid back within a week?")} == {"text"}


def test_a_price_is_told_as_it_stands(shop: Knowing) -> None:
    shop.learn(prices=PHONES)
    found = shop.ask("iphone 15 pro 128 gb black")[0]
    assert found.text == "iPhone 15 Pro — storage: 128 GB; colour: black — 1199.50 EUR"


def test_values_are_not_taken_for_each_others(shop: Knowing) -> None:
    shop.learn(
        prices=[
            Price("Bottle", {"lid": "yes", "insulated": "no", "size": "1,5 l"}, Decimal(1)),
            Price("Bottle", {"lid": "no", "insulated": "yes", "size": "1.5 l"}, Decimal(2)),
        ]
    )
    assert shop.ask("bottle lid no insulated yes")[0].fields["lid"] == "no"
    assert shop.ask("bottle 1.5l, insulated no, lid yes")[0].fields["lid"] == "yes"


# --- Whose ------------------------------------------------------------------------------------


def test_what_another_workspace_knows_is_never_found(shop: Knowing, other: Tenant) -> None:
    theirs = open_collection(other)
    theirs.learn("Our secret delivery plan.", prices=PHONES, title="Secret")
    embed_all(theirs, "ngrams")
    assert not any("secret" in found for found in shop.texts("secret delivery plan", see))
    assert shop.texts("iphone 15", see) == []
    with shop.tenant.session() as session:  # not even by the ids of what is theirs
        rows = session.connection().execute(
            text(
                "select * from flyt.knowledge_passages_1(array[cast(:c as uuid)], array['ngrams'],"
                " array[cast(:v as text)], '{}', '{}', '{}', '{}', true, 5)"
            ),
            {"c": theirs.collection, "v": str(see("ngrams", "secret delivery plan"))},
        )
        assert rows.all() == []
        scope = session.connection().execute(text(SCOPE))
        assert scope.all() == [(shop.collection,)]


def test_with_no_workspace_nothing_is_found(shop: Knowing) -> None:
    with shop.tenant.database.system() as session:
        scope = session.connection().execute(text(SCOPE))
        assert scope.all() == []


# --- On the event loop ------------------------------------------------------------------------


@pytest.fixture
async def connections(postgres: Postgres) -> AsyncIterator[Connections]:
    connections = Connections(postgres.app_url, 1)
    yield connections
    await connections.close()


async def test_the_loop_finds_what_a_thread_finds(
    shop: Knowing, connections: Connections, other: Tenant
) -> None:
    shop.learn(prices=PHONES)
    embed_all(shop, "ngrams")
    searches = Searches(connections, see)
    for question in ("delivery", "iphone 15 pro 128 gb black", "zebra"):
        assert await searches.find(shop.tenant.id, question) == shop.ask(question, see)
    assert await searches.find(other.id, "delivery") == ()
    # The workspace of the last call is not left on the connection.
    left = await connections.fetch("select current_setting('flyt.workspace', true) as w")
    assert left[0]["w"] in (None, "")


# --- By which index ---------------------------------------------------------------------------


def scans(owner: psycopg.Connection, name: str) -> int:
    found = owner.execute(
        "select pg_stat_get_numscans(to_regclass(%s))", [f"flyt.{name}"]
    ).fetchone()
    return found[0] if found else 0


def scans_of(knowing: Knowing, owner: psycopg.Connection, name: str, **asked: Any) -> int:
    """How often the application's role scanned this index for one question."""
    before = scans(owner, name)
    with knowing.tenant.session() as session:
        find(session, **asked)
        session.connection().execute(text("select pg_stat_force_next_flush()"))
    return scans(owner, name) - before


def test_words_go_through_the_index_over_keys(tenant: Tenant, owner: psycopg.Connection) -> None:
    knowing, chance = open_collection(tenant), random.Random(7)
    letters = "abcdefghiklmnoprstuv"
    vocabulary = ["".join(chance.choices(letters, k=7)) for _ in range(3000)]
    drawn = [" ".join(chance.choices(vocabulary, k=15)) for _ in range(2000)]
    knowing.learn(*drawn, prices=[Price(line[:47]) for line in drawn], language="en")
    owner.execute("analyze knowledge_chunk, knowledge_price, knowledge_term")
    question = " ".join(drawn[5].split()[:4])
    for table in ("chunk", "price"):
        name = f"ix_knowledge_{table}_keys"
        assert scans_of(knowing, owner, name, question=question, embed=blind) == 1
    name = "pk_knowledge_term"
    assert scans_of(knowing, owner, name, question=question, embed=blind) > 0


def test_vectors_of_a_large_collection_go_through_an_index_of_their_own(
    tenant: Tenant, owner: psycopg.Connection, postgres: Postgres
) -> None:
    knowing, chance = open_collection(tenant), random.Random(3)
    knowing.learn(*(f"passage number {n}" for n in range(400)))
    with tenant.session() as session:
        waiting = unembedded(session, knowing.collection, "ngrams", 1000)
        vectors = {one.chunk_id: unit(chance) for one in waiting}
        put_vectors(session, knowing.collection, "ngrams", vectors)
    owner.execute("analyze knowledge_vector")
    aim = waiting[77]
    asked = {"question": "zebra", "embed": lambda _name, _text: vectors[aim.chunk_id]}
    exact = knowing.texts("zebra", asked["embed"])
    built = build(postgres.owner_url, large=300, small=100)
    try:
        (name,) = built.made
        assert scans_of(knowing, owner, name, **asked) == 1
        assert knowing.texts("zebra", asked["embed"]) == exact
        assert exact[0] == aim.text
        assert build(postgres.owner_url, large=300, small=100) == ((), ())
    finally:
        assert name in build(postgres.owner_url).dropped  # no longer that large
    assert scans_of(knowing, owner, "pk_knowledge_vector", **asked) > 0
    assert knowing.texts("zebra", asked["embed"]) == exact


def unit(chance: random.Random) -> list[float]:
    values = [chance.gauss(0, 1) for _ in range(16)]
    length = sum(value * value for value in values) ** 0.5
    return [value / length for value in values]
