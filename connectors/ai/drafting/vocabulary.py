"""The kinds of steps a plan may use, as a model reads them: taken from the registry of nodes."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, cast

from runtime.core.contract import Group, Node, Way

Shape = dict[str, Any]

GROUPS: Final[tuple[Group, ...]] = ("talk", "ask", "logic", "ai", "people")
# They act inside the product's own flows, go where an edge goes as well, or show a file that
# nobody has told the address of.
UNFIT: Final = frozenset({"repair", "jump", "media"})
# What belongs to an account, and what a person tunes later.
_UNTOLD: Final = frozenset(
    ["collections", "confidential", "image", "max_attempts", "persona", "retry_texts", "timeout"]
)
_TAKES: Final = {
    "template": "text",
    "words": "[text]",
    "variable": "name of a variable",
    "expression": "expression",
    "duration": "ISO 8601 duration",
    "flow": "id of a flow",
    "condition": "condition",
    "id": "id",
}


def fitting() -> list[type[Node]]:
    """In the order of the groups."""
    found = (node for name, node in sorted(Node.registry.items()) if name not in UNFIT)
    kept = (node for node in found if node.group in GROUPS and not _needs_an_account(node))
    return sorted(kept, key=lambda node: GROUPS.index(node.group))


def described() -> str:
    """Every fitting kind: what it does, its fields, its ways out, and an example."""
    return _described(tuple(fitting()))


@cache
def _described(types: tuple[type[Node], ...]) -> str:
    return "\n".join(_one(node) for node in types)


def _one(node: type[Node]) -> str:
    help_ = " ".join(inspect.cleandoc(node.__doc__ or "").split())
    lines = [f"## {node.type}", help_]
    if fields := _fields(node.model_json_schema()):
        lines.append(f"config: {{{fields}}}")
    lines.append(f"ways out: {', '.join(map(_way, node.ways)) or 'none; it ends the flow'}")
    if example := {key: value for key, value in node.example.items() if key not in _UNTOLD}:
        lines.append(f"example: {json.dumps(example, ensure_ascii=False)}")
    return "\n".join(lines)


def _way(way: Way) -> str:
    if way.each:
        return f"the id of each of `{way.each}`"
    return str(way.id)


def _needs_an_account(node: type[Node]) -> bool:
    schema = node.model_json_schema()
    required = schema.get("required", ())
    kinds = (_selector(schema["properties"][name]) for name in required)
    return any(kind in ("credential", "connection", "file") for kind in kinds)


# --- Fields -----------------------------------------------------------------------------------


def _fields(schema: Shape, root: Shape | None = None) -> str:
    root = root or schema
    required = set(schema.get("required", ()))
    return ", ".join(
        f"{name}{'' if name in required else '?'}: {_takes(part, root)}"
        for name, part in cast("dict[str, Shape]", schema.get("properties", {})).items()
        if name in required or name not in _UNTOLD
    )


def _takes(part: Shape, root: Shape) -> str:
    if "$ref" in part:
        resolved = root["$defs"][part["$ref"].rpartition("/")[2]]
        return _takes(resolved | _hints(part), root)
    if known := _TAKES.get(_selector(part)):
        return known
    if options := part.get("enum"):
        return " | ".join(json.dumps(option) for option in options)
    if part.get("anyOf") or part.get("oneOf"):
        return " | ".join(dict.fromkeys(_branches(part, root)))
    match part.get("type"):
        case "array":
            return f"[{_takes(part.get('items', {}), root)}]"
        case "object" if part.get("properties"):
            return f"{{{_fields(part, root)}}}"
        case "object":
            inner = part.get("additionalProperties")
            held = _takes(cast("Shape", inner), root) if isinstance(inner, dict) else "value"
            return f"{{name: {held}}}"
        case "boolean":
            return "true | false"
        case str(kind):
            return {"string": "text", "integer": "number"}.get(kind, kind)
        case _:
            return "value"


def _branches(part: Shape, root: Shape) -> Iterator[str]:
    for inner in (*part.get("anyOf", ()), *part.get("oneOf", ())):
        if inner.get("type") != "null":
            yield _takes(inner | _hints(part), root)


def _hints(part: Shape) -> Shape:
    return {key: value for key, value in part.items() if key == "x-selector"}


def _selector(part: Shape) -> str:
    return str(part.get("x-selector", {}).get("kind", ""))
