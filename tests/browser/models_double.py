"""The part of the admin API that the page of AI models asks, as a double with a memory."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route

ADDRESS = re.compile(r"/api/v1/models/")
NONE: dict[str, Any] = {
    "strong": [],
    "cheap": [],
    "embedding": None,
    "per_minute": 0,
    "budget": 0,
    "currency": "USD",
    "regions": [],
    "persona": "",
    "remember": False,
    "policies": [],
    "cache": True,
    "notes": [],
    "from_installation": False,
}
ANSWERED: dict[str, Any] = {"ok": True, "model": "gpt-6-luna", "milliseconds": 840}
ANSWERED |= {"text": "Hello from here.", "problem": None}
REFUSED: dict[str, Any] = {"ok": False, "model": "gpt-6-luna", "milliseconds": None, "text": None}
REFUSED |= {"problem": {"kind": "key", "message": "the key is refused"}}


def key_field(**more: Any) -> dict[str, Any]:
    usual = {"help": "From platform.openai.com, under API keys.", "required": True}
    return {"name": "secret", "label": "API key", "secret": True} | usual | more


def preset(kind: str, name: str, about: str, **more: Any) -> dict[str, Any]:
    usual = {"base_url": f"https://{kind}.example/v1", "local": False, "region": "us"}
    rest: dict[str, Any] = {"regions": ["us"], "fields": [key_field()], "models": []}
    return {"kind": kind, "name": name, "about": about} | usual | rest | more


def model(name: str, strength: str, **more: Any) -> dict[str, Any]:
    return {"model": name, "strength": strength} | more


GPT = [
    model("gpt-6.1-sol", "strong"),
    model("gpt-6-luna", "cheap"),
    model("text-embedding-3-small", "embedding", size=1536),
]
OLLAMA = [
    model("qwen3", "strong", note="After `ollama pull qwen3`."),
    model("llama3.2", "cheap", note="After `ollama pull llama3.2`."),
]
ADDRESS_FIELD = {"name": "base_url", "label": "Address", "secret": False, "required": True}
FOLDER = {"name": "folder", "label": "Folder ID", "secret": False, "required": True}
SCOPES = ["GIGACHAT_API_PERS", "GIGACHAT_API_B2B"]
SCOPE = {"name": "scope", "label": "Scope", "secret": False, "required": True, "help": "Your plan."}
CA = {"name": "ca", "label": "Certificate", "secret": False, "required": False, "lines": True}
HOME: dict[str, Any] = {"local": True, "region": "", "regions": [], "models": OLLAMA}
PRESETS: list[dict[str, Any]] = [
    preset("openai", "OpenAI", "GPT models of OpenAI.", models=GPT),
    preset("anthropic", "Anthropic", "Claude models of Anthropic."),
    preset(
        "azure",
        "Azure OpenAI",
        "GPT models in your own Azure subscription, in the region you choose there.",
        region="eu",
        regions=["eu", "us", "uk"],
    ),
    preset("gemini", "Google Gemini", "Gemini models of Google."),
    preset("mistral", "Mistral", "Models of Mistral, processed in the EU.", region="eu"),
    preset(
        "yandex",
        "YandexGPT",
        "YandexGPT in your own folder of Yandex Cloud.",
        region="ru",
        regions=["ru"],
        fields=[FOLDER | {"help": "Such as b1g0123456789abcdefg."}, key_field()],
        models=[model("yandexgpt", "strong"), model("yandexgpt-lite", "cheap")],
    ),
    preset(
        "gigachat",
        "GigaChat",
        "GigaChat models of Sber. Its token is renewed by itself every half hour.",
        region="ru",
        regions=["ru"],
        fields=[
            key_field(label="Authorisation key"),
            SCOPE | {"value": SCOPES[0], "choices": SCOPES},
            CA | {"help": "Contents of the root certificate (PEM): few computers know it."},
        ],
    ),
    preset(
        "ollama",
        "Ollama",
        "Models on a computer of your own, without a key: nothing leaves your house.",
        fields=[
            ADDRESS_FIELD | {"help": "Where Ollama answers.", "value": "http://localhost:11434/v1"},
            key_field(required=False, help="Only where a proxy in front of it asks for one."),
        ],
        **HOME,
    ),
    preset(
        "compatible",
        "OpenAI-compatible",
        "Any other service that speaks the language of OpenAI's API.",
        base_url="",
        region="",
        regions=[],
        fields=[
            ADDRESS_FIELD | {"help": "Up to and with /v1."},
            key_field(required=False, help="If the service asks for one."),
        ],
    ),
]
PRICES = [
    {"model": name, "taken": taken, "cached": taken / 10, "given": taken * 5}
    for name, taken in (("gpt-6.1-sol", 2), ("gpt-6-luna", 0.1), ("claude-opus-5-5", 4))
]
STANDARD = "Answer only from the passages below.\nQuote their numbers.\nIf they do not say, say so."
PROMPTS = [
    {"name": "answer", "about": "Answers a visitor out of what the bot knows.", "text": STANDARD},
    {"name": "extract", "about": "Reads values out of a message.", "text": "Read the values."},
]


def provider(id_: str, kind: str, name: str, **more: Any) -> dict[str, Any]:
    usual = {"base_url": f"https://{kind}.example/v1", "settings": {}, "region": "us"}
    state: dict[str, Any] = {"local": False, "enabled": True, "has_secret": True, "used_for": []}
    made = {"created_at": "2026-11-01T10:00:00Z", "from_installation": False}
    return {"id": id_, "kind": kind, "name": name} | usual | state | made | more


def a_call(number: int, **more: Any) -> dict[str, Any]:
    tokens = {"tokens_in": 1200 + number, "tokens_cached": 800, "tokens_out": 90}
    usual = {"purpose": "answer", "provider": "OpenAI", "model": "gpt-6.1-sol", "status": "ok"}
    rest = {"conversation_id": None, "error": None, "cost": 0.0032, "cache_hit": False}
    at = f"2026-11-21T{number // 60:02}:{number % 60:02}:00Z"
    return {"id": number, "at": at, "milliseconds": 900} | usual | tokens | rest | more


@dataclass
class Double:
    """Answers as the API does. ``refusals`` are given once each, by method and path."""

    providers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    setup: dict[str, Any] = field(default_factory=lambda: dict(NONE))
    own: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    prompts: dict[str, str] = field(default_factory=dict[str, str])
    calls: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    tested: dict[str, Any] = field(default_factory=lambda: dict(ANSWERED))
    spent: float = 0.0
    saved: tuple[dict[str, int], ...] = ({"hits": 0, "misses": 0},) * 3  # of the cache, by kind
    refusals: dict[tuple[str, str], tuple[int, Any]] = field(
        default_factory=dict[tuple[str, str], tuple[int, Any]]
    )
    seen: list[tuple[str, str, Any]] = field(default_factory=list[tuple[str, str, Any]])

    def stand_in(self, page: Page) -> Double:
        page.route(ADDRESS, self._answer)
        return self

    def refuse(self, method: str, path: str, status: int, detail: str, **more: Any) -> None:
        self.refusals[method, path] = (status, {"detail": detail} | more)

    def sent(self, method: str, path: str) -> list[Any]:
        return [body for how, where, body in self.seen if (how, where) == (method, path)]

    def _answer(self, route: Route) -> None:
        request, address = route.request, urlsplit(route.request.url)
        path = address.path.partition("/models/")[2]
        body = json.loads(request.post_data) if request.post_data else None
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        self.seen.append((request.method, path, body))
        refusal = self.refusals.pop((request.method, path), None)
        if refusal is not None and refusal[0] == 0:
            route.abort()
            return
        status, answer = refusal or (200, self._known(request.method, path, body or {}, query))
        if answer is None:
            route.fulfill(status=204)
        else:
            route.fulfill(status=status, json=answer)

    def _known(self, method: str, path: str, body: Any, query: dict[str, str]) -> Any:
        match method, path.split("/"):
            case "GET", ["presets"]:
                return PRESETS
            case _, ["providers", *rest]:
                return self._provider(method, rest, body)
            case _, ["setup"]:
                assert not {"notes", "from_installation"} & set(body)  # the API forbids them
                self.setup = {**self.setup, **body}
                return self.setup
            case _, ["prices"]:
                if method == "PUT":
                    self.own = {each["model"]: each for each in body["items"]}
                return {"currency": "EUR", "as_of": "2026-11-20", "items": self._prices()}
            case _, ["prompts", *name]:
                if name:
                    self.prompts[name[0]] = body["text"] or ""
                shown = [self._prompt(each) for each in PROMPTS]
                return next((each for each in shown if [each["name"]] == name), {"items": shown})
            case _, ["calls"]:
                return self._calls(query)
            case "GET", ["savings"]:
                return self._savings(query["month"])
            case "DELETE", ["cache"]:
                return None
            case _, ["spending"]:
                return self._spending(query["month"])
            case _:
                raise AssertionError(f"the page asks for {method} {path}")

    def _provider(self, method: str, rest: list[str], body: Any) -> Any:
        if method == "POST" and not rest:
            made = provider(f"p{len(self.providers) + 1}", body["kind"], body["name"])
            self.providers.append(made)
            return self._changed(made, body)
        if not rest:
            return {"items": self.providers}
        found = next(each for each in self.providers if each["id"] == rest[0])
        if rest[1:] == ["test"]:
            return self.tested
        if rest[1:] == ["models"]:
            return {"items": ["gpt-6.1-sol", "gpt-6-luna", "gpt-6.1-terra"]}
        if method == "DELETE":
            self.providers.remove(found)
            return None
        return self._changed(found, body)

    def _changed(self, one: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        secret = body.get("secret")
        if secret is not None:
            one["has_secret"] = bool(secret)
        one.update({name: value for name, value in body.items() if name != "secret"})
        return one

    def _prices(self) -> list[dict[str, Any]]:
        usual = [each | {"own": False} for each in PRICES if each["model"] not in self.own]
        return [*usual, *(each | {"own": True} for each in self.own.values())]

    def _prompt(self, prompt: dict[str, Any]) -> dict[str, Any]:
        own = self.prompts.get(prompt["name"], "")
        return {**prompt, "standard": prompt["text"], "text": own or prompt["text"]} | {
            "own": bool(own)
        }

    def _calls(self, query: dict[str, str]) -> dict[str, Any]:
        failed = query.get("status") == "failed"
        fitting = [each for each in self.calls if not failed or each["status"] != "ok"]
        start, limit = int(query.get("cursor", 0)), int(query["limit"])
        more = str(start + limit) if len(fitting) > start + limit else None
        return {"items": fitting[start : start + limit], "next": more}

    def _savings(self, month: str) -> dict[str, Any]:
        shares = dict(zip(("answers", "searches", "embeddings"), self.saved, strict=True))
        hits = self.saved[0]["hits"]
        tokens = {"tokens_in": hits * 1310, "tokens_out": hits * 84}
        total = {"month": month, "currency": self.setup["currency"], "cost": hits * 0.0041}
        return total | tokens | {"milliseconds": hits * 2140} | shares

    def _spending(self, month: str) -> dict[str, Any]:
        tokens = {"tokens_in": 1_203_400, "tokens_cached": 640_000, "tokens_out": 88_210}
        rows = [("gpt-6.1-sol", 412, 0.9), ("gpt-6-luna", 1890, 0.1)]
        by_model = [
            {"model": name, "calls": calls, "tokens_in": 601_000, "tokens_out": 44_000}
            | {"cost": self.spent * share}
            for name, calls, share in rows
        ]
        setup = {name: self.setup[name] for name in ("budget", "currency")}
        total = {"month": month, "calls": 2302, "cost": self.spent, "by_model": by_model}
        return total | tokens | setup


def at_work(count: int = 60) -> Double:
    """A shop that has used models for a while."""
    openai = provider("p1", "openai", "OpenAI", used_for=["strong", "cheap"])
    home = {"region": "", "local": True, "has_secret": False, "used_for": ["strong"]}
    ollama = provider("p2", "ollama", "The box under the desk", **home)
    shared = provider("p3", "mistral", "Mistral", region="eu", from_installation=True)
    setup: dict[str, Any] = {
        "strong": [
            {"provider": "p1", "model": "gpt-6.1-sol"},
            {"provider": "p2", "model": "qwen3"},
        ],
        "cheap": [{"provider": "p1", "model": "gpt-6-luna"}],
        "budget": 50,
        "per_minute": 60,
        "currency": "EUR",
        "persona": "You are the assistant of a small flower shop.",
        "notes": ["The model qwen3 has no price, so it counts as free."],
        "policies": [
            {"id": "a", "rule": "Medical advice about plants", "action": "refuse"},
            {"id": "b", "rule": "Complaints about a colleague", "action": "hand_over"},
        ],
    }
    failed: dict[str, Any] = {"status": "timeout", "tokens_out": 0, "cost": 0}
    failed |= {"error": "The model did not answer within 25 seconds.", "milliseconds": 25_000}
    calls = [a_call(number) for number in range(count, 0, -1)]
    calls[2] |= failed
    calls[4] |= {"purpose": "classify", "model": "gpt-6-luna", "milliseconds": 310}
    saved = [{"hits": h, "misses": m} for h, m in ((318, 412), (390, 501), (402, 489))]
    providers = [openai, ollama, shared]
    return Double(providers, {**NONE, **setup}, calls=calls, spent=43.27, saved=tuple(saved))
