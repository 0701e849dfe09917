"""A procedure as numbered sentences, so that every step can be found again in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.ai.drafting.plan import Plan
from connectors.ai.guards import as_data
from connectors.knowledge.sentences import sentences

SHOWN = 160  # characters of a sentence in a title
QUOTED = 200  # in a note


def of(text: str) -> tuple[str, ...]:
    """Its sentences; lines without a letter are none."""
    return tuple(one for one in sentences(text) if any(sign.isalpha() for sign in one))


def numbered(said: Sequence[str]) -> str:
    return "\n".join(f"[{number}] {as_data(one)}" for number, one in enumerate(said, 1))


def sources(step: dict[str, Any], said: Sequence[str]) -> list[int]:
    """The numbers of the sentences a step came from, as far as there are such sentences."""
    given = dict.fromkeys(int(number) for number in step.get("from") or ())
    return [number for number in given if 1 <= number <= len(said)]


def title(short: str, step: dict[str, Any], said: Sequence[str]) -> str:
    """The step's own title, and behind it the words of the procedure that it came of."""
    quoted = " ".join(said[number - 1] for number in sources(step, said))
    return " · ".join(filter(None, (short, cut(quoted, SHOWN))))


def uncovered(plan: Plan, said: Sequence[str]) -> list[int]:
    """The numbers of the sentences that no step came from."""
    steps = (step for flow in plan["flows"] for step in flow["steps"])
    found = {number for step in steps for number in sources(step, said)}
    return [number for number in range(1, len(said) + 1) if number not in found]


def cut(text: str, most: int) -> str:
    """At most so many characters, ending with a whole word."""
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rsplit(' ', 1)[0].rstrip(' ,;:.')}…"
