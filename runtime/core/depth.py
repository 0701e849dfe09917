"""How deep a value may be nested that somebody sends: what is stored must be read again."""

from __future__ import annotations

from typing import Any, cast

DEEPEST = 100  # levels; writers of JSON give up at 255, and some levels come around a value


def may_be_deep(json: bytes) -> bool:
    """Whether a value written so could be too deep; spares most of them the look."""
    return json.count(b"[") + json.count(b"{") > DEEPEST


def too_deep(value: Any) -> bool:
    """Whether lists and objects lie within one another more than `DEEPEST` levels."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [inner for holder in level for inner in _within(holder)]
        if not level:
            return False
    return True


def _within(holder: Any) -> list[Any]:
    if isinstance(holder, dict):
        return list(cast("dict[str, Any]", holder).values())
    return cast("list[Any]", holder) if isinstance(holder, list) else []
