"""Exports of Typebot, written for these tests."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]


def said(*lines: str) -> Json:
    """The content of a bubble of several paragraphs."""
    return {"richText": [{"type": "p", "children": [{"text": line}]} for line in lines]}


def block(id_: str, kind: str, **more: Any) -> Json:
    return {"id": id_, "type": kind, **more}


def group(id_: str, *blocks: Json, title: str = "Group #1", x: float = 0, y: float = 0) -> Json:
    place = {"x": x, "y": y}
    return {"id": id_, "title": title, "graphCoordinates": place, "blocks": list(blocks)}


def edge(source: str, to: str, *, item: str | None = None, start: bool = False) -> Json:
    """``to`` is a group, or a group and a block as in ``g1/b6``."""
    group_id, _, block_id = to.partition("/")
    source_part = {"eventId": source} if start else {"blockId": source}
    return {
        "id": f"{source}-{item}-{to}",
        "from": source_part | ({"itemId": item} if item else {}),
        "to": {"groupId": group_id} | ({"blockId": block_id} if block_id else {}),
    }


def export(*groups: Json, edges: list[Json] | None = None, **more: Any) -> Json:
    """Of version 6.1, which begins with the first group."""
    start = {"id": "start", "type": "start", "graphCoordinates": {"x": 0, "y": 0}}
    first = [edge("start", groups[0]["id"], start=True)] if groups else []
    return {
        "version": "6.1",
        "id": "bot",
        "name": "Shoes",
        "events": [start],
        "groups": list(groups),
        "edges": first + (edges or []),
        "variables": [{"id": "v1", "name": "First name"}, {"id": "v2", "name": "Score"}],
        **more,
    }


def shoes() -> Json:
    """Asks for a name and a size; large ones go round once more."""
    size = block(
        "size",
        "choice input",
        items=[
            {"id": "small", "content": "Small"},
            {"id": "large", "content": "Large", "value": "L"},
        ],
        options={"variableId": "v3"},
    )
    rich = {
        "id": "rich",
        "content": {
            "logicalOperator": "AND",
            "comparisons": [
                {"variableId": "v2", "comparisonOperator": "Greater or equal to", "value": "2"},
                {"variableId": "v1", "comparisonOperator": "Matches regex", "value": "/^ada/i"},
            ],
        },
    }
    return export(
        group(
            "g1",
            block("hello", "text", content=said("Welcome to *Shoes*!")),
            block("ask", "text", content=said("What is your name?")),
            block("name", "text input", options={"variableId": "v1"}),
            block("code", "Code", options={"content": "fetch('https://evil.example')"}),
            title="Hello",
            x=100,
            y=50,
        ),
        group(
            "g2",
            block("which", "text", content=said("Which size, {{First name}}?")),
            size,
            block(
                "count",
                "Set variable",
                options={"variableId": "v2", "expressionToEvaluate": "{{Score}} + 1"},
            ),
            block("if", "Condition", items=[rich]),
            block("again", "Jump", options={"groupId": "g2"}),
        ),
        group("g3", block("bye", "text", content=said("{{First name}} takes {{size}}."))),
        edges=[
            edge("code", "g2"),
            edge("size", "g3", item="small"),
            edge("if", "g3/bye", item="rich"),
        ],
        variables=[
            {"id": "v1", "name": "First name"},
            {"id": "v2", "name": "Score", "value": "0"},
            {"id": "v3", "name": "size"},
        ],
    )


def old() -> Json:
    """The same idea in version 3: the start is a block, edges name their group."""
    start = block("s", "start", label="Start", outgoingEdgeId="e1")
    return {
        "version": "3",
        "name": "Old",
        "events": None,
        "groups": [
            group("g0", start, title="Start"),
            group(
                "g1",
                block("b1", "text", groupId="g1", content={"plainText": "Your e-mail?"}),
                block("b2", "email input", groupId="g1", options={"variableId": "v1"}),
            ),
        ],
        "edges": [
            {"id": "e1", "from": {"groupId": "g0", "blockId": "s"}, "to": {"groupId": "g1"}},
            {"id": "e2", "from": {"blockId": "b2"}, "to": {"groupId": "nowhere"}},
            {"id": "e3"},
        ],
        "variables": [{"id": "v1", "name": "mail"}],
        "theme": {"chat": {"height": 3}},
    }


def text(plain: Json) -> str:
    return json.dumps(plain)
