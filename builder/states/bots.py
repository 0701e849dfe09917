"""The pages about bots."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import reflex as rx

from builder import bots, templates
from builder.people import Person
from builder.session import Loading, PageState, identifier, signed_in
from builder.words import t
from runtime.api.refusals import sentence
from storage.errors import NotFound, Refused


class BotsState(Loading, PageState):
    """The list of bots, with its dialogs for a new one and for a name."""

    lines: list[bots.Line] = []
    cards: list[templates.Template] = []
    adding: bool = False
    mistakes: list[bots.Mistake] = []
    more: int = 0
    renaming: str = ""
    name: str = ""
    name_error: str = ""
    imported: str = ""
    pieces: list[bots.Piece] = []
    told: str = ""

    @signed_in()
    def load(self, person: Person) -> None:
        self._read(person)
        self.cards = list(templates.listed())
        self._done()

    @signed_in("bot.edit")
    def open_add(self, person: Person) -> None:
        self.adding, self.mistakes = True, []

    @signed_in()
    def close(self, person: Person) -> None:
        self.adding, self.renaming = False, ""
        if self.imported:
            self.imported = ""
            self._read(person)

    @signed_in("bot.edit")
    def upload(self, person: Person, _file: str, text: str) -> Any:
        return self._make(person, text)

    @signed_in("bot.edit")
    def start_empty(self, person: Person) -> Any:
        made = bots.upload(person, templates.empty())
        self.adding = False
        return rx.redirect(f"/bots/{made.id}/edit")

    @signed_in("bot.edit")
    def open_imported(self, person: Person) -> Any:
        bot_id, self.imported = self.imported, ""
        return rx.redirect(f"/bots/{identifier(bot_id)}/edit")

    @signed_in("bot.edit")
    def describe(self, person: Person) -> Any:
        self.adding = False
        return rx.redirect("/bots/describe")

    @signed_in("bot.edit")
    def start_from(self, person: Person, template: str) -> Any:
        return self._make(person, templates.text(template))

    @signed_in("bot.edit")
    def open_rename(self, person: Person, bot_id: str, name: str) -> None:
        self.renaming, self.name, self.name_error = bot_id, name, ""

    @signed_in("bot.edit")
    def rename(self, person: Person, form: dict[str, Any]) -> None:
        try:
            bots.rename(person, identifier(self.renaming), str(form.get("bot-name", "")))
        except Refused as refusal:
            self.name_error = sentence(refusal)
            return
        self.renaming = ""
        self._read(person)

    @signed_in("bot.edit")
    def delete(self, person: Person, bot_id: str) -> None:
        name, channels = bots.delete(person, identifier(bot_id))
        text = t("{name} is deleted and answers no more. Its conversations are kept.", name=name)
        self._say(text, undo="/".join((bot_id, *channels)))
        self._read(person)

    @signed_in("bot.edit")
    def undo(self, person: Person, toast: int) -> None:
        taken_back = self._taken_back(toast)
        if taken_back:
            bot_id, *channels = map(identifier, taken_back.split("/"))
            self._say(t("{name} is back.", name=bots.restore(person, bot_id, channels)))
            self._read(person)

    def _read(self, person: Person) -> None:
        self.lines = bots.listed(person)

    def _make(self, person: Person, text: str) -> Any:
        try:
            made = bots.upload(person, text)
        except bots.NotADocument as refusal:
            self.mistakes, self.more = list(refusal.mistakes), refusal.more
            return None
        self.adding = False
        if made.report:
            self._tell(made)
            return None
        self._say(t("{name} is here as a draft. Publish it when it is ready.", name=made.name))
        return rx.redirect(f"/bots/{made.id}")

    def _tell(self, made: bots.Added) -> None:
        """What became of another builder's bot, before it is opened."""
        kept = sum(piece.status == "kept" for piece in made.report)
        self.imported, self.name = made.id, made.name
        self.pieces = [piece for piece in made.report if piece.status != "kept"]
        self.told = t("{kept} of {all} pieces are as they were.", kept=kept, all=len(made.report))


class BotState(Loading, PageState):
    """The page of one bot, with its dialogs for publishing and for a new draft."""

    missing: bool = False
    bot: bots.Detail = bots.NOTHING
    publishing: bool = False
    replacing: bool = False
    mistakes: list[bots.Mistake] = []
    more: int = 0

    @rx.var
    def snippet(self) -> str:
        """A line that opens a conversation from a terminal."""
        return bots.snippet(self.router.url.origin, self.bot.key)

    @signed_in()
    def load(self, person: Person) -> None:
        self.publishing = self.replacing = False
        try:
            self._read(person)
            self.missing = False
        except NotFound:
            self.bot, self.missing = bots.NOTHING, True
        self._done()

    @signed_in("bot.publish")
    def ask_publish(self, person: Person) -> None:
        self._read(person)
        self.publishing = True

    @signed_in("bot.edit")
    def ask_replace(self, person: Person) -> None:
        self.replacing, self.mistakes = True, []

    @signed_in()
    def close(self, person: Person) -> None:
        self.publishing = self.replacing = False

    @signed_in("bot.publish")
    def publish(self, person: Person, form: dict[str, Any]) -> None:
        try:
            number = bots.publish(person, self._id(), str(form.get("note", "")))
        except bots.NotADocument:
            self._read(person)
            return
        self.publishing = False
        self._read(person)
        self._say(t("Version {number} is live for new conversations.", number=number))

    @signed_in("bot.edit")
    def replace_draft(self, person: Person, _file: str, text: str) -> None:
        try:
            bots.replace_draft(person, self._id(), text)
        except bots.NotADocument as refusal:
            self.mistakes, self.more = list(refusal.mistakes), refusal.more
            return
        self.replacing = False
        self._read(person)
        self._say(t("The draft is replaced. What is live stays as it is until you publish."))

    @signed_in("bot.publish")
    def roll_back(self, person: Person, number: int) -> None:
        before = self.bot.live
        made = bots.roll_back(person, self._id(), int(number))
        self._read(person)
        text = t("Version {old} is live again, as version {new}.", old=number, new=made)
        self._say(text, undo=str(before or ""))

    @signed_in("bot.publish")
    def undo(self, person: Person, toast: int) -> None:
        before = self._taken_back(toast)
        if before:
            made = bots.roll_back(person, self._id(), int(before))
            self._say(t("Version {old} is live again, as version {new}.", old=before, new=made))
            self._read(person)

    @signed_in("channel.edit")
    def make_channel(self, person: Person) -> None:
        bots.make_channel(person, self._id())
        self._read(person)

    def _read(self, person: Person) -> None:
        self.bot = bots.detail(person, self._id())

    def _id(self) -> UUID:
        return identifier(self.router.url.path.rstrip("/").rpartition("/")[2])
