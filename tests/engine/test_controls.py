"""Cards, forms, ratings and opening hours as a client of the chat API meets them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.engine.conftest import Publish, Visitor, document, flow, node, texts

CARDS = [
    {"id": "tea", "title": "Tea", "buttons": [{"id": "buy_tea", "label": "Buy", "value": "tea"}]},
    {"id": "mug", "title": "Mug", "buttons": [{"id": "buy_mug", "label": "Buy", "value": "mug"}]},
]
FIELDS = [
    {"variable": "name", "type": "text", "label": "Name", "required": True},
    {"variable": "mail", "type": "email", "label": "E-mail", "required": True},
]
SHOP = document(
    flow(
        "main",
        node("shop", "cards", cards=CARDS, variable="product"),
        node("who", "ask.form", text="Who are you?", variable="who", fields=FIELDS),
        node("stars", "ask.rating", text="How was it?", variable="points", style="smileys"),
        node("bye", "message", text="{{ name }}, {{ mail }}: {{ product }}, {{ points }}."),
        "shop > who",
        "who > stars",
        "stars > bye",
    ),
    variables=[{"name": name} for name in ("product", "who", "name", "mail", "points")],
)


async def test_cards_a_form_and_a_rating(client: httpx.AsyncClient, publish: Publish) -> None:
    visitor = Visitor(client, publish(SHOP).key)
    opened = await visitor.open()
    assert [card["title"] for card in opened["messages"][0]["cards"]] == ["Tea", "Mug"]
    assert opened["input"]["type"] == "text"
    assert [each["label"] for each in opened["input"]["options"]] == ["Buy – Tea", "Buy – Mug"]
    assert texts(await visitor.send(choice="buy_mug")) == ["Who are you?"]
    assert visitor.input is not None
    assert (visitor.input["type"], visitor.input["fields"]) == ("form", FIELDS)
    wrong = await visitor.send(value={"name": "Ada", "mail": "ada@"})
    assert texts(wrong)[0].startswith("E-mail: That doesn't look like")
    assert visitor.input["type"] == "email"
    assert texts(await visitor.send(value="ada@example.com")) == ["How was it?"]
    assert (visitor.input["style"], visitor.input["maximum"]) == ("smileys", 5)
    assert texts(await visitor.send(value=4)) == ["Ada, ada@example.com: mug, 4."]
    assert ("visitor", "Buy – Mug") in await visitor.transcript()


async def test_hours_hold_in_the_workspaces_zone_wherever_the_visitor_is(
    client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    bot = publish(SHOP)
    (workspace,) = rows("select timezone from workspace where id = %s", bot.workspace)
    here = datetime.now(UTC).astimezone(ZoneInfo(workspace["timezone"]))
    hours = {
        "day": "monday",
        "to": "sunday",
        "opens": f"{here - timedelta(hours=1):%H:%M}",
        "closes": f"{here + timedelta(hours=1):%H:%M}",
    }
    bot = publish(
        document(
            flow(
                "main",
                node("hours", "business_hours", schedule=[hours]),
                node("open", "message", text="open"),
                node("closed", "message", text="closed"),
                "hours.open > open",
                "hours.closed > closed",
            )
        )
    )
    for zone in ("Pacific/Kiritimati", "Pacific/Honolulu", "Asia/Kolkata"):
        assert texts(await Visitor(client, bot.key).open(timezone=zone)) == ["open"]
