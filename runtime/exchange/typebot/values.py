"""Templates and values: what is plain becomes an expression of ours, what is code is not."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from runtime.core.expressions import ExpressionError, Template, escape
from runtime.exchange.typebot.names import Variables

_INLINE = re.compile(r"\{\{(=?)\s*(.*?)\s*=?\}\}", re.DOTALL)
_ARITHMETIC = re.compile(r"[\s\w.+\-*/%()]*")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,10})?")
_SIGNS = re.compile(r"[\s\d.+\-*/%()]*")
_CODE = re.compile(
    r"=>|;|\b(?:return|function|const|let|var|await|new|typeof)\b|\w\s*\(|[=!]==|[{}]|`"
)


class Value(NamedTuple):
    """``sure`` is False where Typebot would have run code: a person must look at it."""

    value: Any
    sure: bool = True


def template(text: str, variables: Variables, *, markdown: bool = True) -> Value:
    """A text with ``{{Name}}`` in it, as a template of ours; what is plain shows as it is."""
    parts, sure, place = list[str](), True, 0
    for match in _INLINE.finditer(text):
        parts.append(_plain(text[place : match.start()], markdown=markdown, begins=not place))
        expression = _expression(match[2], variables) if match[1] else variables.named(match[2])
        sure = sure and expression is not None
        parts.append(f"{{{{ {expression} }}}}" if expression else "")
        place = match.end()
    parts.append(_plain(text[place:], markdown=markdown, begins=not place))
    return Value("".join(parts), sure)


def _plain(text: str, *, markdown: bool, begins: bool) -> str:
    """What would begin an expression of ours but is none of theirs stays what it is."""
    shown = escape(text, starts_line=begins) if markdown else text
    return re.sub(r"\{(?=[{%#])", "{{ '{' }}", shown)


def worked_out(source: str, variables: Variables, *, code: bool) -> Value | None:
    """What *Set variable* would store; None where only running its code would tell."""
    text = source.strip()
    found = _literal(text)
    if found is not None:
        return found
    names = _INLINE.sub("", text)
    is_sum = _INLINE.search(text) and _SIGNS.fullmatch(names)
    if is_sum and (expression := _expression(_within(text), variables)) is not None:
        return Value(f"{{{{ {expression} }}}}")
    if code or _CODE.search(names):
        return None
    quoted = re.fullmatch(r"(['\"`])(.*)\1", text, re.DOTALL)
    made = template(quoted[2] if quoted else text, variables, markdown=False)
    return made if made.sure else None


def _literal(text: str) -> Value | None:
    try:
        return Value(json.loads(text)) if text else Value("")
    except (ValueError, RecursionError):
        return None


def _within(text: str) -> str:
    """``{{A}} + 1`` as ``A + 1``; a name of several words is kept together by its braces."""
    return _INLINE.sub(lambda match: f" \u27e8{match[2]}\u27e9 ", text)


def _expression(source: str, variables: Variables) -> str | None:
    """Sums, quotients and the like of numbers and variables, if that is all it is."""
    named = re.sub(r"\u27e8(.*?)\u27e9", lambda match: variables.named(match[1]), source)
    if source == named:
        named = re.sub(r"[A-Za-z_]\w*", lambda match: variables.named(match[0]), source)
    if not _ARITHMETIC.fullmatch(named) or _CODE.search(named):
        return None
    expression = " ".join(named.split())
    try:
        Template(f"{{{{ {expression} }}}}")
    except ExpressionError:
        return None
    return expression


def setting(value: Any, variables: Variables) -> Any:
    """A value beside an operator: a number where it looks like one, else a text."""
    text = value if isinstance(value, str) else ""
    found = counted(text)
    return template(text, variables, markdown=False).value if found is text else found


def counted(text: str) -> Any:
    """A number where a text is one; not where zeros before it would be lost."""
    return json.loads(text) if _NUMBER.fullmatch(text) else text
