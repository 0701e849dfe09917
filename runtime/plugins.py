"""What this installation can do: the node types, handlers of effects, senders of channels."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from connectors.channels import Sender
from runtime.perform import Handler


@dataclass(frozen=True)
class Abilities:
    """A plugin's ``register(abilities)`` adds its own to these."""

    effects: dict[str, Handler] = field(default_factory=dict[str, Handler])  # by effect kind
    channels: dict[str, Sender] = field(default_factory=dict[str, Sender])  # by channel kind


def load(modules: Iterable[str]) -> Abilities:
    """Imports the nodes and the modules of ``FLYT_PLUGINS``."""
    importlib.import_module("nodes")
    abilities = Abilities()
    for name in modules:
        module = importlib.import_module(name)
        if register := getattr(module, "register", None):
            register(abilities)
    return abilities
