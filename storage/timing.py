"""How long statements take, told to whoever keeps the figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

Told = Callable[[str, float], None]
"""Gets the SQL of a statement and the seconds that its caller waited for it."""

_FUNCTION = re.compile(r"\bflyt\.(\w+)\(")
_ANY = re.compile(r"\b(\w+)\(")
_TABLE = re.compile(r"\b(?:from|into|update)\s+(?:flyt\.)?(\w+)", re.IGNORECASE)


def nothing(statement: str, seconds: float) -> None:
    """Where nobody keeps the figures."""


def name_of(statement: str) -> str:
    """`turn_save_1` for a call of that function, else its verb and first table: `select bot`."""
    verb = statement.split(None, 1)[0].lower()
    if table := _TABLE.search(statement):
        called = _FUNCTION.search(statement)
        if called and called.start(1) == table.start(1):
            return called[1]
        return f"{verb} {table[1]}"
    called = _FUNCTION.search(statement) or _ANY.search(statement)
    return called[1] if called else verb


def watch(engine: Engine, told: Told) -> None:
    """Has every statement of ``engine`` timed, from sending it until its first rows are here."""

    def before(connection: Any, _cursor: Any, _statement: str, *_: Any) -> None:
        connection.info["began"] = perf_counter()

    def after(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        told(statement, perf_counter() - connection.info["began"])

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
