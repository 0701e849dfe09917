"""What this installation can run: the node types, and the handlers of effects."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

from runtime.perform import Handler


def load(modules: Iterable[str]) -> dict[str, Handler]:
    """Imports the nodes and the modules of ``FLYT_PLUGINS``; answers handlers by effect kind."""
    importlib.import_module("nodes")
    handlers: dict[str, Handler] = {}
    for name in modules:
        module = importlib.import_module(name)
        if register := getattr(module, "register", None):
            register(handlers)
    return handlers
