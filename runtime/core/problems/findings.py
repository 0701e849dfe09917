"""What every check of `problems` starts from, and the shape of what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from runtime.core.document import Document
from runtime.core.problems.graph import FlowGraph, graphs
from runtime.core.release import Release

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. An *error* keeps a bot from being published, a *warning* does not.

    ``path`` is the place in the document (``flows[0].nodes[3].config.text``), ``flow`` and
    ``node`` are the ids of what to show, ``hint`` is the mend.
    """

    path: str
    severity: Severity
    code: str
    message: str
    hint: str = ""
    flow: str | None = None
    node: str | None = None


class Survey:
    """A document with the graphs of its flows. ``flows`` holds the system flows too."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.release = Release(document)
        self.flows = graphs(self.release)

    @cached_property
    def own(self) -> list[FlowGraph]:
        """The flows that stand in the document itself."""
        return [self.flows[flow.id] for flow in self.document.flows]

    @cached_property
    def called(self) -> frozenset[str]:
        """The flows that some node runs."""
        return frozenset(
            called
            for flow in self.flows.values()
            for node in flow.nodes
            for called in flow.calls(node)
        )


def at_node(
    flow: FlowGraph,
    node: str,
    code: str,
    message: str,
    hint: str,
    *,
    field: str = "",
    severity: Severity = "warning",
) -> Problem:
    """A finding about a node, or about one field of its configuration."""
    path = f"{flow.paths[node]}.config.{field}" if field else flow.paths[node]
    return Problem(path, severity, code, message, hint, flow.flow.id, node)
