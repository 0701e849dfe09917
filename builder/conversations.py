"""What the inbox can be narrowed to: plain functions under the page, one transaction each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlmodel import Session

from builder.connection import database
from builder.people import Person
from storage import bots, channels

Choices = list[dict[str, str]]


def choices(person: Person) -> tuple[Choices, Choices]:
    """The bots and the channels of the workspace by name, each as {id, name}."""
    with database().workspace(person.workspace_id) as session:
        return _all(session, bots.listed), _all(session, channels.listed)


def _all(session: Session, listed: Callable[..., Sequence[Any]]) -> Choices:
    found: list[Any] = []
    while page := listed(session, before=found[-1].id if found else None):
        found += page
    return [
        {"id": str(each.id), "name": each.name}
        for each in sorted(found, key=lambda each: each.name.casefold())
    ]
