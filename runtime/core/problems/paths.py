"""Problems of the paths through a flow: nobody comes by, nothing follows, no way out."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from runtime.core.contract import Node
from runtime.core.problems.findings import Problem, Survey, at_node
from runtime.core.problems.graph import FORWARD, FlowGraph, cycles, descendants


def check(survey: Survey) -> Iterator[Problem]:
    silence = Silence(survey.flows)
    for flow in survey.own:
        yield from _unreachable(flow)
        yield from _open_ends(flow, survey)
        yield from _endless(flow, silence)
    yield from _recursions(survey, silence)
    yield from _unused(survey)


def _unreachable(flow: FlowGraph) -> Iterator[Problem]:
    for node_id in flow.nodes:
        if node_id not in flow.reached:
            message = f'Nothing leads to "{_title(flow, node_id)}".'
            yield at_node(flow, node_id, "unreachable", message, "Connect it, or remove it.")


def _unused(survey: Survey) -> Iterator[Problem]:
    for flow in (flow.flow for flow in survey.own):
        used = flow.id == survey.document.main or flow.triggers or flow.id in survey.called
        if not used and not flow.id.startswith("system."):
            path = survey.flows[flow.id].path
            message = f'Nothing starts the flow "{flow.name or flow.id}".'
            hint = "Add what starts it, run it from another flow, or delete it."
            yield Problem(path, "warning", "unused_flow", message, hint, flow.id)


# --- Ends -----------------------------------------------------------------------------------


def _open_ends(flow: FlowGraph, survey: Survey) -> Iterator[Problem]:
    for node_id in flow.reached - flow.in_bodies:
        forward = [way for way in flow.ways[node_id] if way.port.kind in FORWARD]
        leading = [way for way in forward if way.target is not None]
        if forward and not leading:
            if len(forward) > 1 or _ends_with_a_question(flow, node_id, survey):
                message = f'The conversation stops at "{_title(flow, node_id)}".'
                hint = "Connect what comes next, if only a goodbye."
                yield at_node(flow, node_id, "dead_end", message, hint)
            continue
        for way in forward:
            if way.target is None and way.port.kind == "branch":
                message = f'Nothing follows "{way.port.label or way.port.id}".'
                hint = "Connect this way out; as it is, it ends the flow."
                yield at_node(flow, node_id, "open_port", message, hint)
        yield from _open_errors(flow, node_id, survey)


def _ends_with_a_question(flow: FlowGraph, node_id: str, survey: Survey) -> bool:
    """A called flow gives the answer back and a digression returns; the main flow goes silent."""
    node = flow.nodes[node_id]
    asks = type(node).input is not Node.input and node.waits()
    return asks and flow.flow.id == survey.document.main and flow.flow.id not in survey.called


def _open_errors(flow: FlowGraph, node_id: str, survey: Survey) -> Iterator[Problem]:
    if survey.release.error_flow or flow.always_calls(node_id):
        return
    for way in flow.ways[node_id]:
        if way.port.kind == "error" and way.target is None:
            message = (
                f'Visitors are told nothing of their own when "{_title(flow, node_id)}" fails.'
            )
            hint = "Connect its way out for failures, or make a flow that starts when a step fails."
            yield at_node(flow, node_id, "open_error", message, hint)


# --- Rounds without a wait ------------------------------------------------------------------


class Silence:
    """Where a conversation moves on without waiting for anybody or anything."""

    def __init__(self, flows: dict[str, FlowGraph]) -> None:
        self.flows = flows
        self.passing: set[str] = set()  # flows that can be gone through without a wait
        while found := {f for f in flows if f not in self.passing and self._passes(flows[f])}:
            self.passing |= found

    def pauses(self, flow: FlowGraph, node_id: str) -> bool:
        """Whether a node always waits before it is left."""
        if node_id in flow.bodies:
            return False
        if calls := flow.always_calls(node_id):
            return not self.passing.intersection(calls)
        return flow.nodes[node_id].waits()

    def graph(self, flow: FlowGraph) -> nx.DiGraph[str]:
        """The steps from node to node without a wait; a loop's next item is none of them."""
        steps: nx.DiGraph[str] = nx.DiGraph()
        steps.add_nodes_from(flow.nodes)
        for source, ways in flow.ways.items():
            if self.pauses(flow, source):
                continue
            for way in ways:
                if way.target and source not in flow.bodies.get(way.target, ()):
                    steps.add_edge(source, way.target)
        return steps

    def heard(self, flow: FlowGraph) -> set[str]:
        """The nodes that are reached from the flow's beginning without a wait."""
        return {flow.flow.start} | descendants(self.graph(flow), flow.flow.start)

    def _passes(self, flow: FlowGraph) -> bool:
        return any(
            not flow.ways[node_id] or any(flow.returns(node_id, way) for way in flow.ways[node_id])
            for node_id in self.heard(flow)
            if not self.pauses(flow, node_id)
        )


def _endless(flow: FlowGraph, silence: Silence) -> Iterator[Problem]:
    order = list(flow.nodes)
    for group in cycles(silence.graph(flow)):
        first = min(group, key=order.index)
        names = ", ".join(
            f'"{_title(flow, node_id)}"' for node_id in sorted(group, key=order.index)[:5]
        )
        ways = [way for node_id in group for way in flow.ways[node_id]]
        leaves = any(way.target not in group for way in ways if way.port.kind in FORWARD)
        if leaves:
            message = f"The bot may go round {names} without ever waiting for anybody."
        else:
            message = f"The bot goes round {names} for ever."
        hint = "Put a question or a wait into the round, or lead it elsewhere."
        severity = "warning" if leaves else "error"
        yield at_node(flow, first, "loop_without_wait", message, hint, severity=severity)


def _recursions(survey: Survey, silence: Silence) -> Iterator[Problem]:
    calls: nx.DiGraph[str] = nx.DiGraph()
    for flow in survey.own:
        for node_id in silence.heard(flow):
            calls.add_edges_from(
                (flow.flow.id, callee, {"node": node_id}) for callee in flow.always_calls(node_id)
            )
    for group in cycles(calls):
        first = next(flow for flow in survey.own if flow.flow.id in group)
        node_id = next(
            data["node"]
            for _, callee, data in calls.edges(first.flow.id, data=True)
            if callee in group
        )
        names = " → ".join(
            f'"{flow.flow.name or flow.flow.id}"' for flow in survey.own if flow.flow.id in group
        )
        ends = bool(silence.passing & group)
        message = f"These flows run each other without ever waiting: {names}."
        hint = "Let one of them end, or ask something, before it runs the next."
        severity = "warning" if ends else "error"
        yield at_node(first, node_id, "recursion_without_wait", message, hint, severity=severity)


def _title(flow: FlowGraph, node_id: str) -> str:
    """As its card calls it."""
    return flow.titles[node_id] or flow.nodes[node_id].label or node_id
