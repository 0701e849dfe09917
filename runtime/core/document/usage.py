"""What a node reads, writes and refers to, told by the selectors of its fields alone.

So a new node type takes part in every check without a line written for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from typing import Any, NamedTuple, cast

from pydantic import BaseModel

from runtime.core.contract import Node
from runtime.core.document.shapes import Shape, branches, children, schema_of
from runtime.core.texts import step_into

_PROVIDES = re.compile(r"\b(or|if|is|default)\b")


class Field(NamedTuple):
    """One value of a configuration with the ``x-selector`` of its field, empty where none."""

    steps: tuple[str | int, ...]
    selector: dict[str, Any]
    value: Any

    @property
    def kind(self) -> str | None:
        return self.selector.get("kind")

    @property
    def path(self) -> str:
        """Its place in the configuration, as errors write it: ``options[0].label``."""
        path = ""
        for step in self.steps:
            path = step_into(path, step)
        return path


class Naming(NamedTuple):
    """The field at ``path`` names a variable or flow.

    ``provided``: no value is fine as well, or the node has given it one by then.
    """

    path: str
    name: str
    provided: bool = False


def fields_of(node: Node) -> tuple[Field, ...]:
    """Every value that has a selector or reads variables."""
    schema = schema_of(type(node))
    return tuple(_walk([schema], schema, node, ()))


def reads(fields: Iterable[Field]) -> Iterator[Naming]:
    """The variables a node looks at, by the root of their names (``order`` of ``order.total``)."""
    for field, above in _after_rows_above(fields):
        if field.kind == "variable" and isinstance(field.value, str):
            if not field.selector.get("writable"):
                name = field.value.partition(".")[0]
                yield Naming(field.path, name, name in above or field.selector.get("unset", False))
            continue
        for name in sorted(getattr(field.value, "names", ())):
            yield Naming(field.path, name, name in above or _is_provided(field, name))


def writes(fields: Iterable[Field]) -> Iterator[Naming]:
    """The variables a node may set."""
    for field in fields:
        writable = field.kind == "variable" and field.selector.get("writable")
        if writable and isinstance(field.value, str):
            yield Naming(field.path, field.value.partition(".")[0])


def calls(fields: Iterable[Field]) -> Iterator[Naming]:
    """The flows a node runs; those it may as well leave alone are ``provided``."""
    for field in fields:
        if field.kind == "flow" and isinstance(field.value, str):
            yield Naming(field.path, field.value, field.selector.get("perhaps", False))


def _after_rows_above(fields: Iterable[Field]) -> Iterator[tuple[Field, Set[str]]]:
    """Each field with what is set by then, where a list is worked through ``in_order``."""
    rows: tuple[str | int, ...] = ()
    row: str | int | None = None
    above: set[str] = set()
    here: set[str] = set()
    for field in fields:
        inside = bool(rows) and field.steps[: len(rows)] == rows
        if field.selector.get("in_order"):
            rows, inside = field.steps, False
        if not inside:
            row, above, here = None, set(), set()
        elif field.steps[len(rows)] != row:
            row, above, here = field.steps[len(rows)], above | here, set()
        here.update(written.name for written in writes([field]))
        yield field, above


def _is_provided(field: Field, name: str) -> bool:
    """Conditions cope with anything; a formula does where it says ``or``, ``if`` or ``default``."""
    if not isinstance(field.value, str):
        return True
    formulas = re.findall(r"\{\{(.*?)\}\}", field.value, re.DOTALL) or [field.value]
    mentions = [formula for formula in formulas if re.search(rf"\b{re.escape(name)}\b", formula)]
    return all(_PROVIDES.search(formula) for formula in mentions)


def _walk(
    parts: list[Shape], root: Shape, value: Any, steps: tuple[str | int, ...]
) -> Iterator[Field]:
    leaves = [leaf for part in parts for leaf in branches(part, root, value)]
    selectors = [leaf["x-selector"] for leaf in leaves if "x-selector" in leaf]
    selector: dict[str, Any] = selectors[0] if selectors else {}
    if selector or hasattr(value, "names"):
        yield Field(steps, selector, value)
    if hasattr(value, "names"):
        return
    for step, inner in _items(value):
        below = [child for leaf in leaves for child in children(leaf, step)]
        yield from _walk(below, root, inner, (*steps, step))


def _items(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, BaseModel):
        yield from ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, dict):
        yield from cast("dict[str, Any]", value).items()
    elif isinstance(value, list | tuple):
        yield from enumerate(cast("list[Any]", value))
