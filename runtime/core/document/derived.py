"""Which variables may hold what others hold: told by the selectors of steps alone.

By name, whatever the path: a name that means two things in two flows is taken for one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from runtime.core.contract import Node
from runtime.core.document import Flow
from runtime.core.document.usage import Field, Naming, calls, fields_of, reads, writes

ERROR = "error"  # says what went wrong, perhaps in the values it went wrong with
REPAIR = "repair"  # lists the answers that can be corrected


class Taking(NamedTuple):
    """``name`` may be worked out from what the ``sources`` hold; ``path`` is the field it is in."""

    path: str
    name: str
    sources: frozenset[str]


class Derived:
    """What follows from what in a bot. ``nodes`` are by (flow, node)."""

    def __init__(self, nodes: Mapping[tuple[str, str], Node], flows: Mapping[str, Flow]) -> None:
        self.takings = {
            (flow, id_): tuple(takings(flow, node, flows)) for (flow, id_), node in nodes.items()
        }
        self._onward: dict[str, set[str]] = {}
        for place, found in self.takings.items():
            for taking in found:
                self._link(taking.sources, taking.name)
            self._link_wholes(place, fields_of(nodes[place]))

    def _link(self, sources: Iterable[str], name: str) -> None:
        for source in sources:
            self._onward.setdefault(source, set()).add(name)

    def _link_wholes(self, place: tuple[str, str], fields: Sequence[Field]) -> None:
        """What others put into the variable of a whole form is taken for its fields' answers."""
        whole, parts = _whole(fields)
        if whole is None:
            return
        for part in parts:
            self._link([_as_given(whole.name)], part)
        for other, found in self.takings.items():
            for taking in found if other != place else ():
                if taking.name == whole.name:
                    self._link(taking.sources, _as_given(whole.name))

    def origins(self, names: Iterable[str]) -> dict[str, str]:
        """All that may hold what these hold, each with the one of these that it goes back to."""
        found = {name: name for name in sorted(names)}
        found |= {_as_given(name): name for name in found}
        queue = deque(found)
        while queue:
            name = queue.popleft()
            for follower in sorted(self._onward.get(name, ())):
                if follower not in found:
                    found[follower] = found[name]
                    queue.append(follower)
        return found


def takings(flow: str, node: Node, flows: Mapping[str, Flow]) -> Iterator[Taking]:
    """What a node stores, and what it gives to the flows it runs, by field."""
    fields = fields_of(node)
    read = frozenset(one.name for one in reads(fields))
    yield Taking("", ERROR, read)
    yield Taking("", REPAIR, frozenset(one.name for one in writes(fields)))
    if not node.ways:
        yield Taking("", _result(flow), read)
    apart = {field.steps: field.selector.get("of", "") for field in fields if _is_apart(field)}
    called = () if any(apart.values()) else tuple(one.name for one in calls(fields))
    for steps, group in _groups(fields, apart).items():
        sources = {one.name for field in group if not _is_spoken(field) for one in reads([field])}
        of = apart.get(steps[:-1]) if steps else None
        if of == "input":
            yield Taking(group[0].path, str(steps[-1]), frozenset(sources))
        elif of == "output":
            sources.add(str(steps[-1]))
        elif not steps:
            sources |= given_back(called, flows)
            yield from (Taking("", name, frozenset(sources)) for name in _inputs(called, flows))
        for one in writes(group):
            yield Taking(one.path, one.name, frozenset(sources))
    whole, parts = _whole(fields)
    if whole:
        yield Taking(whole.path, whole.name, parts)


def given_back(called: Iterable[str], flows: Mapping[str, Flow]) -> set[str]:
    """The outputs of flows, and what stands for their results."""
    known = [flows[id_] for id_ in called if id_ in flows]
    return {one.name for flow in known for one in flow.outputs} | {_result(f.id) for f in known}


def _inputs(called: Iterable[str], flows: Mapping[str, Flow]) -> Iterator[str]:
    yield from (one.name for id_ in called if id_ in flows for one in flows[id_].inputs)


def _is_apart(field: Field) -> bool:
    """Whether each row or entry of a field stands for itself."""
    return bool(field.selector.get("in_order")) or field.kind == "map"


def _groups(
    fields: Iterable[Field], apart: Mapping[tuple[str | int, ...], str]
) -> dict[tuple[str | int, ...], list[Field]]:
    """Fields by the row or entry they are in; all else together."""
    groups: dict[tuple[str | int, ...], list[Field]] = {}
    for field in fields:
        rows = (len(steps) for steps in apart if field.steps[: len(steps)] == steps)
        depth = next((rows for rows in rows if len(field.steps) > rows), None)
        groups.setdefault(() if depth is None else field.steps[: depth + 1], []).append(field)
    return groups


def _is_spoken(field: Field) -> bool:
    """Whether it is a text that a visitor reads: what they answer is no copy of it."""
    return field.kind == "template" and bool(field.selector.get("markdown"))


def _whole(fields: Iterable[Field]) -> tuple[Naming | None, frozenset[str]]:
    """The variable of a step whose rows have variables too, and those: it holds them all."""
    written = [(field, one) for field in fields for one in writes([field])]
    own = next((one for field, one in written if len(field.steps) == 1), None)
    parts = frozenset(one.name for field, one in written if len(field.steps) > 1)
    return (own, parts) if own and parts else (None, parts)


def _result(flow: str) -> str:
    return f"result of {flow}"  # no variable is called so


def _as_given(whole: str) -> str:
    return f"given as {whole}"
