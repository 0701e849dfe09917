"""Two shops in one workspace: what each knows stays with its own channels."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis

from connectors.knowledge import Chunk
from runtime import handlers, plugins
from runtime.settings import Settings
from storage import brands, channels
from storage.database import Database
from storage.knowledge import collections
from tests.engine.conftest import Publish, Visitor, document, flow, node, serving, texts
from tests.storage.conftest import Tenant, make_tenant
from tests.storage.knowing import open_collection

BOT = document(
    flow(
        "main",
        node("ask", "ask.text", text="{{ channel.brand or 'Everybody' }}?", variable="wish"),
        node("answer", "ai.answer", question="{{ wish }}"),
        "ask > answer",
    ),
    variables=[{"name": "wish"}],
)
QUESTION = "Within how many days may goods be returned?"


def _shop(tenant: Tenant, name: str, text: str) -> Any:
    """A brand with a collection of its own."""
    knowing = open_collection(tenant, name)
    question = Chunk("Yes.", kind="faq", question=f"Do you deliver to the {name}?")
    knowing.learn(text, question, language="en")
    with tenant.session() as session:
        brand = brands.create(session, name, actor="system")
        collections.change(session, knowing.collection, actor="system", brand_id=brand.id)
        return brand.id


async def test_a_channel_of_a_brand_finds_what_is_known_for_it_and_for_all(
    settings: Settings, database: Database, publish: Publish
) -> None:
    tenant = make_tenant(database)
    north = _shop(tenant, "North", "Goods may be returned within thirty days.")
    south = _shop(tenant, "South", "Goods may be returned within ninety days.")
    bots = [publish(BOT, beside=Bot(tenant)) for _ in range(2)]
    with tenant.session() as session:
        for bot, brand in zip(bots, (north, south), strict=True):
            channels.change(session, bot.channel, actor="system", brand_id=brand)
    redis: Redis = Redis.from_url(settings.redis_url)
    async with handlers.running(settings, plugins.Abilities(), database, redis) as performing:
        said = [await _ask(performing, bot.key) for bot in bots]
        open_collection(tenant, "All").learn("We open at nine in the morning.", language="en")
        suggested = [await _suggested(performing, bot.key) for bot in bots]
        for_all = await _ask(performing, bots[0].key, "When do you open in the morning?")
    await redis.aclose()
    assert [opening for opening, _ in said] == ["North?", "South?"]
    assert "thirty days" in said[0][1]
    assert "ninety days" not in said[0][1]
    assert "ninety days" in said[1][1]
    assert "thirty days" not in said[1][1]
    assert "nine in the morning" in for_all[1]
    assert suggested == [["Do you deliver to the North?"], ["Do you deliver to the South?"]]


class Bot:
    """What `publish` puts a bot beside."""

    def __init__(self, tenant: Tenant) -> None:
        self.workspace = tenant.id


async def _ask(performing: Any, key: str, question: str = QUESTION) -> tuple[str, str]:
    async with serving(performing.engine) as client:
        visitor = Visitor(client, key)
        opened = await visitor.open()
        answer = await visitor.send(text=question, wait=20)
        return texts(opened)[0], " ".join(texts(answer))


async def _suggested(performing: Any, key: str) -> list[str]:
    async with serving(performing.engine) as client:
        visitor = Visitor(client, key)
        await visitor.open()
        found = await client.get(
            f"/api/v1/chat/{key}/suggest", params={"q": "deliver"}, headers=visitor.headers
        )
        return found.json()["suggestions"]
