"""The workspace switcher of the rail."""

from __future__ import annotations

from typing import Any

import reflex as rx

from builder import workspace
from builder.people import Person
from builder.session import PageState, identifier, signed_in
from builder.states.bots import BotsState
from runtime.api.refusals import sentence
from storage.errors import Refused


class WorkspaceState(PageState):
    """The dialog for a new workspace, and the way to another one."""

    naming: bool = False
    name_error: str = ""

    @signed_in()
    def open_new(self, person: Person) -> None:
        self.naming, self.name_error = True, ""

    @signed_in()
    def close(self, person: Person) -> None:
        self.naming = False

    @signed_in()
    def create(self, person: Person, form: dict[str, Any]) -> Any:
        try:
            workspace.create(person, str(form.get("workspace-name", "")))
        except Refused as refusal:
            self.name_error = sentence(refusal)
            return None
        self.naming = False
        return _elsewhere()

    @signed_in()
    def switch(self, person: Person, workspace_id: str) -> Any:
        workspace.switch(person, identifier(workspace_id))
        return _elsewhere()


def _elsewhere() -> Any:
    """The list of bots, read anew even where it is the page already."""
    return [rx.redirect("/"), BotsState.load]
