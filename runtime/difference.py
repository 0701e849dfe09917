"""What changed between two bot documents, item by item; moving a card on the canvas is nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

ItemKind = Literal["setting", "variable", "flow", "node", "edge", "note", "test", "translation"]


class Field(NamedTuple):
    """One changed value; ``path`` lies inside the item, a missing value is None."""

    path: str
    before: Any
    after: Any


class Change(NamedTuple):
    change: Literal["added", "removed", "changed"]
    item: ItemKind
    path: str
    title: str
    fields: tuple[Field, ...] = ()


class _Item(NamedTuple):
    kind: ItemKind
    title: str
    value: Any


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Changes in the order of the new document, then what is gone; both as JSON documents."""
    old, new = dict(_items(before)), dict(_items(after))
    changes: list[Change] = []
    for path, item in new.items():
        if path not in old:
            changes.append(Change("added", item.kind, path, item.title))
        elif fields := _fields(old[path].value, item.value):
            changes.append(Change("changed", item.kind, path, item.title, fields))
    changes += (
        Change("removed", item.kind, path, item.title)
        for path, item in old.items()
        if path not in new
    )
    return changes


def _items(document: Mapping[str, Any]) -> Iterator[tuple[str, _Item]]:
    lists = ("flows", "variables", "tests", "settings", "languages")
    for name, value in document.items():
        if name not in lists:
            yield name, _Item("setting", name, value)
    for name, value in (document.get("settings") or {}).items():
        yield f"settings.{name}", _Item("setting", name, value)
    for each in document.get("variables") or ():
        yield f"variables.{each['name']}", _Item("variable", each["name"], each)
    for each in document.get("tests") or ():
        yield f"tests.{each['name']}", _Item("test", each["name"], each)
    for language, texts in (document.get("languages") or {}).items():
        yield f"languages.{language}", _Item("translation", language, texts)
    for flow in document.get("flows") or ():
        yield from _flow_items(flow)


def _flow_items(flow: Mapping[str, Any]) -> Iterator[tuple[str, _Item]]:
    path, parts = f"flows.{flow['id']}", ("nodes", "edges", "notes")
    own = {name: value for name, value in flow.items() if name not in parts}
    yield path, _Item("flow", flow.get("name") or flow["id"], own)
    for node in flow.get("nodes") or ():
        value = {name: part for name, part in node.items() if name != "position"}
        title = node.get("title") or node["id"]
        yield f"{path}.nodes.{node['id']}", _Item("node", title, value)
    for edge in flow.get("edges") or ():
        name = f"{edge['source']}.{edge['port']}"
        yield f"{path}.edges.{name}", _Item("edge", name, {"target": edge["target"]})
    for note in flow.get("notes") or ():
        yield f"{path}.notes.{note['text']}", _Item("note", note["text"], {})


def _fields(before: Any, after: Any, path: str = "") -> tuple[Field, ...]:
    if before == after:
        return ()
    if isinstance(before, dict) and isinstance(after, dict):
        return tuple(
            field
            for name in {**before, **after}
            for field in _fields(
                before.get(name), after.get(name), f"{path}.{name}" if path else name
            )
        )
    return (Field(path, before, after),)
