"""The brands of a workspace, a section of its settings."""

from __future__ import annotations

from typing import Any

from builder import brands
from builder.people import Person
from builder.session import Loading, PageState, identifier, signed_in
from builder.words import t
from runtime.api.refusals import sentence
from storage.errors import Refused


class BrandsState(Loading, PageState):
    """``changing`` is the id of the brand in the dialog, "new" for one to be."""

    brands: list[brands.Line] = []
    changing: str = ""
    name: str = ""
    timezone: str = ""
    error: str = ""
    deleting: str = ""

    @signed_in("channel.edit")
    def load(self, person: Person) -> None:
        self.brands = brands.listed(person)
        self._done()

    @signed_in("channel.edit")
    def open_new(self, person: Person) -> None:
        self.changing, self.name, self.timezone, self.error = "new", "", "", ""

    @signed_in("channel.edit")
    def open_change(self, person: Person, brand_id: str, name: str, timezone: str) -> None:
        self.changing, self.name, self.timezone, self.error = brand_id, name, timezone, ""

    @signed_in()
    def close(self, person: Person) -> None:
        self.changing = self.deleting = ""

    @signed_in("channel.edit")
    def save(self, person: Person, form: dict[str, Any]) -> None:
        name, timezone = str(form.get("brand-name", "")), str(form.get("brand-timezone", ""))
        try:
            if self.changing == "new":
                brands.add(person, name, timezone)
            else:
                brands.change(person, identifier(self.changing), name, timezone)
        except Refused as refusal:
            self.error, self.name, self.timezone = sentence(refusal), name, timezone
            return
        self.changing = ""
        self.brands = brands.listed(person)
        self._say(t("{name} is saved.", name=name.strip()))

    @signed_in("channel.edit")
    def ask_delete(self, person: Person, brand_id: str, name: str) -> None:
        self.deleting, self.name = brand_id, name

    @signed_in("channel.edit")
    def delete(self, person: Person) -> None:
        deleting, self.deleting = self.deleting, ""
        brands.delete(person, identifier(deleting))
        self.brands = brands.listed(person)
        self._say(t("{name} is deleted. Its chats and its knowledge are kept.", name=self.name))
