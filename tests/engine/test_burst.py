"""A hundred messages of one visitor at once, doubled and out of order: one ordered transcript."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import httpx

from runtime.engine import Engine
from tests.engine.conftest import Publish, Visitor, texts
from tests.engine.test_chat import ECHO
from tests.engine.texts import write

SEED = 20261121
MANY = 100


def copies(chance: random.Random) -> list[tuple[str, str]]:
    """(client id, words): each of a hundred once to thrice, shuffled.

    Every tenth id is used again for other words, as by a client that counts badly.
    """
    sent = [
        (f"m{place}", f"word {place}") for place in range(MANY) for _ in range(chance.randint(1, 3))
    ]
    sent += [(f"m{place}", f"other word {place}") for place in range(0, MANY, 10)]
    chance.shuffle(sent)
    return sent


async def test_a_burst_through_two_processes_is_one_transcript(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient, publish: Publish
) -> None:
    chance = random.Random(SEED)
    visitor = Visitor(client, publish(ECHO).key)
    await visitor.open()
    other = Visitor(other_client, visitor.key)
    other.token, other.conversation = visitor.token, visitor.conversation
    sent = copies(chance)
    answers = await asyncio.gather(
        *(chance.choice((visitor, other)).send(id_, text=text) for id_, text in sent)
    )
    said = await visitor.events()
    assert [event["seq"] for event in said] == list(range(1, 2 + 3 * MANY))
    heard = [event["text"] for event in said if event["from"] == "visitor"]
    assert len(heard) == MANY
    taken = {id_: {text for one, text in sent if one == id_ and text in heard} for id_, _ in sent}
    assert all(len(texts) == 1 for texts in taken.values())  # each once, whichever came first
    for place, event in enumerate(said):
        if event["from"] == "visitor":
            answer = [later["text"] for later in said[place + 1 : place + 3]]
            assert answer == [f"You said {event['text']}.", "Say something"]
    first: dict[str, dict[str, Any]] = {}
    for (id_, _), answer in zip(sent, answers, strict=True):
        assert answer == first.setdefault(id_, answer)
        [words] = taken[id_]
        assert texts(answer) == [f"You said {words}.", "Say something"]
    for id_, text in sent[:20]:  # and afterwards still
        assert await other.send(id_, text=text) == first[id_]
    assert await visitor.events() == said


async def test_a_burst_of_text_messages_is_one_transcript(
    engine: Engine, second: Engine, publish: Publish, rows: Any
) -> None:
    """The vendor repeats its webhooks and keeps no order."""
    chance = random.Random(SEED)
    bot = publish(ECHO, kind="sms")
    conversation = await write(engine, bot, "Hi")
    sent = copies(chance)
    await asyncio.gather(
        *(write(chance.choice((engine, second)), bot, text, id_=id_) for id_, text in sent)
    )
    query = """select seq, sender, body ->> 'text' as text from message
                where conversation_id = %s and kind = 'message' order by seq"""
    said = rows(query, conversation)
    assert [row["seq"] for row in said] == list(range(1, len(said) + 1))
    heard = [row["text"] for row in said if row["sender"] == "visitor"]
    assert len(heard) == 1 + MANY
    for place, id_ in enumerate(f"m{place}" for place in range(MANY)):
        words = {text for one, text in sent if one == id_}
        assert len([text for text in heard if text in words]) == 1, place
    for place, row in enumerate(said):
        if row["sender"] == "visitor" and row["text"] != "Hi":
            answer = [later["text"] for later in said[place + 1 : place + 3]]
            assert answer == [f"You said {row['text']}.", "Say something"]
    open_rows = "select 1 from inbox where conversation_id = %s and state = 'queued'"
    assert rows(open_rows, conversation) == []
