"""The page of the editor: which bot is opened, and by whom. The editor does the rest itself."""

from __future__ import annotations

from builder import bots
from builder.people import Person
from builder.session import Loading, PageState, identifier, signed_in
from storage.errors import NotFound


class EditorState(Loading, PageState):
    missing: bool = False
    bot_id_opened: str = ""
    bot_name: str = ""

    @signed_in()
    def load(self, person: Person) -> None:
        """Runs again whenever the socket comes back, so it resets nothing."""
        try:
            bot_id = identifier(self.router.url.path.split("/")[2])
            self.bot_name = bots.name(person, bot_id)
            self.bot_id_opened, self.missing = str(bot_id), False
        except NotFound:
            self.missing = True
        self._done()
