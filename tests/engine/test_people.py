"""People answer: on the web and by channels that are sent to, once, and never over each other."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx

from connectors.channels import TryAgain
from runtime import ingest
from runtime.core.session import Owner
from runtime.engine import Engine
from runtime.records import Answer
from storage.turns import Where
from tests.engine.conftest import Publish, Published, Visitor, document, flow, node
from tests.engine.texts import TALK, Phone, bot, phone, write

__all__ = ["bot", "phone"]

ANNA, BO = Owner("user:1", "Anna"), Owner("user:2", "Bo")


async def say(
    engine: Engine, bot: Published, conversation: UUID, text: str, key: str = "", person: Any = ANNA
) -> Answer | None:
    return await ingest.speak(
        engine.driver, bot.workspace, conversation, person, text, key=key or text
    )


async def deliver(engine: Engine, bot: Published, conversation: UUID) -> None:
    await engine.courier.deliver(bot.workspace, [conversation])


def transcript(rows: Any, conversation: UUID) -> list[tuple[str, str]]:
    """(sender, text), and (`status`, the status with the name of who came)."""
    query = "select kind, sender, body from message where conversation_id = %s order by seq"
    return [
        ("status", " ".join([row["body"]["status"], *filter(None, [row["body"].get("name")])]))
        if row["kind"] == "status"
        else (row["sender"], row["body"]["text"])
        for row in rows(query, conversation)
    ]


async def test_an_answer_is_sent_while_the_bot_is_silent(
    engine: Engine, phone: Phone, bot: Published, rows: Any
) -> None:
    phone.answers = [TryAgain()]
    conversation = await write(engine, bot, "Hi")
    await deliver(engine, bot, conversation)
    await say(engine, bot, conversation, "Anna here.")
    await write(engine, bot, "At last!")
    await say(engine, bot, conversation, "What is it?")
    await deliver(engine, bot, conversation)
    assert phone.sent == ["Anna here.", "What is it?"], "what the bot had to say is void"
    await ingest.hand_back(engine.driver, bot.workspace, conversation, key="back")
    await deliver(engine, bot, conversation)
    assert phone.sent[2:] == ["Your e-mail?"]
    assert transcript(rows, conversation)[2:] == [
        ("visitor", "Hi"),
        ("status", "human Anna"),
        ("agent", "Anna here."),
        ("visitor", "At last!"),
        ("agent", "What is it?"),
        ("status", "bot"),
        ("bot", "Your e-mail?"),
    ]
    query = "select body ->> 'name' as name from message where sender = 'agent'"
    assert rows(f"{query} and conversation_id = %s", conversation) == [{"name": "Anna"}] * 2


async def test_an_answer_on_its_way_outlives_the_hand_back_and_a_death(
    engine: Engine, second: Engine, phone: Phone, bot: Published, rows: Any
) -> None:
    """It is a person's word: nobody takes it back but they."""
    conversation = await write(engine, bot, "Hi")
    await deliver(engine, bot, conversation)
    await say(engine, bot, conversation, "Anna here.")
    phone.open.clear()
    dying = asyncio.create_task(deliver(engine, bot, conversation))
    async with asyncio.timeout(10):
        while len(phone.calls) < 3:
            await asyncio.sleep(0.01)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    phone.open.set()
    await ingest.hand_back(second.driver, bot.workspace, conversation, key="back")
    rows("update delivery set leased_until = now() where conversation_id = %s", conversation)
    await deliver(second, bot, conversation)
    assert phone.sent[2:] == ["Anna here.", "Your e-mail?"]
    assert phone.calls[2].key == phone.calls[3].key


async def test_the_same_key_is_said_once_and_answered_the_same(
    engine: Engine, second: Engine, phone: Phone, bot: Published, rows: Any
) -> None:
    conversation = await write(engine, bot, "Hi")
    answers = await asyncio.gather(
        *(say(one, bot, conversation, "Anna here.", "k1") for one in (engine, second) * 5)
    )
    again = await say(second, bot, conversation, "Anna here.", "k1")
    assert again is not None
    assert {a.messages[-1]["seq"] for a in answers if a} == {again.messages[-1]["seq"]}
    await say(engine, bot, conversation, "Bo here.", "k1", BO)  # another's key
    said = [each for each in transcript(rows, conversation) if each[0] == "agent"]
    assert said == [("agent", "Anna here."), ("agent", "Bo here.")]
    await deliver(engine, bot, conversation)
    assert phone.sent[-2:] == ["Anna here.", "Bo here."]


async def test_people_come_and_go_amid_a_talk(
    engine: Engine, second: Engine, client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    """Whatever the order in which two processes are served, the bot is silent in between."""
    web = publish(TALK)
    visitor = Visitor(client, web.key)
    await visitor.open()
    conversation = UUID(visitor.conversation)

    async def people() -> None:
        for n in range(6):
            await say(second, web, conversation, f"answer {n}")
            await say(engine, web, conversation, f"more {n}")
            await ingest.hand_back(second.driver, web.workspace, conversation, key=f"back {n}")

    async def visiting() -> None:
        for n in range(12):
            await visitor.send(text=f"no address {n}")

    await asyncio.gather(people(), visiting())
    told = transcript(rows, conversation)
    human = False
    for who, what in told:
        human = what.startswith("human") if who == "status" else human
        assert not (human and who == "bot"), told
        assert human or who != "agent", told
    assert sum(who == "agent" for who, _ in told) == 12
    assert sum(who == "visitor" for who, _ in told) == 12


async def test_an_answer_reopens_what_has_ended(
    engine: Engine, phone: Phone, publish: Publish, rows: Any
) -> None:
    over = document(flow("main", node("bye", "message", text="Good-bye.")))
    bot = publish(over, kind="sms")
    conversation = await write(engine, bot, "Hi")
    await deliver(engine, bot, conversation)
    await say(engine, bot, conversation, "One more thing.")
    await write(engine, bot, "Yes?")
    await deliver(engine, bot, conversation)
    assert phone.sent == ["Good-bye.", "One more thing."]
    await ingest.hand_back(engine.driver, bot.workspace, conversation, key="back")
    assert transcript(rows, conversation)[-1] == ("status", "ended")
    await write(engine, bot, "Hi again")
    await deliver(engine, bot, conversation)
    assert phone.sent[2:] == ["Good-bye."], "the bot begins anew"


async def test_a_person_is_heard_where_the_session_cannot_be_read(
    engine: Engine, phone: Phone, bot: Published, rows: Any
) -> None:
    conversation = await write(engine, bot, "Hi")
    await deliver(engine, bot, conversation)
    broken = "update session set data = '{}', version = version + 1 where conversation_id = %s"
    rows(broken, conversation)
    await say(engine, bot, conversation, "Something broke. I am Anna.")
    await deliver(engine, bot, conversation)
    assert phone.sent[2:] == ["Something broke. I am Anna."]
    assert transcript(rows, conversation)[-2:] == [
        ("status", "failed"),
        ("agent", "Something broke. I am Anna."),
    ]


async def test_a_person_ends_a_conversation_and_the_next_words_begin_anew(
    engine: Engine, phone: Phone, bot: Published, rows: Any
) -> None:
    phone.answers = [TryAgain()]
    conversation = await write(engine, bot, "Hi")
    await deliver(engine, bot, conversation)
    for key in ("1", "2"):
        await ingest.close(engine.driver, bot.workspace, conversation, key=key)
    rows("update delivery set due_at = now() where conversation_id = %s", conversation)
    await deliver(engine, bot, conversation)
    assert phone.sent == [], "what the bot had to say is void"
    assert [each for each in transcript(rows, conversation) if each[0] == "status"] == [
        ("status", "ended")
    ]
    loaded = await engine.stage.load(Where(bot.workspace, conversation))
    assert loaded.status == "ended"
    await write(engine, bot, "Hi again")
    await deliver(engine, bot, conversation)
    assert phone.sent == ["Hello.", "Your e-mail?"]
