"""The page of the inbox: by what its list can be narrowed. The browser does the rest itself."""

from __future__ import annotations

from builder import conversations
from builder.people import Person
from builder.session import Loading, PageState, signed_in


class InboxState(Loading, PageState):
    me: str = ""
    answers: bool = False
    corrects: bool = False
    bots: list[dict[str, str]] = []
    channels: list[dict[str, str]] = []

    @signed_in("conversation.read")
    def load(self, person: Person) -> None:
        self.bots, self.channels = conversations.choices(person)
        self.me, self.answers = person.actor, person.may("conversation.answer")
        self.corrects = person.may("knowledge.edit")
        self._done()
