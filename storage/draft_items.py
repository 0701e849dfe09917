"""A bot document as the items people edit side by side, and back. Pure.

Keys: ``n:<flow>/<id>`` a node, ``e:<flow>/<source>/<port>`` an edge, ``f:<flow>`` a flow without
its nodes and edges, ``s:<name>`` anything else at the top: settings, variables, languages, tests …
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from storage.errors import Refused

_FLOW = r"(?:system\.)?[A-Za-z0-9_-]{1,64}"
_ID = r"[A-Za-z0-9_-]{1,64}"
_KEY = re.compile(
    rf"n:{_FLOW}/(?P<node>{_ID})"
    rf"|e:{_FLOW}/(?P<source>{_ID})/(?P<port>.{{1,500}})"
    rf"|f:(?P<flow>{_FLOW})"
    r"|s:(?P<name>[A-Za-z_]{1,64})",
    re.DOTALL,
)
_FIRST = ("format", "name", "description", "language", "author", "version", "category", "licence")


class DraftError(Refused, ValueError):
    """An operation or document that even a draft can't hold; the message names the place."""


def split(document: Mapping[str, Any]) -> dict[str, Any]:
    """The items of a document, in its order. Raises `DraftError` where items lack an identity."""
    items: dict[str, Any] = {
        f"s:{name}": value
        for name, value in document.items()
        if name != "flows" and value is not None
    }
    for index, flow in enumerate(_objects(document.get("flows", []), "flows")):
        _split_flow(items, flow, f"flows[{index}]")
    for key, value in items.items():
        check(key, value)
    return items


def _split_flow(items: dict[str, Any], flow: dict[str, Any], path: str) -> None:
    name = _word(flow, "id", path)
    own = {key: value for key, value in flow.items() if key not in ("nodes", "edges")}
    _add(items, f"f:{name}", own, path)
    for index, node in enumerate(_objects(flow.get("nodes", []), f"{path}.nodes")):
        place = f"{path}.nodes[{index}]"
        _add(items, f"n:{name}/{_word(node, 'id', place)}", node, place)
    for index, edge in enumerate(_objects(flow.get("edges", []), f"{path}.edges")):
        place = f"{path}.edges[{index}]"
        source, port = _word(edge, "source", place), edge.get("port", "next")
        _add(items, f"e:{name}/{source}/{port}", edge, place)


def assemble(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The document of items given in their order.

    Nodes and edges of a flow that somebody deleted meanwhile are left out.
    """
    settings: dict[str, Any] = {}
    flows: dict[str, dict[str, Any]] = {}
    inside: list[tuple[str, str, Any]] = []
    for key, value in items:
        kind, _, rest = key.partition(":")
        if kind == "s":
            settings[rest] = value
        elif kind == "f":
            flows[rest] = value | {"nodes": [], "edges": []}
        else:
            inside.append(("nodes" if kind == "n" else "edges", rest.partition("/")[0], value))
    for part, flow, value in inside:
        if flow in flows:
            flows[flow][part].append(value)
    first = {name: settings[name] for name in _FIRST if name in settings}
    return first | settings | {"flows": list(flows.values())}


def check(key: str, value: Any) -> None:
    """Raises `DraftError` unless ``value`` may stand under ``key``; None stands for deletion."""
    matched = _KEY.fullmatch(key)
    if matched is None:
        raise DraftError(
            f"{key[:200]!r} names nothing in a document: use n:<flow>/<node>,"
            " e:<flow>/<source>/<port>, f:<flow> or s:<setting>"
        )
    parts = matched.groupdict()
    if value is None:
        return
    _check_text(key, value)
    wanted: dict[str, str] = {}
    if parts["node"] or parts["flow"]:
        wanted = {"id": parts["node"] or parts["flow"]}
    elif parts["source"]:
        wanted = {"source": parts["source"], "port": parts["port"]}
    elif parts["name"] == "flows":
        raise DraftError("flows are written as f:, n: and e: items, not as a setting")
    _check_identity(key, value, wanted)


def _check_identity(key: str, value: Any, wanted: dict[str, str]) -> None:
    if not wanted:
        return
    if not isinstance(value, dict):
        raise DraftError(f"{key}: expected an object")
    for name, word in wanted.items():
        if value.get(name, "next" if name == "port" else None) != word:
            raise DraftError(f"{key}: its {name} must be {word!r}, as in the key")
    if key.startswith("f:") and ("nodes" in value or "edges" in value):
        raise DraftError(f"{key}: nodes and edges are items of their own")


def _check_text(key: str, value: Any) -> None:
    """What PostgreSQL's JSON can't hold."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except UnicodeEncodeError as error:
        raise DraftError(f"{key}: has half a character in it") from error
    except ValueError as error:
        raise DraftError(f"{key}: is no JSON: {error}") from error
    if "\\u0000" in text.replace("\\\\", ""):
        raise DraftError(f"{key}: has a NUL character in it")


def _objects(value: Any, path: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise DraftError(f"{path}: expected a list of objects")
    return value


def _word(value: dict[str, Any], name: str, path: str) -> str:
    word = value.get(name)
    if not isinstance(word, str):
        raise DraftError(f"{path}: has no {name}; give it one")
    return word


def _add(items: dict[str, Any], key: str, value: Any, path: str) -> None:
    if key in items:
        raise DraftError(f"{path}: there is another {key[2:]!r} already; rename one of them")
    items[key] = value
