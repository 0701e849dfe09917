"""The words of the catalogue, in English: groups, what is wrong with a field, comparisons."""

from __future__ import annotations

from typing import Final

from runtime.core.contract import Group
from runtime.core.expressions.conditions import Operator

GROUPS: Final[dict[Group, str]] = {
    "talk": "Talk",
    "ask": "Ask",
    "logic": "Logic",
    "ai": "AI",
    "do": "Do",
    "people": "People",
}

ERRORS: Final = {
    "missing": "Fill this in.",
    "blank": "Write something here.",
    "string_too_short": "Write something here.",
    "string_too_long": "At most {max_length} characters.",
    "string_pattern_mismatch": "Letters, digits, - and _ are possible here.",
    "too_short": "Add at least {min_length}.",
    "too_long": "At most {max_length}; take some out.",
    "greater_than": "More than {gt}, please.",
    "greater_than_equal": "At least {ge}.",
    "less_than": "Less than {lt}, please.",
    "less_than_equal": "At most {le}.",
    "int_type": "Write a whole number.",
    "int_from_float": "Write a whole number, without decimals.",
    "float_type": "Write a number.",
    "literal_error": "Choose one of the list.",
    "one_of": "Fill this in.",
    "expression": "Close every {{ with }}.",
    "variable": "One word of letters, digits and _ that begins with a letter.",
    "variable_taken": "This name means something else: choose another one.",
    "duration": "Write how long, as a number.",
    "duration_range": "A tenth of a second to ten years is possible.",
    "moment": "This day or time does not exist.",
    "missing_value": "Say what to compare with.",
    "between": "Give the lowest and the highest value.",
    "minimum": "The smallest is larger than the largest.",
    "port_id": "Another way out has this name; choose another one.",
    "repeated_id": "This id stands twice; choose another one.",
}
"""By the type of Pydantic's error; ``{…}`` are the values of its context."""

OPERATORS: Final[dict[Operator, str]] = {
    "eq": "is",
    "ne": "is not",
    "gt": "is more than",
    "ge": "is at least",
    "lt": "is less than",
    "le": "is at most",
    "contains": "contains",
    "not_contains": "does not contain",
    "starts_with": "begins with",
    "ends_with": "ends with",
    "matches": "matches the pattern",
    "not_matches": "does not match the pattern",
    "in": "is one of",
    "not_in": "is none of",
    "is_set": "is filled in",
    "is_empty": "is empty",
    "before": "is before",
    "after": "is after",
    "between": "is between",
}
