"""What a visitor's words hold: addresses, numbers, links. Each reader knows one kind. Pure."""

from __future__ import annotations

from typing import Any

from runtime.core.contract import Value


class Found(Value, frozen=True):
    """A value that stands in a text from ``start`` up to ``end``."""

    value: Any
    start: int
    end: int


def alone(found: list[Found]) -> Found | None:
    """What was found, where it is one value, however often it was written."""
    return found[0] if found and all(one.value == found[0].value for one in found) else None


def without(text: str, found: list[Found]) -> str:
    """The text with blanks where something was found, so that places stay what they are."""
    for one in found:
        text = f"{text[: one.start]}{' ' * (one.end - one.start)}{text[one.end :]}"
    return text
