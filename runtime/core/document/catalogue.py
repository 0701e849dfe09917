"""What the editor must know to draw any step: each node type's form, ways out and words. Pure.

A schema in the catalogue uses only `KEYWORDS`, which the panel knows. What a panel would not show
is left out: the builder knows the grammar of conditions, and sentences about parts are for
developers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final, cast

import msgspec
from pydantic_core import PydanticUndefined

from runtime.core.contract import Group, Node
from runtime.core.document.shapes import Shape
from runtime.core.document.wording import ERRORS, GROUPS, OPERATORS

Translate = Callable[[str], str]

KEYWORDS: Final = frozenset(
    {
        "$defs", "$ref", "additionalProperties", "anyOf", "default", "description", "enum",
        "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maxLength",
        "maximum", "minItems", "minLength", "minimum", "pattern", "properties", "propertyNames",
        "required", "title", "type", "x-selector", "x-ui",
    }
)  # fmt: skip

_HINTS_IN_WORDS = ("add", "item", "key", "value", "placeholder")


def catalogue(translate: Translate = str) -> dict[str, Any]:
    """Groups, node types and texts, as ``GET /api/v1/catalogue/{locale}`` sends them."""
    order: list[Group] = list(GROUPS)
    types = sorted(Node.registry.values(), key=lambda node: order.index(node.group))
    errors = {f"error.{kind}": translate(text) for kind, text in ERRORS.items()}
    operators = {f"operator.{name}": translate(text) for name, text in OPERATORS.items()}
    return {
        "groups": [{"id": id_, "label": translate(text)} for id_, text in GROUPS.items()],
        "types": [node_type(node, translate) for node in types],
        "texts": errors | operators,
    }


def node_type(node: type[Node], translate: Translate = str) -> dict[str, Any]:
    """One node type; its docstring is its help."""
    return {
        "type": node.type,
        "label": translate(node.label),
        "help": translate(inspect.cleandoc(node.__doc__ or "")),
        "icon": node.icon,
        "group": node.group,
        "summary": node.summary,
        "ways": [_way(msgspec.to_builtins(way), translate) for way in node.ways],
        "oneOf": [_one_of(msgspec.to_builtins(choice), translate) for choice in node.one_of],
        "schema": _schema(node, translate),
        "fresh": fresh(node),
        "example": node.example,
    }


def _way(way: dict[str, Any], translate: Translate) -> dict[str, Any]:
    """With ``each``, the label is the name of a field and not a word."""
    kind, label = way.get("kind", "usual"), way.get("label", "")
    return way | {"kind": kind, "label": label if "each" in way else translate(label)}


def _one_of(choice: dict[str, Any], translate: Translate) -> dict[str, Any]:
    def words(labels: dict[str, str]) -> dict[str, str]:
        return {field: translate(label) for field, label in labels.items()}

    return {
        "title": translate(choice["title"]),
        "fields": words(choice["fields"]),
        "also": {field: words(labels) for field, labels in choice.get("also", {}).items()},
    }


# --- Schemas --------------------------------------------------------------------------------


def _schema(node: type[Node], translate: Translate) -> Shape:
    whole = node.model_json_schema()
    definitions = {name: _shown(part, translate) for name, part in whole.pop("$defs", {}).items()}
    schema = _shown(whole, translate)
    schema |= {"properties": _in_order(schema.get("properties", {}))}
    used = _reachable(schema, definitions)
    if used:
        schema["$defs"] = {name: definitions[name] for name in sorted(used)}
    return schema


def _shown(part: Shape, translate: Translate) -> Shape:
    """A schema as the panel gets it: in the reader's language and without inner workings."""
    shown = {key: _inside(key, value, translate) for key, value in part.items()}
    if shown.get("x-selector", {}).get("kind") == "condition":
        shown.pop("oneOf", None)
    if shown.get("type") == "object" and "x-selector" not in shown:
        shown.pop("description", None)
        shown.pop("title", None)
    return shown


def _inside(key: str, value: Any, translate: Translate) -> Any:
    match key:
        case "properties":
            parts = cast("dict[str, Shape]", value)
            return {name: _field(name, inner, translate) for name, inner in parts.items()}
        case "items" | "additionalProperties" | "propertyNames" if isinstance(value, dict):
            return _shown(cast("Shape", value), translate)
        case "anyOf":
            return [_shown(inner, translate) for inner in cast("list[Shape]", value)]
        case "x-selector" | "x-ui":
            return _hints(cast("dict[str, Any]", value), translate)
        case "title" | "description":
            return translate(value)
        case _:
            return value


def _field(name: str, part: Shape, translate: Translate) -> Shape:
    """A field whose author gave it no title is called by its name."""
    by_itself = name.replace("_", " ")
    if part.get("title") == by_itself.title():
        part = part | {"title": by_itself.capitalize()}
    return _shown(part, translate)


def _hints(hints: dict[str, Any], translate: Translate) -> dict[str, Any]:
    shown = {
        key: translate(value) if key in _HINTS_IN_WORDS else value for key, value in hints.items()
    }
    labels = cast("dict[str, str] | None", hints.get("labels"))
    if labels:
        shown["labels"] = {value: translate(label) for value, label in labels.items()}
    return shown


def _in_order(properties: dict[str, Shape]) -> dict[str, Shape]:
    """A subclass's own fields stand where ``after`` wants them, not behind the inherited ones."""
    order = list(properties)
    moved = [(name, part["x-ui"]["after"]) for name, part in properties.items() if _moves(part)]
    for name, after in reversed(moved):
        order.remove(name)
        order.insert(order.index(after) + 1, name)
    return {name: properties[name] for name in order}


def _moves(part: Shape) -> bool:
    return "after" in part.get("x-ui", {})


def _reachable(part: Any, definitions: dict[str, Shape]) -> set[str]:
    """The names of the definitions that ``part`` uses, by others too."""
    found: set[str] = set()
    stack: list[Any] = [part]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            inner = cast("dict[str, Any]", value)
            stack += inner.values()
            name = str(inner.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                stack.append(definitions[name])
        elif isinstance(value, list):
            stack += cast("list[Any]", value)
    return found


# --- New steps ------------------------------------------------------------------------------


def fresh(node: type[Node]) -> dict[str, Any]:
    """The configuration of a new step: what has a default, and empty what its author must say."""
    schema = node.model_json_schema()
    required = schema.get("required", ())
    made: dict[str, Any] = {}
    for name, field in node.model_fields.items():
        if name in required:
            made[name] = _blank(schema["properties"][name], schema)
        elif field.default not in (None, PydanticUndefined):
            made[name] = schema["properties"][name]["default"]
    return made


_IDS = ("first", "second", "third")


def _blank(part: Shape, root: Shape, nth: int = 0) -> Any:
    """The emptiest value of a field that looks like one; of a list's items it is the ``nth``."""
    if "$ref" in part:
        return _blank(root["$defs"][part["$ref"].rpartition("/")[2]], root, nth)
    if part.get("x-selector", {}).get("kind") == "condition":
        return {"all": [{"variable": "", "op": "eq"}]}
    if part.get("x-selector", {}).get("kind") == "id":
        return _IDS[nth]
    if "enum" in part:
        return part["enum"][0]
    match part.get("type"):
        case "array":
            return [_blank(part["items"], root, n) for n in range(part.get("minItems", 0))]
        case "object":
            inner: dict[str, Shape] = part.get("properties", {})
            return {name: _blank(inner[name], root, nth) for name in part.get("required", ())}
        case "boolean":
            return False
        case "integer" | "number":
            return part.get("minimum", 0)
        case _:
            return ""
