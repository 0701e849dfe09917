"""Problems of secrets: steps of models that read what is confidential without saying so."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.core.document.usage import reads, writes
from runtime.core.problems.findings import Problem, Survey, at_node


def check(survey: Survey) -> Iterator[Problem]:
    secret = survey.release.confidential
    for flow in survey.own if secret else ():
        for node_id, fields in flow.fields.items():
            node = flow.nodes[node_id]
            if getattr(node, "confidential", None) is not False:
                continue
            for name in sorted(secret & {one.name for one in (*reads(fields), *writes(fields))}):
                message = f'"{name}" is confidential, so only local models will be asked here.'
                hint = 'Switch on "Keep it at home", so that everybody sees it.'
                yield at_node(flow, node_id, "confidential", message, hint, field="confidential")
                break
