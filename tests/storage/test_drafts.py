from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import bots, draft_items, drafts
from storage.drafts import DraftChanged, DraftError, Operation
from storage.errors import NotFound
from tests.storage.conftest import Tenant
from tests.storage.documents import document, edge, node


@pytest.fixture
def bot_id(tenant: Tenant) -> UUID:
    with tenant.session() as session:
        return bots.create(session, document(), actor=tenant.actor).id


def send(
    tenant: Tenant, bot_id: UUID, *operations: Operation, base: int, tab: str = "anna"
) -> drafts.Applied:
    with tenant.session() as session:
        return drafts.apply(session, bot_id, operations, base=base, tab=tab, actor=tab)


def read(tenant: Tenant, bot_id: UUID) -> drafts.Current:
    with tenant.session() as session:
        return drafts.read(session, bot_id)


def texts(current: drafts.Current) -> dict[str, str]:
    return {one["id"]: one["config"]["text"] for one in current.document["flows"][0]["nodes"]}


# --- Documents and items --------------------------------------------------------------------


def test_a_document_comes_back_as_it_was(tenant: Tenant, bot_id: UUID) -> None:
    current = read(tenant, bot_id)
    assert current.document == document()
    assert list(current.document)[:4] == ["format", "name", "description", "language"]
    assert current.version == len(draft_items.split(document()))


@pytest.mark.parametrize(
    "unfinished",
    [
        {},
        {"name": "Only a name"},
        {"name": "x", "flows": []},
        document(flows=[{"id": "main"}]),
        document(flows=[{"id": "main", "nodes": [{"id": "a", "type": "no.such", "config": 3}]}]),
        document(flows=[{"id": "a", "edges": [edge("x", "nowhere", "a/b c")]}, {"id": "b"}]),
        document(tests="not even a list", unheard_of={"of": 1}),
    ],
)
def test_unfinished_documents_are_kept(tenant: Tenant, unfinished: dict[str, Any]) -> None:
    with tenant.session() as session:
        bot = bots.create(session, unfinished, actor=tenant.actor, name="Draft")
    found = read(tenant, bot.id).document
    flows = [
        flow | {"nodes": flow.get("nodes", []), "edges": flow.get("edges", [])}
        for flow in unfinished.get("flows", [])
    ]
    assert found == unfinished | {"flows": flows}


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"flows": {}}, "flows: expected a list"),
        ({"flows": [{"nodes": []}]}, r"flows\[0\]: has no id"),
        ({"flows": [{"id": "a/b"}]}, "names nothing in a document"),
        ({"flows": [{"id": "m"}, {"id": "m"}]}, r"flows\[1\]: there is another 'm' already"),
        ({"flows": [{"id": "m", "nodes": [{"type": "message"}]}]}, r"nodes\[0\]: has no id"),
        ({"flows": [{"id": "m", "nodes": [node("a"), node("a")]}]}, r"nodes\[1\]: there is an"),
        ({"flows": [{"id": "m", "nodes": [7]}]}, "expected a list of objects"),
        ({"flows": [{"id": "m", "edges": [{"port": 3, "source": "a"}]}]}, "must be"),
        ({"name": "a\0b"}, "NUL"),
        ({"name": "half \ud83d"}, "half a character"),
        ({"settings": {"confidence": float("nan")}}, "no JSON"),
    ],
)
def test_what_has_no_identity_is_refused(
    tenant: Tenant, bot_id: UUID, broken: dict[str, Any], told: str
) -> None:
    base = read(tenant, bot_id).version
    with pytest.raises(DraftError, match=told), tenant.session() as session:
        drafts.replace(session, bot_id, document(**broken), base=base, actor="anna")
    assert read(tenant, bot_id).document == document()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("n:main", {"id": "main"}),
        ("n:main/x y", {"id": "x y"}),
        ("n:main/a", {"id": "b"}),
        ("n:main/a", [1]),
        ("e:main/a", edge("a", "b")),
        ("e:main/a/next", edge("a", "b", "other")),
        ("f:main", {"id": "main", "nodes": []}),
        ("s:flows", []),
        ("s:", 1),
        ("x:y", 1),
        ("", None),
    ],
)
def test_an_operation_fits_its_key(tenant: Tenant, bot_id: UUID, key: str, value: Any) -> None:
    with pytest.raises(DraftError):
        send(tenant, bot_id, Operation(1, key, value), base=10**6)


# --- Operations -----------------------------------------------------------------------------


def test_operations_change_one_item_each(tenant: Tenant, bot_id: UUID) -> None:
    base = read(tenant, bot_id).version
    applied = send(
        tenant,
        bot_id,
        Operation(1, "n:main/new", node("new", "New")),
        Operation(2, "e:main/bye/next", edge("bye", "new")),
        Operation(3, "n:main/hello", node("hello", "Hi")),
        Operation(4, "n:main/more"),
        Operation(5, "e:main/hello/next"),
        Operation(6, "s:name", "Renamed"),
        base=base,
    )
    assert applied == drafts.Applied(base + 6, {n: base + n for n in range(1, 7)})
    current = read(tenant, bot_id)
    assert texts(current) == {"hello": "Hi", "bye": "Bye", "new": "New"}
    assert list(texts(current)) == ["hello", "bye", "new"]
    assert current.document["flows"][0]["edges"] == [edge("more", "bye"), edge("bye", "new")]
    assert current.document["name"] == "Renamed"


def test_a_repeated_operation_is_applied_once(tenant: Tenant, bot_id: UUID) -> None:
    base = read(tenant, bot_id).version
    first = send(tenant, bot_id, Operation(1, "n:main/hello", node("hello", "One")), base=base)
    send(tenant, bot_id, Operation(1, "n:main/hello", node("hello", "Two")), base=base, tab="ben")
    again = send(
        tenant,
        bot_id,
        Operation(1, "n:main/hello", node("hello", "One")),
        Operation(2, "s:name", "Next"),
        base=base,
    )
    assert first.accepted == {1: base + 1}
    assert again.accepted == {1: base + 1, 2: base + 2}
    assert texts(read(tenant, bot_id))["hello"] == "One"


def test_the_second_writer_of_an_item_is_told(tenant: Tenant, bot_id: UUID) -> None:
    base = read(tenant, bot_id).version
    send(tenant, bot_id, Operation(1, "n:main/hello", node("hello", "Anna's")), base=base)
    applied = send(
        tenant,
        bot_id,
        Operation(1, "n:main/hello", node("hello", "Ben's")),
        Operation(2, "n:main/bye", node("bye", "Ben's bye")),
        base=base,
        tab="ben",
    )
    assert applied.accepted == {2: base + 2}
    (lost,) = applied.lost
    assert lost.number == 1
    assert lost.reason.startswith("Somebody else changed this node")
    assert (lost.current.value["config"]["text"], lost.current.actor) == ("Anna's", "anna")
    assert [(change.key, change.version) for change in applied.others] == [
        ("n:main/hello", base + 1)
    ]
    assert texts(read(tenant, bot_id)) == {"hello": "Anna's", "more": "More", "bye": "Ben's bye"}


def test_a_deleted_item_is_not_brought_back_unknowingly(tenant: Tenant, bot_id: UUID) -> None:
    base = read(tenant, bot_id).version
    send(tenant, bot_id, Operation(1, "n:main/bye"), base=base)
    late = send(tenant, bot_id, Operation(1, "n:main/bye", node("bye")), base=base, tab="ben")
    assert late.lost[0].reason.startswith("Somebody else deleted this node")
    knowing = send(
        tenant, bot_id, Operation(2, "n:main/bye", node("bye")), base=late.version, tab="ben"
    )
    assert knowing.lost == ()
    assert list(texts(read(tenant, bot_id))) == ["hello", "more", "bye"]  # where it was


def test_an_undo_is_refused_after_somebody_elses_change(tenant: Tenant, bot_id: UUID) -> None:
    base = read(tenant, bot_id).version
    mine = send(tenant, bot_id, Operation(1, "n:main/hello", node("hello", "Mine")), base=base)
    undo = Operation(2, "n:main/hello", node("hello"), base=mine.accepted[1])
    theirs = send(
        tenant,
        bot_id,
        Operation(1, "n:main/hello", node("hello", "Theirs")),
        base=mine.version,
        tab="ben",
    )
    refused = send(tenant, bot_id, undo, base=theirs.version)
    assert [lost.number for lost in refused.lost] == [2]
    assert texts(read(tenant, bot_id))["hello"] == "Theirs"


def test_an_undo_does_not_reach_behind_somebody_elses_change(tenant: Tenant, bot_id: UUID) -> None:
    """Even where one's own tab has, knowingly, written the node once more since."""
    base, key = read(tenant, bot_id).version, "n:main/hello"
    mine = send(tenant, bot_id, Operation(1, key, node("hello", "Mine")), base=base)
    theirs = send(
        tenant, bot_id, Operation(1, key, node("hello", "Theirs")), base=mine.version, tab="ben"
    )
    again = send(tenant, bot_id, Operation(2, key, node("hello", "Both")), base=theirs.version)
    assert again.lost == ()
    undone = send(
        tenant,
        bot_id,
        Operation(3, key, node("hello", "Theirs"), base=again.accepted[2]),
        Operation(4, key, node("hello"), base=mine.accepted[1]),
        base=again.version,
    )
    assert ([*undone.accepted], [lost.number for lost in undone.lost]) == ([3], [4])
    assert texts(read(tenant, bot_id))["hello"] == "Theirs"


def test_a_tab_that_was_away_gets_changes_not_a_document(tenant: Tenant, bot_id: UUID) -> None:
    base = read(tenant, bot_id).version
    for number, text in enumerate(("a", "b", "c"), start=1):
        send(
            tenant,
            bot_id,
            Operation(number, "n:main/hello", node("hello", text)),
            base=base,
            tab="ben",
        )
    send(tenant, bot_id, Operation(1, "n:main/more"), base=base, tab="anna")
    with tenant.session() as session:
        version, found = drafts.changes(session, bot_id, base, "anna")
        assert drafts.changes(session, bot_id, version) == (version, ())
    assert version == base + 4
    assert [(one.key, one.value["config"]["text"]) for one in found] == [("n:main/hello", "c")]


def test_the_history_tells_who_changed_what(tenant: Tenant, bot_id: UUID) -> None:
    base = read(tenant, bot_id).version
    send(tenant, bot_id, Operation(1, "s:name", "One"), Operation(2, "s:name", "Two"), base=base)
    with tenant.session() as session:
        last, first = drafts.history(session, bot_id, limit=2)
        older = drafts.history(session, bot_id, before=first.version, limit=1)
    assert (first.before, first.value, first.actor) == ("Greeter", "One", "anna")
    assert (last.before, last.value) == ("One", "Two")
    assert older[0].version == base


def test_nodes_of_a_deleted_flow_stay_out_of_sight(tenant: Tenant, bot_id: UUID) -> None:
    base = read(tenant, bot_id).version
    send(tenant, bot_id, Operation(1, "f:main"), base=base)
    late = send(tenant, bot_id, Operation(1, "n:main/late", node("late")), base=base, tab="ben")
    assert late.lost == ()
    assert read(tenant, bot_id).document["flows"] == []


def test_writers_at_once_lose_nothing(tenant: Tenant, bot_id: UUID) -> None:
    base = read(tenant, bot_id).version

    def write(tab: int) -> list[int]:
        numbers: list[int] = []
        for number in range(5):
            name = f"n{tab}x{number}"
            operation = Operation(number, f"n:main/{name}", node(name))
            numbers += send(tenant, bot_id, operation, base=base, tab=str(tab)).accepted.values()
        return numbers

    with ThreadPoolExecutor(4) as pool:
        versions = [version for found in pool.map(write, range(4)) for version in found]
    assert sorted(versions) == list(range(base + 1, base + 21))
    assert len(texts(read(tenant, bot_id))) == 3 + 20


def test_of_writers_of_one_item_at_once_one_wins(tenant: Tenant, bot_id: UUID) -> None:
    base = read(tenant, bot_id).version

    def write(tab: int) -> bool:
        operation = Operation(1, "n:main/hello", node("hello", str(tab)))
        return not send(tenant, bot_id, operation, base=base, tab=str(tab)).lost

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, range(4))) == 1


# --- Whole documents ------------------------------------------------------------------------


def test_a_document_is_replaced_by_what_differs(tenant: Tenant, bot_id: UUID) -> None:
    current = read(tenant, bot_id)
    changed = copy.deepcopy(current.document)
    flow = changed["flows"][0]
    flow["nodes"].insert(1, node("between"))
    flow["nodes"] = [one for one in flow["nodes"] if one["id"] != "bye"][::-1]
    changed["flows"].insert(0, {"id": "first", "start": "x", "nodes": [], "edges": []})
    del changed["description"]
    with tenant.session() as session:
        applied = drafts.replace(session, bot_id, changed, base=current.version, actor="anna")
    assert len(applied.accepted) == 4
    assert read(tenant, bot_id).document == changed
    with pytest.raises(DraftChanged) as caught, tenant.session() as session:
        drafts.replace(session, bot_id, changed, base=current.version, actor="anna")
    assert caught.value.version == applied.version


def test_the_same_document_changes_nothing(tenant: Tenant, bot_id: UUID) -> None:
    current = read(tenant, bot_id)
    with tenant.session() as session:
        applied = drafts.replace(session, bot_id, document(), base=current.version, actor="x")
    assert applied == drafts.Applied(current.version, {})


def test_another_workspace_knows_nothing_of_it(tenant: Tenant, other: Tenant, bot_id: UUID) -> None:
    for attempt in (drafts.read, lambda *args: drafts.changes(*args, base=0)):
        with pytest.raises(NotFound), other.session() as session:
            attempt(session, bot_id)
    with pytest.raises(NotFound):
        send(other, bot_id, Operation(1, "s:name", "Mine"), base=0)
    with pytest.raises(NotFound):
        send(tenant, uuid4(), Operation(1, "s:name", "Mine"), base=0)


names = st.text("abc-_", min_size=1, max_size=3)
flows = st.lists(
    st.fixed_dictionaries(
        {
            "id": names,
            "nodes": st.lists(names, max_size=4, unique=True),
            "edges": st.lists(st.tuples(names, st.text("a/ :", min_size=1)), unique=True),
            "name": st.text("xyz"),
        }
    ),
    unique_by=lambda flow: flow["id"],
    max_size=4,
)


@settings(max_examples=100, deadline=None)
@given(flows)
def test_any_document_survives_being_split(drawn: list[dict[str, Any]]) -> None:
    for flow in drawn:
        flow["nodes"] = [node(name) for name in flow["nodes"]]
        flow["edges"] = [edge(source, "x", port) for source, port in flow["edges"]]
    whole = document(flows=drawn)
    assert draft_items.assemble(draft_items.split(whole).items()) == whole
