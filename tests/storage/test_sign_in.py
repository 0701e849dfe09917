from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from argon2 import PasswordHasher
from sqlmodel import col, select

from storage.accounts import passwords, people, sign_in
from storage.accounts import workspaces as workspaces_of
from storage.database import Database
from storage.errors import NotFound, Refused
from storage.tables import NOWHERE, Audit, LoginSession, UserAccount
from tests.conftest import Postgres
from tests.storage.conftest import Tenant

PASSWORD = "correct horse battery"


def an_email() -> str:
    return f"{uuid4().hex}@example.com"


@pytest.fixture
def person(database: Database) -> people.Created:
    return people.create_user(database, email=an_email(), password=PASSWORD, name="Petra")


def email_of(database: Database, person: people.Created) -> str:
    with database.session(user_id=person.user_id) as session:
        return session.exec(select(UserAccount.email)).one()


def enter(database: Database, email: str, password: str = PASSWORD, address: str = "") -> str:
    return sign_in.sign_in(database, email=email, password=password, address=address or uuid4().hex)


# --- The first owner ----------------------------------------------------------------------


def test_only_one_of_many_becomes_the_first_owner(fresh_database: Postgres) -> None:
    database = Database(fresh_database.app_url)
    assert not people.is_set_up(database)

    def attempt(_: int) -> bool:
        try:
            people.set_up(database, email=an_email(), password=PASSWORD, workspace="Acme")
        except people.AlreadySetUp:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert people.is_set_up(database)
    with psycopg.connect(fresh_database.owner_url) as owner:
        counts = "select (select count(*) from flyt.{}), (select count(*) from flyt.{})"
        found = owner.execute(counts.format("user_account", "workspace"))  # type: ignore[arg-type]
        assert found.fetchone() == (1, 1)
    database.close()


def test_a_user_of_a_workspace(database: Database, tenant: Tenant) -> None:
    email = an_email()
    made = people.create_user(
        database, email=email.upper(), password=PASSWORD, workspace_id=tenant.id, role="viewer"
    )
    with tenant.session() as session:
        found = {member.email: member.role for member in workspaces_of.members(session)}
    assert found == {tenant.email: "owner", email: "viewer"}
    assert made.workspace_id == tenant.id
    with pytest.raises(people.EmailTaken):
        people.create_user(database, email=email, password=PASSWORD)


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_bad_password_is_refused(database: Database, password: str) -> None:
    with pytest.raises(Refused, match="10 to 200 characters"):
        people.create_user(database, email=an_email(), password=password)


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "x\0@example.com", "a" * 400 + "@b.no"])
def test_a_bad_address_is_refused(database: Database, email: str) -> None:
    with pytest.raises(Refused, match="no e-mail address"):
        people.create_user(database, email=email, password=PASSWORD)


# --- Signing in ----------------------------------------------------------------------


def test_a_session_lives_in_its_token_only(
    database: Database, person: people.Created, owner: psycopg.Connection
) -> None:
    token = enter(database, f"  {email_of(database, person).upper()} ")
    found = sign_in.signed_in(database, token)
    assert found is not None
    assert (found.id, found.name) == (person.user_id, "Petra")
    assert found.workspace is not None
    assert (found.workspace.workspace_id, found.workspace.role) == (person.workspace_id, "owner")
    kept = owner.execute(
        "select token_hash from login_session where user_id = %s", [person.user_id]
    )
    assert kept.fetchall() == [(hashlib.sha256(token.encode()).digest(),)]
    assert sign_in.signed_in(database, token + "x") is None


def test_wrong_password_and_unknown_address_are_told_alike(
    database: Database, person: people.Created
) -> None:
    for email in (email_of(database, person), an_email(), "no address", "\0", "x\ud83d@a.no"):
        with pytest.raises(sign_in.WrongCredentials) as caught:
            enter(database, email, "wrong")
        assert str(caught.value) == sign_in.WrongCredentials.__doc__


def test_an_unknown_address_costs_a_whole_verification(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    class Watching(PasswordHasher):
        def verify(self, kept: str | bytes, password: str | bytes) -> bool:
            verified.append(str(kept))
            return super().verify(kept, password)

    monkeypatch.setattr(passwords, "hasher", Watching(1, 8, 1))
    with pytest.raises(sign_in.WrongCredentials):
        enter(database, an_email())
    assert [one.split("$")[1] for one in verified] == ["argon2id"]


def test_attempts_are_limited_by_address_of_mail(
    database: Database, person: people.Created, owner: psycopg.Connection
) -> None:
    email = email_of(database, person)
    for _ in range(sign_in.MOST_BY_EMAIL):
        with pytest.raises(sign_in.WrongCredentials):
            enter(database, email, "wrong")
    with pytest.raises(sign_in.TooManyAttempts, match=r"Try again in \d+ seconds") as caught:
        enter(database, email)  # even with the right one
    assert 0 < caught.value.seconds <= 300
    owner.execute(
        "update login_attempt set until = now() where key = %s", [sign_in.attempts_key(email)]
    )
    enter(database, email)


def test_attempts_at_once_all_count(database: Database, person: people.Created) -> None:
    email = email_of(database, person)

    def attempt(_: int) -> str:
        try:
            return enter(database, email, "wrong")
        except Refused as refused:
            return type(refused).__name__

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(attempt, range(25)))
    assert told.count("WrongCredentials") == sign_in.MOST_BY_EMAIL
    assert told.count("TooManyAttempts") == 25 - sign_in.MOST_BY_EMAIL


def test_attempts_are_limited_by_network_address(
    database: Database, person: people.Created
) -> None:
    address, email = uuid4().hex, email_of(database, person)
    for _ in range(sign_in.MOST_BY_ADDRESS + 5):
        enter(database, email, address=address)  # who knows the password is not counted
    for _ in range(sign_in.MOST_BY_ADDRESS):
        with pytest.raises(sign_in.WrongCredentials):
            enter(database, an_email(), address=address)
    with pytest.raises(sign_in.TooManyAttempts):
        enter(database, email, address=address)
    enter(database, email)  # from elsewhere


def test_an_outdated_hash_is_renewed(database: Database, person: people.Created) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with database.session(user_id=person.user_id) as session:
        account = session.exec(select(UserAccount)).one()
        account.password_hash = old
        session.add(account)
    enter(database, email_of(database, person))
    with database.session(user_id=person.user_id) as session:
        kept = session.exec(select(UserAccount.password_hash)).one()
    assert kept != old
    assert passwords.matches(PASSWORD, kept)


def test_a_visit_prolongs_the_session(
    database: Database, person: people.Created, owner: psycopg.Connection
) -> None:
    token = enter(database, email_of(database, person))
    owner.execute(
        "update login_session set seen_at = now() - interval '1 hour',"
        " expires_at = now() + interval '1 hour' where user_id = %s",
        [person.user_id],
    )
    assert sign_in.signed_in(database, token)
    kept = owner.execute(
        "select expires_at > now() + interval '13 days' from login_session where user_id = %s",
        [person.user_id],
    )
    assert kept.fetchone() == (True,)


def test_signing_out_here_and_everywhere(database: Database, person: people.Created) -> None:
    tokens = [enter(database, email_of(database, person)) for _ in range(3)]
    sign_in.sign_out(database, tokens[0])
    sign_in.sign_out(database, tokens[0])
    assert [bool(sign_in.signed_in(database, token)) for token in tokens] == [False, True, True]
    sign_in.sign_out_everywhere(database, person.user_id)
    assert not any(sign_in.signed_in(database, token) for token in tokens)


def test_a_name_of_ones_own(database: Database, person: people.Created) -> None:
    people.rename(database, person.user_id, " Ada \t Lovelace\0 ")
    token = enter(database, email_of(database, person))
    found = sign_in.signed_in(database, token)
    assert found is not None
    assert found.name == "Ada Lovelace"
    for wrong in ("", " \n", "x" * 201):
        with pytest.raises(Refused):
            people.rename(database, person.user_id, wrong)


def test_a_new_password_ends_all_sessions(database: Database, person: people.Created) -> None:
    email = email_of(database, person)
    token = enter(database, email)
    with pytest.raises(Refused, match="not right"):
        people.change_password(database, person.user_id, current="wrong", new="another horse")
    people.change_password(database, person.user_id, current=PASSWORD, new="another horse")
    assert sign_in.signed_in(database, token) is None
    assert enter(database, email, "another horse")
    with pytest.raises(NotFound):
        people.set_password(database, uuid4(), "another horse")


def test_sign_ins_are_on_record(database: Database, person: people.Created) -> None:
    with pytest.raises(sign_in.WrongCredentials):
        enter(database, email_of(database, person), "wrong", "10.1.2.3")
    enter(database, email_of(database, person), address="10.1.2.3")
    with database.workspace(NOWHERE) as session:
        found = session.exec(
            select(Audit).where(Audit.subject == str(person.user_id)).order_by(col(Audit.id))
        ).all()
    assert [(row.action, row.address) for row in found] == [
        ("user.sign_in_failed", "10.1.2.3"),
        ("user.signed_in", "10.1.2.3"),
    ]


def test_a_user_sees_no_other_users_session(database: Database, tenant: Tenant) -> None:
    sign_in.open_session(database, tenant.owner)
    with database.session(user_id=uuid4()) as session:
        assert session.exec(select(LoginSession)).all() == []
