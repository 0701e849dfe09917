"""The settings of a workspace: facts, people, keys."""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder import workspace
from builder.people import Person
from builder.session import Loading, PageState, identifier, signed_in
from builder.states.brands import BrandsState
from builder.words import t
from runtime.api.refusals import sentence
from storage.errors import Refused


class SettingsState(Loading, PageState):
    """The person's own name; name, language and time zone of the workspace."""

    own_name: str = ""
    own_error: str = ""
    facts: workspace.Facts = workspace.Facts("", "en", "UTC")
    error: str = ""
    may_connect: bool = False

    @signed_in()
    def load(self, person: Person) -> Any:
        self.own_name, self.own_error = person.name, ""
        self.may_connect = person.may("channel.edit")
        self.facts, self.error = workspace.facts(person), ""
        self._done()
        sections: list[Any] = [BrandsState.load] if self.may_connect else []
        return (
            [*sections, PeopleState.load, KeysState.load]
            if person.may("member.manage")
            else sections
        )

    @signed_in()
    def save_name(self, person: Person, form: dict[str, Any]) -> None:
        try:
            self.own_name = workspace.call(person, str(form.get("own_name", "")))
        except Refused as refusal:
            self.own_error = sentence(refusal)
            return
        self.own_error = ""
        self._say(t("Your name is saved."))

    @signed_in("workspace.manage")
    def save(self, person: Person, form: dict[str, Any]) -> None:
        wanted = {name: str(form.get(name, "")) for name in ("name", "language", "timezone")}
        try:
            self.facts = workspace.change(person, **wanted)
        except Refused as refusal:
            self.error = sentence(refusal)
            return
        self.error = ""
        self.workspace_name = self.facts.name
        self._say(t("The settings are saved."))


class PeopleState(Loading, PageState):
    """Members and invitations."""

    members: list[workspace.Member] = []
    invitations: list[workspace.Invitation] = []
    inviting: bool = False
    path: str = ""
    error: str = ""
    leaving: str = ""
    leaving_email: str = ""

    @rx.var
    def link(self) -> str:
        """The invitation's whole address, to hand on."""
        return f"{self.router.url.origin}{self.path}" if self.path else ""

    @signed_in("member.manage")
    def load(self, person: Person) -> None:
        self.members = workspace.members(person)
        self.invitations = workspace.invitations_of(person)
        self._done()

    @signed_in("member.manage")
    def open_invite(self, person: Person) -> None:
        self.inviting, self.path, self.error = True, "", ""

    @signed_in()
    def close(self, person: Person) -> None:
        self.inviting, self.path, self.leaving = False, "", ""

    @signed_in("member.manage")
    def invite(self, person: Person, form: dict[str, Any]) -> None:
        email, role = str(form.get("invite-email", "")), str(form.get("invite-role", ""))
        try:
            self.path = workspace.invite(person, email, role)
        except Refused as refusal:
            self.error = sentence(refusal)
            return
        self.error = ""
        self.invitations = workspace.invitations_of(person)

    @signed_in("member.manage")
    def withdraw(self, person: Person, invitation_id: str) -> None:
        workspace.withdraw(person, identifier(invitation_id))
        self.invitations = workspace.invitations_of(person)
        self._say(t("The invitation is withdrawn: its link works no more."))

    @signed_in("member.manage")
    def change_role(self, person: Person, user_id: str, role: str) -> None:
        try:
            workspace.change_role(person, identifier(user_id), role)
        finally:
            self.members = workspace.members(person)

    @signed_in("member.manage")
    def ask_remove(self, person: Person, user_id: str, email: str) -> None:
        self.leaving, self.leaving_email = user_id, email

    @signed_in("member.manage")
    def remove(self, person: Person) -> None:
        leaving, self.leaving = self.leaving, ""
        workspace.remove(person, identifier(leaving))
        self.members = workspace.members(person)
        self._say(t("{email} is no longer a member.", email=self.leaving_email))


class KeysState(Loading, PageState):
    """API keys."""

    keys: list[workspace.Key] = []
    naming: bool = False
    fresh: str = ""
    error: str = ""
    revoking: str = ""
    revoking_name: str = ""

    @signed_in("key.manage")
    def load(self, person: Person) -> None:
        self.keys = workspace.keys_of(person)
        self._done()

    @signed_in("key.manage")
    def open_new(self, person: Person) -> None:
        self.naming, self.fresh, self.error = True, "", ""

    @signed_in()
    def close(self, person: Person) -> None:
        self.naming, self.fresh, self.revoking = False, "", ""

    @signed_in("key.manage")
    def create(self, person: Person, form: dict[str, Any]) -> None:
        name = str(form.get("key-name", "")).strip()
        if not name:
            self.error = t("Give the key a name, so that you know later what uses it.")
            return
        self.fresh = workspace.create_key(person, name, str(form.get("key-role", "editor")))
        self.keys = workspace.keys_of(person)

    @signed_in("key.manage")
    def ask_revoke(self, person: Person, key_id: str, name: str) -> None:
        self.revoking, self.revoking_name = key_id, name

    @signed_in("key.manage")
    def revoke(self, person: Person) -> None:
        revoking, self.revoking = self.revoking, ""
        workspace.revoke_key(person, identifier(revoking))
        self.keys = workspace.keys_of(person)
        self._say(t("The key {name} is revoked and works no more.", name=self.revoking_name))
