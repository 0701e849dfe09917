"""What lacks a language model, for a workspace that has set up none."""

from __future__ import annotations

from runtime.core.contract import Node
from runtime.core.document import Document
from runtime.core.problems.findings import Problem


def without_model(document: Document) -> list[Problem]:
    """A warning for each step that can only fail without a language model."""
    hint = "An owner sets one up under AI models; until then the step takes its way for failures."
    return [
        Problem(
            f"flows[{f}].nodes[{n}]",
            "warning",
            "no_model",
            f'"{placed.title or type_.label}" needs a language model, and none is set up.',
            hint,
            flow.id,
            placed.id,
        )
        for f, flow in enumerate(document.flows)
        for n, placed in enumerate(flow.nodes)
        if (type_ := Node.registry[placed.type]).needs_model
    ]
