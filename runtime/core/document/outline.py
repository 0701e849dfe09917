"""What can be read of a document whose other parts may be wrong, so that all errors come at once.

Nothing here trusts a type: each piece that has not the expected shape is left out, because
`Document` itself reports it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from pydantic import ValidationError

from runtime.core.contract import Node
from runtime.core.document.mistakes import MAX_SHOWN, DocumentProblem, explain, suggest
from runtime.core.texts import step_into


@dataclass(frozen=True, slots=True)
class PlacedOutline:
    """``node`` is None where type or configuration are wrong: its ports are then not known."""

    path: str
    id: str
    node: Node | None


@dataclass(frozen=True, slots=True)
class EdgeOutline:
    path: str
    source: str
    port: str
    target: str


@dataclass(frozen=True, slots=True)
class FlowOutline:
    path: str
    id: str
    start: str | None
    parameters: dict[str, frozenset[str]]  # names by "input" and "output"
    nodes: tuple[PlacedOutline, ...]
    edges: tuple[EdgeOutline, ...]


def outline(plain: dict[str, Any]) -> tuple[list[FlowOutline], list[DocumentProblem]]:
    """The flows as far as they can be read, and what is wrong with the nodes' configurations."""
    problems: list[DocumentProblem] = []
    flows = [
        FlowOutline(
            path=path,
            id=flow_id,
            start=text(flow.get("start")),
            parameters={kind: _names(flow, f"{kind}s") for kind in ("input", "output")},
            nodes=tuple(_nodes(flow, path, problems)),
            edges=tuple(_edges(flow, path)),
        )
        for path, flow in objects(plain, "flows")
        if (flow_id := text(flow.get("id"))) is not None
    ]
    return flows, problems


def _nodes(
    flow: dict[str, Any], flow_path: str, problems: list[DocumentProblem]
) -> Iterator[PlacedOutline]:
    for path, placed in objects(flow, "nodes", flow_path):
        node = _build(placed, path, problems)
        if (node_id := text(placed.get("id"))) is not None:
            yield PlacedOutline(path, node_id, node)


def _build(placed: dict[str, Any], path: str, problems: list[DocumentProblem]) -> Node | None:
    node_type, config = placed.get("type"), placed.get("config", {})
    if not isinstance(node_type, str) or not isinstance(config, dict):
        return None
    found = Node.registry.get(node_type)
    if found is None:
        message = f'There is no kind of step "{node_type[:60]}".'
        hint = suggest(node_type, Node.registry)
        problems.append(DocumentProblem(f"{path}.type", message, hint))
        return None
    try:
        return found.model_validate_json(msgspec.json.encode(config), strict=True)
    except ValidationError as error:
        if len(problems) < MAX_SHOWN:
            problems += explain(error, config, found, f"{path}.config")
        return None


def _edges(flow: dict[str, Any], flow_path: str) -> Iterator[EdgeOutline]:
    for path, edge in objects(flow, "edges", flow_path):
        ends = edge.get("source"), edge.get("port", "next"), edge.get("target")
        if all(isinstance(end, str) for end in ends):
            yield EdgeOutline(path, *cast("tuple[str, str, str]", ends))


def _names(flow: dict[str, Any], key: str) -> frozenset[str]:
    """A flow's inputs or outputs; one that is a plain string is its name."""
    items = flow.get(key)
    plain = cast("list[Any]", items) if isinstance(items, list) else []
    named = (parameter.get("name") for _, parameter in objects(flow, key))
    return frozenset(name for name in (*plain, *named) if isinstance(name, str))


def objects(holder: Any, key: str, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects in the list ``holder[key]`` with their paths; anything else is passed over."""
    items = cast("dict[str, Any]", holder).get(key) if isinstance(holder, dict) else None
    for index, item in enumerate(cast("list[Any]", items) if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield step_into(step_into(path, key), index), cast("dict[str, Any]", item)


def text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
