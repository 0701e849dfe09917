"""Problems of secrets: steps and variables that take what is confidential without saying so."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.core.document.usage import reads, writes
from runtime.core.problems.findings import Problem, Survey, at_node


def check(survey: Survey) -> Iterator[Problem]:
    if survey.release.confidential:
        yield from _unsaid_steps(survey)
        yield from _unmarked_variables(survey)


def _unsaid_steps(survey: Survey) -> Iterator[Problem]:
    secret = survey.release.at_home
    for flow in survey.own:
        for node_id, fields in flow.fields.items():
            node = flow.nodes[node_id]
            if getattr(node, "confidential", None) is not False:
                continue
            for name in sorted(secret & {one.name for one in (*reads(fields), *writes(fields))}):
                message = f'"{name}" is confidential, so only local models will be asked here.'
                hint = 'Switch on "Keep it at home", so that everybody sees it.'
                yield at_node(flow, node_id, "confidential", message, hint, field="confidential")
                break


def _unmarked_variables(survey: Survey) -> Iterator[Problem]:
    """Variables that are treated as confidential, though nobody sees it: each once, where first."""
    release = survey.release
    origins = release.derived.origins(release.confidential)
    named = set(release.confidential)
    for flow in survey.own:
        own = {one.name for one in (*flow.flow.inputs, *flow.flow.outputs)}
        for node_id, fields in flow.fields.items():
            if node_id in flow.bodies:
                continue  # an item has its name only while the loop goes round
            written = {one.path: one.name for one in writes(fields)}
            for taking in release.derived.takings[flow.flow.id, node_id]:
                source = next((name for name in sorted(taking.sources) if name in origins), None)
                if taking.name in own | named or taking.path not in written or source is None:
                    continue
                named.add(taking.name)
                secret = origins[source]
                message = f'"{taking.name}" takes what is in the confidential "{secret}".'
                hint = f'Mark "{taking.name}" as confidential, too: only local models will see it.'
                yield at_node(
                    flow, node_id, "confidential_copy", message, hint, field=taking.path
                )  # fmt: skip
