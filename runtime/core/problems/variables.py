"""Problems of variables: names nobody knows, and values that may not be there yet."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.core.document.mistakes import suggest
from runtime.core.document.usage import reads, writes
from runtime.core.fields import FACTS
from runtime.core.problems.dataflow import Certain
from runtime.core.problems.findings import Problem, Survey, at_node

GIVEN = FACTS | {"error", "event", "repair"}  # by the interpreter: facts and what happened


def check(survey: Survey) -> Iterator[Problem]:
    declared = survey.document.variables
    certain = Certain(
        survey.flows,
        survey.document.main,
        (variable.name for variable in declared if variable.default is not None),
    )
    anywhere = GIVEN | {variable.name for variable in declared} | _written(survey)
    for flow in survey.own:
        own = {parameter.name for parameter in (*flow.flow.inputs, *flow.flow.outputs)}
        known = anywhere | own
        for node_id, fields in flow.fields.items():
            for name, field, provided in sorted(
                {(r.name, r.path, r.provided) for r in reads(fields)}
            ):
                if name not in known:
                    message = f'The bot has no variable "{name}".'
                    hint = (
                        f"{suggest(name, known - GIVEN)} Or add it to the bot's variables.".strip()
                    )
                    yield at_node(
                        flow,
                        node_id,
                        "unknown_variable",
                        message,
                        hint,
                        field=field,
                        severity="error",
                    )
                elif (
                    name not in GIVEN
                    and not provided
                    and certain.unset(flow.flow.id, node_id, name)
                ):
                    message = f'The bot may not know "{name}" here.'
                    hint = f'Ask for it earlier, or write {{{{ {name} or "…" }}}}.'
                    yield at_node(flow, node_id, "unset_variable", message, hint, field=field)


def _written(survey: Survey) -> set[str]:
    return {
        written.name
        for flow in survey.flows.values()
        for fields in flow.fields.values()
        for written in writes(fields)
    }
