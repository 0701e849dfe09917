from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import get_args
from uuid import uuid4

import psycopg
import pytest

from storage import audit
from storage.accounts import Action, allows, invitations, keys, people, sign_in
from storage.accounts import workspaces as workspaces_of
from storage.database import Database
from storage.errors import NotFound, Refused
from tests.storage.conftest import Tenant

PASSWORD = "correct horse battery"


def an_email() -> str:
    return f"{uuid4().hex}@example.com"


# --- Workspaces and members -------------------------------------------------------------------


def test_workspaces_are_made_switched_and_renamed(
    database: Database, tenant: Tenant, other: Tenant
) -> None:
    second = workspaces_of.create(database, tenant.owner, " Second ")
    token = sign_in.open_session(database, tenant.owner)
    sign_in.switch_workspace(database, token, second.id)
    person = sign_in.signed_in(database, token)
    assert person is not None
    assert person.workspace == workspaces_of.Belongs(second.id, "Second", "owner")
    assert {one.workspace_id for one in person.workspaces} == {tenant.id, second.id}
    with pytest.raises(Refused, match="not a member"):
        sign_in.switch_workspace(database, token, other.id)
    with tenant.session() as session:
        workspaces_of.rename(session, "Renamed", actor=tenant.actor)
    with tenant.session() as session:
        assert workspaces_of.get(session).name == "Renamed"
        with pytest.raises(Refused):
            workspaces_of.rename(session, "  ", actor=tenant.actor)


def test_the_last_owner_stays(database: Database, tenant: Tenant) -> None:
    with tenant.session() as session:
        with pytest.raises(workspaces_of.LastOwner):
            workspaces_of.remove(session, tenant.owner, actor=tenant.actor)
        with pytest.raises(workspaces_of.LastOwner):
            workspaces_of.change_role(session, tenant.owner, "viewer", actor=tenant.actor)
        workspaces_of.change_role(session, tenant.owner, "owner", actor=tenant.actor)


def test_two_owners_cannot_both_leave(database: Database, tenant: Tenant) -> None:
    second = people.create_user(
        database, email=an_email(), password=PASSWORD, workspace_id=tenant.id
    )

    def leave(user_id: object) -> bool:
        try:
            with tenant.session() as session:
                workspaces_of.remove(session, user_id, actor="system")  # type: ignore[arg-type]
        except workspaces_of.LastOwner:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, [tenant.owner, second.user_id])) == [False, True]


def test_roles_change_and_members_go(database: Database, tenant: Tenant) -> None:
    made = people.create_user(
        database, email=an_email(), password=PASSWORD, workspace_id=tenant.id, role="agent"
    )
    token = sign_in.open_session(database, made.user_id)
    with tenant.session() as session:
        workspaces_of.change_role(session, made.user_id, "editor", actor=tenant.actor)
    person = sign_in.signed_in(database, token)
    assert person is not None
    assert person.workspace is not None
    assert person.workspace.role == "editor"
    with tenant.session() as session:
        workspaces_of.remove(session, made.user_id, actor=tenant.actor)
        with pytest.raises(NotFound):
            workspaces_of.remove(session, made.user_id, actor=tenant.actor)
        with pytest.raises(Refused, match="no role 'king'"):
            workspaces_of.change_role(session, tenant.owner, "king", actor=tenant.actor)
    person = sign_in.signed_in(database, token)
    assert person is not None
    assert person.workspace is None


# --- Roles --------------------------------------------------------------------------------


def test_each_role_may_do_more_than_the_one_before() -> None:
    may = [
        {action for action in get_args(Action) if allows(role, action)}
        for role in ("viewer", "agent", "editor", "owner")
    ]
    assert may[0] < may[1] < may[2] < may[3] == set(get_args(Action))


@pytest.mark.parametrize(
    ("role", "action", "allowed"),
    [
        ("viewer", "conversation.read", True),
        ("viewer", "conversation.answer", False),
        ("agent", "conversation.answer", True),
        ("agent", "bot.edit", False),
        ("editor", "bot.publish", True),
        ("editor", "key.manage", False),
        ("owner", "member.manage", True),
        (None, "bot.read", False),
        ("king", "bot.read", False),
    ],
)
def test_roles(role: str | None, action: Action, allowed: bool) -> None:
    assert allows(role, action) is allowed


# --- Invitations ----------------------------------------------------------------------


def invite(tenant: Tenant, email: str, role: str = "agent") -> tuple[object, str]:
    with tenant.session() as session:
        made, token = invitations.invite(session, email=email, role=role, actor=tenant.actor)
    return made.id, token


def test_an_invitation_makes_one_account(database: Database, tenant: Tenant) -> None:
    email = an_email()
    _, token = invite(tenant, email.upper())
    invited = invitations.by_token(database, token)
    assert (invited.workspace_id, invited.email, invited.role) == (tenant.id, email, "agent")
    assert (invited.workspace_name, invited.has_account) == ("Olga's", False)

    def accept(_: int) -> bool:
        try:
            invitations.accept(database, token, name="Nina", password=PASSWORD)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(accept, range(4))) == 1
    with tenant.session() as session:
        found = {member.email: member.role for member in workspaces_of.members(session)}
        assert found[email] == "agent"
        assert list(invitations.listed(session)) == []
    with pytest.raises(invitations.InvitationOver):
        invitations.by_token(database, token)


def test_somebody_with_an_account_joins(database: Database, tenant: Tenant, other: Tenant) -> None:
    _, token = invite(tenant, other.email, "viewer")
    assert invitations.by_token(database, token).has_account
    with pytest.raises(people.EmailTaken):
        invitations.accept(database, token, password=PASSWORD)
    with pytest.raises(Refused, match=other.email):
        invitations.join(database, token, tenant.owner)
    assert invitations.join(database, token, other.owner) == tenant.id
    with pytest.raises(invitations.InvitationOver):
        invitations.join(database, token, other.owner)
    with tenant.session() as session:
        assert len(workspaces_of.members(session)) == 2


def test_an_invitation_ends(
    database: Database, tenant: Tenant, other: Tenant, owner: psycopg.Connection
) -> None:
    email = an_email()
    first, old = invite(tenant, email)
    second, token = invite(tenant, email)  # a new link makes the old one useless
    with pytest.raises(invitations.InvitationOver):
        invitations.by_token(database, old)
    with other.session() as session, pytest.raises(NotFound):
        invitations.revoke(session, second, actor=other.actor)  # type: ignore[arg-type]
    with tenant.session() as session:
        invitations.revoke(session, second, actor=tenant.actor)  # type: ignore[arg-type]
    with pytest.raises(invitations.InvitationOver):
        invitations.accept(database, token, password=PASSWORD)
    third, token = invite(tenant, email)
    owner.execute("update invitation set expires_at = now() where id = %s", [third])
    with pytest.raises(invitations.InvitationOver):
        invitations.by_token(database, token)
    assert len({first, second, third}) == 3


def test_a_member_is_not_invited_again(tenant: Tenant) -> None:
    with tenant.session() as session:
        with pytest.raises(Refused, match="member of this workspace already"):
            invitations.invite(session, email=tenant.email, role="agent", actor=tenant.actor)
        with pytest.raises(Refused, match="no role"):
            invitations.invite(session, email=an_email(), role="king", actor=tenant.actor)


# --- API keys ----------------------------------------------------------------------


def test_a_key_is_shown_once_and_works_until_revoked(
    database: Database, tenant: Tenant, owner: psycopg.Connection
) -> None:
    with tenant.session() as session:
        row, key = keys.create(session, "  CI ", actor=tenant.actor)
        assert key.startswith(row.prefix)
        assert key.startswith("flyt_")
    assert keys.by_key(database, key) == keys.Holder(tenant.id, row.id, "CI", "editor")
    kept = owner.execute(
        "select token_hash, used_at is not null from api_key where id = %s", [row.id]
    )
    assert kept.fetchone() == (hashlib.sha256(key.encode()).digest(), True)
    with tenant.session() as session:
        assert [one.id for one in keys.listed(session)] == [row.id]
        keys.revoke(session, row.id, actor=tenant.actor)
        with pytest.raises(NotFound):
            keys.revoke(session, row.id, actor=tenant.actor)
    assert keys.by_key(database, key) is None


def test_the_record_of_a_workspace(tenant: Tenant, other: Tenant) -> None:
    with tenant.session() as session:
        row, _ = keys.create(session, "CI", actor=tenant.actor, role="viewer")
        keys.revoke(session, row.id, actor=tenant.actor)
    with tenant.session() as session:
        lines = audit.listed(session)
        assert [line.action for line in lines] == ["key.revoked", "key.created"]
        assert lines[1].data == {"name": "CI", "role": "viewer"}
        assert audit.listed(session, before=lines[0].id, action="key.revoked") == []
    with other.session() as session:
        assert audit.listed(session) == []
