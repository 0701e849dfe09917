"""Reads an expression by Jinja's grammar and lets through only what is on our lists.

Three walls: the tree is checked against an allow-list; every operator, call and filter becomes a
bounded operation of ours; what is left runs in Jinja's immutable sandbox over plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError, nodes, pass_context
from jinja2.exceptions import TemplateError
from jinja2.parser import Parser
from jinja2.runtime import Context as JinjaContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from runtime.core.expressions.formats import FORMS
from runtime.core.expressions.functions import FILTERS, FUNCTIONS, METHODS, TESTS
from runtime.core.expressions.operators import OPERATORS, Operation
from runtime.core.expressions.values import NUMBER_LIMIT, ExpressionError, attribute

if TYPE_CHECKING:
    from runtime.core.contract import Context

MAX_LENGTH = 2_000  # characters of one expression
MAX_DEPTH = 50
MAX_PARTS = 250  # names, values and operations in one expression

Evaluate = Callable[["Context"], Any]


class Compiled:
    """An expression that is known to be harmless. ``names`` are the root variables it reads."""

    __slots__ = ("evaluate", "names")

    def __init__(self, names: Iterable[str], evaluate: Evaluate) -> None:
        self.names = frozenset(names)
        self.evaluate = evaluate


class _Scope(JinjaContext):
    """What one evaluation sees: the variables it names, and our own context for operations."""

    ctx: Context


class _Sandbox(ImmutableSandboxedEnvironment):
    """Attributes and items are parts of plain data, never of Python objects."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return _part(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return _part(obj, argument)


_part = attribute  # the methods above have a parameter of that name


def _in_context(operation: Operation) -> Operation:
    @pass_context
    def call(scope: _Scope, *args: Any, **options: Any) -> Any:
        return operation(scope.ctx, *args, **options)

    return call


def _as_function(operation: Operation) -> Operation:
    """A function is a filter upon nothing, so that no name is ever looked up to be called."""

    @pass_context
    def call(scope: _Scope, nothing: None, *args: Any, **options: Any) -> Any:
        return operation(scope.ctx, *args, **options)

    return call


def _sandbox() -> _Sandbox:
    sandbox = _Sandbox(keep_trailing_newline=True, optimized=False)
    sandbox.globals = {}
    sandbox.tests = dict(TESTS)
    sandbox.filters = {
        **{name: _in_context(operation) for name, operation in FILTERS.items()},
        **{f"{name}()": _as_function(operation) for name, operation in FUNCTIONS.items()},
        **{f"({sign})": _in_context(operation) for sign, operation in OPERATORS.items()},
    }
    return sandbox


SANDBOX = _sandbox()


# --- Reading --------------------------------------------------------------------------------


@contextmanager
def reading(source: str) -> Generator[None]:
    """Turns every way in which Jinja's reader may fail into an `ExpressionError`."""
    try:
        yield
    except ExpressionError:
        raise
    except TemplateSyntaxError as error:
        reason = (error.message or "").replace("end of print statement", "}}").rstrip(".")
        raise ExpressionError(f"'{shortened(source)}' cannot be read: {reason}") from None
    except (RecursionError, MemoryError):
        raise ExpressionError("the expression is nested too deeply") from None
    except ValueError:  # a number of thousands of digits
        raise ExpressionError(f"'{shortened(source)}' holds a number that is too large") from None


def read(source: str) -> nodes.Expr:
    """The tree of one expression. Raises `ExpressionError`."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"an expression may have at most {MAX_LENGTH} characters")
    with reading(source):
        parser = Parser(SANDBOX, source, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            extra = parser.stream.current.value
            raise ExpressionError(f"'{shortened(source)}' cannot be read from '{extra}' on")
    return tree


@lru_cache(maxsize=4096)
def compiled(source: str) -> Compiled:
    """An expression read, checked and compiled. Raises `ExpressionError`."""
    return compile_tree(read(source), source)


def compile_tree(tree: nodes.Expr, source: str) -> Compiled:
    """A read tree checked and compiled; ``source`` is for messages. Raises `ExpressionError`."""
    if path := _path(tree):
        return Compiled(path[:1], _follow(path))
    checker = _Checker()
    with reading(source):
        assign = nodes.Assign(nodes.Name("_", "store"), checker.check(tree), lineno=1)
        program = SANDBOX.from_string(nodes.Template([assign], lineno=1))
    run, names = program.root_render_func, tuple(checker.names)
    variables = tuple((name, _PREFIX + name) for name in names)

    def evaluate(ctx: Context) -> Any:
        scope = _Scope(SANDBOX, {key: ctx.get(name) for name, key in variables}, None, {})
        scope.ctx = ctx
        try:
            for _ in run(scope):
                pass
        except ExpressionError as error:
            raise ExpressionError(f"'{shortened(source)}': {error}") from None
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError,
                AttributeError, RecursionError) as error:  # fmt: skip
            raise ExpressionError(f"'{shortened(source)}' cannot be worked out: {error}") from None
        return scope.vars["_"]

    return Compiled(names, evaluate)


def shortened(source: str) -> str:
    """An author's text as an error message shows it."""
    return source if len(source) <= 60 else f"{source[:60]}…"


# --- Plain paths such as ``order.total`` skip Jinja -----------------------------------------


def _path(tree: nodes.Expr) -> tuple[str, ...]:
    """The names of ``order.total``; nothing where the tree is anything else, or very long."""
    keys: list[str] = []
    while isinstance(tree, nodes.Getattr) and len(keys) < MAX_DEPTH:
        keys.insert(0, tree.attr)
        tree = tree.node
    if not isinstance(tree, nodes.Name):
        return ()
    return tuple(_public(name) for name in (tree.name, *keys))


def _follow(path: tuple[str, ...]) -> Evaluate:
    root, *keys = path
    if not keys:
        return lambda ctx: ctx.get(root)

    def evaluate(ctx: Context) -> Any:
        value = ctx.get(root)
        for key in keys:
            value = attribute(value, key)
        return value

    return evaluate


# --- The allow-list -------------------------------------------------------------------------

_PREFIX = "v_"  # keeps variables apart from the words Jinja treats in its own way (``self``)

_SIGNS: dict[type[nodes.Expr], str] = {
    nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/", nodes.FloorDiv: "//",
    nodes.Mod: "%", nodes.Pow: "**", nodes.Neg: "neg", nodes.Pos: "pos",
}  # fmt: skip


class _Checker:
    """Rebuilds a tree from allowed parts only, each operation turned into one of ours."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self._parts = 0
        self._depth = 0

    def check(self, node: nodes.Expr) -> nodes.Expr:
        self._parts += 1
        self._depth += 1
        if self._parts > MAX_PARTS or self._depth > MAX_DEPTH:
            raise ExpressionError("the expression is too long or nested too deeply: split it up")
        checked = self._checked(node)
        self._depth -= 1
        return checked

    def _checked(self, node: nodes.Expr) -> nodes.Expr:
        match node:
            case nodes.Const(value=value):
                return self._constant(value)
            case nodes.Name(name=name):
                self.names[_public(name)] = None
                return nodes.Name(_PREFIX + name, "load")
            case nodes.Getattr(node=of, attr=key):
                return nodes.Getitem(self.check(of), nodes.Const(_public(key)), "load")
            case nodes.Getitem(node=of, arg=nodes.Slice(start=start, stop=stop, step=step)):
                bounds = (part or nodes.Const(None) for part in (start, stop, step))
                return self._operation("([:])", of, *bounds)
            case nodes.Getitem(node=of, arg=key):
                if isinstance(key, nodes.Const) and isinstance(key.value, str):
                    _public(key.value)
                return nodes.Getitem(self.check(of), self.check(key), "load")
            case nodes.Filter(node=nodes.Expr() as of, name=name):
                _known(name, FILTERS, "filter")
                return self._call(name, of, node)
            case nodes.Test(node=of, name=name, args=[]) if not node.kwargs:
                _known(name, TESTS, "test")
                return nodes.Test(self.check(of), name, [], [], None, None)
            case nodes.Call():
                return self._called(node)
            case _:
                return self._compound(node)

    def _compound(self, node: nodes.Expr) -> nodes.Expr:
        match node:
            case nodes.Compare(expr=left, ops=ops):
                return self._compared(left, ops)
            case nodes.Concat(nodes=parts):
                return self._operation("(~)", *parts)
            case nodes.And(left=left, right=right):
                return nodes.And(self.check(left), self.check(right))
            case nodes.Or(left=left, right=right):
                return nodes.Or(self.check(left), self.check(right))
            case nodes.Not(node=of):
                return nodes.Not(self.check(of))
            case nodes.BinExpr(left=left, right=right) if type(node) in _SIGNS:
                return self._operation(f"({_SIGNS[type(node)]})", left, right)
            case nodes.UnaryExpr(node=of) if type(node) in _SIGNS:
                return self._operation(f"({_SIGNS[type(node)]})", of)
            case nodes.CondExpr(test=test, expr1=yes, expr2=no):
                otherwise = no or nodes.Const(None)
                return nodes.CondExpr(self.check(test), self.check(yes), self.check(otherwise))
            case nodes.List(items=items) | nodes.Tuple(items=items):
                return nodes.List([self.check(item) for item in items])
            case nodes.Dict(items=pairs):
                return nodes.Dict(
                    [nodes.Pair(self.check(pair.key), self.check(pair.value)) for pair in pairs]
                )
            case _:
                raise ExpressionError(f"'{type(node).__name__}' is not allowed in an expression")

    def _constant(self, value: Any) -> nodes.Expr:
        if isinstance(value, int | float) and not -NUMBER_LIMIT <= value <= NUMBER_LIMIT:
            raise ExpressionError("the number is too large")
        return nodes.Const(value)

    def _called(self, node: nodes.Call) -> nodes.Expr:
        match node.node:
            case nodes.Name(name=name):
                _known(name, FUNCTIONS, "function")
                return self._call(f"{name}()", nodes.Const(None), node)
            case nodes.Getattr(node=of, attr=name):
                _known(name, METHODS, "method")
                return self._call(name, of, node)
            case _:
                raise ExpressionError("only functions such as today() can be called")

    def _compared(self, left: nodes.Expr, ops: list[nodes.Operand]) -> nodes.Expr:
        result: nodes.Expr | None = None
        for op in ops:
            step = self._operation(f"({op.op})", left, op.expr)
            result = step if result is None else nodes.And(result, step)
            left = op.expr
        assert result is not None  # noqa: S101 - the grammar has no comparison without one
        return result

    def _operation(self, name: str, first: nodes.Expr, *rest: nodes.Expr) -> nodes.Expr:
        return _filter(name, self.check(first), [self.check(part) for part in rest])

    def _call(self, name: str, first: nodes.Expr, node: nodes.Filter | nodes.Call) -> nodes.Expr:
        if node.dyn_args or node.dyn_kwargs:
            raise ExpressionError("'*' and '**' cannot be used to pass values")
        if name.removesuffix("()") == "plural":
            counts = len(node.args) if name.endswith("()") else len(node.args) + 1
            _forms([str(option.key) for option in node.kwargs], counts)
        options = [nodes.Keyword(_public(str(o.key)), self.check(o.value)) for o in node.kwargs]
        return _filter(name, self.check(first), [self.check(arg) for arg in node.args], options)


def _filter(
    name: str, first: nodes.Expr, args: list[nodes.Expr], options: list[nodes.Keyword] | None = None
) -> nodes.Expr:
    return nodes.Filter(first, name, args, options or [], None, None)


def _forms(given: Sequence[str], counts: int) -> None:
    """An author learns while writing what would fail in front of a visitor."""
    for form in given:
        _known(form, FORMS, "form of plural")
    if not given or counts != 1:
        raise ExpressionError("plural needs its forms: plural(count, one='# day', other='# days')")


def _public(name: str) -> str:
    if name.startswith("_"):
        raise ExpressionError(f"'{shortened(name)}' cannot be used: names do not begin with '_'")
    return name


def _known(name: str, allowed: Iterable[str], kind: str) -> None:
    if name not in allowed:
        close = get_close_matches(name, allowed, 1)
        hint = f"did you mean '{close[0]}'?" if close else f"there are {', '.join(sorted(allowed))}"
        raise ExpressionError(f"there is no {kind} '{shortened(name)}': {hint}")
