"""Templates and expressions: text and formulas an author writes, compiled once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self, cast

from jinja2 import nodes
from pydantic import GetCoreSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from runtime.core.expressions.formats import readable
from runtime.core.expressions.sandbox import SANDBOX, Compiled, compile_tree, compiled, reading
from runtime.core.expressions.values import TEXT_LIMIT, ExpressionError, plain, text

if TYPE_CHECKING:
    from runtime.core.contract import Context

__all__ = [
    "Expression",
    "ExpressionError",
    "Template",
    "configured",
    "dynamic",
    "escape",
    "names_in",
    "worked_out",
]


MAX_EXPRESSIONS = 200  # in one template

# --- Markdown -------------------------------------------------------------------------------

_INLINE = re.compile(r"[\\`*\[\]<>~|]|(?<![^\W_])_|_(?![^\W_])|&(?=[#a-zA-Z]|$)")
_LINE_START = re.compile(r"(?m)^([ \t]*(?:\d{1,9}(?=[.)]))?)([-+=#.)])(?=[-=#]*(?:[ \t]|$))")


_BEFORE_SIGN = r"\1\\\2"


def escape(value: str, *, starts_line: bool = True) -> str:
    """Markdown that shows exactly ``value``: a backslash before what would mean something.

    Signs that only mean something in some places (``-``, ``#``, ``_``) are left alone in others.
    """
    if value.isalnum() or value.replace(" ", "").isalnum():
        return value
    if _INLINE.search(value):
        value = _INLINE.sub(r"\\\g<0>", value)
    if starts_line:
        return _LINE_START.sub(_BEFORE_SIGN, value)
    if "\n" not in value:
        return value
    first, others = value.split("\n", 1)
    return f"{first}\n{_LINE_START.sub(_BEFORE_SIGN, others)}"


# --- Templates ------------------------------------------------------------------------------


class _Part:
    """One ``{{ … }}`` of a template. ``markdown``: its value is Markdown, not to be escaped."""

    __slots__ = ("evaluate", "markdown", "names", "starts_line")

    def __init__(self, tree: nodes.Expr, source: str, starts_line: bool) -> None:
        self.starts_line = starts_line
        self.markdown = isinstance(tree, nodes.Filter) and tree.name == "markdown"
        if isinstance(tree, nodes.Filter) and tree.node is not None and self.markdown:
            tree = tree.node
        program: Compiled = compile_tree(tree, source)
        self.evaluate = program.evaluate
        self.names = program.names


_Parts = tuple[str | _Part, ...]


@lru_cache(maxsize=2048)
def _parts(source: str) -> _Parts:
    if "{{" not in source and "{%" not in source and "{#" not in source:
        return (source,)
    for sign, meaning in (("{%", "statements"), ("{#", "comments")):
        if sign in source:
            raise ExpressionError(
                f"text may hold {{{{ … }}}} and nothing else: take out the '{sign}' ({meaning})"
            )
    if len(source) > TEXT_LIMIT:
        raise ExpressionError("the text is longer than 64 kB")
    if source.count("{{") > MAX_EXPRESSIONS:
        raise ExpressionError(f"one text may hold at most {MAX_EXPRESSIONS} times {{{{ … }}}}")
    if source.count("{{") > source.count("}}"):
        raise ExpressionError("a '{{' is never closed by '}}'")
    return _read(source)


def _read(source: str) -> _Parts:
    parts: list[str | _Part] = []
    starts_line = True
    with reading(source):
        outputs = cast("list[nodes.Output]", SANDBOX.parse(source).body)
    for piece in [piece for output in outputs for piece in output.nodes]:
        if isinstance(piece, nodes.TemplateData):
            parts.append(piece.data)
            line = f"{'' if starts_line else '…'}{piece.data}".rpartition("\n")[2]
            starts_line = not line.strip()
        else:
            parts.append(_Part(piece, source, starts_line))
    return tuple(parts)


class _Source(str):
    """Text that was compiled when it was made; everywhere else it is the plain text."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (str(self),)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls._validated,
            core_schema.str_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(
                str, return_schema=core_schema.str_schema()
            ),
        )

    @classmethod
    def _validated(cls, value: str) -> Self:
        try:
            return value if isinstance(value, cls) else cls(value)
        except ExpressionError as error:
            raise PydanticCustomError("expression", "{reason}", {"reason": str(error)}) from None


class Template(_Source):
    """Text with ``{{ … }}`` in it. Raises `ExpressionError` where it cannot be read."""

    names: frozenset[str]  # of the variables and facts it reads
    _parts: _Parts
    _constant: str | None

    def __new__(cls, source: str) -> Self:
        self = super().__new__(cls, source)
        self._parts = _parts(str(source))
        self._constant = str(source) if all(isinstance(p, str) for p in self._parts) else None
        self.names = frozenset[str]().union(
            *(part.names for part in self._parts if isinstance(part, _Part))
        )
        return self

    def render(self, ctx: Context, markdown: bool = True) -> str:
        """The text for a person: values escaped for Markdown, moments in their language.

        With ``markdown=False`` values are put in as they are, moments as ISO 8601.
        """
        if self._constant is not None:
            return self._constant
        pieces = [
            part if isinstance(part, str) else _written(part, ctx, markdown) for part in self._parts
        ]
        rendered = "".join(pieces)
        if len(rendered) > TEXT_LIMIT:
            raise ExpressionError("the text is longer than 64 kB")
        return rendered

    def value(self, ctx: Context) -> Any:
        """What a single ``{{ … }}`` stands for, its type kept; else the text, unescaped."""
        if len(self._parts) == 1 and isinstance(self._parts[0], _Part):
            return plain(self._parts[0].evaluate(ctx))
        return self.render(ctx, markdown=False)


def _written(part: _Part, ctx: Context, markdown: bool) -> str:
    value = part.evaluate(ctx)
    if isinstance(value, str):
        written = value
    elif not markdown or isinstance(value, int):
        return text(value)
    else:
        written = readable(value, ctx.language)
    if part.markdown or not markdown:
        return written
    return escape(written, starts_line=part.starts_line)


class Expression(_Source):
    """A formula such as ``order.total > 100``, with or without ``{{ }}`` around it."""

    names: frozenset[str]
    _evaluate: Callable[[Context], Any]

    def __new__(cls, source: str) -> Self:
        self = super().__new__(cls, source)
        bare = source.strip()
        if bare.startswith("{{") and bare.endswith("}}"):
            bare = bare[2:-2]
        program = compiled(bare.strip())
        self.names, self._evaluate = program.names, program.evaluate
        return self

    def evaluate(self, ctx: Context) -> Any:
        """What the formula comes to; moments and durations stay Python's."""
        return self._evaluate(ctx)


# --- Values that may be templates -----------------------------------------------------------


def dynamic(value: Any) -> Any:
    """A configured value with each text that holds ``{{`` compiled to a `Template`."""
    match value:
        case str() if "{{" in value:
            return Template(value)
        case list() | tuple():
            return [dynamic(item) for item in cast("list[Any]", value)]
        case Mapping():
            items = cast("Mapping[str, Any]", value).items()
            return {key: dynamic(item) for key, item in items}
        case _:
            return value


def configured(value: Any) -> Any:
    """`dynamic` as a validator: what cannot be read is a Pydantic error."""
    try:
        return dynamic(value)
    except ExpressionError as error:
        raise PydanticCustomError("expression", "{reason}", {"reason": str(error)}) from None


def worked_out(value: Any, ctx: Context) -> Any:
    """A `dynamic` value with its templates worked out."""
    match value:
        case Template():
            return value.value(ctx)
        case list():
            return [worked_out(item, ctx) for item in cast("list[Any]", value)]
        case Mapping():
            items = cast("Mapping[str, Any]", value).items()
            return {key: worked_out(item, ctx) for key, item in items}
        case _:
            return value


def names_in(value: Any) -> frozenset[str]:
    """The variables a `dynamic` value reads."""
    match value:
        case Template():
            return value.names
        case list():
            return frozenset[str]().union(*map(names_in, cast("list[Any]", value)))
        case Mapping():
            values = cast("Mapping[str, Any]", value).values()
            return frozenset[str]().union(*map(names_in, values))
        case _:
            return frozenset()
