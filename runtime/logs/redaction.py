"""Takes secrets and personal addresses out of what is logged or reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_HIDDEN = "[secret]"
_SECRET_KEY = re.compile(
    r"pass(word|phrase)|secret|token(?!s)|api_?key|authorization|cookie|credential|dsn|private",
    re.I,
)
_PATTERNS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {_HIDDEN}"),
    (re.compile(r"\bflyt_[\w-]{8,}"), _HIDDEN),  # our API keys
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^/\s@]+@"), rf"\1{_HIDDEN}@"),  # user:password@host
    (re.compile(r"[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?<![\w+])\+\d[\d\s-]{6,14}\d\b"), "[phone]"),
)
_SHORTEST = 6  # a shorter secret would also hide ordinary words


class Redactor:
    """Knows this installation's secret values, and what secrets and addresses look like."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({value for value in secrets if len(value) >= _SHORTEST}, key=len)
        self._known = re.compile("|".join(map(re.escape, reversed(known)))) if known else None

    def text(self, text: str) -> str:
        if self._known:
            text = self._known.sub(_HIDDEN, text)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text

    def value(self, value: Any) -> Any:  # any JSON value
        """The same JSON value with every text cleaned and every secret's key emptied."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {
                str(key): _HIDDEN if _SECRET_KEY.search(str(key)) else self.value(inner)
                for key, inner in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(inner) for inner in value]
        return value
