"""From bytes to plain JSON values that nothing later can choke on, in today's format."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from typing import Any, cast

import msgspec

from runtime.core.document.mistakes import DocumentError, DocumentProblem, nearest
from runtime.core.texts import step_into

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_VALUES = 200_000  # of all kinds, in the whole document
MAX_NUMBER = 2**53  # beyond it a browser no longer counts in ones

Migration = Callable[[dict[str, Any]], dict[str, Any]]
CURRENT = "flyt/1"
MIGRATIONS: dict[str, Migration] = {}  # from which format: a pure function to a later one


def read(data: bytes | str | dict[str, Any]) -> dict[str, Any]:
    """The JSON object in ``data``. Raises `DocumentError` for what is no sane JSON."""
    value = data if isinstance(data, dict) else _decode(data)
    found = list(_insane(value))
    if not found and not isinstance(value, dict):
        found = [DocumentProblem("", "A bot document is a JSON object.", "Begin it with {.")]
    if found:
        raise DocumentError(found)
    return _plain(data) if isinstance(data, dict) else cast("dict[str, Any]", value)


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """A copy of nothing but lists, dicts and plain values."""
    encoded = msgspec.json.encode(data, enc_hook=str)  # str: for subclasses of it
    _refuse_large(len(encoded))
    return msgspec.json.decode(encoded)


def migrate(plain: dict[str, Any]) -> dict[str, Any]:
    """The same document in today's format. Raises `DocumentError` for an unknown one."""
    migrated = plain
    while (current := migrated.get("format")) != CURRENT:
        step = MIGRATIONS.get(current) if isinstance(current, str) else None
        if step is None:
            raise DocumentError([_unknown_format(migrated)])
        migrated = step(migrated)
    return migrated


def _unknown_format(plain: dict[str, Any]) -> DocumentProblem:
    if "format" not in plain:
        close = nearest("format", plain)
        hint = f'Rename "{close}" to "format".' if close else f'Add "format": "{CURRENT}".'
        return DocumentProblem("format", 'The key "format" is missing.', hint)
    known = ", ".join([*MIGRATIONS, CURRENT])
    found = str(plain["format"])[:40]
    return DocumentProblem(
        "format", f'The format "{found}" is not known.', f"This Flyt reads {known}; update it?"
    )


def _refuse_large(size: int) -> None:
    if size > MAX_BYTES:
        raise DocumentError(
            [
                DocumentProblem(
                    "",
                    f"The document has {size / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:.0f} MB.",
                    "Keep files and long texts outside, or split the bot.",
                )
            ]
        )


def _decode(data: bytes | str) -> Any:
    _refuse_large(len(data))
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        return json.loads(text, object_pairs_hook=_without_repeats, parse_int=_whole_number)
    except json.JSONDecodeError as error:
        message = f"Not JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}."
        hint = "Look for a comma, quote or bracket just before that place."
        raise DocumentError([DocumentProblem("", message, hint)]) from error
    except UnicodeDecodeError as error:
        problem = DocumentProblem("", "The file is not UTF-8 text.", "Save it as UTF-8 JSON.")
        raise DocumentError([problem]) from error
    except RecursionError as error:
        raise DocumentError([_too_deep("")]) from error
    except ValueError as error:
        message = f"Not JSON: {str(error)[:200]}."
        raise DocumentError([DocumentProblem("", message, "Correct this value.")]) from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f'the key "{name[:60]}" stands twice in one object')
        found[name] = value
    return found


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else math.inf  # refused below, where its path is known


_TOO_MUCH = DocumentProblem(
    "", f"The document holds more than {MAX_VALUES:,} values.", "Split it into several bots."
)


def _too_deep(path: str) -> DocumentProblem:
    return DocumentProblem(
        path, f"Nested deeper than {MAX_DEPTH} levels.", "Flatten this part of the document."
    )


def _insane(value: Any) -> Iterator[DocumentProblem]:
    """Values that JSON allows and databases, browsers or recursion do not."""
    stack: list[tuple[str, Any, int]] = [("", value, 0)]
    seen = 0
    while stack:
        path, item, depth = stack.pop()
        seen += 1
        if depth > MAX_DEPTH or seen + len(stack) > MAX_VALUES:
            yield _too_deep(path) if depth > MAX_DEPTH else _TOO_MUCH
            return
        if isinstance(item, dict):
            for key, inner in cast("dict[Any, Any]", item).items():
                if fault := _fault(key) if isinstance(key, str) else "A key must be text.":
                    yield DocumentProblem(path, fault, "Rename this key.")
                    return
                stack.append((step_into(path, key), inner, depth + 1))
        elif isinstance(item, list | tuple):
            items = cast("list[Any]", item)
            stack += ((f"{path}[{i}]", inner, depth + 1) for i, inner in enumerate(items))
        elif fault := _fault(item):
            yield DocumentProblem(path, fault, "Correct this value.")


def _fault(item: Any) -> str | None:
    """What is wrong with a single value, if anything is."""
    if isinstance(item, str):
        if "\0" in item or not _encodes(item):
            return "The text holds a character that cannot be stored."
    elif isinstance(item, bool) or item is None:
        return None
    elif isinstance(item, int):
        if abs(item) > MAX_NUMBER:
            return "The number is too large."
    elif isinstance(item, float):
        if not math.isfinite(item):
            return "The number is too large, or none at all."
    else:
        return f"A value of the kind {type(item).__name__} is no JSON."
    return None


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
