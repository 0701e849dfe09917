"""Problems of conditions: groups that nobody has put a rule into yet."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.core.expressions.conditions import All, Either, Where
from runtime.core.problems.findings import Problem, Survey, at_node
from runtime.core.texts import step_into


def check(survey: Survey) -> Iterator[Problem]:
    hint = "Add a condition, or remove the group."
    for flow in survey.own:
        for node_id, fields in flow.fields.items():
            for field in fields:
                for place, holds in _empty_groups(field.value, field.path):
                    message = f"This group has no condition: it is {holds} true."
                    yield at_node(flow, node_id, "empty_group", message, hint, field=place)


def _empty_groups(where: Where | object, path: str) -> Iterator[tuple[str, str]]:
    """The places of empty groups, and whether each of them holds."""
    match where:
        case All(all=rows):
            place, holds = step_into(path, "all"), "always"
        case Either(any=rows):
            place, holds = step_into(path, "any"), "never"
        case _:
            return
    if not rows:
        yield place, holds
    for index, row in enumerate(rows):
        yield from _empty_groups(row, step_into(place, index))
