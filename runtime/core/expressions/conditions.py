"""Conditions as the builder draws them: rules joined by *all* and *any*, or one expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from functools import cached_property, lru_cache
from importlib import import_module
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from runtime.core.expressions import (
    Expression,
    ExpressionError,
    Template,
    configured,
    names_in,
    values,
    worked_out,
)
from runtime.core.expressions.values import (
    attribute,
    contains,
    equal,
    folded,
    is_empty,
    moment,
    ordered,
    text,
)

if TYPE_CHECKING:
    from runtime.core.contract import Context

Operator = Literal[
    "eq", "ne", "gt", "ge", "lt", "le", "contains", "not_contains", "starts_with", "ends_with",
    "matches", "not_matches", "in", "not_in", "is_set", "is_empty", "before", "after", "between",
]  # fmt: skip

Test = Callable[[Any, Any, tzinfo], bool]

PATTERN_LIMIT = 1_000  # characters of a pattern
SUBJECT_LIMIT = 5_000  # characters of a value that a pattern is held against


# --- Operators ------------------------------------------------------------------------------


def _order(compare: Callable[[Any, Any], bool]) -> Test:
    def test(left: Any, right: Any, zone: tzinfo) -> bool:
        pair = ordered(left, right, zone)
        return pair is not None and compare(*pair)

    return test


def _moments(compare: Callable[[Any, Any], bool]) -> Test:
    """Dates, times of day and numbers come before and after each other; other texts do not."""
    in_order = _order(compare)

    def test(left: Any, right: Any, zone: tzinfo) -> bool:
        both = (left, right)
        moments = all(moment(value, zone) is not None for value in both)
        numbers = all(values.number(value) is not None for value in both)
        return (moments or numbers) and in_order(left, right, zone)

    return test


_not_before, _not_after = _moments(ge), _moments(le)


def _between(left: Any, right: Any, zone: tzinfo) -> bool:
    low, high = right
    return _not_before(left, low, zone) and _not_after(left, high, zone)


def _among(left: Any, right: Any, zone: tzinfo) -> bool:
    choices: Any = right.split(",") if isinstance(right, str) else right
    if isinstance(left, list | tuple):
        return any(contains(choices, item, zone) for item in cast("Sequence[Any]", left))
    return isinstance(choices, Sequence | Mapping) and contains(choices, left, zone)


def _matches(left: Any, right: Any, zone: tzinfo) -> bool:
    return pattern(text(right)).search(text(left).strip()[:SUBJECT_LIMIT]) is not None


@lru_cache(maxsize=256)
def pattern(source: str) -> Any:
    """A regular expression that takes linear time. Raises `ExpressionError`."""
    if len(source) > PATTERN_LIMIT:
        raise ExpressionError(f"the pattern has more than {PATTERN_LIMIT} characters")
    # It takes megabytes, has no types of its own, and few bots match patterns.
    re2: Any = import_module("re2")
    options = re2.Options()
    options.max_mem = 1 << 20  # bytes: a counted repetition may not grow without end
    options.log_errors = False
    try:
        return re2.compile(source, options)
    except re2.error as error:
        reason = error.args[0]
        said = reason.decode() if isinstance(reason, bytes) else str(reason)
        raise ExpressionError(f"the pattern '{source[:60]}' cannot be read: {said}") from None


OPERATORS: dict[Operator, Test] = {
    "eq": equal,
    "gt": _order(gt),
    "ge": _order(ge),
    "lt": _order(lt),
    "le": _order(le),
    "contains": contains,
    "starts_with": lambda left, right, zone: folded(text(left)).startswith(folded(text(right))),
    "ends_with": lambda left, right, zone: folded(text(left)).endswith(folded(text(right))),
    "matches": _matches,
    "in": _among,
    "is_set": lambda left, right, zone: not is_empty(left),
    "is_empty": lambda left, right, zone: is_empty(left),
    "before": _moments(lt),
    "after": _moments(gt),
    "between": _between,
}

OPPOSITES: dict[Operator, Operator] = {
    "ne": "eq",
    "not_contains": "contains",
    "not_matches": "matches",
    "not_in": "in",
}

_ALONE = frozenset({"is_set", "is_empty"})


# --- The tree -------------------------------------------------------------------------------


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(cast("list[Any]", value)) == 2


class _Branch(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Branch):
    """One row: a variable, an operator and what to compare with.

    A variable that holds nothing makes every rule false but ``ne``, ``not_…`` and ``is_empty``.
    """

    variable: Annotated[str, Field(pattern=r"^[^\W\d_]\w*(\.\w+)*$", max_length=200)]
    op: Operator
    value: Annotated[Any, BeforeValidator(configured)] = None

    @model_validator(mode="after")
    def _has_a_fitting_value(self) -> Self:
        if self.op not in _ALONE and self.value is None:
            raise PydanticCustomError(
                "missing_value", "give a value to compare with (for none, use 'is_empty')"
            )
        if self.op == "between" and not _is_pair(self.value):
            raise PydanticCustomError("between", "'between' needs two values: [lowest, highest]")
        if self.op in ("matches", "not_matches") and type(self.value) is str:
            try:
                pattern(self.value)
            except ExpressionError as error:
                raise PydanticCustomError("pattern", "{reason}", {"reason": str(error)}) from None
        return self

    @cached_property
    def _path(self) -> tuple[str, ...]:
        return tuple(self.variable.split("."))

    @cached_property
    def _constant(self) -> bool:
        return not isinstance(self.value, (Template, list, Mapping))

    @cached_property
    def _test(self) -> tuple[Test, bool]:
        """What compares, and what it must answer for the rule to hold."""
        opposite = OPPOSITES.get(self.op)
        return OPERATORS[opposite or self.op], opposite is None

    @cached_property
    def names(self) -> frozenset[str]:
        return names_in(self.value) | {self._path[0]}

    def holds(self, ctx: Context) -> bool:
        root, *keys = self._path
        left = ctx.get(root)
        for key in keys:
            left = attribute(left, key)
        test, wanted = self._test
        if left is None:
            return not wanted or self.op == "is_empty"
        right = self.value if self._constant else worked_out(self.value, ctx)
        return test(left, right, values.zone(ctx.facts.timezone)) is wanted


class Formula(_Branch):
    """An expression whose value counts as yes or no."""

    expression: Expression

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names

    def holds(self, ctx: Context) -> bool:
        return bool(self.expression.evaluate(ctx))


class All(_Branch):
    """Every one of these; of none, too."""

    all: tuple[Where, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset[str]().union(*(where.names for where in self.all))

    def holds(self, ctx: Context) -> bool:
        for where in self.all:  # noqa: SIM110  # a generator costs as much as a rule
            if not where.holds(ctx):
                return False
        return True


class Either(_Branch):
    """At least one of these; so none of none."""

    any: tuple[Where, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset[str]().union(*(where.names for where in self.any))

    def holds(self, ctx: Context) -> bool:
        return any(where.holds(ctx) for where in self.any)


def _kind(value: Any) -> str:
    """Which branch a condition is, so that an error names that branch only."""
    for kind in ("all", "any", "expression"):
        if kind in value if isinstance(value, Mapping) else hasattr(value, kind):
            return kind
    return "rule"


Where = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[Either, Tag("any")]
    | Annotated[Formula, Tag("expression")]
    | Annotated[Rule, Tag("rule")],
    Discriminator(_kind),
]

All.model_rebuild()
Either.model_rebuild()
