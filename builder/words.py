"""Every text of the builder, through one function: the English text is its own key."""

from __future__ import annotations


def t(text: str, /, **values: object) -> str:
    """The text in the reader's language, with `{name}` replaced by the value of that name."""
    return text.format(**values) if values else text
