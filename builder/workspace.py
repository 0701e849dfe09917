"""What a person does with workspaces, their people and their keys: plain functions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from babel import Locale

from builder.connection import database
from builder.people import Person
from builder.words import t
from runtime.core.phrases import LANGUAGES
from storage import audit
from storage.accounts import invitations, keys, people, sign_in, workspaces
from storage.errors import Refused


@dataclass(frozen=True)
class Facts:
    """What stands in the first section of the settings."""

    name: str
    language: str
    timezone: str


@dataclass(frozen=True)
class Member:
    id: str
    email: str
    role: str
    since: str
    is_you: bool


@dataclass(frozen=True)
class Invitation:
    id: str
    email: str
    role: str
    expires_at: str


@dataclass(frozen=True)
class Key:
    id: str
    name: str
    prefix: str
    role: str
    made_at: str
    used_at: str


def facts(person: Person) -> Facts:
    with database().workspace(person.workspace_id) as session:
        workspace = workspaces.get(session)
        return Facts(workspace.name, workspace.language, workspace.timezone)


def change(person: Person, *, name: str, language: str, timezone: str) -> Facts:
    """Raises `storage.errors.Refused` for a name, language or zone that can't be."""
    if language not in LANGUAGES:
        raise Refused(t("Choose one of the languages of the list."))
    if timezone not in zones():
        raise Refused(t("There is no time zone {zone}.", zone=timezone))
    with database().workspace(person.workspace_id) as session:
        workspace = workspaces.rename(session, name, actor=person.actor)
        workspace.language, workspace.timezone = language, timezone
        session.add(workspace)
        audit.record(
            session,
            person.actor,
            "workspace.changed",
            workspace.id,
            language=language,
            timezone=timezone,
        )
        return Facts(workspace.name, language, timezone)


def call(person: Person, name: str) -> str:
    """Changes the person's own name. Raises `storage.errors.Refused`."""
    return people.rename(database(), person.id, name)


def create(person: Person, name: str) -> str:
    """A new workspace, chosen at once; answers its name. Raises `storage.errors.Refused`."""
    made = workspaces.create(database(), person.id, name)
    sign_in.switch_workspace(database(), person.token, made.id)
    return made.name


def switch(person: Person, workspace_id: UUID) -> None:
    sign_in.switch_workspace(database(), person.token, workspace_id)


def members(person: Person) -> list[Member]:
    with database().workspace(person.workspace_id) as session:
        return [
            Member(
                str(each.user_id),
                each.email,
                each.role,
                each.created_at.isoformat(),
                each.user_id == person.id,
            )
            for each in workspaces.members(session)
        ]


def change_role(person: Person, user_id: UUID, role: str) -> None:
    """Raises `storage.accounts.workspaces.LastOwner`."""
    with database().workspace(person.workspace_id) as session:
        workspaces.change_role(session, user_id, role, actor=person.actor)


def remove(person: Person, user_id: UUID) -> None:
    """Raises `storage.accounts.workspaces.LastOwner`."""
    with database().workspace(person.workspace_id) as session:
        workspaces.remove(session, user_id, actor=person.actor)


def invitations_of(person: Person) -> list[Invitation]:
    with database().workspace(person.workspace_id) as session:
        return [
            Invitation(str(each.id), each.email, each.role, each.expires_at.isoformat())
            for each in invitations.listed(session)
        ]


def invite(person: Person, email: str, role: str) -> str:
    """Answers the path of the link to hand on; it can't be read again later."""
    with database().workspace(person.workspace_id) as session:
        _, token = invitations.invite(session, email=email, role=role, actor=person.actor)
    return f"/invite/{token}"


def withdraw(person: Person, invitation_id: UUID) -> None:
    with database().workspace(person.workspace_id) as session:
        invitations.revoke(session, invitation_id, actor=person.actor)


def keys_of(person: Person) -> list[Key]:
    with database().workspace(person.workspace_id) as session:
        return [
            Key(
                str(each.id),
                each.name,
                each.prefix,
                each.role,
                each.created_at.isoformat(),
                each.used_at.isoformat() if each.used_at else "",
            )
            for each in keys.listed(session)
        ]


def create_key(person: Person, name: str, role: str) -> str:
    """Answers the key itself, which is shown once."""
    with database().workspace(person.workspace_id) as session:
        _, key = keys.create(session, name, actor=person.actor, role=role)
        return key


def revoke_key(person: Person, key_id: UUID) -> None:
    with database().workspace(person.workspace_id) as session:
        keys.revoke(session, key_id, actor=person.actor)


@cache
def languages() -> list[tuple[str, str]]:
    """Code and name of each language, in that language."""
    names = {code: Locale.parse(code).get_display_name(code) or code for code in LANGUAGES}
    return [(code, name.capitalize()) for code, name in names.items()]


@cache
def zones() -> list[str]:
    """The zones of the world, without the aliases of older times."""
    named = (zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return ["UTC", *sorted(named)]
