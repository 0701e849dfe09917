"""A plan as a bot document: ids, edges, triggers. Pure; whether it is sound is found out later.

Steps get no place: the canvas arranges what was never placed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from connectors.ai.drafting import procedure
from connectors.ai.drafting.plan import Plan

MAIN: Final = "main"
_ENDS: Final = frozenset({"", "end", "none", "null"})  # unless a step is called so
_NAME, _TITLE, _TEXT = 200, 80, 4_000  # characters
_EXAMPLES = 100


def document(plan: Plan, language: str, said: Sequence[str] = ()) -> dict[str, Any]:
    """``said`` are the sentences of a procedure, by which its steps are then called too."""
    ids = _ids([MAIN, *(flow["id"] for flow in plan["flows"][1:])])
    known: dict[str, str] = {}
    for flow, id_ in zip(plan["flows"], ids, strict=True):
        known.setdefault(flow["id"], id_)
    flows = [_flow(id_, flow, known, said) for id_, flow in zip(ids, plan["flows"], strict=True)]
    made: dict[str, Any] = {
        "format": "flyt/1",
        "name": procedure.cut(_line(plan["name"]), _NAME) or "New bot",
        "description": _shorter(plan.get("description")),
        "language": language,
        "main": MAIN,
        "variables": _declared(plan.get("variables") or ()),
        "flows": flows,
        "tests": [_test(test) for test in plan.get("tests") or ()],
    }
    if persona := _shorter(plan.get("persona")).strip():
        made["settings"] = {"persona": persona}
    return made


# --- Flows ------------------------------------------------------------------------------------


def _flow(
    id_: str, flow: dict[str, Any], flows: Mapping[str, str], said: Sequence[str]
) -> dict[str, Any]:
    steps: list[dict[str, Any]] = flow["steps"]
    ids = _ids(step["id"] for step in steps)
    known = dict(zip(reversed([step["id"] for step in steps]), reversed(ids), strict=True))
    return {
        "id": id_,
        "name": procedure.cut(_line(flow.get("name") or flow["id"]), _NAME),
        "start": ids[0],
        "triggers": _triggers(flow, is_main=id_ == MAIN),
        "nodes": [_node(one, step, flows, said) for one, step in zip(ids, steps, strict=True)],
        "edges": [
            {"source": one, "port": port, "target": known.get(target, target)}
            for one, step in zip(ids, steps, strict=True)
            for port, target in (step.get("to") or {}).items()
            if target in known or target.strip().lower() not in _ENDS
        ],
    }


def _triggers(flow: dict[str, Any], *, is_main: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"kind": "start"}, {"kind": "manual"}] if is_main else []
    if words := _lines(flow.get("keywords")):
        found.append({"kind": "keyword", "words": words})
    if examples := _lines(flow.get("examples")):
        found.append({"kind": "intent", "examples": examples})
    return found


def _node(
    id_: str, step: dict[str, Any], flows: Mapping[str, str], said: Sequence[str]
) -> dict[str, Any]:
    config: dict[str, Any] = step["config"]
    called = config.get("flow")
    if step["type"] == "subflow" and isinstance(called, str) and called in flows:
        config = config | {"flow": flows[called]}
    title = procedure.title(procedure.cut(_line(step.get("title")), _TITLE), step, said)
    return {"id": id_, "type": step["type"], "title": title, "config": config}


def _declared(variables: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = {one["name"]: one for one in variables if one["name"]}
    fields = ("name", "type", "default", "personal")
    return [{key: one[key] for key in fields if one.get(key) is not None} for one in kept.values()]


def _test(test: dict[str, Any]) -> dict[str, Any]:
    """A talk that begins with a button begins, like every talk with one, with the bot's opening."""
    talk: list[dict[str, Any]] = test["talk"]
    opened = [{"status": "bot"}] if "choose" in talk[0] else []
    return {"name": _line(test["name"]), "talk": [*opened, *talk]}


# --- Ids and texts ----------------------------------------------------------------------------


def _ids(given: Iterable[str]) -> list[str]:
    """An id for each that documents allow, and no two alike."""
    taken: set[str] = set()
    found: list[str] = []
    for place, one in enumerate(given, 1):
        plain = re.sub(r"[^A-Za-z0-9_-]+", "_", one).strip("_")[:56] or f"step_{place}"
        id_, number = plain, 1
        while id_ in taken:
            number += 1
            id_ = f"{plain}_{number}"
        taken.add(id_)
        found.append(id_)
    return found


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _lines(texts: Iterable[str] | None) -> list[str]:
    lines = (procedure.cut(_line(text), _NAME) for text in texts or ())
    return list(dict.fromkeys(filter(None, lines)))[:_EXAMPLES]


def _shorter(text: str | None) -> str:
    return (text or "")[:_TEXT]
