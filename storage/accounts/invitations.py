"""Invitations to a workspace: a link that works once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from storage import audit
from storage.accounts import passwords, people, workspaces
from storage.database import Database
from storage.errors import NotFound, Refused
from storage.identifiers import uuid7
from storage.tables import Invitation, Membership, UserAccount
from storage.transaction import enter, workspace_of

LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class Invited:
    """What the link leads to; ``has_account`` says whether to sign in or to choose a password."""

    workspace_id: UUID
    id: UUID
    workspace_name: str
    email: str
    role: str
    has_account: bool


class InvitationOver(Refused):
    """This invitation was used, withdrawn or has expired; ask for a new one."""


def invite(session: Session, *, email: str, role: str, actor: str) -> tuple[Invitation, str]:
    """An invitation and the token of its link; an open one to the same address is withdrawn.

    Raises `Refused` for an address or a role that is none, or a member's address.
    """
    email = passwords.address(email)
    workspaces.check_role(role)
    if email in {member.email for member in workspaces.members(session)}:
        raise Refused(f"{email} is a member of this workspace already")
    for older in listed(session):
        if older.email == email:
            revoke(session, older.id, actor=actor)
    token = passwords.token()
    invitation = Invitation(
        workspace_id=workspace_of(session),
        token_hash=passwords.digest(token),
        email=email,
        role=role,
        invited_by=UUID(actor.removeprefix("user:")) if actor.startswith("user:") else None,
        expires_at=datetime.now(UTC) + LIFETIME,
    )
    session.add(invitation)
    session.flush()
    audit.record(session, actor, "member.invited", invitation.id, role=role)
    return invitation, token


def listed(session: Session) -> Sequence[Invitation]:
    """The open invitations of the workspace, newest first."""
    query = select(Invitation).where(
        col(Invitation.accepted_at).is_(None),
        col(Invitation.revoked_at).is_(None),
        Invitation.expires_at > datetime.now(UTC),
    )
    return session.exec(query.order_by(col(Invitation.id).desc())).all()


def revoke(session: Session, invitation_id: UUID, *, actor: str) -> None:
    """Raises `NotFound` for one that isn't open."""
    for invitation in listed(session):
        if invitation.id == invitation_id:
            invitation.revoked_at = datetime.now(UTC)
            session.add(invitation)
            audit.record(session, actor, "invitation.revoked", invitation_id)
            return
    raise NotFound("there is no such open invitation")


def by_token(database: Database, token: str) -> Invited:
    """What a link leads to. Raises `InvitationOver`."""
    with database.system() as session:
        found = session.connection().execute(
            text("select * from flyt.invitation_by_hash(:hash)"), {"hash": passwords.digest(token)}
        )
        row = found.mappings().one_or_none()
    if row is None or row["accepted_at"] or row["revoked_at"]:
        raise InvitationOver(InvitationOver.__doc__)
    if row["expires_at"] < datetime.now(UTC):
        raise InvitationOver(InvitationOver.__doc__)
    return Invited(
        row["workspace_id"],
        row["id"],
        row["workspace_name"],
        row["email"],
        row["role"],
        people.find(database, row["email"]) is not None,
    )


def accept(database: Database, token: str, *, name: str = "", password: str) -> UUID:
    """Makes the invited person's account and membership; answers the account's id.

    Raises `InvitationOver`, and `people.EmailTaken` where they have one: then they sign in and
    `join`.
    """
    invited = by_token(database, token)
    password_hash = passwords.hashed(password)
    user_id = uuid7()
    with database.session(workspace_id=invited.workspace_id, user_id=user_id) as session:
        people.add_account(session, user_id, invited.email, password_hash, name)
        _use(session, invited, user_id)
    return user_id


def join(database: Database, token: str, user_id: UUID) -> UUID:
    """Makes somebody who is signed in a member; answers the workspace's id.

    Raises `InvitationOver`, and `Refused` where the invitation is for another address.
    """
    invited = by_token(database, token)
    with database.session(workspace_id=invited.workspace_id, user_id=user_id) as session:
        account = session.exec(select(UserAccount).where(UserAccount.id == user_id)).one()
        if account.email != invited.email:
            raise Refused(f"this invitation is for {invited.email}; sign in as that person")
        _use(session, invited, user_id)
    return invited.workspace_id


def _use(session: Session, invited: Invited, user_id: UUID) -> None:
    """Consumes the invitation; of two at once the second finds it used."""
    enter(session, workspace_id=invited.workspace_id)
    query = select(Invitation).where(Invitation.id == invited.id).with_for_update()
    invitation = session.exec(query).one()
    if invitation.accepted_at or invitation.revoked_at:
        raise InvitationOver(InvitationOver.__doc__)
    invitation.accepted_at = datetime.now(UTC)
    session.add(invitation)
    if session.get(Membership, (invited.workspace_id, user_id)) is None:
        session.add(
            Membership(workspace_id=invited.workspace_id, user_id=user_id, role=invited.role)
        )
    audit.record(session, f"user:{user_id}", "invitation.accepted", invited.id, role=invited.role)
