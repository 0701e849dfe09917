"""Small bot documents to build tests on."""

from __future__ import annotations

from typing import Any


def node(name: str, text: str = "Hello", kind: str = "message") -> dict[str, Any]:
    return {"id": name, "type": kind, "config": {"text": text}, "position": {"x": 0, "y": 0}}


def edge(source: str, target: str, port: str = "next") -> dict[str, Any]:
    return {"source": source, "port": port, "target": target}


def document(**changes: Any) -> dict[str, Any]:
    main = {
        "id": "main",
        "name": "Main",
        "start": "hello",
        "enabled": True,
        "triggers": [{"kind": "start"}],
        "inputs": [],
        "outputs": [],
        "notes": [],
        "nodes": [node("hello"), node("more", "More"), node("bye", "Bye")],
        "edges": [edge("hello", "more"), edge("more", "bye")],
    }
    return {
        "format": "flyt/1",
        "name": "Greeter",
        "description": "Says hello",
        "language": "en",
        "main": "main",
        "variables": [{"name": "order", "type": "object", "default": None, "personal": False}],
        "settings": {"persona": "kind", "not_understood": None, "confidence": 0.5},
        "flows": [main],
        "needs": {"connectors": [], "knowledge": []},
        "tests": [],
    } | changes
