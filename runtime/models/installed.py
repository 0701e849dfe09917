"""Providers that whoever runs the installation gives to all workspaces, by `.env`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID, uuid5

from connectors.llm.accounts import Account, Kind, Link, Secret, Setup
from connectors.llm.presets import preset
from runtime.settings import Settings

log = logging.getLogger("flyt.models")

_FAMILY = UUID("5d1f6a52-9c34-4e0b-8f57-4d0a1c1b7e90")  # of ids that are alike in every process
_KINDS: Mapping[str, Kind] = {
    "openai": "openai",
    "anthropic": "anthropic",
    "yandex": "yandex",
    "sber": "gigachat",
    "ollama": "ollama",
}
_NEEDED = {
    "openai": ("OPENAI_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY",),
    "yandex": ("YANDEX_API_KEY", "YANDEX_FOLDER_ID"),
    "sber": ("GIGACHAT_CREDENTIALS",),
    "ollama": (),
}
_ADDRESSES = {
    "openai": "OPENAI_BASE_URL",
    "anthropic": "ANTHROPIC_BASE_URL",
    "ollama": "OLLAMA_BASE_URL",
}


def missing(settings: Settings) -> list[str]:
    """Names that the chosen provider needs and that are not set."""
    chosen = settings.ai_provider
    return [name for name in _NEEDED.get(chosen or "", ()) if name not in settings.services]


def used(settings: Settings) -> list[str]:
    """Those that can be asked, as AI_PROVIDER names them, the first choice first.

    Ollama needs no key, so it counts only where it is named.
    """
    chosen, given = settings.ai_provider, settings.services
    able = [
        name
        for name, needed in _NEEDED.items()
        if all(each in given for each in needed)
        and (needed or name == chosen or _ADDRESSES.get(name) in given)
    ]
    return sorted(able, key=lambda name: name != chosen)


def accounts(settings: Settings) -> tuple[Account, ...]:
    """One for each of `used`, in this order."""
    return tuple(_account(name, settings.services) for name in used(settings))


def setup(shared: tuple[Account, ...]) -> Setup:
    """What a workspace has that has decided nothing: all of these, and their usual models."""
    first = [
        Link(account, model.model, model.size or 0)
        for account in shared
        for model in [preset(account.kind).first("embedding")]
        if model is not None
    ]
    return Setup(
        strong=_chain(shared, "strong"),
        cheap=_chain(shared, "cheap"),
        embedding=first[0] if first else None,
        accounts=shared,
    )


def _chain(shared: tuple[Account, ...], strength: str) -> tuple[Link, ...]:
    models = ((account, preset(account.kind).first(strength)) for account in shared)
    return tuple(Link(account, model.model) for account, model in models if model is not None)


def _account(name: str, given: Mapping[str, str]) -> Account:
    kind = _KINDS[name]
    shape = preset(kind)
    keys = [each for each in _NEEDED[name] if each.endswith(("_KEY", "_CREDENTIALS"))]
    return Account(
        id=uuid5(_FAMILY, name),
        kind=kind,
        name=shape.name,
        base_url=given.get(_ADDRESSES.get(name, ""), shape.base_url).rstrip("/"),
        secret=Secret(given[keys[0]] if keys else ""),
        settings=_settings(name, given),
        region=shape.region,
        local=shape.local,
        shared=True,
    )


def _settings(name: str, given: Mapping[str, str]) -> dict[str, str]:
    if name == "yandex":
        return {"folder": given["YANDEX_FOLDER_ID"]}
    if name != "sber":
        return {}
    found = {"scope": given.get("GIGACHAT_SCOPE", "GIGACHAT_API_PERS")}
    if file := given.get("GIGACHAT_CA_FILE"):
        try:
            found["ca"] = Path(file).read_text(encoding="ascii")
        except (OSError, ValueError):
            log.error("GIGACHAT_CA_FILE can't be read: %s", file)
    return found
