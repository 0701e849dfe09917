from __future__ import annotations

from typing import Any, ClassVar

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Uploaded, UserSaid
from runtime.core.readers import alone, links


class AskUrl(Ask):
    """Asks for a web address, checks that it is well formed, and adds https:// where it lacks."""

    type: ClassVar[str] = "ask.url"
    label: ClassVar[str] = "Web address"
    icon: ClassVar[str] = "link"
    example: ClassVar[dict[str, Any]] = {
        "text": "Which page is it about?",
        "variable": "page",
    }

    def input(self, ctx: Context) -> Input:
        return Input("url")

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        text = said(event)
        if address := links.normalised(text):
            return Answer(address)
        inside = alone(links.links_in(text))
        return Answer(inside.value, sure=False) if inside else Unfit("retry_url")

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        address = links.normalised(value) if isinstance(value, str) else None
        return Answer(address) if address else None
