"""Small documents for these tests."""

from __future__ import annotations

from typing import Any

import nodes  # noqa: F401  registers the node types


def node(id_: str, type_: str, **config: Any) -> dict[str, Any]:
    return {"id": id_, "type": type_, "config": config}


def flow(id_: str, *parts: dict[str, Any] | str, **more: Any) -> dict[str, Any]:
    """Nodes, and edges written ``source.port > target`` (``source > target``: port next)."""
    placed = [part for part in parts if isinstance(part, dict)]
    edges = []
    for line in (part for part in parts if isinstance(part, str)):
        left, target = line.split(" > ")
        source, _, port = left.partition(".")
        edges.append({"source": source, "port": port or "next", "target": target})
    return {"id": id_, "start": placed[0]["id"], "nodes": placed, "edges": edges, **more}


def document(*flows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "format": "flyt/1",
        "name": "Test",
        "main": flows[0]["id"],
        "flows": list(flows),
        **more,
    }


def shop() -> dict[str, Any]:
    """A sound document with a little of everything."""
    need = node(
        "need",
        "ask.choice",
        text="What do you need?",
        variable="need",
        options=[{"id": "demo", "label": "A demo"}, {"id": "price", "label": "Prices"}],
    )
    return document(
        flow(
            "main",
            node("hello", "message", text="Hello {{ contact.name or 'there' }}!"),
            need,
            node("call", "subflow", flow="mail", inputs={"topic": "{{ need }}"}),
            node("bye", "message", text="Thanks, {{ email or 'friend' }}!"),
            "hello > need",
            "need > call",
            "call > bye",
            triggers=[{"kind": "start"}, {"kind": "keyword", "words": ["shop", "buy"]}],
        ),
        flow(
            "mail",
            node("ask", "ask.email", text="Your e-mail about {{ topic }}?", variable="email"),
            inputs=["topic"],
            outputs=[{"name": "found"}],
        ),
        variables=[{"name": "need"}, {"name": "email", "personal": True}],
        languages={
            "nb": {
                "flows.main.nodes.hello.config.text": "Hei!",
                "flows.main.nodes.need.config.options.demo.label": "Demonstrasjon",
                "flows.main.triggers.1.words.0": "butikk",
            }
        },
        tests=[
            {
                "name": "demo",
                "talk": [
                    {"bot": "Hello there!"},
                    {"bot": "What do you need?"},
                    {"choose": "demo"},
                    {"bot": "~A demo"},
                    {"user": "ann@example.org"},
                    {"bot": "Thanks, ann@example.org!"},
                    {"status": "ended"},
                ],
            }
        ],
    )
