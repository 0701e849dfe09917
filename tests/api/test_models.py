"""Language models through the admin API, and answers through what it has set up."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import delete

from connectors.llm import NoModel, Purpose, Request, Said
from connectors.llm import prompts as shipped_prompts
from connectors.llm.prompts import Prompt
from runtime import models as language_models
from storage import audit
from storage.tables import (
    ModelCall,
    ModelMonth,
    ModelPrice,
    ModelPrompt,
    ModelProvider,
    ModelSetup,
)
from tests.doubles.llm import Fails, Says
from tests.doubles.llm_openai import OpenAi

PATH = "/api/v1/models"
KEY = "sk-right"
EMPTY = {
    "strong": [], "cheap": [], "embedding": None, "per_minute": 0, "budget": 0, "currency": "USD",
    "regions": [], "persona": "", "policies": [], "remember": False, "cache": True,
}  # fmt: skip


@pytest.fixture
def double() -> Iterator[OpenAi]:
    with OpenAi() as running:
        yield running


@dataclass(frozen=True)
class Ours:
    id: UUID
    clients: dict[str, httpx.Client]

    @property
    def owner(self) -> httpx.Client:
        return self.clients["owner"]

    @property
    def editor(self) -> httpx.Client:
        return self.clients["editor"]


@pytest.fixture
def ours(site, workspace) -> Ours:
    """A workspace that nothing is set up in any more, and nothing was asked in."""
    with site.services.database.workspace(workspace.id) as session:
        for table in (ModelProvider, ModelSetup, ModelPrice, ModelPrompt, ModelCall, ModelMonth):
            session.execute(delete(table))
    site.services.models.setups.forget(workspace.id)
    return Ours(workspace.id, workspace.clients)


@pytest.fixture
def add(ours, double):
    """Adds a provider that leads to the double."""

    def add(**more):
        body = {"kind": "compatible", "name": "Ours", "base_url": double.base_url, "secret": KEY}
        return ours.owner.post(f"{PATH}/providers", json=body | more)

    return add


def set_up(ours, **fields) -> dict:
    answer = ours.owner.put(f"{PATH}/setup", json=EMPTY | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def asked(ours, site, settings, *requests: Request):
    """Asks as handlers of effects do: over rows, Redis and a socket; answers or what was raised."""

    async def ask() -> list:
        redis = Redis.from_url(settings.redis_url)
        running = language_models.running(settings, site.services.database, redis)
        async with running as models_of_process:
            one_by_one = [models_of_process.asked.ask(each) for each in requests]
            found = [await asyncio.gather(each, return_exceptions=True) for each in one_by_one]
        await redis.aclose()
        return [each[0] for each in found]

    return asyncio.run(ask())


def request(ours, **more) -> Request:
    return Request((Said("user", "Hi"),), Purpose("answer", ours.id), **more)


class TestProviders:
    def test_from_the_first_key_to_an_answer(self, ours, add, double):
        made = add(region="EU", local=True)
        assert made.status_code == 201
        view = made.json()
        assert KEY not in made.text
        assert (view["has_secret"], view["region"], view["local"]) == (True, "eu", True)
        assert (view["used_for"], view["from_installation"]) == ([], False)
        path = f"{PATH}/providers/{view['id']}"
        names = ours.owner.get(f"{path}/models")
        assert names.json() == {"items": ["alpha-2", "zeta-1"]}
        double.script(Says("Hello!"))
        tested = ours.owner.post(f"{path}/test", json={"model": "alpha-2"}).json()
        assert (tested["ok"], tested["text"], tested["problem"]) == (True, "Hello!", None)
        setup = set_up(ours, strong=[{"provider": view["id"], "model": "alpha-2"}])
        assert setup["strong"][0]["provider"] == view["id"]
        listed = ours.owner.get(f"{PATH}/providers")
        assert [one["used_for"] for one in listed.json()] == [["strong"]]
        assert KEY not in listed.text
        calls = ours.editor.get(f"{PATH}/calls").json()["items"]
        assert [(call["purpose"], call["status"]) for call in calls] == [("test", "ok")]

    def test_what_does_not_work_is_told(self, ours, add, double):
        identifier = add(secret="sk-wrong").json()["id"]
        answer = ours.owner.post(f"{PATH}/providers/{identifier}/test", json={"model": "m"})
        assert answer.status_code == 200
        assert answer.json()["ok"] is False
        assert answer.json()["problem"]["kind"] == "key"
        assert "sk-wrong" not in answer.text
        names = ours.owner.get(f"{PATH}/providers/{identifier}/models")
        assert names.status_code == 422
        assert "refuses the key" in names.json()["detail"]

    def test_a_key_is_kept_replaced_and_removed(self, ours, add, double):
        path = f"{PATH}/providers/{add(secret='sk-wrong').json()['id']}"

        def change(**body):
            return ours.owner.patch(path, json=body).json()

        def works() -> bool:
            return ours.owner.post(f"{path}/test", json={"model": "m"}).json()["ok"]

        assert change(name="Renamed", secret=None)["has_secret"]
        assert not works()
        assert change(secret=KEY)["has_secret"]
        assert works()
        assert change(secret="")["has_secret"] is False
        assert not works()

    def test_a_kept_key_goes_to_no_other_address(self, ours, add, double):
        path = f"{PATH}/providers/{add().json()['id']}"
        elsewhere = "http://127.0.0.1:9/v1"
        refused = ours.owner.patch(path, json={"base_url": elsewhere})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] == "secret"
        moved = ours.owner.patch(path, json={"base_url": elsewhere, "secret": "sk-new"})
        assert moved.json()["base_url"] == elsewhere

    @pytest.mark.parametrize(
        "address",
        [
            "http://169.254.169.254/latest",
            "http://[fe80::1]/v1",
            "http://[::ffff:169.254.169.254]/v1",
            "http://2852039166/v1",  # the first one as a number
            "http://metadata.google.internal/v1",
            "http://0.0.0.0:8000/v1",
            "file:///etc/passwd",
            "gopher://127.0.0.1/v1",
            "https://user:word@example.com/v1",
            "localhost:8000",
            "https://",
            "",
        ],
    )
    def test_an_address_that_no_model_has_is_refused(self, add, address):
        refused = add(base_url=address)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] == "base_url"

    def test_a_name_is_looked_at_again_with_each_call(self, ours, add, monkeypatch):
        """A name that led to a server of one's own may lead elsewhere a moment later."""
        from connectors.llm import clients
        from connectors.llm.addresses import BadAddress

        identifier = add().json()["id"]

        async def elsewhere(host: str, port: int | None) -> None:
            raise BadAddress("this address leads to the machine's own cloud credentials")

        monkeypatch.setattr(clients, "check_now", elsewhere)
        tested = ours.owner.post(f"{PATH}/providers/{identifier}/test", json={"model": "m"}).json()
        assert tested["problem"]["kind"] == "address"

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({"kind": "openai"}, "secret"),
            ({"kind": "openai", "secret": "k", "base_url": "https://evil.example"}, "base_url"),
            ({"kind": "openai", "secret": "k", "local": True}, "local"),
            ({"kind": "openai", "secret": "k", "region": "eu"}, "region"),
            ({"kind": "yandex", "secret": "k"}, "settings.folder"),
            ({"kind": "yandex", "secret": "k", "settings": {"folder": "a/b"}}, "settings.folder"),
            ({"kind": "azure", "secret": "k", "settings": {"resource": "evil.example/"}},
             "settings.resource"),
            ({"kind": "gigachat", "secret": "k", "settings": {"scope": "ALL"}}, "settings.scope"),
            ({"kind": "gigachat", "secret": "k", "settings": {"ca": "no"}}, "settings.ca"),
            ({"kind": "gigachat", "secret": "k", "settings": {"auth_url": "http://127.0.0.1"}},
             "settings.auth_url"),
            ({"kind": "nobody"}, "kind"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_named(self, ours, body, place):
        refused = ours.owner.post(f"{PATH}/providers", json=body)
        assert refused.status_code == 422
        assert place in [error["path"] for error in refused.json()["errors"]]

    @pytest.mark.parametrize(
        ("body", "address"),
        [
            ({"kind": "azure", "settings": {"resource": "my-firm"}, "region": "uk"},
             "https://my-firm.openai.azure.com/openai/v1"),
            ({"kind": "gigachat"}, "https://gigachat.devices.sberbank.ru/api/v1"),
            ({"kind": "yandex", "settings": {"folder": "b1g"}},
             "https://llm.api.cloud.yandex.net/v1"),
            ({"kind": "anthropic"}, "https://api.anthropic.com"),
            ({"kind": "ollama"}, "http://localhost:11434/v1"),
        ],
    )  # fmt: skip
    def test_a_preset_knows_its_address(self, ours, body, address):
        made = ours.owner.post(f"{PATH}/providers", json={"secret": "k"} | body)
        assert made.status_code == 201, made.text
        assert made.json()["base_url"] == address

    def test_one_that_is_used_stays(self, ours, add):
        identifier = add().json()["id"]
        set_up(ours, cheap=[{"provider": identifier, "model": "m"}])
        refused = ours.owner.delete(f"{PATH}/providers/{identifier}")
        assert refused.status_code == 409
        assert "used for cheap answers" in refused.json()["detail"]
        set_up(ours)
        assert ours.owner.delete(f"{PATH}/providers/{identifier}").status_code == 204
        assert ours.owner.get(f"{PATH}/providers").json() == []

    def test_another_workspace_can_do_nothing_with_it(self, add, stranger):
        identifier = add().json()["id"]
        path = f"{PATH}/providers/{identifier}"
        for answer in (
            stranger.clients["owner"].patch(path, json={"name": "Mine"}),
            stranger.clients["owner"].delete(path),
            stranger.clients["owner"].post(f"{path}/test", json={}),
            stranger.clients["owner"].get(f"{path}/models"),
        ):
            assert answer.status_code == 404
        links = [{"provider": identifier, "model": "m"}]
        refused = stranger.clients["owner"].put(f"{PATH}/setup", json=EMPTY | {"strong": links})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["path"] == "strong[0].provider"


class TestSetup:
    def test_it_is_kept_as_it_was_put(self, ours, add):
        identifier = add(local=True).json()["id"]
        given = {
            "strong": [{"provider": identifier, "model": "big"}],
            "cheap": [{"provider": identifier, "model": "small"}],
            "embedding": {"provider": identifier, "model": "vectors", "size": 384},
            "per_minute": 30, "budget": 12.5, "currency": "NOK", "regions": ["eu"],
            "persona": "You are Ada of the shop.",
            "policies": [
                {"id": "p1", "rule": "No dates.", "action": "promise_never", "brand": None},
                {"id": "p2", "rule": "No news.", "action": "refuse", "brand": str(uuid4())},
            ],
        }  # fmt: skip
        kept = set_up(ours, **given)
        assert {name: kept[name] for name in given} == given
        assert kept == ours.owner.get(f"{PATH}/setup").json()
        assert (kept["notes"], kept["from_installation"]) == ([], False)

    def test_what_a_person_should_know_is_noted(self, ours, add):
        identifier = add(region="us").json()["id"]
        links = [{"provider": identifier, "model": "unheard-of"}]
        (note,) = set_up(ours, strong=links)["notes"]
        assert note.startswith("No price is known for unheard-of")
        (note,) = set_up(ours, strong=links, regions=["eu"])["notes"]
        assert note == (
            "unheard-of is not asked: Ours processes data in us, and this workspace allows only eu."
        )

    def test_before_anything_is_decided(self, ours):
        assert ours.owner.get(f"{PATH}/setup").json() == EMPTY | {
            "notes": [],
            "from_installation": False,
        }

    @pytest.mark.parametrize("role", ["viewer", "agent", "editor"])
    def test_only_owners_set_up(self, ours, add, role):
        other, mine = ours.clients[role], add().json()["id"]
        assert other.put(f"{PATH}/setup", json=EMPTY).status_code == 403
        assert other.get(f"{PATH}/setup").json() == ours.owner.get(f"{PATH}/setup").json()
        seen = other.get(f"{PATH}/providers")
        assert [each["id"] for each in seen.json()] == [mine]
        assert KEY not in seen.text
        assert other.delete(f"{PATH}/providers/{mine}").status_code == 403
        assert other.post(f"{PATH}/providers/{mine}/test").status_code == 403
        assert other.get(f"{PATH}/providers/{mine}/models").status_code == 403


class TestAsking:
    def test_answers_are_counted_and_paid(self, ours, site, settings, add, double):
        identifier = add().json()["id"]
        set_up(ours, strong=[{"provider": identifier, "model": "m"}], budget=0.05)
        prices = {"items": [{"model": "m", "taken": 1000, "cached": 0, "given": 1000}]}
        assert ours.owner.put(f"{PATH}/prices", json=prices).status_code == 200
        double.script(Says("One.", taken=20, given=5), Fails(401), Says("Two.", taken=20, given=5))
        wanted = [request(ours) for _ in range(4)]
        first, failed, second, none = asked(ours, site, settings, *wanted)
        assert (first.text, second.text) == ("One.", "Two.")
        assert failed.kind == "key"
        assert isinstance(none, NoModel)
        assert none.kind == "over_budget"
        spending = ours.editor.get(f"{PATH}/spending").json()
        assert (spending["calls"], spending["tokens_in"], spending["budget"]) == (3, 40, 0.05)
        assert spending["cost"] == pytest.approx(0.05)
        assert [(one["model"], one["calls"]) for one in spending["by_model"]] == [("m", 3)]
        failures = ours.editor.get(f"{PATH}/calls", params={"status": "failed"}).json()["items"]
        assert [call["status"] for call in failures] == ["key"]
        none_yet = ours.editor.get(f"{PATH}/spending", params={"month": "2026-01"}).json()
        assert (none_yet["month"], none_yet["calls"]) == ("2026-01", 0)

    def test_a_budget_is_warned_of_once(self, ours, site, settings, add, double, monkeypatch):
        told: list[str] = []
        monkeypatch.setattr(
            "runtime.logs.event", lambda kind, message, **data: told.append(f"{kind}: {message}")
        )
        set_up(ours, strong=[{"provider": add().json()["id"], "model": "m"}], budget=0.1)
        prices = {"items": [{"model": "m", "taken": 1000, "cached": 1000, "given": 1000}]}
        ours.owner.put(f"{PATH}/prices", json=prices)
        double.script(*[Says("ok", taken=15, given=6)] * 5)  # 0.021 each
        found = asked(ours, site, settings, *[request(ours) for _ in range(6)])
        assert [isinstance(each, NoModel) for each in found] == [False] * 5 + [True]
        words = "of this month's budget for language models is spent"
        told = [each for each in told if each.startswith("model: ")]
        assert told == [f"model: 80 % {words}", f"model: all {words}"]

    def test_a_region_outside_leaves_a_line_in_the_audit(self, ours, site, settings, add, double):
        identifier = add(region="us").json()["id"]
        set_up(ours, strong=[{"provider": identifier, "model": "m"}], regions=["eu"])
        (no,) = asked(ours, site, settings, request(ours))
        assert no.kind == "region"
        assert double.asked == []
        with site.services.database.workspace(ours.id) as session:
            row = audit.listed(session, action="model.refused")[0]
        assert row.data == {
            "why": "region", "purpose": "answer", "provider": "Ours", "model": "m", "region": "us",
        }  # fmt: skip

    def test_processes_share_the_limit_of_a_minute(self, ours, site, settings, add, double):
        identifier = add().json()["id"]
        set_up(ours, strong=[{"provider": identifier, "model": "m"}], per_minute=2)
        once = [asked(ours, site, settings, request(ours, deadline=3))[0] for _ in range(3)]
        assert [getattr(each, "kind", "answered") for each in once] == ["answered"] * 2 + ["busy"]

    def test_without_redis_a_process_counts_for_itself(self, ours, site, settings, add, double):
        identifier = add().json()["id"]
        set_up(ours, strong=[{"provider": identifier, "model": "m"}], per_minute=2)
        away = replace(settings, redis_url="redis://127.0.0.1:1")
        found = asked(ours, site, away, *[request(ours, deadline=3) for _ in range(3)])
        assert [getattr(each, "kind", "answered") for each in found] == ["answered"] * 2 + ["busy"]

    def test_the_installations_key_serves_who_has_none(self, ours, site, settings, double):
        services = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": double.base_url}
        given = replace(settings, services=services)
        double.script(Says("From the house."))
        (reply,) = asked(ours, site, given, request(ours))
        assert (reply.text, reply.provider) == ("From the house.", "OpenAI")
        assert reply.cost > 0


class TestInstallation:
    @pytest.fixture
    def shared(self, site, double, monkeypatch):
        """The installation's provider, in the running server."""
        running = site.services.models
        settings = replace(
            site.services.settings,
            services={"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": double.base_url},
        )
        accounts = language_models.installed.accounts(settings)
        setups = replace_setups(running.setups, accounts)
        monkeypatch.setattr(
            "runtime.services.Services.models",
            property(lambda _: replace(running, setups=setups, shared=accounts)),
            raising=False,
        )
        return accounts[0]

    def test_it_is_shown_and_can_not_be_changed(self, ours, shared):
        answer = ours.owner.get(f"{PATH}/providers")
        (view,) = answer.json()
        assert KEY not in answer.text
        assert (view["from_installation"], view["has_secret"]) == (True, True)
        path = f"{PATH}/providers/{view['id']}"
        for refused in (ours.owner.patch(path, json={"name": "Mine"}), ours.owner.delete(path)):
            assert refused.status_code == 422
            assert "comes from the installation" in refused.json()["detail"]
        assert ours.owner.post(f"{path}/test", json={}).json()["ok"] is True
        setup = ours.owner.get(f"{PATH}/setup").json()
        assert setup["from_installation"] is True
        assert [link["provider"] for link in setup["strong"]] == [str(shared.id)]
        chosen = set_up(ours, strong=[{"provider": view["id"], "model": "gpt-4.1"}])
        assert chosen["from_installation"] is False


def replace_setups(setups, accounts):
    return type(setups)(setups.database, setups.vault, accounts)


class TestPricesAndPrompts:
    def test_own_prices_stand_before_the_usual_ones(self, ours):
        own = {"model": "gpt-4.1", "taken": 9, "cached": 1, "given": 20}
        ours.owner.put(f"{PATH}/prices", json={"items": [own]})
        prices = {one["model"]: one for one in ours.owner.get(f"{PATH}/prices").json()["items"]}
        assert prices["gpt-4.1"] == own | {"own": True}
        assert prices["gpt-4o"]["own"] is False
        ours.owner.put(f"{PATH}/prices", json={"items": []})
        prices = {one["model"]: one for one in ours.owner.get(f"{PATH}/prices").json()["items"]}
        assert prices["gpt-4.1"]["taken"] == 2
        twice = ours.owner.put(f"{PATH}/prices", json={"items": [own, own]})
        assert twice.json()["errors"][0]["path"] == "items[1].model"

    def test_usual_prices_are_in_the_workspaces_currency(self, ours):
        set_up(ours, currency="NOK")
        found = ours.owner.get(f"{PATH}/prices").json()
        prices = {one["model"]: one["taken"] for one in found["items"]}
        assert found["currency"] == "NOK"
        assert prices["gpt-4.1"] == pytest.approx(20.2)

    def test_a_prompt_in_own_words(self, ours, monkeypatch):
        prompt = Prompt("greet", "Greets.", "Greet {{ name }} in {{ language }}.")
        monkeypatch.setattr(shipped_prompts, "shipped", lambda: {"greet": prompt})
        path = f"{PATH}/prompts/greet"
        wrong = ours.owner.put(path, json={"text": "Hi {{ nmae }}"})
        assert wrong.status_code == 422
        assert "it knows {{ language }}, {{ name }}" in wrong.json()["errors"][0]["message"]
        mine = ours.owner.put(path, json={"text": "Hi {{ name }}!"}).json()
        assert (mine["own"], mine["text"]) == (True, "Hi {{ name }}!")
        assert ours.owner.get(f"{PATH}/prompts").json() == [mine]
        assert ours.owner.put(path, json={"text": None}).json()["text"] == prompt.text
        assert ours.owner.put(f"{PATH}/prompts/nothing", json={"text": "x"}).status_code == 404
        filled = shipped_prompts.fill("{{name}} and {{ name }}", {"name": "{{ language }}"})
        assert filled == "{{ language }} and {{ language }}"


def test_presets_tell_what_each_provider_asks_for(ours):
    presets = {one["kind"]: one for one in ours.owner.get(f"{PATH}/presets").json()}
    assert len(presets) == 10
    fields = {field["name"]: field for field in presets["gigachat"]["fields"]}
    assert fields.keys() == {"secret", "scope", "ca"}
    assert fields["scope"]["choices"]
    assert presets["ollama"]["local"] is True
    for preset in presets.values():
        priced = {price["model"] for price in preset["prices"]}
        assert preset["local"] or {model["model"] for model in preset["models"]} <= priced


def test_nothing_heavy_is_loaded_before_a_model_is_asked():
    code = "import runtime.app, sys; print(*{'openai', 'anthropic', 'httpx2'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
