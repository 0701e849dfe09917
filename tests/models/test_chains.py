"""What happens when a model fails, hangs, is cut off, may not be asked or costs too much."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from time import monotonic
from uuid import UUID

import pytest

from connectors.llm import ModelFailed, NoModel, Purpose
from connectors.llm import middleware as limits
from connectors.llm.accounts import Setup
from tests.doubles.llm import Fails, Hangs, Says
from tests.doubles.llm_openai import OpenAi
from tests.models.conftest import WORKSPACE, gathered, link, priced, request, text_of

LONG = "Your parcel left our house this morning and comes tomorrow."


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BACKING_OFF", 0.02)
    monkeypatch.setattr(limits, "LEAST", 0.05)


@pytest.fixture
def pair(openai, anthropic, house):
    """A strong model and the next one of the chain, of two providers."""
    house.uses(link(openai, "first"), link(anthropic, "second", "anthropic"))
    return openai, anthropic


class TestTryingAgain:
    async def test_a_server_in_trouble_is_asked_again(self, openai, house, models):
        house.uses(link(openai, "first"))
        openai.script(Fails(500), Fails(503), Says("At last."))
        assert (await models.ask(request())).text == "At last."
        assert [row.status for row in house.rows] == ["overloaded", "overloaded", "ok"]

    async def test_the_provider_says_how_long_to_stay_away(self, openai, house, models):
        house.uses(link(openai, "first"))
        openai.script(Fails(429, headers={"retry-after": "1"}), Says("Now."))
        assert (await models.ask(request())).text == "Now."
        first, second = openai.asked
        assert second.at - first.at >= 1.0
        assert house.told() == [("first", "limit"), ("first", "ok")]

    async def test_nobody_waits_longer_than_there_is_time(self, pair, house, models):
        first, _ = pair
        first.script(Fails(429, headers={"retry-after": "20"}))
        began = monotonic()
        assert (await models.ask(request())).model == "second"
        assert monotonic() - began < 3
        assert len(first.asked) == 1

    async def test_what_would_fail_again_is_not_repeated(self, pair, house, models):
        first, _ = pair
        for status, kind in ((401, "key"), (404, "no_such_model"), (400, "refused")):
            house.rows.clear()
            first.script(Fails(status))
            await models.ask(request())
            assert house.told() == [("first", kind), ("second", "ok")]

    async def test_an_empty_purse_is_told_from_a_busy_hour(self, openai, house, models):
        house.uses(link(openai, "first"))
        openai.script(Fails(429, "You exceeded your current quota", code="insufficient_quota"))
        with pytest.raises(ModelFailed, match="nothing left to spend") as failed:
            await models.ask(request())
        assert failed.value.kind == "quota"
        assert len(openai.asked) == 1

    async def test_a_parameter_that_a_model_does_not_take_is_left_out(self, start, house, models):
        double = start(OpenAi(thinks=True))
        house.uses(link(double, "first"))
        for _ in range(2):
            assert (await models.ask(request())).text
        assert ["temperature" in body for body in double.talks()] == [True, False, False]

    async def test_nobody_at_home(self, openai, house, models):
        gone = OpenAi()
        gone.server_close()
        house.uses(link(gone, "first"), link(openai, "second"))
        assert (await models.ask(request())).model == "second"
        assert house.told() == [("first", "network")] * 3 + [("second", "ok")]

    async def test_an_answer_that_is_no_json_at_all(self, pair, house, models):
        first, _ = pair
        first.script(*[Fails(200, raw=b'{"choices": [{"message"')] * 2)
        assert (await models.ask(request())).model == "second"
        assert house.told() == [("first", "malformed")] * 2 + [("second", "ok")]

    async def test_when_all_fail_the_last_one_is_told(self, pair, house, models):
        first, second = pair
        first.script(Fails(401))
        second.script(*[Fails(529, "Overloaded")] * 3)
        with pytest.raises(ModelFailed, match="Overloaded") as failed:
            await models.ask(request())
        assert failed.value.kind == "overloaded"
        assert house.told() == [("first", "key")] + [("second", "overloaded")] * 3


class TestTime:
    async def test_a_model_that_hangs_leaves_time_for_the_next(self, pair, house, models):
        first, _ = pair
        first.script(Hangs(10))
        began = monotonic()
        assert (await models.ask(request(deadline=3))).model == "second"
        assert 1.5 < monotonic() - began < 3
        assert house.told() == [("first", "timeout"), ("second", "ok")]

    @pytest.mark.parametrize("streamed", [False, True])
    async def test_never_longer_than_the_deadline(self, openai, house, models, streamed):
        house.uses(link(openai, "first"))
        openai.script(Says(LONG, pause=0.3) if streamed else Hangs(10))
        began = monotonic()
        asked = request(deadline=1.0)
        with pytest.raises(ModelFailed, match="in time") as failed:
            await (gathered(models.stream(asked)) if streamed else models.ask(asked))
        assert failed.value.kind == "timeout"
        assert monotonic() - began < 2.5

    async def test_a_stream_that_flows_may_take_all_of_the_time(self, pair, house, models):
        """Two thirds of the time are over when it ends; it had begun before."""
        first, _ = pair
        first.script(Says("x" * 100, pause=0.15))
        pieces = await gathered(models.stream(request(deadline=5)))
        assert pieces[-1].reply.model == "first"


class TestStreams:
    async def test_one_that_is_cut_begins_again_on_the_next(self, pair, house, models):
        first, second = pair
        first.script(Says(LONG, cut_after=5))
        second.script(Says(LONG))
        pieces = await gathered(models.stream(request()))
        assert 0 < len(text_of(pieces, 0)) < len(LONG)
        assert text_of(pieces, 1) == LONG
        assert (pieces[-1].attempt, pieces[-1].reply.model) == (1, "second")
        cut, whole = house.rows
        assert (cut.model, whole.status) == ("first", "ok")
        assert cut.status in ("cut", "network")
        assert cut.tokens_in > 0  # estimated, for it is paid for

    async def test_one_that_ends_without_its_end_is_cut_too(self, pair, house, models):
        first, second = pair
        first.script(
            Fails(200, raw=b'data: {"choices": [{"index": 0, "delta": {"content": "Y"}}]}')
        )
        second.script(Says("Whole."))
        pieces = await gathered(models.stream(request()))
        assert pieces[-1].reply.text == "Whole."
        assert house.told()[-1] == ("second", "ok")

    async def test_without_a_next_one_the_same_is_asked_again(self, anthropic, house, models):
        house.uses(link(anthropic, "only", "anthropic"))
        anthropic.script(Says(LONG, cut_after=4), Says(LONG))
        pieces = await gathered(models.stream(request()))
        assert text_of(pieces, 1) == LONG
        assert house.rows[0].tokens_in == 20  # told at the beginning of the stream

    async def test_a_failure_before_the_first_word_is_no_attempt(self, pair, models):
        first, _ = pair
        first.script(Fails(500), Says("Hi."))
        pieces = await gathered(models.stream(request()))
        assert {piece.attempt for piece in pieces} == {0}

    async def test_who_leaves_in_the_middle_is_counted(self, openai, house, models):
        house.uses(link(openai, "first"))
        openai.script(Says(LONG, pause=0.02))
        stream = models.stream(request())
        async for piece in stream:
            if piece.text:
                break
        await stream.aclose()
        await models.close()
        assert house.told() == [("first", "cancelled")]
        assert house.rows[0].tokens_in > 0


class TestRules:
    async def test_nothing_set_up(self, house, models):
        assert not await models.ready(WORKSPACE)
        with pytest.raises(NoModel) as no:
            await models.ask(request())
        assert no.value.kind == "not_set_up"
        with pytest.raises(NoModel):
            await models.embed(Purpose("embed", WORKSPACE), "m", ["a"])

    async def test_cheap_and_strong_have_chains_of_their_own(
        self, openai, anthropic, house, models
    ):
        strong, cheap = link(openai, "strong"), link(anthropic, "cheap", "anthropic")
        house.setup_is = Setup(strong=(strong,), cheap=(cheap,))
        assert (await models.ask(request(strength="cheap"))).model == "cheap"
        assert (await models.ask(request())).model == "strong"
        house.setup_is = Setup(strong=(strong,))
        assert (await models.ask(request(strength="cheap"))).model == "strong"

    async def test_a_region_outside_is_refused_before_anything_is_sent(self, openai, house, models):
        house.uses(link(openai, "first", region="us"), regions=frozenset({"eu"}))
        assert not await models.ready(WORKSPACE)
        with pytest.raises(NoModel, match="allows only eu") as no:
            await models.ask(request())
        assert no.value.kind == "region"
        assert openai.asked == []
        assert house.refusals == [("Openai", "first", "region")]
        with pytest.raises(NoModel):
            await models.try_out(WORKSPACE, house.setup_is.strong[0].account, "first")
        house.setup_is = replace(house.setup_is, embedding=house.setup_is.strong[0])
        with pytest.raises(NoModel):
            await models.embed(Purpose("embed", WORKSPACE), "first", ["a"])
        assert openai.asked == []

    async def test_the_next_one_may_be_inside(self, openai, anthropic, house, models):
        house.uses(
            link(openai, "first"),
            link(anthropic, "second", "anthropic", region="eu"),
            regions=frozenset({"eu"}),
        )
        assert await models.ready(WORKSPACE)
        assert (await models.ask(request())).model == "second"
        assert openai.asked == []

    async def test_a_local_model_is_inside_everywhere(self, openai, house, models):
        house.uses(link(openai, "m", "vllm", local=True, region=""), regions=frozenset({"eu"}))
        assert (await models.ask(request())).text

    async def test_confidential_stays_at_home(self, openai, anthropic, house, models):
        cloud = link(anthropic, "cloud", "anthropic")
        house.uses(cloud, link(openai, "home", "ollama", local=True, region=""))
        secret = request(of={"confidential": True})
        assert (await models.ask(secret)).model == "home"
        assert anthropic.asked == []
        house.uses(cloud)
        with pytest.raises(NoModel, match="not a local model") as no:
            await models.ask(secret)
        assert no.value.kind == "confidential"
        assert anthropic.asked == []

    async def test_a_budget_stops(self, openai, house, models):
        prices = {"first": priced(1000, 1000, 1000)}
        house.uses(link(openai, "first"), budget=Decimal("0.05"), prices=prices)
        for _ in range(2):
            assert await models.ready(WORKSPACE)
            await models.ask(request())  # three cents each
        assert not await models.ready(WORKSPACE)
        with pytest.raises(NoModel, match=r"0\.06 of 0\.05 USD") as no:
            await models.ask(request())
        assert no.value.kind == "over_budget"
        assert len(openai.asked) == 2

    async def test_a_model_that_costs_nothing_goes_on(self, openai, anthropic, house, models):
        house.before = Decimal(9)
        free = link(openai, "home", "ollama", local=True)
        house.uses(link(anthropic, "claude", "anthropic"), free, budget=Decimal(5))
        assert (await models.ask(request())).model == "home"
        assert anthropic.asked == []

    async def test_a_provider_that_is_off_is_passed_over(self, openai, anthropic, house, models):
        house.uses(link(openai, "off", enabled=False), link(anthropic, "on", "anthropic"))
        assert (await models.ask(request())).model == "on"


class TestBeingBusy:
    async def test_so_many_calls_a_minute(self, openai, house, models):
        house.uses(link(openai, "first"), per_minute=2)
        await models.ask(request())
        await models.ask(request())
        with pytest.raises(NoModel, match="busy") as no:
            await models.ask(request(deadline=2))
        assert no.value.kind == "busy"
        assert len(openai.asked) == 2

    async def test_who_waits_is_served_in_rotation(self, start, house, models):
        """GigaChat takes one call at a time here; the other workspace comes second, not last."""
        from tests.doubles.llm_gigachat import GigaChat

        double = start(GigaChat())
        settings = {"auth_url": double.auth_url}
        house.uses(link(double, "m", "gigachat", settings=settings))
        await models.ask(request())
        double.script(*[Says("ok", pause=0.15)] * 5)
        order: list[str] = []

        async def ask(name: str, workspace: UUID) -> None:
            await models.ask(request(name, purpose=Purpose("answer", workspace)))
            order.append(name)

        crowd = [asyncio.create_task(ask(f"crowd {n}", WORKSPACE)) for n in range(4)]
        await asyncio.sleep(0.05)
        await asyncio.gather(*crowd, ask("alone", UUID(int=8)))
        assert order.index("alone") <= 2

    async def test_a_queue_that_is_too_long_leads_to_the_next(self, start, openai, house, models):
        from tests.doubles.llm_gigachat import GigaChat

        double = start(GigaChat())
        settings = {"auth_url": double.auth_url}
        first = link(double, "first", "gigachat", settings=settings)
        house.uses(first, link(openai, "second"))
        await models.ask(request())
        double.script(Says("slow", pause=1.5))
        slow = asyncio.create_task(models.ask(request()))
        await asyncio.sleep(0.1)
        assert (await models.ask(request(deadline=1.5))).model == "second"
        assert (await slow).text == "slow"
