from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

import httpx
import pytest

from connectors.channels import Refused, TryAgain
from connectors.channels.rendering import Capabilities
from runtime import delivery, ingest
from runtime import engine as engines
from runtime.clock import Clock
from runtime.core.contract import AnyEvent, AnyOutcome, Context, HandOver, Message, Next, Node
from runtime.core.session import Owner
from runtime.engine import Engine
from runtime.plugins import Abilities
from runtime.settings import Settings
from storage.turns import Where
from tests.engine.conftest import Publish, Published, Visitor, document, eventually, flow, node
from tests.engine.test_clock import past, ring, waiting
from tests.engine.texts import TALK, Phone, bot, phone, write

__all__ = ["bot", "phone"]


class Handing(Node):
    """Says something and hands over to people."""

    type: ClassVar[str] = "test.handing"
    label: ClassVar[str] = "Handing over"
    icon: ClassVar[str] = "user"
    group: ClassVar[Any] = "people"

    def run(self, ctx: Context) -> AnyOutcome:
        return HandOver(say=(Message("A colleague will write to you."),))

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        return Next()


@pytest.fixture
def sent(rows: Any) -> Any:
    """(seq, state, attempts, error) of every message on its way."""

    def look(conversation: UUID) -> list[tuple[Any, ...]]:
        query = "select seq, state, attempts, error from delivery where conversation_id = %s"
        return [tuple(row.values()) for row in rows(f"{query} order by seq", conversation)]

    return look


DUE = "update delivery set due_at = now() where conversation_id = %s"
DEAD = "update delivery set leased_until = now() where conversation_id = %s"


async def take_over(engine: Engine, bot: Published, conversation: UUID, key: str = "1") -> None:
    await ingest.take_over(engine.driver, bot.workspace, conversation, Owner("user:1"), key=key)


async def say(rows: Any, bot: Published, conversation: UUID, text: str, epoch: int) -> int:
    """A person of the workspace writes."""
    [row] = rows(
        "update session set seq = seq + 1, version = version + 1 where conversation_id = %s"
        " returning seq",
        conversation,
    )
    rows(
        "insert into message (workspace_id, conversation_id, seq, sender, body)"
        " values (%s, %s, %s, 'agent', jsonb_build_object('type', 'text', 'text', %s::text))",
        *(bot.workspace, conversation, row["seq"], text),
    )
    rows(
        "insert into delivery (workspace_id, conversation_id, seq, channel_id, epoch)"
        " values (%s, %s, %s, %s, %s)",
        *(bot.workspace, conversation, row["seq"], bot.channel, epoch),
    )
    return row["seq"]


async def test_what_the_bot_says_is_sent_once_and_in_order(
    engine: Engine, phone: Phone, bot: Published, rows: Any
) -> None:
    conversation = await write(engine, bot, "Hi", "+4790000007")
    for _ in range(2):
        await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.sent == ["Hello.", "Your e-mail?"]
    assert [call.key for call in phone.calls] == [f"{conversation}:1", f"{conversation}:2"]
    assert {call.recipient for call in phone.calls} == {"+4790000007"}
    await write(engine, bot, "ada@example.com", "+4790000007")
    await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.sent[2:] == ["Thanks, ada@example.com.", "Shall I write?\n\nYes / No"]
    query = "select external_id, state, done_at > due_at as done from delivery"
    delivered = rows(f"{query} where conversation_id = %s order by seq", conversation)
    assert [tuple(row.values()) for row in delivered] == [
        (f"SM{n}", "done", True) for n in (1, 2, 3, 4)
    ]
    query = "select external_id from message where conversation_id = %s and sender = 'bot'"
    said = rows(f"{query} order by seq", conversation)
    assert [row["external_id"] for row in said] == ["SM1", "SM2", "SM3", "SM4"]


async def test_the_question_comes_with_what_may_be_answered(
    engine: Engine, phone: Phone, bot: Published
) -> None:
    phone.can = Capabilities(buttons=2)
    conversation = await write(engine, bot, "Hi")
    await write(engine, bot, "ada@example.com")
    await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.sent[3] == "Shall I write?", "the buttons are the sender's to draw"
    inputs = [call.input for call in phone.calls]
    assert [wanted and wanted.type for wanted in inputs] == [None, "email", None, "confirm"]
    confirm = inputs[3]
    assert confirm is not None
    assert confirm.token
    assert [option.label for option in confirm.options] == ["Yes", "No"]


async def test_the_web_writes_no_deliveries(
    client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    web = publish(TALK)
    visitor = Visitor(client, web.key)
    await visitor.open()
    assert await visitor.say("ada@example.com") == ["Thanks, ada@example.com.", "Shall I write?"]
    assert rows("select 1 from delivery where workspace_id = %s", web.workspace) == []


async def test_later_messages_wait_for_a_failing_one(
    engine: Engine, second: Engine, phone: Phone, bot: Published, rows: Any, sent: Any
) -> None:
    phone.answers = [TryAgain(reason="the line is busy")]
    conversation = await write(engine, bot, "Hi")
    both = (engine, second)
    await asyncio.gather(*(one.courier.deliver(bot.workspace, [conversation]) for one in both))
    assert phone.sent == []
    assert sent(conversation) == [(1, "todo", 1, "the line is busy"), (2, "todo", 0, None)]
    rows(DUE, conversation)
    phone.open.clear()
    sending = [
        asyncio.create_task(one.courier.deliver(bot.workspace, [conversation])) for one in both * 3
    ]
    await eventually(lambda: len(phone.calls) == 2)
    phone.open.set()
    await asyncio.gather(*sending)
    assert phone.sent == ["Hello.", "Your e-mail?"]
    assert sent(conversation) == [(1, "done", 2, None), (2, "done", 1, None)]


async def test_two_senders_keep_the_order_of_a_long_talk(
    engine: Engine, second: Engine, phone: Phone, bot: Published
) -> None:
    conversation = await write(engine, bot, "Hi")

    async def deliver(one: Engine) -> None:
        for _ in range(20):
            await one.courier.deliver(bot.workspace, [conversation])

    talks = (write(engine, bot, f"no address {n}") for n in range(8))
    await asyncio.gather(deliver(engine), deliver(second), *talks)
    await engine.courier.deliver(bot.workspace, [conversation])
    seqs = [int(call.key.partition(":")[2]) for call in phone.calls]
    assert seqs == sorted(set(seqs))
    assert len(seqs) > 8


async def test_the_bot_is_not_heard_once_a_person_has_taken_over(
    engine: Engine, phone: Phone, bot: Published, rows: Any, sent: Any
) -> None:
    phone.answers = [TryAgain()]
    conversation = await write(engine, bot, "Hi")
    await engine.courier.deliver(bot.workspace, [conversation])
    await take_over(engine, bot, conversation)
    await say(rows, bot, conversation, "Ada speaking.", 1)
    await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.sent == ["Ada speaking."], "it does not wait for what is cancelled"
    assert [state for _, state, _, _ in sent(conversation)] == ["cancelled", "cancelled", "done"]
    await ingest.hand_back(engine.driver, bot.workspace, conversation, key="2")
    await say(rows, bot, conversation, "Good-bye.", 1)
    await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.sent == ["Ada speaking.", "Your e-mail?", "Good-bye."]


async def test_the_bot_does_not_talk_over_a_person_even_by_mistake(
    engine: Engine, phone: Phone, bot: Published, sent: Any
) -> None:
    conversation = await write(engine, bot, "Hi")
    await engine.courier.deliver(bot.workspace, [conversation])
    await take_over(engine, bot, conversation)
    where = Where(bot.workspace, conversation)
    await engine.turns.queue(where, "sms:odd", '{"kind": "from the future"}')
    await engine.driver.take(where)
    await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.sent == ["Hello.", "Your e-mail?"]
    assert len(sent(conversation)) == 2, "not even a row that would have to be cancelled"


async def test_what_was_said_before_a_person_came_stays_unsaid_in_the_next_session(
    engine: Engine, phone: Phone, publish: Publish, rows: Any, sent: Any
) -> None:
    over = document(flow("main", node("bye", "message", text="Good-bye.")))
    bot = publish(over, kind="sms")
    conversation = await write(engine, bot, "Hi")
    rows(
        """update session set data = replace(data, '"ended"', '"ended","epoch":2')"""
        " where conversation_id = %s",
        conversation,
    )
    assert await write(engine, bot, "Hi again") == conversation
    await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.sent == ["Good-bye."]
    assert [state for _, state, *_ in sent(conversation)] == ["cancelled", "done"]


async def test_the_words_that_hand_over_are_sent(
    engine: Engine, phone: Phone, publish: Publish, sent: Any
) -> None:
    body = document(
        flow(
            "main",
            node("hello", "message", text="Hello."),
            node("you", "test.handing"),
            "hello > you",
        )
    )
    bot = publish(body, kind="sms")
    conversation = await write(engine, bot, "Hi")
    loaded = await engine.stage.load(Where(bot.workspace, conversation))
    assert loaded.status == "human"
    await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.sent == ["Hello.", "A colleague will write to you."]


async def test_a_vendor_that_fails_is_tried_with_growing_pauses_and_given_up_at_last(
    engine: Engine, phone: Phone, bot: Published, rows: Any, sent: Any
) -> None:
    phone.answers = [TryAgain(0.1), TryAgain(50), TryAgain(), OSError("no route")]
    phone.answers += [TryAgain(reason="the line is busy")] * 3
    conversation = await write(engine, bot, "Hi")
    query = "select due_at - now() as pause, leased_until - due_at as watched from delivery"
    pauses: list[int] = []
    for _ in range(6):
        await engine.courier.deliver(bot.workspace, [conversation])
        await engine.courier.deliver(bot.workspace, [conversation])  # it is too early
        [first, _] = rows(f"{query} where conversation_id = %s order by seq", conversation)
        pauses.append(round(first["pause"].total_seconds()))
        assert first["watched"].total_seconds() == 0
        rows(DUE, conversation)
    assert pauses == [1, 50, 30, 120, 600, 1800]
    await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.sent == ["Your e-mail?"]
    assert sent(conversation) == [(1, "dead", 7, "the line is busy"), (2, "done", 1, None)]
    assert {call.key for call in phone.calls} == {f"{conversation}:1", f"{conversation}:2"}


async def test_a_refused_message_holds_up_no_other(
    engine: Engine, phone: Phone, bot: Published, sent: Any
) -> None:
    phone.answers = [Refused("too long\0")]
    conversation = await write(engine, bot, "Hi")
    await engine.courier.deliver(bot.workspace, [conversation])
    assert sent(conversation) == [(1, "failed", 1, "too long"), (2, "done", 1, None)]


async def test_a_vendor_that_never_answers_is_not_waited_for(
    engine: Engine, phone: Phone, bot: Published, sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", 0.1)
    phone.open.clear()
    conversation = await write(engine, bot, "Hi")
    await engine.courier.deliver(bot.workspace, [conversation])
    assert sent(conversation)[0] == (1, "todo", 1, "no answer within 0.1 seconds")


async def test_a_deleted_message_is_not_sent(
    engine: Engine, phone: Phone, bot: Published, rows: Any, sent: Any
) -> None:
    conversation = await write(engine, bot, "Hi")
    rows(
        "update message set deleted_at = now() where conversation_id = %s and seq = 1", conversation
    )
    await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.sent == ["Your e-mail?"]
    assert sent(conversation)[0] == (1, "cancelled", 0, "the message was deleted")


async def test_nothing_is_sent_by_a_channel_that_is_switched_off(
    engine: Engine, phone: Phone, bot: Published, rows: Any, sent: Any
) -> None:
    conversation = await write(engine, bot, "Hi")
    rows("update channel set enabled = false where id = %s", bot.channel)
    await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.calls == []
    assert {(state, why) for _, state, _, why in sent(conversation)} == {
        ("cancelled", "the channel is switched off")
    }


async def test_a_missing_plugin_is_named_and_waited_for(
    engine: Engine, bot: Published, sent: Any
) -> None:
    conversation = await write(engine, bot, "Hi")
    await engine.courier.deliver(bot.workspace, [conversation])
    assert sent(conversation)[0][1:3] == ("todo", 1)
    assert "'sms'" in sent(conversation)[0][3]


async def test_after_a_death_a_message_is_sent_again_under_its_key(
    engine: Engine, second: Engine, phone: Phone, bot: Published, rows: Any, sent: Any
) -> None:
    phone.open.clear()
    conversation = await write(engine, bot, "Hi")
    where = Where(bot.workspace, conversation)
    dying = asyncio.create_task(engine.courier.deliver(bot.workspace, [conversation]))
    await eventually(lambda: phone.calls)
    dying.cancel()
    phone.open.set()
    await second.courier.deliver(bot.workspace, [conversation])
    assert sent(conversation)[0][1] == "doing", "its lease is not over"
    assert where not in await second.deliveries.stuck(10_000, 10)
    rows(DEAD, conversation)
    assert where in await second.deliveries.stuck(10_000, 10)
    assert where not in await second.deliveries.stuck(10_000, 10), "it is handed on once"
    await second.courier.deliver(bot.workspace, [conversation])
    assert phone.sent == ["Hello.", "Your e-mail?"]
    assert [call.key for call in phone.calls[:2]] == [f"{conversation}:1"] * 2
    assert sent(conversation) == [(1, "done", 2, None), (2, "done", 1, None)]


async def test_a_slow_vendor_is_waited_for_under_one_lease(
    engine: Engine, second: Engine, phone: Phone, bot: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LEASE", 1.0)
    monkeypatch.setattr(delivery, "RENEWED", 0.2)
    phone.open.clear()
    conversation = await write(engine, bot, "Hi")
    sending = asyncio.create_task(engine.courier.deliver(bot.workspace, [conversation]))
    await eventually(lambda: phone.calls)
    for _ in range(8):
        await asyncio.sleep(0.2)
        stuck = await second.deliveries.stuck(10_000, 10)
        assert Where(bot.workspace, conversation) not in stuck
        await second.courier.deliver(bot.workspace, [conversation])
    phone.open.set()
    await sending
    assert [call.message.text for call in phone.calls] == ["Hello.", "Your e-mail?"]


async def test_who_has_lost_a_message_stops_sending_it(
    engine: Engine, phone: Phone, bot: Published, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "RENEWED", 0.1)
    phone.open.clear()
    conversation = await write(engine, bot, "Hi")
    sending = asyncio.create_task(engine.courier.deliver(bot.workspace, [conversation]))
    await eventually(lambda: phone.calls)
    rows("update delivery set leased_by = 'other' where conversation_id = %s", conversation)
    await asyncio.wait_for(sending, 10)
    phone.open.set()
    await asyncio.sleep(0)
    assert phone.sent == []


async def test_a_sweep_finds_the_first_message_only_and_when_it_is_due(
    engine: Engine, phone: Phone, bot: Published, rows: Any
) -> None:
    phone.answers = [TryAgain(300)]
    conversation = await write(engine, bot, "Hi")
    where = Where(bot.workspace, conversation)
    assert where not in await engine.deliveries.stuck(10_000, 10), "a worker has been told"
    rows(DEAD, conversation)
    assert (await engine.deliveries.stuck(10_000, 10)).count(where) == 1
    await engine.courier.deliver(bot.workspace, [conversation])
    rows(f"{DEAD} and seq = 2", conversation)
    assert where not in await engine.deliveries.stuck(10_000, 10)
    query = "select leased_until from delivery where conversation_id = %s"
    first, second = (row["leased_until"] for row in rows(query, conversation))
    assert first == second, "the second is looked at again when the first is"


async def test_turns_of_the_clock_are_sent_too(
    engine: Engine, phone: Phone, publish: Publish, rows: Any
) -> None:
    bot = publish(waiting(), kind="sms")
    conversation = await write(engine, bot, "Hi")
    past(rows, bot)
    await ring(Clock(engine))
    await engine.courier.deliver(bot.workspace, [conversation])
    assert phone.sent == ["An hour later."]


async def test_without_redis_messages_wait_for_a_sweep(
    settings: Settings, abilities: Abilities, phone: Phone, bot: Published, rows: Any
) -> None:
    alone = replace(settings, redis_url="redis://127.0.0.1:1/0")
    async with engines.running(alone, abilities) as engine:
        conversation = await write(engine, bot, "Hi")
        await engine.background.settle_down()
        rows(DEAD, conversation)
        await Clock(engine).sweep()
        rows(DEAD, conversation)
        assert Where(bot.workspace, conversation) in await engine.deliveries.stuck(10_000, 10)


async def test_another_workspace_can_claim_nothing(
    engine: Engine, bot: Published, publish: Publish
) -> None:
    conversation = await write(engine, bot, "Hi")
    foreign = Where(publish(TALK, kind="sms").workspace, conversation)
    assert await engine.deliveries.claim(foreign, "me", 10) is None
    assert await engine.deliveries.claim(Where(bot.workspace, conversation), "me", 10)
