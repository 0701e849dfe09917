"""Signing in and out: throttled attempts, and sessions by a random token in a cookie."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import RowMapping, delete, text, update
from sqlmodel import Session, col

from storage import audit
from storage.accounts import passwords, people
from storage.accounts.workspaces import Belongs, belongings
from storage.database import Database
from storage.errors import Refused
from storage.tables import NOWHERE, LoginSession, UserAccount

LIFETIME = timedelta(days=14)  # after the last visit
SEEN_EVERY = timedelta(minutes=10)  # how exactly the last visit is known
WINDOW = timedelta(minutes=5)
MOST_BY_EMAIL = 10  # attempts within a window
MOST_BY_ADDRESS = 50


class WrongCredentials(Refused):
    """The e-mail address or the password is not right."""


class TooManyAttempts(Refused):
    """Too many attempts to sign in; ``seconds`` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts to sign in. Try again in {seconds} seconds.")
        self.seconds = seconds


@dataclass(frozen=True)
class Person:
    """Who is signed in. ``workspace`` is the one chosen last, None for a member of none."""

    id: UUID
    email: str
    name: str
    language: str | None
    workspace: Belongs | None
    workspaces: tuple[Belongs, ...]


def sign_in(database: Database, *, email: str, password: str, address: str, agent: str = "") -> str:
    """A new session's token, to be kept in a cookie.

    Raises `WrongCredentials`, and `TooManyAttempts` before the password is even looked at.
    """
    keys = {attempts_key(email): MOST_BY_EMAIL, f"address:{address}": MOST_BY_ADDRESS}
    _count(database, keys)
    account = _account(database, email)
    if not passwords.matches(password, account.password_hash if account else None):
        _tell_failure(database, account.id if account else None, address)
        raise WrongCredentials(WrongCredentials.__doc__)
    if account is None:
        raise WrongCredentials(WrongCredentials.__doc__)
    _forget(database, *keys)
    if passwords.outdated(account.password_hash):
        _rehash(database, account.id, password)
    return open_session(database, account.id, address=address, agent=agent)


def attempts_key(email: str) -> str:
    """Under what the attempts for an e-mail address are counted: whatever was typed as one."""
    typed = email.strip().lower().encode(errors="replace")
    return f"email:{hashlib.sha256(typed).hexdigest()}"


def open_session(
    database: Database, user_id: UUID, *, address: str | None = None, agent: str = ""
) -> str:
    """A token for somebody who has just proved who they are by other means."""
    token = passwords.token()
    with database.session(workspace_id=NOWHERE, user_id=user_id) as session:
        session.add(
            LoginSession(
                token_hash=passwords.digest(token),
                user_id=user_id,
                address=address,
                agent=agent[:300],
                expires_at=datetime.now(UTC) + LIFETIME,
            )
        )
        audit.record(session, f"user:{user_id}", "user.signed_in", user_id, address=address)
    return token


def signed_in(database: Database, token: str) -> Person | None:
    """Who holds the token, if it is good; keeps the session alive."""
    with database.system() as session:
        row = _found(session, token)
        workspaces = belongings(session, row["user_id"]) if row else ()
    if row is None:
        return None
    if datetime.now(UTC) - row["seen_at"] > SEEN_EVERY:
        _seen(database, row["user_id"], token)
    chosen = row["current_workspace_id"]
    return Person(
        id=row["user_id"],
        email=row["email"],
        name=row["name"],
        language=row["language"],
        workspace=next(
            (one for one in workspaces if one.workspace_id == chosen), next(iter(workspaces), None)
        ),
        workspaces=workspaces,
    )


def switch_workspace(database: Database, token: str, workspace_id: UUID) -> None:
    """Chooses the workspace this browser works in. Raises `Refused` for one that isn't theirs."""
    person = signed_in(database, token)
    if person is None or workspace_id not in {one.workspace_id for one in person.workspaces}:
        raise Refused("you are not a member of this workspace")
    _change(database, person.id, token, current_workspace_id=workspace_id)


def sign_out(database: Database, token: str) -> None:
    """Ends the session; harmless for one that has ended."""
    person = signed_in(database, token)
    if person is None:
        return
    with database.session(workspace_id=NOWHERE, user_id=person.id) as session:
        session.execute(
            delete(LoginSession).where(col(LoginSession.token_hash) == passwords.digest(token))
        )
        audit.record(session, f"user:{person.id}", "user.signed_out", person.id)


def sign_out_everywhere(database: Database, user_id: UUID) -> None:
    """Ends all sessions of a person."""
    with database.session(workspace_id=NOWHERE, user_id=user_id) as session:
        session.execute(delete(LoginSession).where(col(LoginSession.user_id) == user_id))
        audit.record(session, f"user:{user_id}", "user.signed_out_everywhere", user_id)


def prune(database: Database) -> int:
    """Deletes sessions and counted attempts that are over; answers how many."""
    with database.system() as session:
        found = session.connection().execute(text("select flyt.prune_logins()"))
        return found.scalar_one()


def _count(database: Database, keys: dict[str, int]) -> None:
    """Counts the attempt, whatever comes of it. Raises `TooManyAttempts`."""
    with database.system() as session:
        seconds = session.connection().execute(
            text(
                "select flyt.count_login_attempt(cast(:keys as text[]), cast(:most as integer[]),"
                " :seconds)"
            ),
            {
                "keys": list(keys),
                "most": list(keys.values()),
                "seconds": int(WINDOW.total_seconds()),
            },
        )
        wait = seconds.scalar_one()
    if wait:
        raise TooManyAttempts(wait)


def _account(database: Database, email: str) -> people.Known | None:
    try:
        return people.find(database, email)
    except Refused:  # no address at all: told like an unknown one
        return None


def _forget(database: Database, email_key: str, address_key: str) -> None:
    with database.system() as session:
        session.connection().execute(
            text("select flyt.forget_login_attempt(:email, :address)"),
            {"email": email_key, "address": address_key},
        )


def _rehash(database: Database, user_id: UUID, password: str) -> None:
    with database.session(user_id=user_id) as session:
        session.execute(
            update(UserAccount)
            .where(col(UserAccount.id) == user_id)
            .values(password_hash=passwords.hashed(password))
        )


def _tell_failure(database: Database, user_id: UUID | None, address: str) -> None:
    with database.workspace(NOWHERE) as session:
        audit.record(session, "system", "user.sign_in_failed", user_id, address=address)


def _found(session: Session, token: str) -> RowMapping | None:
    found = session.connection().execute(
        text("select * from flyt.login_session_by_hash(:hash)"), {"hash": passwords.digest(token)}
    )
    return found.mappings().one_or_none()


def _seen(database: Database, user_id: UUID, token: str) -> None:
    now = datetime.now(UTC)
    _change(database, user_id, token, seen_at=now, expires_at=now + LIFETIME)


def _change(database: Database, user_id: UUID, token: str, **values: object) -> None:
    with database.session(user_id=user_id) as session:
        session.execute(
            update(LoginSession)
            .where(col(LoginSession.token_hash) == passwords.digest(token))
            .values(**values)
        )
