"""A bot out of a description: without a model, left and found again, failed and mended, drawn."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from redis.asyncio import Redis

from connectors.ai.drafting.drafting import Drafting
from runtime import handlers, plugins
from runtime.describing.describer import Describer
from runtime.describing.rehearsal import rehearse
from runtime.settings import Settings
from storage.database import Database
from tests.browser.conftest import DESKTOP, PHONE, Builder, Flyt
from tests.browser.looks import Look
from tests.doubles.llm import Says
from tests.doubles.llm_openai import OpenAi

PLANS = Path(__file__).parent.parent / "ai" / "plans"
NO_MODEL = {"strong": [], "cheap": [], "embedding": None, "per_minute": 0, "budget": 0}
FONTS = "() => document.fonts.ready.then(() => null)"  # the page's policy forbids to poll for them
NO_MODEL |= {"currency": "USD", "regions": [], "persona": "", "policies": []}


@pytest.fixture
def model(builder: Builder) -> Iterator[OpenAi]:
    """A model that the workspace has, until the end of the test."""

    def call(method: str, path: str, body: Any = None) -> Any:
        address = f"{builder.url}/api/v1/models/{path}"
        headers = {"origin": builder.url}
        answer = builder.page.request.fetch(address, method=method, data=body, headers=headers)
        assert answer.ok, answer.text()
        return answer.json() if answer.body() else None

    with OpenAi() as double:
        body = {"kind": "compatible", "base_url": double.base_url, "secret": "sk-right"}
        provider = call("POST", "providers", body)["id"]
        call("PUT", "setup", NO_MODEL | {"strong": [{"provider": provider, "model": "m"}]})
        yield double
        call("PUT", "setup", NO_MODEL)
        call("DELETE", f"providers/{provider}")


@pytest.fixture
def work(flyt: Flyt, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Drafts what waits for a worker, in this process and until nothing waits any more."""
    settings = Settings.from_env(flyt.environ, tmp_path)
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def draft() -> None:
        database = Database(settings.database_url)
        redis: Redis = Redis.from_url(settings.redis_url)
        opening = handlers.running(settings, plugins.load(()), database, redis, connections=2)
        async with opening as performing:
            models = performing.models
            drafting = Drafting(models.asked, models.setups, rehearse)
            descriptions = performing.engine.descriptions
            describer = Describer(descriptions, drafting, database)
            await redis.zunionstore("flyt:describing", {"flyt:describing": 0})  # all are due now
            for workspace, id_ in await descriptions.left_behind(10):
                await describer.take(workspace, [id_])
            await describer.settle_down()
        await redis.aclose()
        database.close()

    begun: list[Future[None]] = []
    yield lambda: begun.append(asyncio.run_coroutine_threadsafe(draft(), loop))
    for each in begun:
        with suppress(TimeoutError):
            each.result(20)
    loop.call_soon_threadsafe(loop.stop)


def both_ways(builder: Builder, name: str) -> None:
    """As it looks on a desk by day, and on a phone by night."""
    page = builder.page
    page.evaluate(FONTS)
    Look("light")(page, name)
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate(FONTS)
    Look("dark")(page, name)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def test_without_a_model_the_way_to_one_is_shown(builder: Builder) -> None:
    page = builder.visit("/bots/describe")
    told = page.get_by_role("region", name="AI models")
    expect(told).to_contain_text("No language model is set up")
    text = page.get_by_label("What should the bot do?")
    text.fill("Too short")
    page.get_by_role("button", name="Draft the bot").click()
    expect(page.get_by_text("Write at least 20 characters")).to_be_visible()
    expect(text).to_be_focused()
    text.fill("A bot that takes orders of cakes for our bakery.")
    page.get_by_role("button", name="Draft the bot").click()
    expect(page.get_by_role("alert", name="AI models")).to_be_visible()
    both_ways(builder, "describe-no-model")
    page.reload()
    expect(text).to_have_value("A bot that takes orders of cakes for our bakery.")
    page.get_by_role("link", name="Open AI models").click()
    expect(page).to_have_url(f"{builder.url}/settings/models")


def test_from_words_to_the_canvas(
    builder: Builder, model: OpenAi, work: Callable[[], None]
) -> None:
    page = builder.visit()
    page.get_by_role("button", name="Add bot").click()
    page.get_by_role("button", name="Describe it").click()
    expect(page.get_by_text("0 of 20,000 characters")).to_be_visible()
    page.get_by_role("button", name="Orders for a bakery").click()
    text = page.get_by_label("What should the bot do?")
    written = text.input_value()
    assert written.startswith("We are a small bakery.")
    both_ways(builder, "describe")

    model.script(Says("I'd rather not."), Says("Really."))
    page.get_by_role("button", name="Draft the bot").click()
    working = page.get_by_role("region", name="Your bot is being drafted")
    expect(working).to_contain_text(written[:40])
    both_ways(builder, "describe-working")
    page.get_by_role("link", name="To the bots meanwhile").click()
    expect(page.get_by_role("heading", level=1, name="Bots")).to_be_visible()
    builder.visit("/bots/describe")
    expect(working).to_be_visible()
    work()
    expect(page.get_by_text("was no plan of a bot")).to_be_visible(timeout=60_000)
    expect(text).to_have_value(written)

    model.script(Says((PLANS / "bakery.json").read_text()))
    page.get_by_role("button", name="Draft the bot").click()
    expect(working).to_be_visible()
    work()
    notice = page.get_by_role("region", name="About this draft")
    expect(notice).to_contain_text("Taking a payment needs a connection", timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bakery orders")
    expect(page.locator(".react-flow__node")).to_have_count(15)
    both_ways(builder, "describe-canvas")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_be_hidden()
    assert page.url.endswith("/edit")
