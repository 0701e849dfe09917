"""Who calls the admin API, and whether they may: an API key or the builder's session cookie."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from runtime import logs
from runtime.api.problem import Problem, unauthorized
from runtime.services import Services
from runtime.settings import Settings
from storage.accounts import Action, allows, keys, sign_in
from storage.accounts.sign_in import Person
from storage.database import Database

COOKIE = "flyt_session"

_Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(HTTPBearer(scheme_name="apiKey", bearerFormat="flyt_…", auto_error=False)),
]
_Cookie = Annotated[
    str | None, Depends(APIKeyCookie(name=COOKIE, scheme_name="session", auto_error=False))
]


def _services(request: Request) -> Services:
    return request.app.state.services


ServicesOf = Annotated[Services, Depends(_services)]


@dataclass(frozen=True)
class Access:
    """Somebody let in; ``actor`` is ``user:<id>`` or ``key:<id>``, as the audit log has it.

    ``name`` is what a person calls themselves, perhaps nothing.
    """

    database: Database
    workspace_id: UUID
    role: str
    actor: str
    name: str = ""

    def transaction(self) -> AbstractContextManager[Session]:
        """Rows of this caller's workspace and of no other; committed at the end."""
        return self.database.workspace(self.workspace_id)


@dataclass(frozen=True)
class SignedIn:
    """A person with the token of their session."""

    person: Person
    token: str


class May:
    """A dependency that lets in who may do ``action``, and raises 401 or 403 for others."""

    def __init__(self, action: Action) -> None:
        self.action: Action = action

    async def __call__(
        self, request: Request, services: ServicesOf, bearer: _Bearer, cookie: _Cookie
    ) -> Access:
        if bearer is not None:
            access = await run_in_threadpool(_by_key, services.database, bearer.credentials)
        else:
            signed_in = await _by_cookie(request, services, cookie)
            access = _in_workspace(services.database, signed_in.person)
        if not allows(access.role, self.action):
            raise Problem(403, f"The role {access.role} may not do this ({self.action}).")
        logs.workspace_id.set(str(access.workspace_id))
        return access


def may(action: Action) -> Any:
    """The dependency for a handler's ``access``, which lets in who may do ``action``."""
    return Depends(May(action))


async def _signed_in(request: Request, services: ServicesOf, cookie: _Cookie) -> SignedIn:
    return await _by_cookie(request, services, cookie)


SessionOf = Annotated[SignedIn, Depends(_signed_in)]
"""Somebody signed in, member of a workspace or not; raises 401 for nobody."""


async def _by_cookie(request: Request, services: Services, token: str | None) -> SignedIn:
    if token is None:
        raise unauthorized(_WITH_A_KEY if _has_key(request) else _NOBODY)
    if request.method not in ("GET", "HEAD"):
        refuse_other_origins(request, services.settings)
    person = await run_in_threadpool(sign_in.signed_in, services.database, token)
    if person is None:
        raise unauthorized("This session is over; sign in again.")
    return SignedIn(person, token)


_NOBODY = "Sign in, or send an API key as `Authorization: Bearer flyt_…`."
_WITH_A_KEY = (
    "An API key belongs to one workspace (`GET /api/v1/workspace` shows which); this call is for"
    " a person who has signed in."
)


def _has_key(request: Request) -> bool:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and key.strip().startswith("flyt_")


def _by_key(database: Database, key: str) -> Access:
    holder = keys.by_key(database, key)
    if holder is None:
        raise unauthorized("This API key does not work (any more); ask an owner for a new one.")
    return Access(database, holder.workspace_id, holder.role, holder.actor)


def _in_workspace(database: Database, person: Person) -> Access:
    if person.workspace is None:
        raise Problem(403, "You are a member of no workspace; ask an owner to invite you.")
    belongs = person.workspace
    return Access(database, belongs.workspace_id, belongs.role, f"user:{person.id}", person.name)


def refuse_other_origins(request: Request, settings: Settings) -> None:
    """Raises 403 for a write that another site's page has a signed-in browser send."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site in ("same-origin", "none") or (site is None and origin is None):
        return
    own = {request.headers.get("host"), urlsplit(settings.public_url).netloc}
    if site is not None or urlsplit(origin or "").netloc not in own:
        raise Problem(403, "This request comes from another site's page.")
