"""The people of a workspace, and invitations to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from runtime.api.access import Access, ServicesOf, may
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import AfterId, Limit, Page, page_of
from storage.accounts import invitations, workspaces
from storage.tables import Role

router = APIRouter(tags=["workspaces"], route_class=StrictRoute)

Reader = Annotated[Access, may("conversation.read")]
Owner = Annotated[Access, may("member.manage")]


class MemberView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    user_id: UUID
    email: str
    name: str
    role: Role
    created_at: datetime


class RoleBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Role


class InvitationBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=320, examples=["ada@example.org"])
    role: Role


class OpenInvitation(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    role: Role
    created_at: datetime
    expires_at: datetime


class NewInvitation(OpenInvitation):
    token: str = Field(description="Shown once.")
    url: str = Field(description="To be sent to the invited person.")


@router.get("/users", summary="List the people of the workspace")
def list_users(access: Reader, limit: Limit = 50, cursor: AfterId = None) -> Page[MemberView]:
    with access.transaction() as session:
        found = sorted(workspaces.members(session), key=lambda member: member.user_id)
    return Page[MemberView].model_validate(page_of(found, limit, cursor, lambda one: one.user_id))


@router.patch("/users/{user_id}", summary="Change somebody's role", responses=problems(404, 409))
def change_user_role(access: Owner, user_id: UUID, body: RoleBody) -> MemberView:
    """A workspace always keeps an owner."""
    with access.transaction() as session:
        workspaces.change_role(session, user_id, body.role, actor=access.actor)
        session.flush()
        found = next(one for one in workspaces.members(session) if one.user_id == user_id)
    return MemberView.model_validate(found)


@router.delete(
    "/users/{user_id}",
    status_code=204,
    summary="Remove somebody from the workspace",
    responses=problems(404, 409),
)
def remove_user(access: Owner, user_id: UUID) -> None:
    """Their account stays, for their other workspaces."""
    with access.transaction() as session:
        workspaces.remove(session, user_id, actor=access.actor)


@router.post("/invitations", status_code=201, summary="Invite somebody")
def create_invitation(access: Owner, services: ServicesOf, body: InvitationBody) -> NewInvitation:
    """An open invitation to the same address is withdrawn."""
    with access.transaction() as session:
        invitation, token = invitations.invite(
            session, email=body.email, role=body.role, actor=access.actor
        )
        session.refresh(invitation)
        shown = OpenInvitation.model_validate(invitation)
    url = f"{services.settings.public_url}/invitation/{token}"
    return NewInvitation(**shown.model_dump(), token=token, url=url)


@router.get("/invitations", summary="List open invitations, newest first")
def list_invitations(
    access: Owner, limit: Limit = 50, cursor: AfterId = None
) -> Page[OpenInvitation]:
    with access.transaction() as session:
        found = invitations.listed(session)
    shown = page_of(found, limit, cursor, lambda one: one.id, newest_first=True)
    return Page[OpenInvitation].model_validate(shown)


@router.delete(
    "/invitations/{invitation_id}",
    status_code=204,
    summary="Withdraw an invitation",
    responses=problems(404),
)
def revoke_invitation(access: Owner, invitation_id: UUID) -> None:
    with access.transaction() as session:
        invitations.revoke(session, invitation_id, actor=access.actor)
