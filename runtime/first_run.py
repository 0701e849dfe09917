"""The first account of an installation, and the demo bot that its workspace begins with."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

import nodes  # noqa: F401  registers the node types
from runtime import publishing
from storage import bots, channels
from storage.accounts import people
from storage.database import Database

DEMO_KEY = "demo"
_DEMO = Path(__file__).resolve().parent.parent / "templates" / "flows" / "demo.json"


def set_up(
    database: Database, *, email: str, password: str, name: str = "", workspace: str = ""
) -> people.Created:
    """Makes the first owner and workspace, with a bot that answers at once under `/chat/demo`.

    Raises `AlreadySetUp`.
    """
    return people.set_up(
        database, email=email, password=password, name=name, workspace=workspace, furnish=add_demo
    )


def add_demo(session: Session) -> None:
    """The demo bot, live on a channel of its own; none where another channel has its key."""
    taken = text("select exists (select from flyt.channel_by_key(:key))")
    if session.connection().execute(taken, {"key": DEMO_KEY}).scalar_one():
        return
    document = json.loads(_DEMO.read_text(encoding="utf-8"))
    bot = bots.create(session, document, actor="system")
    publishing.publish(session, bot.id, actor="system")
    channels.create(session, name=bot.name, bot_id=bot.id, key=DEMO_KEY, actor="system")
