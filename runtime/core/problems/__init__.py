"""What is wrong, or likely to be, with a document: found before it is published."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from typing import Any, cast

from runtime.core.document import Document, DocumentError, parse
from runtime.core.problems import conditions as condition_problems
from runtime.core.problems import confidential as secret_problems
from runtime.core.problems import paths as path_problems
from runtime.core.problems import texts as text_problems
from runtime.core.problems import variables as variable_problems
from runtime.core.problems.findings import Problem, Severity, Survey
from runtime.core.problems.models import without_model

__all__ = ["Problem", "Severity", "examine", "problems", "without_model"]


def problems(document: Document) -> list[Problem]:
    """Everything found on the graphs of a sound document, errors first."""
    survey = Survey(document)
    kinds = (path_problems, variable_problems, condition_problems, text_problems, secret_problems)
    return _sorted(chain.from_iterable(kind.check(survey) for kind in kinds))


def examine(data: bytes | str | dict[str, Any]) -> tuple[Document | None, list[Problem]]:
    """The document, unless it is unsound, and all that is wrong with it in one list."""
    try:
        document = parse(data)
    except DocumentError as error:
        return None, [
            Problem(path, "error", "document", message, hint, *_ids_at(data, path))
            for path, message, hint in error.errors
        ]
    return document, problems(document)


_PLACE = re.compile(r"flows\[(\d+)\](?:\.(nodes|edges)\[(\d+)\])?")


def _ids_at(data: bytes | str | dict[str, Any], path: str) -> tuple[str | None, str | None]:
    """The flow and the node a place lies in, as far as an unsound document names them.

    A connection belongs to the node it leaves.
    """
    found = _PLACE.match(path)
    if found is None or not isinstance(data, dict):
        return None, None
    flow = _item(data.get("flows"), int(found[1]))
    inside = _item(flow.get(found[2]), int(found[3])) if found[2] else {}
    return _word(flow.get("id")), _word(inside.get("id" if found[2] == "nodes" else "source"))


def _item(items: Any, index: int) -> dict[str, Any]:
    listed = cast("list[Any]", items) if isinstance(items, list) else []
    item: Any = listed[index] if index < len(listed) else None
    return cast("dict[str, Any]", item) if isinstance(item, dict) else {}


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _sorted(found: Iterable[Problem]) -> list[Problem]:
    return sorted(found, key=lambda problem: (problem.severity, _natural(problem.path)))


def _natural(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", path)]
