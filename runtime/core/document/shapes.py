"""Walks a JSON Schema beside the data it describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, cast

from pydantic import BaseModel

Shape = dict[str, Any]


@cache
def schema_of(model: type[BaseModel]) -> Shape:
    return model.model_json_schema()


def known_keys(schema: Shape, data: Any, steps: Iterable[str | int]) -> set[str]:
    """The keys a JSON Schema allows at ``steps`` of ``data``."""
    found = _at(schema, data, steps)
    return {key for branch in found for key in branch.get("properties", {})}


def title_of(schema: Shape, data: Any, steps: Iterable[str | int], key: str) -> str:
    """What the field ``key`` at ``steps`` of ``data`` is called in its form."""
    titles = (branch.get("properties", {}).get(key, {}) for branch in _at(schema, data, steps))
    return next((field["title"] for field in titles if "title" in field), key)


def _at(schema: Shape, data: Any, steps: Iterable[str | int]) -> list[Shape]:
    """The plain schemas of what stands at ``steps`` of ``data``."""
    found = list(branches(schema, schema, data))
    for step in steps:
        data = data[step]
        inner = [child for branch in found for child in children(branch, step)]
        found = [leaf for child in inner for leaf in branches(child, schema, data)]
    return found


def branches(part: Shape, root: Shape, data: Any) -> Iterator[Shape]:
    """The plain schemas ``part`` may stand for, given what the data says it is.

    ``x-…`` hints beside a reference or a union belong to each of them.
    """
    if "$ref" in part:
        inner: list[Shape] = [root["$defs"][part["$ref"].rpartition("/")[2]]]
    else:
        inner = [*part.get("anyOf", ()), *part.get("oneOf", ()), *part.get("allOf", ())]
    hints = {key: value for key, value in part.items() if key.startswith("x-")}
    for option in inner:
        for leaf in branches(option, root, data):
            yield leaf | hints if hints else leaf
    if not inner and _agrees(part, data):
        yield part


def children(part: Shape, step: str | int) -> Iterator[Shape]:
    """What ``part`` says about its item or key ``step``."""
    if isinstance(step, int):
        found = part.get("items")
    else:
        found = part.get("properties", {}).get(step) or part.get("additionalProperties")
    if isinstance(found, dict):
        yield cast("Shape", found)


def _agrees(part: Shape, data: Any) -> bool:
    """Whether no constant of the schema (such as a trigger's ``kind``) contradicts the data."""
    if not isinstance(data, dict):
        return True
    given = cast("dict[str, Any]", data)
    rules = cast("dict[str, Shape]", part.get("properties", {}))
    return all(
        given[key] == rule["const"]
        for key, rule in rules.items()
        if "const" in rule and key in given
    )
