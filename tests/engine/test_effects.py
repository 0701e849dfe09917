from __future__ import annotations

import asyncio
from typing import Any, ClassVar
from uuid import UUID

import httpx
import pytest
from msgspec import Struct

from runtime.clock import Clock
from runtime.core.contract import AnyEvent, AnyOutcome, Context, EffectDone, Next, Node, Perform
from runtime.core.effects import Effect, EffectError
from runtime.engine import Engine
from runtime.jobs import Jobs
from runtime.perform import Call, Handler
from storage.turns import EffectId
from tests.engine.conftest import Publish, Published, Visitor, document, eventually, flow, node


class Slot(Struct, frozen=True):
    start: str


class Reserve(Effect, frozen=True):
    """An effect that can be taken back."""

    kind: ClassVar[str] = "test.reserve"
    lane: ClassVar[Any] = "interactive"
    result: ClassVar[Any] = Slot

    day: str = ""

    def undo(self, result: Any) -> Effect | None:
        return Release(result.start)


class Release(Effect, frozen=True):
    kind: ClassVar[str] = "test.release"

    start: str


class Send(Effect, frozen=True):
    """One that must not be repeated."""

    kind: ClassVar[str] = "test.send"
    retry: ClassVar[Any] = "once"


class Push(Effect, frozen=True):
    kind: ClassVar[str] = "test.push"


KINDS = {effect.kind: effect for effect in (Reserve, Send, Push)}


class Doing(Node):
    """Performs one of the effects above."""

    type: ClassVar[str] = "test.doing"
    label: ClassVar[str] = "Doing"
    icon: ClassVar[str] = "plug"
    group: ClassVar[Any] = "do"

    effect: str

    def run(self, ctx: Context) -> AnyOutcome:
        return Perform(KINDS[self.effect]())

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        done = isinstance(event, EffectDone)
        return Next(set={"got": event.result if done else getattr(event, "error", "?")})


def asking(kind: str) -> dict[str, Any]:
    return document(
        flow(
            "main",
            node("day", "ask.text", text="Which day?", variable="day"),
            node("do", "test.doing", effect=kind),
            node("told", "message", text="Got {{ got }}."),
            node("more", "ask.text", text="More?", variable="more"),
            node("heard", "message", text="Heard {{ more }}."),
            "day > do",
            "do > told",
            "told > more",
            "more > heard",
        ),
        variables=[{"name": "day"}, {"name": "got"}, {"name": "more"}],
    )


class Outside:
    """A service that counts its calls; ``answers`` are used in order, the last one again."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, int]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, key: str, effect: Effect, call: Call) -> Any:
        self.calls.append((key, call.attempt))
        await self.open.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


AGAIN = EffectError("timeout", "too slow", again=True)


async def test_an_interactive_effect_is_performed_at_once(
    client: httpx.AsyncClient, publish: Publish, handlers: dict[str, Handler], rows: Any
) -> None:
    handlers["test.reserve"] = outside = Outside(Slot("ten"))
    bot = publish(asking("test.reserve"))
    visitor = Visitor(client, bot.key)
    await visitor.open()
    assert await visitor.say("Monday", wait=20) == ["Got start: ten.", "More?"]
    assert visitor.input is not None
    assert outside.calls == [(f"{visitor.conversation}:2:0", 1)]
    [effect] = rows("select state, result from effect where workspace_id = %s", bot.workspace)
    assert effect == {"state": "done", "result": {"start": "ten"}}


async def test_what_is_written_meanwhile_is_served_afterwards(
    client: httpx.AsyncClient, publish: Publish, handlers: dict[str, Handler]
) -> None:
    handlers["test.reserve"] = outside = Outside(Slot("ten"))
    outside.open.clear()
    visitor = Visitor(client, publish(asking("test.reserve")).key)
    await visitor.open()
    assert await visitor.say("Monday") == []
    held = await visitor.send("held", text="quickly please")
    assert (held["messages"], held["input"]) == ([], None)
    assert await visitor.send("held", text="quickly please") == held
    outside.open.set()
    assert await visitor.say("anything else", wait=20) != []
    said = await visitor.transcript()
    assert said[:4] == [
        ("bot", "Which day?"),
        ("visitor", "Monday"),
        ("bot", "Got start: ten."),
        ("bot", "More?"),
    ]
    assert said[4:6] == [("visitor", "quickly please"), ("bot", "Heard quickly please.")]


async def test_a_failure_that_may_pass_is_tried_again(
    client: httpx.AsyncClient, publish: Publish, handlers: dict[str, Handler]
) -> None:
    handlers["test.reserve"] = outside = Outside(AGAIN, Slot("ten"))
    visitor = Visitor(client, publish(asking("test.reserve")).key)
    await visitor.open()
    assert await visitor.say("Monday", wait=20) == ["Got start: ten.", "More?"]
    assert len({key for key, _ in outside.calls}) == 1
    assert len(outside.calls) == 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (EffectError("client_error", "no such day"), "client_error"),
        ({"begin": "ten"}, "bad_result"),
        (AGAIN, "timeout"),
        (ZeroDivisionError("a defect"), "internal"),
    ],
)
async def test_a_failure_reaches_the_flow(
    client: httpx.AsyncClient,
    publish: Publish,
    handlers: dict[str, Handler],
    answer: Any,
    kind: str,
) -> None:
    handlers["test.reserve"] = Outside(answer)
    visitor = Visitor(client, publish(asking("test.reserve")).key)
    await visitor.open()
    assert (await visitor.say("Monday", wait=20))[0] == f"Got {kind}."


async def test_an_effect_nobody_performs_fails_kindly(
    client: httpx.AsyncClient, publish: Publish
) -> None:
    visitor = Visitor(client, publish(asking("test.reserve")).key)
    await visitor.open()
    assert (await visitor.say("Monday", wait=20))[0] == "Got not_connected."


async def begin(client: httpx.AsyncClient, bot: Published) -> EffectId:
    """A conversation whose effect is written, but which nobody has performed."""
    visitor = Visitor(client, bot.key)
    await visitor.open()
    await visitor.say("Monday")
    return EffectId(bot.workspace, UUID(visitor.conversation), 2, 0)


async def test_a_background_effect_is_claimed_once(
    engine: Engine,
    second: Engine,
    client: httpx.AsyncClient,
    publish: Publish,
    handlers: dict[str, Handler],
    rows: Any,
) -> None:
    handlers["test.push"] = outside = Outside("pushed")
    effect = await begin(client, publish(asking("test.push")))
    await asyncio.gather(
        *(
            one.performer.claim(effect.workspace, [effect])
            for one in (engine, second, engine, second)
        )
    )
    assert outside.calls == [(effect.key, 1)]
    said = rows("select body from message where conversation_id = %s", effect.conversation)
    assert sum(message["body"]["text"] == "Got pushed." for message in said) == 1


async def test_a_background_effect_is_tried_later_and_dies_at_last(
    engine: Engine,
    client: httpx.AsyncClient,
    publish: Publish,
    handlers: dict[str, Handler],
    rows: Any,
) -> None:
    handlers["test.push"] = outside = Outside(AGAIN)
    effect = await begin(client, publish(asking("test.push")))
    query = "select state, attempts, leased_until - now() as pause from effect"
    query += f" where conversation_id = '{effect.conversation}'"
    pauses: list[float] = []
    for _ in range(8):
        await engine.performer.claim(effect.workspace, [effect])
        [row] = rows(query)
        if row["state"] == "todo":
            pauses.append(round(row["pause"].total_seconds() / 5) * 5)
    assert pauses == [5, 10, 20, 40, 80, 160, 320]
    assert (row["state"], row["attempts"], len(outside.calls)) == ("dead", 8, 8)
    said = rows("select body from message where conversation_id = %s", effect.conversation)
    assert any(message["body"].get("text") == "Got timeout." for message in said)


DIE = "update effect set state = 'doing', attempts = 1, leased_by = 'dead'"
DIE += ", leased_until = now() - interval '1 s' where conversation_id = %s"


async def test_an_effect_is_taken_over_after_a_death(
    engine: Engine,
    client: httpx.AsyncClient,
    publish: Publish,
    handlers: dict[str, Handler],
    rows: Any,
) -> None:
    handlers["test.push"] = outside = Outside("pushed")
    effect = await begin(client, publish(asking("test.push")))
    rows(DIE, effect.conversation)
    found = [id_ for id_, _ in await engine.turns.stuck_effects(500, 10)]
    assert effect in found
    assert effect not in [id_ for id_, _ in await engine.turns.stuck_effects(500, 10)]
    await engine.performer.claim(effect.workspace, [effect])
    assert outside.calls == [(effect.key, 2)]


async def test_what_must_not_be_repeated_is_unknown_after_a_death(
    engine: Engine,
    client: httpx.AsyncClient,
    publish: Publish,
    handlers: dict[str, Handler],
    rows: Any,
) -> None:
    handlers["test.send"] = outside = Outside("sent")
    effect = await begin(client, publish(asking("test.send")))
    rows(DIE, effect.conversation)
    await engine.performer.claim(effect.workspace, [effect])
    assert outside.calls == []
    [row] = rows("select state from effect where conversation_id = %s", effect.conversation)
    assert row["state"] == "unknown"
    said = rows("select body from message where conversation_id = %s", effect.conversation)
    assert any(message["body"].get("text") == "Got unknown." for message in said)


async def test_an_effect_whose_frame_went_away_is_undone(
    client: httpx.AsyncClient,
    publish: Publish,
    handlers: dict[str, Handler],
    rows: Any,
) -> None:
    handlers["test.reserve"] = outside = Outside(Slot("ten"))
    handlers["test.release"] = undone = Outside(None)
    outside.open.clear()
    visitor = Visitor(client, publish(asking("test.reserve")).key)
    await visitor.open()
    await visitor.say("Monday")
    rows("update effect set state = 'orphaned' where conversation_id = %s", visitor.conversation)
    rows(
        'update session set data = regexp_replace(data, \'"frames":.*\', \'"status":"ended"}\'),'
        " status = 'ended' where conversation_id = %s",
        visitor.conversation,
    )
    outside.open.set()
    done = "select done_at from effect where conversation_id = %s and done_at is not null"
    await eventually(lambda: rows(done, visitor.conversation))
    assert undone.calls == [(f"{visitor.conversation}:2:0:undo", 1)]


async def test_a_lease_is_renewed_while_its_process_lives(
    engine: Engine, client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    effect = await begin(client, publish(asking("test.push")))
    [claimed] = await engine.turns.claim(effect.workspace, [effect], "me", 1)
    assert (claimed.n, claimed.died) == (0, False)
    await engine.turns.renew([effect], "somebody else", 100)
    await engine.turns.renew([effect], "me", 50)
    query = "select leased_until - now() as left from effect where conversation_id = %s"
    [row] = rows(query, effect.conversation)
    assert 40 < row["left"].total_seconds() < 60
    assert await engine.turns.claim(effect.workspace, [effect], "other", 1) == []


async def test_a_reminder_is_never_early(
    engine: Engine, client: httpx.AsyncClient, publish: Publish, rows: Any
) -> None:
    effect = await begin(client, publish(asking("test.push")))
    rows(
        "update effect set due_at = now() + interval '1 h', leased_until = now() - interval '1 s'"
        " where conversation_id = %s",
        effect.conversation,
    )
    assert effect not in [id_ for id_, _ in await engine.turns.stuck_effects(500, 10)]
    assert await engine.turns.claim(effect.workspace, [effect], "me", 1) == []


async def test_a_sweep_survives_a_redis_that_is_away(engine: Engine) -> None:
    jobs = Jobs("redis://127.0.0.1:1/0")
    assert await jobs.turns([]) is True
    await Clock(engine).sweep()
