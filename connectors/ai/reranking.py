"""The order of what was found, by the cheap model; the order it had, where that says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from msgspec.structs import replace

from connectors.ai.aside import Aside
from connectors.ai.guards import as_data
from connectors.ai.passages import numbered, shortened
from runtime.core.effects.knowledge import Passage

LOOKED_AT = 12  # passages
SEEN = 400  # characters of each

_ORDER: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["best"],
    "properties": {"best": {"type": "array", "items": {"type": "integer"}}},
}


async def ordered(aside: Aside, question: str, found: Sequence[Passage]) -> list[Passage]:
    """The passages that help to answer first; what is found least certain stays so by its place.

    The scores keep their places: they tell how sure a search is of its first, second and third.
    """
    seen, rest = found[:LOOKED_AT], found[LOOKED_AT:]
    if len(seen) < 2:
        return list(found)
    brief = [replace(one, text=shortened(one.text, question, SEEN)) for one in seen]
    told = f"<passages>\n{numbered(brief)}\n</passages>\n\n"
    told += f"<question>\n{as_data(question)}\n</question>"
    private = any(one.confidential for one in seen)
    reply = await aside.ask("rerank", told, _ORDER, confidential=private)
    best = _places(reply.data if reply else None, len(seen))
    places = [*best, *(place for place in range(len(seen)) if place not in best)]
    scores = sorted((one.score for one in seen), reverse=True)
    again = [replace(seen[place], score=score) for place, score in zip(places, scores, strict=True)]
    return [*again, *rest] if best else list(found)


def _places(given: Any, count: int) -> list[int]:
    """From 0, each once; what is no number of a passage is left out."""
    data = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    numbers = cast("list[Any]", data.get("best") or [])
    fits = (one - 1 for one in numbers if isinstance(one, int) and 1 <= one <= count)
    return list(dict.fromkeys(fits))
