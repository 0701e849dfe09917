"""What is wrong in a document, in sentences: where, what, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from heapq import nsmallest
from typing import Any, NamedTuple, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from runtime.core.document.shapes import known_keys, schema_of, title_of
from runtime.core.texts import step_into

MAX_SHOWN = 200
MAX_COMPARED = 200  # names that a misspelt one is held against

_QUOTED = re.compile(r"(['\"])(.*?)\1")


class DocumentProblem(NamedTuple):
    """``path`` is the place (``flows[0].nodes[3].config.text``), ``hint`` the mend."""

    path: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.path or 'the document'}: {self.message} {self.hint}".rstrip()


class DocumentError(ValueError):
    """The document cannot be used as it is; ``errors`` has every reason."""

    def __init__(self, errors: Iterable[DocumentProblem]) -> None:
        found = list(dict.fromkeys(errors))
        self.errors = found[:MAX_SHOWN]
        self.more = len(found) - len(self.errors)
        rest = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        super().__init__(f"{found[0]}{rest}")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like ``word``, if one is."""
    length = len(word)
    alike = nsmallest(MAX_COMPARED, known, key=lambda other: abs(len(other) - length))
    return next(iter(get_close_matches(word[:100], alike, n=1, cutoff=0.6)), None)


def suggest(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or the known ones where they are few."""
    choices = sorted(set(known))
    if close := nearest(word, choices):
        return f'Did you mean "{close}"?'
    if not choices:
        return ""
    rest = " …" if len(choices) > 12 else ""
    return f"Known here: {', '.join(choices[:12])}{rest}."


def explain(
    error: ValidationError, data: Any, model: type[BaseModel], path: str = ""
) -> list[DocumentProblem]:
    """Pydantic's findings about ``data``, which stands at ``path``, as sentences."""
    schema = schema_of(model)
    return [
        _explained(details, data, schema, path)
        for details in error.errors(include_url=False)[:MAX_SHOWN]
        if not _counts_only_sound_items(details, data) and not _begins_nothing(details, data)
    ]


def _counts_only_sound_items(details: ErrorDetails, data: Any) -> bool:
    """Whether ``too_short`` is but the echo of faulty items, reported on their own."""
    if details["type"] != "too_short":
        return False
    value = _value_at(details["loc"], data)
    return isinstance(value, list) and len(cast("list[Any]", value)) >= details.get("ctx", {}).get(
        "min_length", 0
    )


def _begins_nothing(details: ErrorDetails, data: Any) -> bool:
    """Whether it is about where a flow without steps begins: that it has none is said already."""
    loc = details["loc"]
    if loc[-1:] != ("start",) or loc[:1] != ("flows",):
        return False
    return _value_at(loc[:-1], data).get("nodes") == []


def _explained(
    details: ErrorDetails, data: Any, schema: dict[str, Any], path: str
) -> DocumentProblem:
    kind, context = details["type"], details.get("ctx", {})
    steps = place_of(details["loc"], data, missing=kind == "missing")
    for step in steps:
        path = step_into(path, step)
    if kind == "extra_forbidden":
        key = str(steps[-1]) if steps else "?"
        known = known_keys(schema, data, steps[:-1])
        return DocumentProblem(path, f'"{key[:60]}" is not known here.', suggest(key, known))
    if kind == "missing":
        key = str(details["loc"][-1])
        title = title_of(schema, data, steps[:-1], key)
        return DocumentProblem(path, f'"{title}" is missing.', "Fill it in.")
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        expected = str(context.get("expected") or context.get("expected_tags"))
        allowed = [word for _, word in _QUOTED.findall(expected)]
        given = str(context.get("tag", details["input"]))[:60]
        if kind == "union_tag_invalid":
            path = step_into(path, context["discriminator"].strip("'"))
        return DocumentProblem(path, f'"{given}" is not possible here.', suggest(given, allowed))
    if kind == "too_short" and steps[-1:] == ("nodes",):
        return DocumentProblem(path, "This flow has no step yet.", "Add one, or delete the flow.")
    message, hint = _SENTENCES.get(kind, ("{msg}", ""))
    if kind == "string_pattern_mismatch":
        message, hint = _name_refused(details["input"], context["pattern"])
    values = {"msg": details["msg"], "given": _kind_of(details["input"]), **context}
    return DocumentProblem(path, sentence(_fill(message, values)), _fill(hint, values))


_SENTENCES = {
    "string_type": ("This must be text, not {given}.", 'Put it in quotes: "…".'),
    "int_type": ("This must be a whole number, not {given}.", "Write digits without quotes."),
    "int_from_float": ("This must be a whole number.", "Leave out the decimals."),
    "float_type": ("This must be a number, not {given}.", "Write digits without quotes."),
    "bool_type": ("This must be true or false, not {given}.", "Write true or false, no quotes."),
    "tuple_type": ("This must be a list, not {given}.", "Put it in brackets: […]."),
    "list_type": ("This must be a list, not {given}.", "Put it in brackets: […]."),
    "dict_type": ("This must be an object, not {given}.", "Put it in braces: {{…}}."),
    "model_type": ("This must be an object, not {given}.", "Put it in braces: {{…}}."),
    "model_attributes_type": ("This must be an object, not {given}.", "Put it in braces: {{…}}."),
    "none_required": ("This must be null, not {given}.", ""),
    "string_too_short": ("This text is empty.", "Write something here."),
    "string_too_long": ("This text is too long.", "At most {max_length} characters."),
    "too_short": ("This list is too short.", "It needs at least {min_length}."),
    "too_long": ("This list is too long.", "At most {max_length}; split it."),
    "greater_than": ("This number is too small.", "It must be more than {gt}."),
    "greater_than_equal": ("This number is too small.", "It must be at least {ge}."),
    "less_than": ("This number is too large.", "It must be less than {lt}."),
    "less_than_equal": ("This number is too large.", "It must be at most {le}."),
    "finite_number": ("This must be an ordinary number.", ""),
    "union_tag_not_found": ("{discriminator} is missing.", "It says which kind this is."),
    "time_delta_parsing": ("This is not a duration.", 'Write it like "PT10M" or "P1D".'),
    "time_delta_type": ("This is not a duration.", 'Write it like "PT10M" or "P1D".'),
    "duration": ("This is not a duration.", 'Write it like "PT10M" (ten minutes) or "P1D".'),
    "value_error": ("{error}", ""),
    "assertion_error": ("{error}", ""),
}


def _name_refused(given: str, pattern: str) -> tuple[str, str]:
    if not given:
        return "Nothing is filled in here.", "Fill it in."
    if "A-Za-z0-9_" in pattern:
        return "This name is not possible.", "It may have 64 letters, digits, - and _."
    return "This name is not possible.", "It must match {pattern}."


def _fill(words: str, values: dict[str, Any]) -> str:
    return words.format_map({key: str(value)[:300] for key, value in values.items()})


def sentence(words: str) -> str:
    """The words with a capital at the beginning and a stop at the end."""
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")


def _kind_of(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case dict():
            return "an object"
        case _:
            return "a list"


# --- Places ---------------------------------------------------------------------------------


def place_of(
    loc: Iterable[str | int], data: Any, *, missing: bool = False
) -> tuple[str | int, ...]:
    """A Pydantic location as the document's own path: without the tags of unions in it."""
    steps: list[str | int] = []
    at, whole = data, tuple(loc)
    for index, step in enumerate(whole):
        last = index == len(whole) - 1
        if isinstance(at, dict):
            if step in at or (missing and last):
                steps.append(step)
                at = cast("dict[Any, Any]", at).get(step)
        elif isinstance(at, list | tuple) and isinstance(step, int):
            items = cast("list[Any]", at)
            if step < len(items):
                steps.append(step)
                at = items[step]
    return tuple(steps)


def _value_at(loc: Iterable[str | int], data: Any) -> Any:
    for step in place_of(loc, data):
        data = data[step]
    return data
