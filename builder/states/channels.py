"""The pages about channels: their list, and one of them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import reflex as rx

from builder import brands, channels
from builder.people import Person
from builder.session import Loading, PageState, identifier, signed_in
from builder.words import t
from runtime.api.refusals import sentence
from storage.channel_settings import SettingsRefused
from storage.channels import ChannelChanged
from storage.errors import NotFound, Refused

_OVERTAKEN = t(
    "Somebody else saved changes here while you made yours, so yours are not saved. Save once more"
    " to put yours in their place, or load the page again to see theirs."
)


class ChannelsState(Loading, PageState):
    """The list of channels, with its dialogs for a new one and for a name."""

    lines: list[channels.Line] = []
    bots: list[tuple[str, str]] = []
    may_connect: bool = False
    adding: bool = False
    renaming: str = ""
    deleting: str = ""
    name: str = ""
    name_error: str = ""

    @signed_in()
    def load(self, person: Person) -> None:
        self._read(person)
        self.may_connect = person.may("channel.edit")
        self._done()

    @signed_in("channel.edit")
    def open_add(self, person: Person) -> None:
        self.bots = channels.choices(person)
        self.adding, self.name_error = True, ""

    @signed_in()
    def close(self, person: Person) -> None:
        self.adding, self.renaming, self.deleting = False, "", ""

    @signed_in("channel.edit")
    def create(self, person: Person, form: dict[str, Any]) -> Any:
        try:
            made = channels.create(
                person, str(form.get("channel-name", "")), chosen(form.get("channel-bot"))
            )
        except Refused as refusal:
            self.name_error = sentence(refusal)
            return None
        self.adding = False
        return rx.redirect(f"/connections/{made}")

    @signed_in("channel.edit")
    def open_rename(self, person: Person, channel_id: str, name: str) -> None:
        self.renaming, self.name, self.name_error = channel_id, name, ""

    @signed_in("channel.edit")
    def rename(self, person: Person, form: dict[str, Any]) -> None:
        name = str(form.get("new-channel-name", ""))
        try:
            channels.rename(person, identifier(self.renaming), name)
        except Refused as refusal:
            self.name_error = sentence(refusal)
            return
        self.renaming = ""
        self._read(person)

    @signed_in("channel.edit")
    def open_delete(self, person: Person, channel_id: str, name: str) -> None:
        self.deleting, self.name = channel_id, name

    @signed_in("channel.edit")
    def delete(self, person: Person) -> None:
        wanted, self.deleting = self.deleting, ""
        try:
            self._say(_is_deleted(channels.delete(person, identifier(wanted))))
        except NotFound:
            self._say(t("Somebody else has deleted it already."))
        self._read(person)

    @signed_in("channel.edit")
    def switch(self, person: Person, channel_id: str, on: bool) -> None:
        channels.switch(person, identifier(channel_id), on=on is True)
        self._read(person)

    def _read(self, person: Person) -> None:
        self.lines = channels.listed(person)


class ChannelState(Loading, PageState):
    """The page of one channel."""

    channel: channels.Detail = channels.NOTHING
    bots: list[tuple[str, str]] = []
    brands: list[tuple[str, str]] = []
    snippet: str = ""
    address: str = ""
    may_connect: bool = False
    missing: bool = False
    look_errors: dict[str, str] = {}
    looks_saved: int = 0  # tells the editor that what it sent is kept
    texts_error: str = ""
    origin: str = ""
    origin_error: str = ""
    origins_added: int = 0  # a new field for each site
    renaming: bool = False
    deleting: bool = False
    name_error: str = ""
    _look: dict[str, Any] = {}  # as it stood when it was last told to the person
    _texts: dict[str, str] = {}

    @signed_in()
    def load(self, person: Person) -> None:
        self.look_errors, self.texts_error, self.origin_error = {}, "", ""
        self.origin, self.renaming, self.deleting, self.missing = "", False, False, False
        self.may_connect = person.may("channel.edit")
        try:
            self._read(person)
        except NotFound:
            self.channel, self.missing = channels.NOTHING, True
        self._done()

    @signed_in()
    def close(self, person: Person) -> None:
        self.renaming = self.deleting = False

    @signed_in("channel.edit")
    def open_delete(self, person: Person) -> None:
        self.deleting = True

    @signed_in("channel.edit")
    def delete(self, person: Person) -> Any:
        self.deleting = False
        self._say(_is_deleted(channels.delete(person, self._id())))
        return rx.redirect("/connections")

    @signed_in("channel.edit")
    def open_rename(self, person: Person) -> None:
        self.renaming, self.name_error = True, ""

    @signed_in("channel.edit")
    def rename(self, person: Person, form: dict[str, Any]) -> None:
        try:
            channels.rename(person, self._id(), str(form.get("new-channel-name", "")))
        except Refused as refusal:
            self.name_error = sentence(refusal)
            return
        self.renaming = False
        self._read(person)

    @signed_in("channel.edit")
    def switch(self, person: Person, on: bool) -> None:
        channels.switch(person, self._id(), on=on is True)
        self._read(person)
        if on is True:
            self._say(t("{name} is on again.", name=self.channel.name))
        else:
            text = t("{name} is off: visitors see no chat.", name=self.channel.name)
            self._say(text, undo=json.dumps(["switch"]))

    @signed_in("channel.edit")
    def choose_bot(self, person: Person, bot_id: str) -> None:
        channels.choose_bot(person, self._id(), chosen(bot_id))
        self._read(person)
        self._say(
            t("{bot} answers here from now on.", bot=self.channel.bot)
            if self.channel.bot
            else t("No bot answers here.")
        )

    @signed_in("channel.edit")
    def choose_brand(self, person: Person, brand_id: str) -> None:
        channels.choose_brand(person, self._id(), chosen(brand_id))
        self._read(person)
        self._say(t("Saved. The chat tells what is known for its brand, and for all."))

    @signed_in("channel.edit")
    def save_look(self, person: Person, look: dict[str, Any]) -> None:
        before = self.channel.look
        try:
            channels.save_look(person, self._id(), look, seen=self._look)
        except ChannelChanged:
            self._look = channels.detail(person, self._id()).look
            self.look_errors = {"look": _OVERTAKEN}
            return
        except SettingsRefused as refusal:
            errors = refusal.errors.items()
            self.look_errors = {
                place.removeprefix("look."): sentence(ValueError(message))
                for place, message in errors
            }
            return
        self.look_errors = {}
        self._read(person)
        self.looks_saved += 1
        self._say(
            t("The look is saved. Visitors see it from now on."),
            undo=json.dumps(["look", before]),
        )

    @signed_in("channel.edit")
    def save_texts(self, person: Person, form: dict[str, Any]) -> None:
        wanted = {key: str(form.get(f"text-{key}", "")) for key in channels.TEXTS}
        try:
            channels.save_texts(person, self._id(), wanted, seen=self._texts)
        except ChannelChanged:
            self._texts = channels.detail(person, self._id()).texts
            self.texts_error = _OVERTAKEN
            return
        except SettingsRefused as refusal:
            self.texts_error = sentence(refusal)
            return
        self.texts_error = ""
        self._read(person)
        self._say(t("The words are saved."))

    @signed_in("channel.edit")
    def add_origin(self, person: Person, form: dict[str, Any]) -> None:
        self.origin = str(form.get("origin", ""))
        try:
            channels.add_origin(person, self._id(), self.origin)
        except Refused as refusal:
            self.origin_error = sentence(refusal)
            return
        self.origin, self.origin_error = "", ""
        self.origins_added += 1
        self._read(person)

    @signed_in("channel.edit")
    def remove_origin(self, person: Person, origin: str) -> None:
        channels.remove_origin(person, self._id(), origin)
        self._read(person)
        left = self.channel.origins
        text = t("{site} may not show this chat any more.", site=origin)
        every = t("The list is empty, so every site may show this chat.")
        self._say(text if left else every, undo=json.dumps(["origin", origin]))

    @signed_in("channel.edit")
    def undo(self, person: Person, toast: int) -> None:
        taken_back = self._taken_back(toast)
        if not taken_back:
            return
        match json.loads(taken_back):
            case ["look", dict() as look]:
                channels.save_look(person, self._id(), look, seen=self._look)
                self.looks_saved += 1
            case ["origin", str() as origin]:
                channels.add_origin(person, self._id(), origin)
            case _:
                channels.switch(person, self._id(), on=True)
        self._read(person)

    def _read(self, person: Person) -> None:
        self.channel = channels.detail(person, self._id())
        self._look, self._texts = self.channel.look, self.channel.texts
        self.bots, self.brands = channels.choices(person), brands.choices(person)
        self.snippet = channels.snippet(self.channel.key)
        self.address = channels.address(self.channel.key)

    def _id(self) -> UUID:
        return identifier(self.router.url.path.rstrip("/").rpartition("/")[2])


def _is_deleted(name: str) -> str:
    return t("{name} is deleted. Its conversations are kept.", name=name)


def chosen(given: Any) -> UUID | None:
    """The bot or brand of a list's choice; None for none. Raises `storage.errors.NotFound`."""
    return identifier(str(given)) if given else None
