"""The page of AI models: who looks at it. The browser does the rest itself."""

from __future__ import annotations

from builder.people import Person
from builder.session import Loading, PageState, signed_in


class ModelsState(Loading, PageState):
    manages: bool = False
    audits: bool = False

    @signed_in()
    def load(self, person: Person) -> None:
        self.manages = person.may("model.manage")
        self.audits = person.may("log.read")
        self._done()
