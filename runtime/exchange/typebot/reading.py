"""An export as it is on disk, in one shape whatever its version; what is broken is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from runtime.core.document import DocumentError
from runtime.core.document.reading import read as read_json
from runtime.exchange import NotImportable

Json = dict[str, Any]


@dataclass(frozen=True)
class Block:
    """One thing a group does; ``kind`` is Typebot's name of it."""

    id: str
    kind: str
    options: Json
    content: Json
    items: tuple[Json, ...] = ()


@dataclass(frozen=True)
class Group:
    id: str
    title: str
    x: float
    y: float
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Target:
    """Where an edge leads: to a group, or to a block in the middle of one."""

    group: str
    block: str | None


@dataclass(frozen=True)
class Export:
    name: str
    groups: tuple[Group, ...]
    start: Target | None
    ways: Mapping[tuple[str, str], Target]  # by block, and item or path ("": the block itself)
    variables: tuple[Json, ...]  # id, name, value
    events: tuple[Json, ...] = ()  # other than the start
    parts: Json = field(default_factory=dict[str, Any])  # theme and settings


def is_export(data: bytes | str) -> bool:
    """Whether it is an export of Typebot rather than a bot document, or no JSON at all."""
    try:
        return _is_export(read_json(data))
    except DocumentError:
        return False


def _is_export(plain: Json) -> bool:
    return "format" not in plain and isinstance(plain.get("groups"), list) and "edges" in plain


def read(data: bytes | str) -> Export:
    """Raises `NotImportable`; `DocumentError` for what is no sane JSON."""
    plain = read_json(data)
    if not _is_export(plain):
        raise NotImportable(
            "This is no export of Typebot: choose the JSON file that Typebot's own export makes."
        )
    groups = tuple(_groups(plain))
    edges = {text_of(edge.get("id")): edge for edge in objects_of(plain.get("edges"))}
    events = tuple(objects_of(plain.get("events")))
    began = [event for event in events if event.get("type") == "start"]
    starts = {text_of(event.get("id")) for event in began}
    starts |= {block.id for group in groups for block in group.blocks if block.kind == "start"}
    ways: dict[tuple[str, str], Target] = {}
    start = None
    there = {group.id: {block.id for block in group.blocks} for group in groups}
    for edge in edges.values():
        source, target = object_of(edge.get("from")), _target(edge, there)
        block = text_of(source.get("blockId")) or text_of(source.get("eventId"))
        if target is None or not block:
            continue
        if block in starts:
            start = target
        else:
            part = text_of(source.get("itemId")) or text_of(source.get("pathId"))
            ways[block, part] = target
    return Export(
        name=text_of(plain.get("name")).strip()[:100] or "Imported bot",
        groups=tuple(group for group in groups if any(b.kind != "start" for b in group.blocks)),
        start=start,
        ways=ways,
        variables=tuple(objects_of(plain.get("variables"))),
        events=tuple(event for event in events if event not in began),
        parts={name: object_of(plain.get(name)) for name in ("theme", "settings")},
    )


def _target(edge: Json, there: Mapping[str, set[str]]) -> Target | None:
    to = object_of(edge.get("to"))
    group, block = text_of(to.get("groupId")), text_of(to.get("blockId"))
    if group not in there:
        return None
    return Target(group, block if block in there[group] else None)


def _groups(plain: Json) -> Iterator[Group]:
    seen: set[str] = set()
    for each in objects_of(plain.get("groups")):
        id_, place = text_of(each.get("id")), object_of(each.get("graphCoordinates"))
        if not id_ or id_ in seen:
            continue
        seen.add(id_)
        yield Group(
            id_,
            text_of(each.get("title")).strip(),
            number(place.get("x")) or 0.0,
            number(place.get("y")) or 0.0,
            tuple(_blocks(each, seen)),
        )


def _blocks(group: Json, seen: set[str]) -> Iterator[Block]:
    for each in objects_of(group.get("blocks")):
        id_, kind = text_of(each.get("id")), text_of(each.get("type"))
        if not id_ or not kind or id_ in seen:
            continue
        seen.add(id_)
        items = tuple(objects_of(each.get("items")))
        yield Block(
            id_, kind, object_of(each.get("options")), object_of(each.get("content")), items
        )


# --- Plain values that may be anything --------------------------------------------------------


def object_of(value: Any) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Json]:
    found = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("Json", each) for each in found if isinstance(each, dict)]


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def number(value: Any) -> float | None:
    """A number, also one that is written as a text; never a boolean."""
    if isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if abs(found) < 1e12 else None
