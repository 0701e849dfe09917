"""How often a visitor may call, from another machine: counted, refused kindly, forgotten."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from runtime import engine as engines
from runtime import limits
from runtime.engine import Engine
from runtime.limits import Limit
from runtime.plugins import Abilities
from runtime.settings import Settings
from tests.engine.conftest import Publish, Visitor, document, flow, node, serving

ECHO = document(
    flow(
        "main",
        node("said", "ask.text", text="Say something", variable="said"),
        node("again", "jump", node="said"),
        "said > again",
    ),
    variables=[{"name": "said"}],
)
ELSEWHERE = "203.0.113.7"


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(limits, "monotonic", time)
    return time


def refused(answer: httpx.Response) -> int:
    """In how many seconds to come again."""
    assert answer.status_code == 429, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    seconds = int(answer.headers["retry-after"])
    assert f"in {seconds} s" in answer.json()["detail"]
    return seconds


async def test_a_conversation_takes_so_many_calls_and_later_more(
    engine: Engine, publish: Publish, time: Time
) -> None:
    bot = publish(ECHO)
    async with serving(engine, address=ELSEWHERE) as client:
        visitor, other = Visitor(client, bot.key), Visitor(client, bot.key)
        await visitor.open()
        await other.open()
        for number in range(20):
            await visitor.say(f"{number}")
            assert (await visitor.post("typing", {})).status_code == 204
            assert (await visitor.post("read", {"seq": 1})).status_code == 204
        time.now += 7.5
        for call, body in (
            ("messages", {"client_id": "more", "text": "more"}),
            ("typing", {}),
            ("read", {"seq": 1}),
            ("rating", {"score": 5}),
        ):
            assert refused(await visitor.post(call, body)) == 3
        assert ("visitor", "more") not in await visitor.transcript()
        await other.say("hello")
        time.now += 3
        await visitor.send("more", text="more")
        assert ("visitor", "more") in await visitor.transcript()


async def test_whoever_has_no_token_uses_up_nothing(
    engine: Engine, publish: Publish, time: Time
) -> None:
    bot = publish(ECHO)
    async with serving(engine, address=ELSEWHERE) as client:
        visitor, stranger = Visitor(client, bot.key), Visitor(client, bot.key)
        await visitor.open()
        await stranger.open()
        stranger.conversation = visitor.conversation
        for _ in range(70):
            assert (await stranger.post("typing", {})).status_code == 401
        assert (await visitor.post("typing", {})).status_code == 204


async def test_an_address_opens_so_many_conversations_on_a_channel(
    engine: Engine, publish: Publish, time: Time
) -> None:
    shop, help_ = publish(ECHO), publish(ECHO)
    url, body = f"/api/v1/chat/{shop.key}/conversations", {"client_id": "one too many"}
    async with (
        serving(engine, address=ELSEWHERE) as client,
        serving(engine, address="203.0.113.8") as neighbour,
        serving(engine) as local,
    ):
        for _ in range(30):
            await Visitor(client, shop.key).open()
        assert refused(await client.post(url, json=body)) == 60
        await Visitor(client, help_.key).open()
        await Visitor(neighbour, shop.key).open()
        for _ in range(35):
            await Visitor(local, shop.key).open()
        time.now += 60
        assert (await client.post(url, json=body)).status_code == 201


async def test_zero_switches_the_limits_off(
    settings: Settings, publish: Publish, time: Time
) -> None:
    free = replace(settings, chat_posts=0, chat_openings=0)
    bot = publish(ECHO)
    async with (
        engines.running(free, Abilities()) as engine,
        serving(engine, address=ELSEWHERE) as client,
    ):
        for _ in range(31):
            await (visitor := Visitor(client, bot.key)).open()
        for _ in range(61):
            assert (await visitor.post("typing", {})).status_code == 204


def test_however_many_callers_come_memory_is_bounded(
    time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_CALLERS", 100)
    limit = Limit(1, 60)
    assert [limit.pause(caller) for caller in range(950)] == [0] * 950
    assert len(limit._counts) <= 100
    assert limit.pause(949) == 60


def test_the_limits_are_settings(tmp_path: Path) -> None:
    def read(**given: str) -> Settings:
        return Settings.from_env({"FLYT_DATA": str(tmp_path), **given}, tmp_path, "ignored")

    assert (read().chat_posts, read().chat_openings) == (60, 30)
    given = read(FLYT_CHAT_POSTS="7", FLYT_CHAT_OPENINGS="0")
    assert (given.chat_posts, given.chat_openings) == (7, 0)
    for wrong in ("-1", "many"):
        with pytest.raises(ValueError, match=r"FLYT_CHAT_POSTS .* or 0 for no limit"):
            read(FLYT_CHAT_POSTS=wrong)
