"""What can't be mended is taken out of a draft, and each time a sentence says so. Pure."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from connectors.ai.drafting.mistakes import item, name_of
from runtime.core.contract import Node
from runtime.core.problems import Problem, examine
from runtime.core.problems.variables import GIVEN

_FLOW: Final = re.compile(
    r"flows\[(\d+)\](?:\.(nodes|edges|triggers)\[(\d+)\](?:\.config\.(\w+))?)?"
)
_LISTED: Final = re.compile(r"(variables|tests)\[(\d+)\]")
_UNKNOWN: Final = re.compile(r'no variable "([^"]+)"')
_FORWARD: Final = ("next", "answered", "else", "done")  # where a step usually leads

Notes = list[str]


class NothingLeft(Exception):
    """Nothing of the draft can be used."""


def sound(document: dict[str, Any]) -> tuple[dict[str, Any], Notes]:
    """The document without its errors, and what was left out. Raises `NothingLeft`."""
    kept = copy.deepcopy(document)
    notes: Notes = []
    for _ in range(_size(kept) + 10):
        errors = [one for one in examine(kept)[1] if one.severity == "error"]
        if not errors:
            return kept, list(dict.fromkeys(notes))
        left_out = [_leave_out(kept, error, notes) for error in _at_once(errors)]
        if not any(left_out):
            raise NothingLeft
    raise NothingLeft


def _at_once(errors: Sequence[Problem]) -> list[Problem]:
    """Those that can be dealt with without looking again: of one kind, one of each place.

    The last come first, so that the places of the others stay what they are.
    """
    kind = _place(errors[0])[0]
    found = {place: error for error in reversed(errors) if (place := _place(error))[0] == kind}
    return sorted(found.values(), key=_place, reverse=True)


def _place(error: Problem) -> tuple[str, int, int]:
    """What kind of part it is about, and where that stands."""
    if found := _FLOW.match(error.path):
        return found[2] or "flows", int(found[1]), int(found[3] or 0)
    if found := _LISTED.match(error.path):
        return found[1], int(found[2]), 0
    return "settings", 0, 0


def without_tests(
    document: dict[str, Any], failed: Mapping[int, str]
) -> tuple[dict[str, Any], Notes]:
    """The document without the tests that fail."""
    tests: list[Any] = document.get("tests", [])
    kept = [test for place, test in enumerate(tests) if place not in failed]
    notes = [
        f'A test was left out, because the bot does something else: "{tests[place]["name"]}".'
        for place in failed
    ]
    return document | {"tests": kept}, notes


def _size(document: dict[str, Any]) -> int:
    flows = document["flows"]
    parts = (len(flow.get(key, ())) for flow in flows for key in ("nodes", "edges", "triggers"))
    return sum(parts) + len(flows) + len(document["variables"]) + len(document["tests"])


def _leave_out(document: dict[str, Any], error: Problem, notes: Notes) -> bool:
    """Takes out what the error is about; False where that can't be told."""
    why = error.message.rstrip(" .")
    if error.code == "unknown_variable" and (unknown := _UNKNOWN.search(error.message)):
        return _declare(document, unknown[1], notes)
    if found := _FLOW.match(error.path):
        flow = item(document["flows"], int(found[1]))
        if found[4] and _remove_field(flow, int(found[3]), found[4], why, notes):
            return True
        remove = _REMOVALS.get(found[2] or "", _remove_flow)
        return bool(flow) and remove(document, flow, int(found[3] or 0), why, notes)
    if found := _LISTED.match(error.path):
        return _remove_listed(document, found[1], int(found[2]), why, notes)
    return document.pop("settings", None) is not None


def _declare(document: dict[str, Any], name: str, notes: Notes) -> bool:
    if any(one.get("name") == name for one in document["variables"]) or name in GIVEN:
        return False
    document["variables"].append({"name": name, "type": "any"})
    notes.append(f'Nothing fills the variable "{name}" yet, which a text or a condition reads.')
    return True


def _remove_listed(document: dict[str, Any], key: str, place: int, why: str, notes: Notes) -> bool:
    listed: list[Any] = document[key]
    if place >= len(listed):
        return False
    gone = listed.pop(place)
    kind = "A test" if key == "tests" else "A variable's declaration"
    notes.append(f'{kind} was left out: "{gone.get("name", "")}" ({why}).')
    return True


def _remove_edge(
    document: dict[str, Any], flow: dict[str, Any], place: int, why: str, notes: Notes
) -> bool:
    if place >= len(flow["edges"]):
        return False
    gone = flow["edges"].pop(place)
    source = next((node for node in flow["nodes"] if node["id"] == gone["source"]), {})
    notes.append(f'A connection of "{name_of(source)}" was left out ({why}).')
    return True


def _remove_trigger(
    document: dict[str, Any], flow: dict[str, Any], place: int, why: str, notes: Notes
) -> bool:
    if place >= len(flow["triggers"]):
        return False
    flow["triggers"].pop(place)
    notes.append(f'What starts the flow "{flow["name"]}" was left out in part ({why}).')
    return True


def _remove_flow(
    document: dict[str, Any], flow: dict[str, Any], place: int, why: str, notes: Notes
) -> bool:
    if flow["id"] == document["main"]:
        return False
    document["flows"] = [one for one in document["flows"] if one is not flow]
    notes.append(f'A flow was left out: "{flow["name"]}" ({why}).')
    return True


def _remove_field(flow: dict[str, Any], place: int, name: str, why: str, notes: Notes) -> bool:
    """A setting that the step can do without."""
    node = item(flow.get("nodes"), place)
    kind = Node.registry.get(node.get("type", ""))
    field = kind.model_fields.get(name) if kind else None
    if name not in node.get("config", {}) or kind is None or (field and field.is_required()):
        return False
    del node["config"][name]
    notes.append(f'The setting `{name}` of "{name_of(node)}" was left out ({why}).')
    return True


def _remove_node(
    document: dict[str, Any], flow: dict[str, Any], place: int, why: str, notes: Notes
) -> bool:
    """What led to the step leads to the one after it."""
    if place >= len(flow["nodes"]):
        return False
    node = flow["nodes"][place]
    if len(flow["nodes"]) == 1:
        return _remove_flow(document, flow, place, why, notes)
    del flow["nodes"][place]
    after = _after(flow, node["id"])
    edges = (edge for edge in flow["edges"] if edge["source"] != node["id"])
    flow["edges"] = [
        edge | {"target": after} if edge["target"] == node["id"] else edge
        for edge in edges
        if edge["target"] != node["id"] or (after and after != edge["source"])
    ]
    if flow["start"] == node["id"]:
        flow["start"] = after or flow["nodes"][0]["id"]
    notes.append(f'A step was left out: "{name_of(node)}" ({why}).')
    return True


def _after(flow: dict[str, Any], gone: str) -> str | None:
    """The step that usually came after one that is gone."""
    there = {node["id"] for node in flow["nodes"]}
    leads = {e["port"]: e["target"] for e in flow["edges"] if e["source"] == gone}
    ways = [*(leads[port] for port in _FORWARD if port in leads), *leads.values()]
    return next((target for target in ways if target in there and target != gone), None)


_REMOVALS: Final[
    Mapping[str, Callable[[dict[str, Any], dict[str, Any], int, str, Notes], bool]]
] = {
    "nodes": _remove_node,
    "edges": _remove_edge,
    "triggers": _remove_trigger,
}
