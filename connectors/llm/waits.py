"""How long a provider asks to stay away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from whichever form of the header was sent; None: it did not say."""
    if told := headers.get("retry-after-ms"):
        return _number(told, 0.001)
    told = headers.get("retry-after", "").strip()
    if not told:
        return None
    if (seconds := _number(told, 1.0)) is not None:
        return seconds
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _number(told: str, unit: float) -> float | None:
    try:
        seconds = float(told) * unit
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e9 else None
