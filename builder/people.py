"""Who is signed in, as the builder needs to know it."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from uuid import UUID

from builder.connection import database
from runtime.api.access import COOKIE
from storage.accounts import Action, allows, people, sign_in
from storage.accounts.workspaces import Belongs


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, in the workspace they chose last."""

    id: UUID
    email: str
    name: str
    token: str
    workspace_id: UUID
    workspace_name: str
    role: str
    workspaces: tuple[Belongs, ...]

    @property
    def actor(self) -> str:
        return f"user:{self.id}"

    def may(self, action: Action) -> bool:
        return allows(self.role, action)


def person_of(cookies: str) -> Person | None:
    """Whom a Cookie header speaks for; None for nobody, or for a member of no workspace."""
    token = token_of(cookies)
    found = sign_in.signed_in(database(), token) if token else None
    if found is None or found.workspace is None:
        return None
    here = found.workspace
    return Person(
        id=found.id,
        email=found.email,
        name=found.name,
        token=token,
        workspace_id=here.workspace_id,
        workspace_name=here.workspace_name,
        role=here.role,
        workspaces=found.workspaces,
    )


def is_set_up() -> bool:
    """Whether anybody has an account here yet."""
    return people.is_set_up(database())


def token_of(cookies: str) -> str:
    """The session's token in a Cookie header, or an empty text."""
    try:
        found = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
