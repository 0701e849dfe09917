"""Workspaces and the API keys that open them to programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from runtime.api.access import Access, ServicesOf, SessionOf, may
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import AfterId, Limit, Page, page_of
from storage.accounts import keys, workspaces
from storage.tables import Role

router = APIRouter(tags=["workspaces"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Owner = Annotated[Access, may("workspace.manage")]
KeyManager = Annotated[Access, may("key.manage")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class WorkspaceView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    language: str
    timezone: str
    created_at: datetime


class Mine(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    workspace_id: UUID
    workspace_name: str
    role: Role


class WorkspaceBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name


class KeyBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    role: Role = Field("editor", description="What the key may do.")


class KeyView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    prefix: str = Field(description="What to recognise the key by.")
    role: Role
    created_at: datetime
    used_at: datetime | None = Field(description="To within some minutes.")


class NewKey(KeyView):
    key: str = Field(description="Shown once.")


@router.get("/workspaces", summary="List the workspaces one is a member of")
def list_workspaces(session: SessionOf, limit: Limit = 50, cursor: AfterId = None) -> Page[Mine]:
    found = sorted(session.person.workspaces, key=lambda one: one.workspace_id)
    shown = page_of(found, limit, cursor, lambda one: one.workspace_id)
    return Page[Mine].model_validate(shown)


@router.post("/workspaces", status_code=201, summary="Create a workspace")
def create_workspace(
    session: SessionOf, services: ServicesOf, body: WorkspaceBody
) -> WorkspaceView:
    """Whoever is signed in becomes its owner."""
    created = workspaces.create(services.database, session.person.id, body.name)
    with services.database.workspace(created.id) as rows:
        return WorkspaceView.model_validate(workspaces.get(rows))


@router.get("/workspace", summary="The workspace one works in")
def get_workspace(access: Reader) -> WorkspaceView:
    with access.transaction() as session:
        return WorkspaceView.model_validate(workspaces.get(session))


@router.patch("/workspace", summary="Rename the workspace one works in")
def rename_workspace(access: Owner, body: WorkspaceBody) -> WorkspaceView:
    with access.transaction() as session:
        workspace = workspaces.rename(session, body.name, actor=access.actor)
        return WorkspaceView.model_validate(workspace)


@router.post("/keys", status_code=201, summary="Make an API key")
def create_key(access: KeyManager, body: KeyBody) -> NewKey:
    with access.transaction() as session:
        row, key = keys.create(session, body.name, role=body.role, actor=access.actor)
        session.refresh(row)
        shown = KeyView.model_validate(row)
    return NewKey(**shown.model_dump(), key=key)


@router.get("/keys", summary="List the API keys that work, newest first")
def list_keys(access: KeyManager, limit: Limit = 50, cursor: AfterId = None) -> Page[KeyView]:
    with access.transaction() as session:
        found = keys.listed(session)
    shown = page_of(found, limit, cursor, lambda one: one.id, newest_first=True)
    return Page[KeyView].model_validate(shown)


@router.delete(
    "/keys/{key_id}", status_code=204, summary="Revoke an API key", responses=problems(404)
)
def revoke_key(access: KeyManager, key_id: UUID) -> None:
    with access.transaction() as session:
        keys.revoke(session, key_id, actor=access.actor)
