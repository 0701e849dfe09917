"""A context for looking at one expression, condition or node by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from runtime.core.contract import Context, Facts

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # a Friday; 10:30 in Oslo


def context(
    *,
    language: str = "en",
    attempt: int = 0,
    position: int = 0,
    said: str = "",
    taken: bool = False,
    kept: dict[str, Any] | None = None,
    **values: Any,
) -> Context:
    facts = Facts(
        conversation="c1",
        contact={"name": "Ada", "email": None},
        channel={"kind": "web"},
        attributes={"page": "/prices"},
        timezone="Europe/Oslo",
    )
    return Context(
        scopes=[values],
        now=NOW,
        facts=facts,
        language=language,
        attempt=attempt,
        position=position,
        said=said,
        taken=taken,
        kept=kept,
    )
