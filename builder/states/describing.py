"""The page where a bot is described: who looks and what they may do. The browser does the rest."""

from __future__ import annotations

from builder.people import Person
from builder.session import Loading, PageState, signed_in


class DescribeState(Loading, PageState):
    me: str = ""
    manages: bool = False

    @signed_in()
    def load(self, person: Person) -> None:
        self.me, self.manages = person.actor, person.may("model.manage")
        self._done()
