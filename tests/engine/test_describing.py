"""From a description to a bot: by a worker's own code, by real workers, and after their death."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis as SyncRedis
from redis.asyncio import Redis
from rq import Queue

from connectors.ai.drafting import Description
from connectors.ai.drafting.drafting import Drafting
from runtime import handlers, plugins
from runtime.clock import Clock
from runtime.describing import Kept, TooMany
from runtime.describing.describer import Describer
from runtime.describing.descriptions import MOST, Descriptions
from runtime.describing.rehearsal import rehearse
from runtime.engine import Engine
from runtime.handlers import Performing
from runtime.processes import end
from runtime.settings import Settings
from storage import bots, channels, drafts
from storage.database import Database
from storage.identifiers import uuid7
from tests.doubles.llm import Hangs, Says
from tests.doubles.llm_openai import OpenAi
from tests.engine.conftest import Start, eventually
from tests.storage.conftest import Tenant, make_tenant

PLANS = Path(__file__).parent.parent / "ai" / "plans"
GOOD = Says((PLANS / "bakery.json").read_text())
TEXT = "A bot for my bakery that takes orders of cakes."
PATIENCE = 90.0  # seconds that a worker may take to start


@pytest.fixture
def provider() -> Iterator[OpenAi]:
    with OpenAi() as double:
        yield double


@pytest.fixture
def tenant(database: Database) -> Tenant:
    return make_tenant(database)


@pytest.fixture
def given(provider: OpenAi) -> dict[str, str]:
    return {"OPENAI_API_KEY": "sk-right", "OPENAI_BASE_URL": provider.base_url}


@pytest.fixture
async def performing(
    settings: Settings, given: dict[str, str], database: Database
) -> AsyncIterator[Performing]:
    settings = replace(settings, services=given, ai_provider="openai")
    redis: Redis = Redis.from_url(settings.redis_url)
    opening = handlers.running(settings, plugins.load(()), database, redis)
    async with opening as performing:
        yield performing
    await redis.aclose()


@pytest.fixture
def descriptions(performing: Performing) -> Descriptions:
    return performing.engine.descriptions


@pytest.fixture
def describer(performing: Performing, database: Database) -> Describer:
    models = performing.models
    drafting = Drafting(models.asked, models.setups, rehearse)
    return Describer(performing.engine.descriptions, drafting, database)


def described(tenant: Tenant, **more: Any) -> Kept:
    asked = Description(uuid7(), tenant.id, TEXT)
    return Kept(asked, tenant.actor, **more)


async def now(descriptions: Descriptions, kept: Kept) -> Kept:
    found = await descriptions.get(kept.asked.workspace, kept.asked.id)
    assert found is not None
    return found


async def draft(describer: Describer, kept: Kept) -> None:
    await describer.take(kept.asked.workspace, [kept.asked.id])
    await describer.settle_down()


def names(tenant: Tenant) -> list[str]:
    with tenant.session() as session:
        return [one.name for one in bots.listed(session)]


async def test_a_description_becomes_a_draft_with_a_channel(
    descriptions: Descriptions, describer: Describer, provider: OpenAi, tenant: Tenant
) -> None:
    kept = described(tenant)
    await descriptions.add(kept)
    provider.script(GOOD)
    await draft(describer, kept)
    done = await now(descriptions, kept)
    assert (done.state, done.progress, done.bot_id) == ("ready", 1.0, kept.asked.id)
    assert done.notes[0].startswith("The model left something out: Taking a payment")
    with tenant.session() as session:
        document = drafts.read(session, kept.asked.id).document
        assert [flow["id"] for flow in document["flows"]] == ["main", "hours"]
        assert document["flows"][0]["notes"] == [{"text": done.notes[0]}]
        assert [one.name for one in channels.listed(session)] == ["Bakery orders"]
    assert [one.asked.id for one in await descriptions.of(tenant.id, tenant.actor)] == [
        kept.asked.id
    ]
    assert await descriptions.of(tenant.id, "user:somebody") == []


async def test_asked_for_twice_it_is_one_bot_and_one_call(
    descriptions: Descriptions, describer: Describer, provider: OpenAi, tenant: Tenant
) -> None:
    kept = described(tenant)
    await descriptions.add(kept)
    provider.script(GOOD)
    await describer.take(tenant.id, [kept.asked.id, kept.asked.id])
    await draft(describer, kept)
    await draft(describer, kept)  # and once more, when it is long done
    assert names(tenant) == ["Bakery orders"]
    assert len(provider.talks()) == 1


async def test_what_was_saved_by_somebody_who_died_is_not_drafted_again(
    descriptions: Descriptions, describer: Describer, provider: OpenAi, tenant: Tenant
) -> None:
    kept = described(tenant, state="working", attempts=1, notes=("A step was left out.",))
    await descriptions.add(kept)
    document = json.loads((PLANS.parents[2] / "templates/flows/quiz.json").read_text())
    with tenant.session() as session:
        bots.create(session, document, actor=tenant.actor, bot_id=kept.asked.id)
    await draft(describer, kept)
    done = await now(descriptions, kept)
    assert (done.state, done.bot_id, done.notes) == ("ready", kept.asked.id, kept.notes)
    assert not provider.talks()


async def test_a_failure_keeps_the_text_and_says_why(
    descriptions: Descriptions, describer: Describer, provider: OpenAi, tenant: Tenant
) -> None:
    kept = described(tenant)
    await descriptions.add(kept)
    provider.script(Says("No."), Says("No!"))
    await draft(describer, kept)
    done = await now(descriptions, kept)
    assert (done.state, done.bot_id, done.asked.text) == ("failed", None, TEXT)
    assert "no plan of a bot" in (done.message or "")
    assert names(tenant) == []


async def test_one_that_kills_its_workers_is_given_up(
    descriptions: Descriptions, describer: Describer, provider: OpenAi, tenant: Tenant
) -> None:
    kept = described(tenant, state="working", attempts=3)
    await descriptions.add(kept)
    await draft(describer, kept)
    done = await now(descriptions, kept)
    assert (done.state, done.message) == (
        "failed", "The work was interrupted several times. Try again in a moment.",
    )  # fmt: skip
    assert not provider.talks()


async def test_no_more_than_a_few_of_a_workspace_at_once(
    descriptions: Descriptions, describer: Describer, provider: OpenAi, tenant: Tenant
) -> None:
    several = [described(tenant) for _ in range(MOST)]
    for kept in several:
        await descriptions.add(kept)
    with pytest.raises(TooMany):
        await descriptions.add(described(tenant))
    await descriptions.add(described(make_tenant(tenant.database)))
    provider.script(GOOD)
    await draft(describer, several[0])
    await descriptions.add(described(tenant))


async def test_a_killed_worker_costs_no_bot_and_makes_no_second_one(
    settings: Settings,
    descriptions: Descriptions,
    describer: Describer,
    engine: Engine,
    provider: OpenAi,
    given: dict[str, str],
    tenant: Tenant,
    start: Start,
) -> None:
    kept = described(tenant)
    await descriptions.add(kept)
    provider.script(Hangs(60.0), GOOD)
    await engine.jobs.descriptions([(tenant.id, kept.asked.id)])
    first = start("workers", AI_PROVIDER="openai", **given)
    await eventually(lambda: bool(provider.talks()), PATIENCE)
    assert (await now(descriptions, kept)).state == "working"
    end(first, 9)

    redis = SyncRedis.from_url(settings.redis_url)
    redis.delete(f"flyt:describe:{tenant.id}:{kept.asked.id}:lease")  # its time is over
    member = f"{tenant.id}:{kept.asked.id}"
    redis.zadd("flyt:describing", {member: 0})
    queue = Queue("flyt-background", connection=redis)
    queue.empty()
    await Clock(engine).sweep()
    woken = [job.args for job in queue.jobs if job.func_name == "runtime.workers.describe_bots"]
    assert (str(tenant.id), [str(kept.asked.id)]) in woken
    await draft(describer, kept)  # as the next worker does
    done = await now(descriptions, kept)
    assert (done.state, done.attempts, names(tenant)) == ("ready", 2, ["Bakery orders"])
    assert redis.zscore("flyt:describing", member) is None
