"""What a person does with brands: plain functions under the pages, one transaction each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from builder.connection import database
from builder.people import Person
from builder.words import t
from storage import brands
from storage.tables import Brand


@dataclass(frozen=True)
class Line:
    """One brand in the list; ``timezone`` is empty where it is the workspace's."""

    id: str
    name: str
    timezone: str


def listed(person: Person) -> list[Line]:
    with database().workspace(person.workspace_id) as session:
        found: list[Brand] = []
        while more := brands.listed(session, after=found[-1].id if found else None):
            found += more
        return [Line(str(each.id), each.name, each.timezone or "") for each in found]


def choices(person: Person) -> list[tuple[str, str]]:
    """Id and name of every brand, first the choice of none; empty where there is no brand."""
    found = [(each.id, each.name) for each in listed(person)]
    return [("", t("No brand")), *found] if found else []


def add(person: Person, name: str, timezone: str) -> None:
    """Raises `storage.errors.Refused`."""
    with database().workspace(person.workspace_id) as session:
        brands.create(session, name, timezone=timezone or None, actor=person.actor)


def change(person: Person, brand_id: UUID, name: str, timezone: str) -> None:
    """Raises `storage.errors.Refused`."""
    with database().workspace(person.workspace_id) as session:
        fields = {"name": name, "timezone": timezone or None}
        brands.change(session, brand_id, actor=person.actor, **fields)


def delete(person: Person, brand_id: UUID) -> None:
    """Its chats and what is known for it stay, and are of no brand then."""
    with database().workspace(person.workspace_id) as session:
        brands.delete(session, brand_id, actor=person.actor)
