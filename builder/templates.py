"""The bot documents that ship with Flyt, as a first step for somebody new."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from builder.paths import ROOT
from builder.words import t
from storage.errors import NotFound

_FOLDER = ROOT / "templates" / "flows"


@dataclass(frozen=True)
class Template:
    """One card of the list; ``id`` is the name of the file without its ending."""

    id: str
    name: str
    description: str


@cache
def listed() -> tuple[Template, ...]:
    return tuple(_card(file.stem, file.read_text()) for file in sorted(_FOLDER.glob("*.json")))


def text(template_id: str) -> str:
    """The document itself. Raises `storage.errors.NotFound`."""
    if template_id not in {template.id for template in listed()}:
        raise NotFound("There is no such template.")
    return (_FOLDER / f"{template_id}.json").read_text()


def empty() -> str:
    """A document to draw on: it greets, so that it can be talked to at once."""
    hello = {"id": "hello", "type": "message", "config": {"text": t("Hello! How can I help?")}}
    flow = {
        "id": "main",
        "name": t("Main"),
        "start": "hello",
        "triggers": [{"kind": "start"}],
        "nodes": [hello | {"position": {"x": 0, "y": 0}}],
        "edges": [],
    }
    return json.dumps({"format": "flyt/1", "name": t("New bot"), "flows": [flow]})


def _card(template_id: str, document: str) -> Template:
    content = json.loads(document)
    return Template(template_id, content["name"], content.get("description", ""))
