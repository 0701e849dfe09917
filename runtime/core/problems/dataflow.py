"""Which variables are certain to have a value when a node is reached: forward data flow.

Sets of names are bit masks, so that two thousand nodes take milliseconds; -1 is every name,
which is what is certain where no path leads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from runtime.core.document.usage import writes
from runtime.core.problems.graph import EACH, FORWARD, FlowGraph

EVERY = -1


class Certain:
    """The names that are set on every path to each node.

    ``given`` are set wherever a flow begins. A flow that is only called begins with what is
    certain at every call; one that begins by itself, with no more than ``given``.
    """

    def __init__(self, flows: dict[str, FlowGraph], main: str, given: Iterable[str]) -> None:
        self._flows = flows
        self._bits: dict[str, int] = {}
        self._writes = {
            (flow_id, node_id): self._mask(written.name for written in writes(fields))
            for flow_id, flow in flows.items()
            for node_id, fields in flow.fields.items()
        }
        own = {id_: (p.name for p in flow.flow.inputs) for id_, flow in flows.items()}
        self._inputs = {flow_id: self._mask(names) for flow_id, names in own.items()}
        self._given = self._mask(given)
        self._added = dict.fromkeys(flows, EVERY)
        while self._summarise():
            pass
        self._before = self._propagate(main)

    def unset(self, flow: str, node: str, name: str) -> bool:
        """Whether some path leads to the node without ``name`` having been set."""
        return not self._before[flow].get(node, EVERY) & self._mask([name])

    def _mask(self, names: Iterable[str]) -> int:
        mask = 0
        for name in names:
            mask |= 1 << self._bits.setdefault(name, len(self._bits))
        return mask

    def _summarise(self) -> bool:
        """Narrow down what each flow has certainly set when it returns; whether that changed."""
        before = dict(self._added)
        for flow_id, flow in self._flows.items():
            self._added[flow_id] = self._through(flow, 0)[1]
        return before != self._added

    def _propagate(self, main: str) -> dict[str, dict[str, int]]:
        """What is certain before each node of each flow, from its beginnings and its calls."""
        called = {
            id_ for flow in self._flows.values() for node in flow.nodes for id_ in flow.calls(node)
        }
        entry = {
            flow_id: EVERY
            if flow_id in called and flow_id != main and not flow.flow.triggers
            else self._given | self._inputs[flow_id]
            for flow_id, flow in self._flows.items()
        }
        found: dict[str, dict[str, int]] = {}
        queue = deque(self._flows)
        while queue:
            flow_id = queue.popleft()
            found[flow_id] = self._through(self._flows[flow_id], entry[flow_id])[0]
            for node_id, before in found[flow_id].items():
                for callee in self._flows[flow_id].calls(node_id):
                    met = entry[callee] & (before | self._inputs[callee])
                    if met != entry[callee]:
                        entry[callee] = met
                        queue.append(callee)
        return found

    # Inside one flow --------------------------------------------------------

    def _through(self, flow: FlowGraph, begin: int) -> tuple[dict[str, int], int]:
        """What is certain before each node, and at the flow's end."""
        before = {flow.flow.start: begin}
        queue, end = deque([flow.flow.start]), EVERY
        while queue:
            node_id = queue.popleft()
            for target, certain in self._leaving(flow, node_id, before[node_id]):
                if target is None:
                    end &= certain
                elif before.get(target) != (met := before.get(target, EVERY) & certain):
                    before[target] = met
                    queue.append(target)
        return before, end

    def _leaving(
        self, flow: FlowGraph, node_id: str, before: int
    ) -> Iterator[tuple[str | None, int]]:
        """Where a node leads, and what is certain on the way there."""
        ways, written = flow.ways[node_id], self._writes[flow.flow.id, node_id]
        for callee in flow.always_calls(node_id):
            before |= self._added[callee]
        if not ways:
            yield None, before
        for way in ways:
            if way.target is None and not flow.returns(node_id, way):
                continue
            sets = way.port.id == EACH if node_id in flow.bodies else way.port.kind in FORWARD
            yield way.target, before | written if sets else before
