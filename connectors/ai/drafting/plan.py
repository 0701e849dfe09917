"""What a model answers: a bot in short, as JSON of `SCHEMA`.

The schema asks for little, so that one odd value does not cost a whole answer; whether a step's
configuration is right is found out by the document's own checks, which name the place.
"""

from __future__ import annotations

from typing import Any, Final, cast

from connectors.llm.failures import storable

Plan = dict[str, Any]

_DEEPEST = 30  # levels; documents allow a few more

_TEXT: Final = {"type": "string"}
_ANY_TEXT: Final = {"type": ["string", "null"]}


def _object(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def _listed(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": ["array", "null"], "items": items, **more}


_STEP: Final = _object(
    {
        "id": _TEXT,
        "type": _TEXT,
        "title": _ANY_TEXT,
        "config": {"type": "object"},
        "to": {"type": ["object", "null"], "additionalProperties": _ANY_TEXT},
        "from": _listed({"type": "integer"}),
    },
    ("id", "type", "config"),
)
_FLOW: Final = _object(
    {
        "id": _TEXT,
        "name": _ANY_TEXT,
        "keywords": _listed(_TEXT),
        "examples": _listed(_TEXT),
        "steps": {"type": "array", "items": _STEP, "minItems": 1, "maxItems": 200},
    },
    ("id", "steps"),
)
_VARIABLE: Final = _object(
    {"name": _TEXT, "type": _ANY_TEXT, "default": {}, "personal": {"type": ["boolean", "null"]}},
    ("name",),
)
_TEST: Final = _object(
    {"name": _TEXT, "talk": {"type": "array", "items": {"type": "object"}, "minItems": 1}},
    ("name", "talk"),
)
SCHEMA: Final[dict[str, Any]] = _object(
    {
        "name": _TEXT,
        "description": _ANY_TEXT,
        "persona": _ANY_TEXT,
        "variables": _listed(_VARIABLE, maxItems=200),
        "flows": {"type": "array", "items": _FLOW, "minItems": 1, "maxItems": 40},
        "tests": _listed(_TEST, maxItems=10),
        "left_out": _listed(_TEXT),
    },
    ("name", "flows"),
)
"""``to`` has a step's id for each way out; ``from`` the numbers of a procedure's sentences."""


def cleaned(plan: Plan) -> Plan:
    """A plan of `SCHEMA` without nulls, characters that can't be stored, and endless depths."""
    return cast("Plan", _clean(plan, 0))


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return storable(value)
    if depth > _DEEPEST:
        return ""
    if isinstance(value, dict):
        inside = cast("dict[str, Any]", value).items()
        return {storable(k): _clean(v, depth + 1) for k, v in inside if v is not None}
    if isinstance(value, list):
        return [_clean(inner, depth + 1) for inner in cast("list[Any]", value)]
    return value
