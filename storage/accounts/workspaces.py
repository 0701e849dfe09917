"""Workspaces and who belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from storage import audit
from storage.accounts import people
from storage.database import Database
from storage.errors import NotFound, Refused
from storage.identifiers import uuid7
from storage.tables import Membership, Role, Workspace
from storage.transaction import workspace_of

LONGEST_NAME = 200


@dataclass(frozen=True)
class Belongs:
    """One workspace of a person, and what they are there."""

    workspace_id: UUID
    workspace_name: str
    role: str


@dataclass(frozen=True)
class Member:
    user_id: UUID
    email: str
    name: str
    role: str
    created_at: datetime


class LastOwner(Refused):
    """A workspace needs an owner; make somebody else one first."""


def belongings(session: Session, user_id: UUID) -> tuple[Belongs, ...]:
    """The workspaces of a person, by name; needs no workspace entered."""
    found = session.connection().execute(
        text("select * from flyt.memberships_of(:user)"), {"user": user_id}
    )
    return tuple(Belongs(**row) for row in found.mappings())


def create(database: Database, user_id: UUID, name: str) -> Workspace:
    """A new workspace with this person as its owner."""
    with database.session(user_id=user_id) as session:
        return people.add_workspace(session, uuid7(), _checked(name), user_id)


def get(session: Session) -> Workspace:
    """The transaction's own workspace. Raises `NotFound`."""
    workspace = session.get(Workspace, workspace_of(session))
    if workspace is None:
        raise NotFound("there is no such workspace")
    return workspace


def rename(session: Session, name: str, *, actor: str) -> Workspace:
    workspace = get(session)
    workspace.name = _checked(name)
    session.add(workspace)
    audit.record(session, actor, "workspace.renamed", workspace.id, name=workspace.name)
    return workspace


def members(session: Session) -> tuple[Member, ...]:
    """Everybody in the transaction's workspace, by e-mail."""
    found = session.connection().execute(text("select * from flyt.workspace_members()"))
    return tuple(Member(**row) for row in found.mappings())


def change_role(session: Session, user_id: UUID, role: str, *, actor: str) -> None:
    """Raises `LastOwner`, and `NotFound` for somebody who is no member."""
    check_role(role)
    membership = _membership(session, user_id, still_owner=role == "owner")
    membership.role = role
    session.add(membership)
    audit.record(session, actor, "member.role_changed", user_id, role=role)


def remove(session: Session, user_id: UUID, *, actor: str) -> None:
    """Raises `LastOwner`, and `NotFound` for somebody who is no member."""
    session.delete(_membership(session, user_id, still_owner=False))
    audit.record(session, actor, "member.removed", user_id)


def check_role(role: str) -> None:
    if role not in get_args(Role):
        raise Refused(f"there is no role {role!r}; roles are {', '.join(get_args(Role))}")


def _membership(session: Session, user_id: UUID, *, still_owner: bool) -> Membership:
    """A membership to change, with all owners locked, so that two can't both leave last."""
    owners = select(Membership).where(Membership.role == "owner").order_by(col(Membership.user_id))
    locked = session.exec(owners.with_for_update()).all()
    if not still_owner and [owner.user_id for owner in locked] == [user_id]:
        raise LastOwner(LastOwner.__doc__)
    query = select(Membership).where(Membership.user_id == user_id)
    membership = session.exec(query).one_or_none()
    if membership is None:
        raise NotFound("there is no such member in this workspace")
    return membership


def _checked(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused(f"a workspace needs a name of at most {LONGEST_NAME} characters")
    return name
