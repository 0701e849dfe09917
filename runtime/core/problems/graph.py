"""A release's graph as questions about its paths are asked: ways out, reach, loops, calls."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import networkx as nx

from runtime.core.contract import Node, Port
from runtime.core.document import Flow
from runtime.core.document.usage import Field, Naming, calls, fields_of
from runtime.core.moves import REPAIRED_BY
from runtime.core.release import Release

EACH = "each"  # the port of a node that runs a body once per item
JUMP = Port("", "")  # how a node's `jumps` leave it
CLIMBING = frozenset({*REPAIRED_BY, "cancelled", "error"})
FORWARD = ("usual", "branch")  # the kinds of ports by which a node leaves when all went well


class Way(NamedTuple):
    """One way out of a node. ``target`` is None where it has no edge."""

    port: Port
    target: str | None

    @property
    def ends(self) -> bool:
        """Whether it returns from the flow: an open repair port asks again, or climbs further."""
        return self.target is None and self.port.id not in CLIMBING


class FlowGraph:
    """One flow of a release; ``path`` is where it stands in the document."""

    def __init__(self, release: Release, flow: Flow, path: str) -> None:
        self.flow, self.path = flow, path
        self._release = release
        nodes = release.nodes(release.document.language)
        self.nodes: dict[str, Node] = {
            placed.id: nodes[flow.id, placed.id] for placed in flow.nodes
        }
        self.paths = {p.id: f"{path}.nodes[{index}]" for index, p in enumerate(flow.nodes)}
        self.titles = {placed.id: placed.title for placed in flow.nodes}
        self.ways = {node_id: tuple(self._ways(node_id)) for node_id in self.nodes}

    def _ways(self, node_id: str) -> Iterator[Way]:
        for port in self.nodes[node_id].ports():
            target = self._release.targets.get((self.flow.id, node_id, port.id))
            yield Way(port, target)
        yield from (Way(JUMP, target) for target in self.nodes[node_id].jumps())

    @cached_property
    def fields(self) -> dict[str, tuple[Field, ...]]:
        return {node_id: fields_of(node) for node_id, node in self.nodes.items()}

    @cached_property
    def reached(self) -> frozenset[str]:
        """The nodes that some path from the flow's beginning leads to."""
        graph = self._release.graphs[self.flow.id]
        return frozenset({self.flow.start} | descendants(graph, self.flow.start))

    @cached_property
    def bodies(self) -> dict[str, frozenset[str]]:
        """For each loop the nodes that can only be reached through its ``each`` port."""
        return {
            node_id: self._release.body(self.flow.id, node_id)
            for node_id, ways in self.ways.items()
            if any(way.port.id == EACH for way in ways)
        }

    @cached_property
    def in_bodies(self) -> frozenset[str]:
        return frozenset[str]().union(*self.bodies.values())

    @cached_property
    def _calls(self) -> dict[str, tuple[Naming, ...]]:
        called = {node_id: tuple(calls(fields)) for node_id, fields in self.fields.items()}
        return {node_id: flows for node_id, flows in called.items() if flows}

    def returns(self, node_id: str, way: Way) -> bool:
        """Whether a way out ends the flow; in a loop's body an open one means the next item."""
        return way.ends and way.port.id != EACH and node_id not in self.in_bodies

    def calls(self, node_id: str) -> tuple[str, ...]:
        """The flows this node runs, and those it may run."""
        return tuple(called.name for called in self._calls.get(node_id, ()))

    def always_calls(self, node_id: str) -> tuple[str, ...]:
        """The flows this node runs whenever it is reached."""
        return tuple(one.name for one in self._calls.get(node_id, ()) if not one.provided)


def graphs(release: Release) -> dict[str, FlowGraph]:
    """The graph of each flow, system flows included, by the flow's id."""
    return {
        flow.id: FlowGraph(release, flow, f"flows[{index}]")
        for index, flow in enumerate(release.document.flows)
    }


def descendants(graph: nx.DiGraph[Any], source: Any) -> set[Any]:
    return nx.descendants(graph, source)  # pyright: ignore[reportUnknownMemberType]


def cycles(graph: nx.DiGraph[Any]) -> list[set[Any]]:
    """The groups of nodes that lead back to themselves."""
    groups = nx.strongly_connected_components(graph)  # pyright: ignore[reportUnknownMemberType]
    return [group for group in groups if len(group) > 1 or graph.has_edge(*(list(group) * 2))]
