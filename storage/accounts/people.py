"""People: the first owner, later users, their passwords."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from storage import audit
from storage.accounts import passwords
from storage.database import Database
from storage.errors import NotFound, Refused
from storage.identifiers import uuid7
from storage.tables import NOWHERE, LoginSession, Membership, UserAccount, Workspace
from storage.transaction import enter

LONGEST_NAME = 200  # characters
_FIRST_RUN = 0x666C7974_01  # the lock under which the first owner is made


class AlreadySetUp(Refused):
    """This installation has its first owner already; sign in, or ask for an invitation."""


class EmailTaken(Refused):
    """Somebody has an account with this e-mail address already."""


@dataclass(frozen=True)
class Created:
    user_id: UUID
    workspace_id: UUID


@dataclass(frozen=True)
class Known:
    """An account as its e-mail finds it."""

    id: UUID
    email: str
    name: str
    password_hash: str


def is_set_up(database: Database) -> bool:
    """Whether anybody has an account."""
    with database.system() as session:
        return _is_set_up(session)


def set_up(
    database: Database,
    *,
    email: str,
    password: str,
    name: str = "",
    workspace: str = "",
    furnish: Callable[[Session], None] | None = None,
) -> Created:
    """Makes the first owner and workspace, once, however many try. Raises `AlreadySetUp`.

    ``furnish`` puts the first things into the workspace, in the same transaction.
    """
    email, password_hash = passwords.address(email), passwords.hashed(password)
    created = Created(uuid7(), uuid7())
    with database.session(workspace_id=created.workspace_id, user_id=created.user_id) as session:
        session.connection().execute(
            text("select pg_advisory_xact_lock(:lock)"), {"lock": _FIRST_RUN}
        )
        if _is_set_up(session):
            raise AlreadySetUp(AlreadySetUp.__doc__)
        add_account(session, created.user_id, email, password_hash, name)
        add_workspace(session, created.workspace_id, workspace, created.user_id)
        if furnish is not None:
            session.flush()
            furnish(session)
    return created


def create_user(
    database: Database,
    *,
    email: str,
    password: str,
    name: str = "",
    workspace_id: UUID | None = None,
    role: str = "owner",
) -> Created:
    """Makes an account, a member of ``workspace_id`` or else the owner of a new workspace.

    Raises `EmailTaken`.
    """
    email, password_hash = passwords.address(email), passwords.hashed(password)
    created = Created(uuid7(), workspace_id or uuid7())
    with database.session(workspace_id=created.workspace_id, user_id=created.user_id) as session:
        add_account(session, created.user_id, email, password_hash, name)
        if workspace_id is None:
            add_workspace(session, created.workspace_id, "", created.user_id)
        else:
            session.add(Membership(workspace_id=workspace_id, user_id=created.user_id, role=role))
            audit.record(session, "system", "member.added", created.user_id, role=role)
    return created


def find(database: Database, email: str) -> Known | None:
    """The account with this e-mail address."""
    with database.system() as session:
        row = session.connection().execute(
            text("select * from flyt.user_by_email(:email)"), {"email": passwords.address(email)}
        )
        found = row.mappings().one_or_none()
    return Known(**found) if found else None


def rename(database: Database, user_id: UUID, name: str) -> str:
    """Changes what a person is called, as visitors see it too. Raises `Refused`."""
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Refused("write a name")
    if len(name) > LONGEST_NAME:
        raise Refused(f"a name has at most {LONGEST_NAME} characters")
    with database.session(workspace_id=NOWHERE, user_id=user_id) as session:
        account = session.exec(select(UserAccount).where(UserAccount.id == user_id)).one()
        account.name = name
        session.add(account)
    return name


def change_password(database: Database, user_id: UUID, *, current: str, new: str) -> None:
    """Changes one's own password. Raises `Refused` where ``current`` is wrong."""
    with database.session(user_id=user_id) as session:
        account = session.exec(select(UserAccount).where(UserAccount.id == user_id)).one()
    if not passwords.matches(current, account.password_hash):
        raise Refused("the current password is not right")
    set_password(database, user_id, new, actor=f"user:{user_id}")


def set_password(
    database: Database, user_id: UUID, password: str, *, actor: str = "system"
) -> None:
    """Sets a password and signs the person out everywhere. Raises `NotFound`."""
    password_hash = passwords.hashed(password)
    with database.session(workspace_id=NOWHERE, user_id=user_id) as session:
        account = session.get(UserAccount, user_id)
        if account is None:
            raise NotFound(f"there is no user {user_id}")
        account.password_hash = password_hash
        session.add(account)
        session.execute(delete(LoginSession).where(col(LoginSession.user_id) == user_id))
        audit.record(session, actor, "user.password_changed", user_id)


def add_account(session: Session, user_id: UUID, email: str, password_hash: str, name: str) -> None:
    """Writes an account in a transaction that has entered it. Raises `EmailTaken`."""
    enter(session, user_id=user_id)
    account = UserAccount(
        id=user_id, email=email, name=name or email.partition("@")[0], password_hash=password_hash
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as error:
        raise EmailTaken(EmailTaken.__doc__) from error


def add_workspace(session: Session, workspace_id: UUID, name: str, owner: UUID) -> Workspace:
    """Writes a workspace with its first owner, in a transaction that enters it."""
    enter(session, workspace_id=workspace_id)
    workspace = Workspace(id=workspace_id, name=name.strip() or "My workspace")
    session.add(workspace)
    session.flush()
    session.add(Membership(workspace_id=workspace_id, user_id=owner, role="owner"))
    audit.record(session, f"user:{owner}", "workspace.created", workspace_id)
    return workspace


def _is_set_up(session: Session) -> bool:
    return session.connection().execute(text("select flyt.is_set_up()")).scalar_one()
