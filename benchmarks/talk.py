"""The six-turn conversation every subject of the benchmark must hold, word for word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

DOCUMENT = Path(__file__).with_name("booking.json")


class Exchange(NamedTuple):
    """What the visitor posts (``None`` opens the conversation) and what the bot must answer."""

    posts: dict[str, str] | None
    replies: list[str]
    status: str = "bot"


def document() -> dict[str, Any]:
    """The bot document of the talk."""
    return json.loads(DOCUMENT.read_bytes())


def exchanges(number: int) -> tuple[Exchange, ...]:
    """The talk of visitor ``number``; name and address differ, so a mixed-up reply is noticed."""
    name, email = f"Ada Lovelace {number}", f"ada{number}@example.com"
    return (
        Exchange(None, ["Hello! Let us book you in.", "What is your name?"]),
        Exchange({"text": name}, [f"Thanks, {name}. Which e-mail address may we use?"]),
        Exchange(
            {"text": "not an address"},
            ["That does not look like an e-mail address. Please try again."],
        ),
        Exchange({"text": email}, ["What would you like?"]),
        Exchange({"choice": "demo"}, [f"A demo of 30 minutes for {name}, is that right?"]),
        Exchange(
            {"text": "yes"},
            [f"Booked! The demo is yours, {name}. We write to {email}."],
            "ended",
        ),
    )
