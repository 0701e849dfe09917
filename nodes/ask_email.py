from __future__ import annotations

from typing import Any, ClassVar

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Uploaded, UserSaid
from runtime.core.readers import alone
from runtime.core.readers.emails import addresses_in, normalised


class AskEmail(Ask):
    """Asks for an e-mail address and checks that it is well formed."""

    type: ClassVar[str] = "ask.email"
    label: ClassVar[str] = "E-mail"
    icon: ClassVar[str] = "at-sign"
    example: ClassVar[dict[str, Any]] = {
        "text": "Which e-mail address may we use?",
        "variable": "email",
    }

    def input(self, ctx: Context) -> Input:
        return Input("email")

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        found = alone(addresses_in(said(event)))
        if found and found.value:
            return Answer(found.value)
        return Unfit("retry_email")

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        address = normalised(value) if isinstance(value, str) else None
        return Answer(address) if address else None
