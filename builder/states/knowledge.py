"""The page Knowledge: who looks and what they may do. The browser does the rest itself."""

from __future__ import annotations

from builder.people import Person
from builder.session import Loading, PageState, signed_in


class KnowledgeState(Loading, PageState):
    me: str = ""
    edits: bool = False

    @signed_in()
    def load(self, person: Person) -> None:
        self.me, self.edits = person.actor, person.may("knowledge.edit")
        self._done()
