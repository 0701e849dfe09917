"""Writes ``docs/nodes.md`` from the node types, and the table of languages: ``make docs``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import nodes  # noqa: F401  registers the node types
from runtime.core import language_table
from runtime.core.document.catalogue import catalogue
from runtime.core.document.shapes import Shape

FILE = Path(__file__).resolve().parent.parent / "docs" / "nodes.md"

_BEGINNING = """\
# Steps

Every type of step with its fields, its ways out and an example. Written by `make docs` from the
types themselves, as the editor's forms are.

Texts are Markdown and may hold `{{ expressions }}`, see [texts.md](texts.md). A duration is written
as in ISO 8601: `PT10M` is ten minutes, `P1D` a day. A way out without a connection ends the flow.
"""

_KINDS = {
    "condition": "condition",
    "duration": "duration",
    "expression": "expression",
    "flow": "id of a flow",
    "id": "id",
    "knowledge": "list of collections by name",
    "map": "values by name",
    "node": "id of a step of the same flow",
    "template": "text",
    "text": "plain text",
    "value": "any value; texts may hold expressions",
    "variable": "variable",
    "words": "list of words",
}
_TYPES = {"boolean": "yes or no", "integer": "whole number", "number": "number", "string": "text"}


def reference() -> str:
    """The whole page."""
    told = catalogue()
    parts = [_BEGINNING]
    for group in told["groups"]:
        types = [each for each in told["types"] if each["group"] == group["id"]]
        if types:
            parts.append(f"## {group['label']}\n")
            parts += (_step(each) for each in types)
    return "\n".join(parts)


def _step(type_: dict[str, Any]) -> str:
    schema: Shape = type_["schema"]
    lines = [f"### {type_['label']}: `{type_['type']}`\n", f"{type_['help']}\n"]
    lines += _choices(type_["oneOf"])
    lines += _fields(schema, schema)
    for name, part in schema.get("$defs", {}).items():
        lines += [f"Each `{name}`:\n", *_fields(part, schema)]
    lines += _ways(type_["ways"])
    example = {"id": "example", "type": type_["type"], "config": type_["example"]}
    lines.append(f"```json\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```\n")
    return "\n".join(lines)


def _choices(one_of: list[dict[str, Any]]) -> Iterator[str]:
    for choice in one_of:
        fields = [f"`{field}` ({label})" for field, label in choice["fields"].items()]
        yield f"{choice['title']}: exactly one of {', '.join(fields)}.\n"


def _fields(part: Shape, whole: Shape) -> list[str]:
    properties: dict[str, Shape] = part.get("properties", {})
    if not properties:
        return []
    rows = [_field(name, field, part, whole) for name, field in properties.items()]
    return ["| Field | | What it is | Without it |", "|---|---|---|---|", *rows, ""]


def _field(name: str, field: Shape, part: Shape, whole: Shape) -> str:
    kind = _kind(field, whole)
    about = ". ".join(filter(None, (kind, field.get("description", "").rstrip("."))))
    default = "required" if name in part.get("required", ()) else _default(field.get("default"))
    cells = (f"`{name}`", field.get("title", ""), about, default)
    return f"| {' | '.join(cells)} |"


def _kind(field: Shape, whole: Shape) -> str:
    """What a value of this field is, in words."""
    options = [each for each in field.get("anyOf", [field]) if each.get("type") != "null"]
    return " or ".join(dict.fromkeys(_one_kind(each, whole) for each in options))


def _one_kind(field: Shape, whole: Shape) -> str:
    if "$ref" in field:
        return f"`{field['$ref'].rpartition('/')[2]}`"
    if "enum" in field:
        return "one of " + ", ".join(f"`{value}`" for value in field["enum"])
    whole_list = field.get("x-selector", {}).get("kind") in ("words", "knowledge")
    if field.get("type") == "array" and not whole_list:
        return f"list of {_kind(field['items'], whole)}"
    selector = field.get("x-selector", {}).get("kind")
    said = _KINDS.get(selector) or _TYPES.get(field.get("type", ""), "value")
    limits = [f"{word} {field[key]:g}" for key, word in _LIMITS.items() if key in field]
    return f"{said}, {', '.join(limits)}" if limits else said


_LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "more than",
    "maximum": "at most",
    "exclusiveMaximum": "less than",
}


def _default(value: Any) -> str:
    return "" if value in (None, [], {}) else f"`{json.dumps(value, ensure_ascii=False)}`"


def _ways(ways: list[dict[str, Any]]) -> list[str]:
    if not ways:
        return []
    return ["Ways out: " + ", ".join(_way(way) for way in ways) + ".\n"]


def _way(way: dict[str, Any]) -> str:
    if "each" in way:
        told = f"one for each of `{way['each']}`"
        return f"{told} (unless `{way['unless']}`)" if "unless" in way else told
    told = f"`{way['id']}` ({way['label']})"
    return f"{told} where there is `{way['when']}`" if "when" in way else told


if __name__ == "__main__":
    for file, text in ((FILE, reference()), (language_table.FILE, language_table.as_text())):
        file.write_text(text, encoding="utf-8")
        click.echo(f"{file.name} is written")
