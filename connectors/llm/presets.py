"""The kinds of providers, what each asks for, and what models usually cost: `presets.json`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from connectors.llm.accounts import Account, Kind, Price

_FILE = Path(__file__).with_name("presets.json")
_VERSION = re.compile(r"-(\d{4}(-?\d\d){0,2}|latest|preview)$")
_A_MILLION = 1_000_000


class Field(msgspec.Struct, frozen=True):
    """A value that a provider of this kind asks for. ``lines``: text of several lines."""

    name: str
    label: str
    secret: bool
    required: bool
    help: str
    value: str | None = None
    choices: tuple[str, ...] | None = None
    lines: bool = False


class Model(msgspec.Struct, frozen=True):
    model: str
    strength: Literal["strong", "cheap", "embedding"]
    size: int | None = None
    note: str | None = None


class _Priced(msgspec.Struct, frozen=True):
    """Of a million tokens."""

    model: str
    taken: Decimal
    cached: Decimal
    given: Decimal


class Preset(msgspec.Struct, frozen=True):
    """A kind of provider. ``at_once`` calls of one account run in a process at the same time."""

    kind: Kind
    name: str
    about: str
    base_url: str
    local: bool
    region: str
    regions: tuple[str, ...]
    at_once: int
    fields: tuple[Field, ...]
    models: tuple[Model, ...]
    currency: str
    prices: tuple[_Priced, ...]

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def first(self, strength: str) -> Model | None:
        return next((model for model in self.models if model.strength == strength), None)


class Presets(msgspec.Struct, frozen=True):
    """``rates``: what a dollar is in other currencies, for the usual prices only."""

    as_of: str
    rates: dict[str, Decimal]
    presets: tuple[Preset, ...]


@cache
def shipped() -> Presets:
    return msgspec.json.decode(_FILE.read_bytes(), type=Presets)


def preset(kind: str) -> Preset:
    return next(preset for preset in shipped().presets if preset.kind == kind)


@cache
def usual_prices(currency: str) -> Mapping[str, Price]:
    """By model, converted where a provider asks for its money in another currency."""
    rates = shipped().rates
    return {
        row.model: Price(row.taken * rate, row.cached * rate, row.given * rate)
        for preset in shipped().presets
        for rate in [rates[currency] / rates[preset.currency]]
        for row in preset.prices
    }


def price(account: Account, model: str, own: Mapping[str, Price], currency: str) -> Price | None:
    """What the model costs; None where nobody knows. Local ones are free unless priced."""
    name = plain(model)
    for known in (model, name):
        if known in own:
            return own[known]
    if account.local:
        return Price(Decimal(0), Decimal(0), Decimal(0))
    usual = usual_prices(currency)
    return usual.get(name) or usual.get(_VERSION.sub("", name))


def plain(model: str) -> str:
    """The name without what surrounds it: a folder's URI with its version, a dealer's prefix."""
    if "://" in model:
        parts = model.partition("://")[2].split("/")
        return parts[1] if len(parts) > 1 else parts[0]
    return model.rpartition("/")[2]


def cost(price: Price | None, taken: int, cached: int, given: int) -> Decimal:
    """Of one call; ``cached`` tokens are among those ``taken``."""
    if price is None:
        return Decimal(0)
    sent = price.taken * max(0, taken - cached) + price.cached * cached
    return (sent + price.given * given) / _A_MILLION
