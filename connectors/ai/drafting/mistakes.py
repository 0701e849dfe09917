"""What is wrong with a draft: as its model is told, and how one draft compares with another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from connectors.ai.drafting import procedure
from connectors.ai.guards import as_data
from runtime.core.document import Document
from runtime.core.problems import Problem, examine

TOLD: Final = 40  # mistakes in one message
# Warnings that a person would have to mend at once; the others are a matter of taste or of time.
_TELLING: Final = frozenset({"unreachable", "dead_end", "open_port", "unused_flow"})
_PLACE: Final = re.compile(r"flows\[(\d+)\](?:\.(nodes|edges)\[(\d+)\])?\.?(.*)", re.DOTALL)


@dataclass(frozen=True)
class Examined:
    """A draft with all that is wrong with it. ``made`` is None where it is unsound.

    ``failed`` are tests that fail, by their place; ``uncovered`` the numbers of sentences.
    """

    document: dict[str, Any]
    made: Document | None
    problems: tuple[Problem, ...]
    failed: Mapping[int, str]
    uncovered: tuple[int, ...]

    @property
    def errors(self) -> list[Problem]:
        return [one for one in self.problems if one.severity == "error"]

    @property
    def weight(self) -> tuple[int, int, int]:
        """The lighter of two drafts is the better one."""
        telling = sum(one.code in _TELLING for one in self.problems)
        return len(self.errors), len(self.uncovered), telling + len(self.failed)

    @property
    def is_fine(self) -> bool:
        return not any(self.weight)

    def told(self, said: Sequence[str]) -> str:
        """A line for each mistake, with its place in the plan."""
        lines = list(dict.fromkeys(self._lines(said)))
        more = [f"- and {len(lines) - TOLD} more"] if len(lines) > TOLD else []
        return "\n".join([*lines[:TOLD], *more])

    def _lines(self, said: Sequence[str]) -> Iterator[str]:
        for one in self.problems:
            if one.severity == "error" or one.code in _TELLING:
                yield f"- {place(one.path, self.document)}: {one.message} {one.hint}".rstrip()
        for test, wrong in self.failed.items():
            yield f"- tests[{test}]: {wrong}"
        for number in self.uncovered:
            yield f'- No step comes from sentence {number}: "{as_data(said[number - 1])}"'


def examined(
    document: dict[str, Any], failed: Mapping[int, str] | None = None, uncovered: Sequence[int] = ()
) -> Examined:
    """Its tests are played by others, because that takes a simulator."""
    made, problems = examine(document)
    return Examined(document, made, tuple(problems), failed or {}, tuple(uncovered))


def place(path: str, document: dict[str, Any]) -> str:
    """A place in a document as the plan has it: flow and step by their ids."""
    found = _PLACE.match(path)
    if found is None:
        return path or "the whole"
    flow = item(document["flows"], int(found[1]))
    parts = [f'flow "{flow.get("id", found[1])}"']
    rest = found[4]
    if found[2] == "nodes":
        parts.append(f'step "{item(flow.get("nodes"), int(found[3])).get("id", found[3])}"')
    elif found[2] == "edges":
        edge = item(flow.get("edges"), int(found[3]))
        parts.append(f'step "{edge.get("source", "")}"')
        rest = f"to.{edge.get('port', '')}"
    return ", ".join([*parts, rest] if rest else parts)


def item(items: Any, index: int) -> dict[str, Any]:
    listed = cast("list[Any]", items) if isinstance(items, list) else []
    found: Any = listed[index] if index < len(listed) else None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def name_of(node: Mapping[str, Any]) -> str:
    """What people call a step: its title, else its words, else its id."""
    config = node.get("config")
    words = cast("dict[str, Any]", config).get("text") if isinstance(config, dict) else None
    named = node.get("title") or (words if isinstance(words, str) else "") or node.get("id", "")
    return procedure.cut(" ".join(str(named).split()), 80)
