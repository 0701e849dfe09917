"""What visitors are suggested while they type: what the bot knows, and nobody's secrets."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest

from connectors.knowledge import Chunk
from runtime.guide.index import Index, Known
from runtime.perform import Handler
from storage import ratings
from storage.database import Database
from storage.knowledge import collections, reviewed
from tests.engine.conftest import Publish, Visitor, document, flow, node
from tests.storage.conftest import make_tenant
from tests.storage.knowing import Knowing, open_collection

BOT = document(
    flow("main", node("answer", "ai.answer", keep_answering=True, collections=["General"])),
    flow(
        "refund",
        node("r", "message", text="Refund."),
        triggers=[
            {"kind": "keyword", "words": ["refund"]},
            {"kind": "intent", "examples": ["I want my money back", "Jeg vil ha pengene tilbake"]},
        ],
    ),
)


def suggested(known: list[str], typed: str) -> list[str]:
    return Index([Known(text, None, 0) for text in known]).suggest(typed, ("en",), 5)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("deli", ["How long does delivery take?"]),
        ("take deliv", ["How long does delivery take?"]),
        ("DELIVREY", ["How long does delivery take?"]),  # two letters swapped
        ("delixery", ["How long does delivery take?"]),
        ("cafe", ["Где café?"]),
        ("kjopt", ["Kjøpt på nettet"]),
        ("delivery cost", []),
        ("lon", ["How long does delivery take?"]),
        ("lxn", []),  # short words are like too many others
        ("How long does delivery take?", []),  # it is all there already
        ("  ", []),
        ("?!", []),
    ],
)
def test_words_are_found_by_their_beginnings(typed: str, found: list[str]) -> None:
    known = ["How long does delivery take?", "Где café?", "Kjøpt på nettet"]
    assert suggested(known, typed) == found


def test_each_is_suggested_once_and_what_begins_so_comes_first() -> None:
    known = ["Can I return it?", "Return it", "return it!", *(f"Return {n} it" for n in range(9))]
    found = suggested(known, "retu")
    assert found[0] == "Return it"
    assert len(found) == 5
    assert "return it!" not in found
    assert "Can I return it?" not in found


@pytest.fixture
def answers() -> dict[str, str]:
    """Questions with the verdict on them; all others are answered."""
    return {}


@pytest.fixture
def handlers(answers: dict[str, str]) -> dict[str, Handler]:
    async def answer(key: str, effect: Any, call: Any) -> dict[str, Any]:
        return {"text": "So.", "verdict": answers.get(effect.question, "answered")}

    return {"ai.answer": answer}


@pytest.fixture
def guided(publish: Publish, database: Database) -> tuple[Knowing, Any]:
    knowing = open_collection(make_tenant(database))
    knowing.learn(Chunk("Yes.", "faq", question="Do you refurbish?"))
    other = open_collection(knowing.tenant, "Staff only")
    other.learn(Chunk("1234", "faq", question="Reference for the alarm?"))
    bot = publish(BOT, beside=SimpleNamespace(workspace=knowing.tenant.id))  # pyright: ignore
    return knowing, bot


async def suggest(visitor: Visitor, typed: str) -> list[str]:
    url = f"/api/v1/chat/{visitor.key}/suggest"
    answer = await visitor.client.get(url, params={"q": typed}, headers=visitor.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["suggestions"]


async def test_suggestions_come_from_the_bots_own_knowledge_in_the_visitors_language(
    client: httpx.AsyncClient, guided: tuple[Knowing, Any]
) -> None:
    knowing, bot = guided
    visitor = Visitor(client, bot.key)
    await visitor.open()
    assert await suggest(visitor, "ref") == ["refund", "Do you refurbish?"]
    assert await suggest(visitor, "mon") == ["I want my money back"]
    assert await suggest(visitor, "peng") == []
    nordic = Visitor(client, bot.key)
    await nordic.open(locale="nb-NO")
    assert await suggest(nordic, "peng") == ["Jeg vil ha pengene tilbake"]

    with knowing.tenant.session() as session:
        collection = collections.get(session, knowing.collection)
        made = reviewed.create(session, collection, "Is a refit possible?", "Yes.", actor="system")
    await eventually_suggested(visitor, "refit", ["Is a refit possible?"])
    with knowing.tenant.session() as session:
        reviewed.delete(session, made, actor="system")
    await eventually_suggested(visitor, "refit", [])


async def test_what_several_have_asked_is_suggested_unless_it_tells_of_somebody(
    client: httpx.AsyncClient,
    guided: tuple[Knowing, Any],
    answers: dict[str, str],
    rows: Any,
) -> None:
    knowing, bot = guided
    answers["Do you wax furniture?"] = "nothing_found"
    common = [
        "Do you mend furniture?", "Furniture order 1234?", "Furniture for Ada?", "Furniture bad?",
        "Do you wax furniture?",
    ]  # fmt: skip
    for asked in (common, ["Do you paint furniture?", *common]):
        visitor = Visitor(client, bot.key)
        await visitor.open()
        rows("update contact set name = 'Ada Byron' where workspace_id = %s", knowing.tenant.id)
        for question in asked:
            answer = await visitor.send(text=question, wait=20)
            if question == "Furniture bad?":
                bad = answer["messages"][0]["seq"]
    with knowing.tenant.session() as session:
        ratings.rate(session, UUID(visitor.conversation), bad, "bad", actor="system")
    assert await suggest(visitor, "furn") == ["Do you mend furniture?"]


async def eventually_suggested(visitor: Visitor, typed: str, wanted: list[str]) -> None:
    """A change is looked for with the next call, which does not wait for it."""
    async with asyncio.timeout(10):
        while await suggest(visitor, typed) != wanted:
            await asyncio.sleep(0.02)
