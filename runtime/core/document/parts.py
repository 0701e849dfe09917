"""The small types that a bot document is made of."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import StringConstraints

from runtime.core.fields import checked, wrong_name

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
FlowId = Annotated[str, StringConstraints(pattern=r"^(system\.)?[A-Za-z0-9_-]{1,64}$")]
Name = Annotated[str, checked(wrong_name, "variable")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Text = Annotated[str, StringConstraints(max_length=20_000)]


def or_a_name(schema: dict[str, Any]) -> None:
    """Lets the JSON Schema of an object also allow a plain string, which is its name."""
    whole = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "string"}, whole]
