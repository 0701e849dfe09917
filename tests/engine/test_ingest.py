from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from connectors.channels import Incoming, event
from runtime import ingest
from runtime.core.contract import Chosen, File, Uploaded, UserSaid
from runtime.core.session import Owner
from runtime.engine import Engine
from runtime.releases import NoBot
from storage import channels
from tests.engine.conftest import Publish, Published, Visitor, document, flow, node
from tests.engine.test_chat import ECHO
from tests.engine.texts import TALK, write

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
    await ingest.take_over(engine.driver, bot.workspace, conversation, Owner("user:1"), key="1")
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


# --- By a channel other than the web ----------------------------------------------------------


def said(rows: Any, conversation: UUID) -> list[tuple[str, str]]:
    query = "select sender, body from message where conversation_id = %s and kind = 'message'"
    return [(m["sender"], m["body"]["text"]) for m in rows(f"{query} order by seq", conversation)]


async def keep(engine: Engine, bot: Published, message: Incoming) -> ingest.Kept:
    channel = await engine.channels.by_key(bot.key)
    assert channel is not None
    return await ingest.incoming(engine, channel, message)


async def test_a_strangers_first_words_open_a_conversation(
    engine: Engine, publish: Publish, rows: Any
) -> None:
    bot = publish(TALK, kind="sms")
    ada = Incoming(sender="+1", message_id="1", text="Hi\0", name="Ada", phone="+1", locale="nb-NO")
    kept = await keep(engine, bot, ada)
    await kept.turn
    assert said(rows, kept.where.conversation) == [
        ("bot", "Hello."),
        ("bot", "Your e-mail?"),
        ("visitor", "Hi"),
    ]
    [contact] = rows("select * from contact where workspace_id = %s", bot.workspace)
    assert (contact["name"], contact["phone"], contact["locale"]) == ("Ada", "+1", "nb-NO")
    [identity] = rows("select * from identity where workspace_id = %s", bot.workspace)
    assert identity["contact_id"] == contact["id"]
    assert (identity["channel_id"], identity["external_id"]) == (bot.channel, "+1")
    assert await write(engine, bot, "ada@example.com", "+1") == kept.where.conversation
    assert said(rows, kept.where.conversation)[-1] == ("bot", "Shall I write?")
    assert await write(engine, bot, "Hi", "+2") != kept.where.conversation


async def test_it_is_in_the_inbox_before_the_vendor_is_answered(
    engine: Engine, second: Engine, publish: Publish, rows: Any
) -> None:
    bot = publish(TALK, kind="sms")
    kept = await keep(engine, bot, Incoming(sender="+1", message_id="7", text="Hi"))
    kept.turn.cancel()  # the process dies
    query = "select dedupe, state, event from inbox where conversation_id = %s order by id"
    opening, hi = rows(query, kept.where.conversation)
    assert (opening["dedupe"], opening["event"]["kind"]) == ("open", "started")
    assert hi["dedupe"] == f"sms:{bot.channel}:7" == kept.dedupe
    assert (opening["state"], hi["state"]) == ("queued", "queued")
    assert said(rows, kept.where.conversation) == []
    rows("update inbox set at = now() - interval '3 s' where workspace_id = %s", bot.workspace)
    assert kept.where in await second.turns.stuck_rows(10_000, 2)
    await second.take_turns([kept.where])
    assert said(rows, kept.where.conversation)[-1] == ("visitor", "Hi")


async def test_two_first_messages_at_once_make_one_contact_and_one_conversation(
    engine: Engine, second: Engine, publish: Publish, rows: Any
) -> None:
    bot = publish(ECHO, kind="sms")
    for sender in ("+1", "+2", "+3"):
        conversations = await asyncio.gather(
            *(write(one, bot, "Hi", sender) for one in (engine, second) * 5)
        )
        [conversation] = set(conversations)
        words = [text for who, text in said(rows, conversation) if who == "bot"]
        assert words == ["Say something", *["You said Hi.", "Say something"] * 10]
        heard = [text for who, text in said(rows, conversation) if who == "visitor"]
        assert heard == ["Hi"] * 10
    for table in ("contact", "conversation", "identity", "session"):
        assert len(rows(f"select 1 from {table} where workspace_id = %s", bot.workspace)) == 3


async def test_a_repeated_webhook_is_one_row_and_one_turn(
    engine: Engine, second: Engine, publish: Publish, rows: Any
) -> None:
    bot = publish(TALK, kind="sms")
    long = "<" + "x" * 3000 + "@example.com>"
    for id_ in ("a", long):
        for _ in range(2):
            await asyncio.gather(*(write(one, bot, id_[:1], id_=id_) for one in (engine, second)))
    conversation = await write(engine, bot, "end")
    heard = [text for who, text in said(rows, conversation) if who == "visitor"]
    assert heard == ["a", "<", "end"]
    query = "select dedupe from inbox where conversation_id = %s and dedupe like 'sms:%%'"
    assert len(rows(query, conversation)) == 3


async def test_what_comes_after_the_end_begins_a_new_session_in_the_same_conversation(
    engine: Engine, publish: Publish, rows: Any
) -> None:
    bot = publish(document(flow("main", node("bye", "message", text="Bye."))), kind="sms")
    first = await write(engine, bot, "Hi")
    assert said(rows, first) == [("bot", "Bye."), ("visitor", "Hi")]
    assert await write(engine, bot, "Hi again") == first
    assert said(rows, first)[2:] == [("visitor", "Hi again"), ("bot", "Bye.")]


async def test_what_is_written_in_one_go_is_answered_once(
    engine: Engine, publish: Publish, rows: Any
) -> None:
    bot = publish(TALK, kind="sms", debounce_ms=300)
    conversation = await write(engine, bot, "Hi")
    await asyncio.gather(*(write(engine, bot, word) for word in ("it is", "ada@example.com")))
    heard = [text for who, text in said(rows, conversation) if who == "visitor"]
    assert heard[0] == "Hi"
    assert sorted(heard[1].split("\n")) == ["ada@example.com", "it is"]


async def test_a_stranger_without_a_bot_leaves_no_rows(
    engine: Engine, publish: Publish, rows: Any
) -> None:
    bot = publish(TALK, kind="sms")
    with bot.database.workspace(bot.workspace) as session:
        channels.change(session, bot.channel, actor="system", bot_id=None)
    with pytest.raises(NoBot):
        await keep(engine, bot, Incoming(sender="+1", message_id="1", text="Hi"))
    assert rows("select 1 from contact where workspace_id = %s", bot.workspace) == []


async def test_whoever_was_erased_comes_back_as_somebody_new(
    engine: Engine, publish: Publish, rows: Any
) -> None:
    bot = publish(TALK, kind="sms")
    first = await write(engine, bot, "Hi")
    rows("update contact set erased_at = now() where workspace_id = %s", bot.workspace)
    second = await write(engine, bot, "Hi")
    assert first != second
    assert await write(engine, bot, "ada@example.com") == second
    assert ("visitor", "ada@example.com") in said(rows, second)


def test_what_came_in_becomes_what_happened() -> None:
    photo = File("1", "cat.png", "image/png", 7)
    came = Incoming(sender="+1", message_id="1", text="my cat")
    assert event(came) == UserSaid("my cat")
    button = Incoming(sender="+1", message_id="1", choice="yes", token="2:1")
    assert event(button) == Chosen(("yes",), token="2:1")
    picture = Incoming(sender="+1", message_id="1", text="my cat", files=(photo,))
    assert event(picture) == Uploaded((photo,), text="my cat")
