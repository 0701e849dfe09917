"""A bot on a text message channel, and a vendor within the test's own process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest

from connectors.channels import Outgoing
from connectors.channels.rendering import Capabilities
from runtime import ingest
from runtime.engine import Engine
from runtime.plugins import Abilities
from tests.doubles.texting import parse
from tests.engine.conftest import Publish, Published, document, flow, node

TALK = document(
    flow(
        "main",
        node("hello", "message", text="Hello."),
        node("name", "ask.email", text="Your e-mail?", variable="mail"),
        node("thanks", "message", text="Thanks, {{ mail }}."),
        node("sure", "ask.confirm", text="Shall I write?", variable="sure"),
        "hello > name",
        "name > thanks",
        "thanks > sure",
    ),
    variables=[{"name": "mail"}, {"name": "sure"}],
)


class Phone:
    """A vendor that notes its calls; ``answers`` are used in order, then every message is sent."""

    def __init__(self, *answers: Exception) -> None:
        self.answers: list[Exception] = list(answers)
        self.calls: list[Outgoing] = []
        self.sent: list[str] = []
        self.can: Capabilities | None = None  # more than its kind of channel
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, settings: Mapping[str, Any], outgoing: Outgoing) -> str | None:
        self.calls.append(outgoing)
        await self.open.wait()
        if self.answers:
            raise self.answers.pop(0)
        self.sent.append(outgoing.message.text)
        return f"SM{len(self.sent)}"


async def write(
    engine: Engine, bot: Published, text: str, sender: str = "+4790000001", id_: str = ""
) -> UUID:
    """A text message comes in and has its turn; the conversation."""
    channel = await engine.channels.by_key(bot.key)
    assert channel is not None
    payload = {"from": sender, "id": id_ or uuid4().hex, "text": text}
    kept = await ingest.incoming(engine, channel, parse(payload))
    await kept.turn
    return kept.where.conversation


@pytest.fixture
def phone(abilities: Abilities) -> Phone:
    abilities.channels["sms"] = phone = Phone()
    return phone


@pytest.fixture
def bot(publish: Publish) -> Published:
    return publish(TALK, kind="sms")
