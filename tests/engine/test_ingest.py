from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx

from runtime import ingest
from runtime.engine import Engine
from tests.engine.conftest import Publish, Visitor, document, flow, node

SHOP = document(
    flow("main", node("name", "ask.text", text="Your name?", variable="name")),
    flow(
        "cart",
        node("hello", "message", text="Your cart holds {{ event.data.items }} things."),
        triggers=[{"kind": "event", "name": "cart_abandoned"}],
    ),
    flow(
        "offer",
        node("tell", "message", text="{{ percent }} % off!"),
        triggers=[{"kind": "manual"}],
        inputs=[{"name": "percent"}],
    ),
    variables=[{"name": "name"}],
)


async def test_an_event_starts_its_flow_once(
    engine: Engine, second: Engine, client: httpx.AsyncClient, publish: Publish
) -> None:
    bot = publish(SHOP)
    visitor = Visitor(client, bot.key)
    await visitor.open()
    conversation = UUID(visitor.conversation)
    await asyncio.gather(
        *(
            ingest.event(
                one.driver, bot.workspace, conversation, "cart_abandoned", {"items": 3}, key="7"
            )
            for one in (engine, second, engine)
        )
    )
    said = [text for _, text in await visitor.transcript()]
    assert said == ["Your name?", "Your cart holds 3 things.", "Your name?"]


async def test_a_person_starts_a_flow_with_inputs_once(
    engine: Engine, client: httpx.AsyncClient, publish: Publish
) -> None:
    bot = publish(SHOP)
    visitor = Visitor(client, bot.key)
    await visitor.open()
    conversation, key = UUID(visitor.conversation), uuid4().hex
    for _ in range(2):
        await ingest.start(
            engine.driver, bot.workspace, conversation, "offer", {"percent": 20}, key=key
        )
    said = [text for _, text in await visitor.transcript()]
    assert said == ["Your name?", "20 % off!", "Your name?"]


async def test_the_bot_is_silent_while_a_person_owns_the_conversation(
    engine: Engine, client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(SHOP)
    visitor = Visitor(client, bot.key)
    await visitor.open()
    conversation = UUID(visitor.conversation)
    await ingest.take_over(engine.driver, bot.workspace, conversation, "user:1", key="1")
    answer = await visitor.send(text="is anybody there?")
    assert (answer["status"], answer["messages"], answer["input"]) == ("human", [], None)
    await ingest.hand_back(engine.driver, bot.workspace, conversation, key="2")
    kinds = rows(
        "select kind, sender, body from message where conversation_id = %s order by seq",
        conversation,
    )
    assert [(row["kind"], row["body"].get("status")) for row in kinds[1:4]] == [
        ("status", "human"),
        ("message", None),
        ("status", "bot"),
    ]
    status = rows("select status from conversation_status where conversation_id = %s", conversation)
    assert status == [{"status": "bot"}]
