"""People sign in, choose a workspace and accept invitations; a cookie holds their session."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from runtime import first_run
from runtime.api.access import COOKIE, ServicesOf, SessionOf, refuse_other_origins
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.problem import unauthorized
from runtime.services import Services
from runtime.settings import Settings
from storage.accounts import invitations, people, sign_in
from storage.accounts.passwords import LONGEST, SHORTEST
from storage.accounts.sign_in import Person

router = APIRouter(
    prefix="/auth", tags=["auth"], route_class=StrictRoute, responses=problems(413, 503)
)

Email = Annotated[str, Field(max_length=320, examples=["ada@example.org"])]
Password = Annotated[str, Field(max_length=LONGEST, json_schema_extra={"format": "password"})]
NewPassword = Annotated[Password, Field(min_length=SHORTEST)]
PersonName = Annotated[str, Field(max_length=200)]
Token = Annotated[str, Path(max_length=200, description="From the invitation's link.")]


class _CookieOptions(TypedDict):
    path: str
    httponly: bool
    samesite: Literal["strict"]
    secure: bool


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SetupNeeded(BaseModel):
    needed: bool


class SetupBody(Body):
    email: Email
    password: NewPassword
    name: PersonName = ""
    workspace: str = Field("", max_length=200, description="Name of the first workspace.")


class LoginBody(Body):
    email: Email
    password: Password


class WorkspaceChoice(Body):
    workspace_id: UUID


class PasswordBody(Body):
    current: Password
    new: NewPassword


class AcceptBody(Body):
    """For a person without an account; who is signed in sends an empty object."""

    password: NewPassword | None = None
    name: PersonName = ""


class Belonging(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    workspace_id: UUID
    workspace_name: str
    role: str


class SessionView(BaseModel):
    """Who is signed in, and where."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    name: str
    language: str | None
    workspace: Belonging | None = Field(description="The one chosen last.")
    workspaces: list[Belonging]


class InvitationView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    workspace_name: str
    email: str
    role: str
    has_account: bool = Field(description="Whether to sign in, or else to choose a password.")


@router.get("/setup", summary="Whether the first owner is still to be made")
def get_setup(services: ServicesOf) -> SetupNeeded:
    return SetupNeeded(needed=not people.is_set_up(services.database))


@router.post(
    "/setup", status_code=201, summary="Make the first owner", responses=problems(403, 409)
)
def set_up(
    request: Request, response: Response, services: ServicesOf, body: SetupBody
) -> SessionView:
    """Works once in the life of an installation, and signs the new owner in."""
    refuse_other_origins(request, services.settings)
    if people.is_set_up(services.database):  # before a password is hashed for anybody who asks
        raise people.AlreadySetUp(people.AlreadySetUp.__doc__)
    created = first_run.set_up(services.database, **body.model_dump())
    return _begin(request, response, services, created.user_id)


@router.post("/login", summary="Sign in", responses=problems(401, 403, 429))
def log_in(
    request: Request, response: Response, services: ServicesOf, body: LoginBody
) -> SessionView:
    """Sets the session cookie. Attempts are throttled by e-mail and by address."""
    refuse_other_origins(request, services.settings)
    token = sign_in.sign_in(
        services.database,
        email=body.email,
        password=body.password,
        address=_address(request),
        agent=request.headers.get("user-agent", ""),
    )
    return _answer(response, services, token)


@router.post("/logout", status_code=204, summary="Sign out", responses=problems(401, 403))
def log_out(response: Response, services: ServicesOf, session: SessionOf) -> None:
    sign_in.sign_out(services.database, session.token)
    response.delete_cookie(COOKIE, **_cookie_options(services.settings))


@router.get("/session", summary="Who is signed in", responses=problems(401))
def get_session(session: SessionOf) -> SessionView:
    return SessionView.model_validate(session.person)


@router.post("/workspace", summary="Choose the workspace to work in", responses=problems(401, 403))
def choose_workspace(
    services: ServicesOf, session: SessionOf, body: WorkspaceChoice
) -> SessionView:
    sign_in.switch_workspace(services.database, session.token, body.workspace_id)
    return SessionView.model_validate(_person(services, session.token))


@router.post("/password", summary="Change one's own password", responses=problems(401, 403))
def change_password(
    request: Request,
    response: Response,
    services: ServicesOf,
    session: SessionOf,
    body: PasswordBody,
) -> SessionView:
    """Signs out everywhere else."""
    person = session.person
    people.change_password(services.database, person.id, current=body.current, new=body.new)
    return _begin(request, response, services, person.id)


@router.get("/invitation/{token}", summary="What an invitation is to", responses=problems(410))
def get_invitation(services: ServicesOf, token: Token) -> InvitationView:
    return InvitationView.model_validate(invitations.by_token(services.database, token))


@router.post(
    "/invitation/{token}",
    status_code=201,
    summary="Accept an invitation",
    responses=problems(401, 403, 409, 410),
)
def accept_invitation(
    request: Request,
    response: Response,
    services: ServicesOf,
    token: Token,
    body: AcceptBody,
) -> SessionView:
    """With a password for a new person; without one as the person who is signed in."""
    refuse_other_origins(request, services.settings)
    if body.password is not None:
        user_id = invitations.accept(
            services.database, token, name=body.name, password=body.password
        )
        return _begin(request, response, services, user_id)
    cookie = request.cookies.get(COOKIE, "")
    person = _person(services, cookie)
    workspace_id = invitations.join(services.database, token, person.id)
    sign_in.switch_workspace(services.database, cookie, workspace_id)
    return SessionView.model_validate(_person(services, cookie))


def _begin(request: Request, response: Response, services: Services, user_id: UUID) -> SessionView:
    """Signs somebody in who has just proved who they are."""
    token = sign_in.open_session(
        services.database,
        user_id,
        address=_address(request),
        agent=request.headers.get("user-agent", ""),
    )
    return _answer(response, services, token)


def _answer(response: Response, services: Services, token: str) -> SessionView:
    lifetime = int(sign_in.LIFETIME.total_seconds())
    options = _cookie_options(services.settings)
    response.set_cookie(COOKIE, token, max_age=lifetime, **options)
    return SessionView.model_validate(_person(services, token))


def _person(services: Services, token: str) -> Person:
    person = sign_in.signed_in(services.database, token)
    if person is None:
        raise unauthorized("Sign in first, or choose a password for a new account.")
    return person


def _cookie_options(settings: Settings) -> _CookieOptions:
    """A browser deletes a cookie only under the options it was set with."""
    return {
        "path": "/",
        "httponly": True,
        "samesite": "strict",
        "secure": settings.public_url.startswith("https:"),
    }


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"
