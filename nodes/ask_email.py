from __future__ import annotations

import re
from typing import Any, ClassVar

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.contract import Chosen, Context, Input, Uploaded, UserSaid

LOOKED_AT = 1_000  # characters of a reply in which an address may stand
RESERVED = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
_USUAL = re.compile(
    r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,24}"
)
AROUND = "<>()[]{},;:.!?\"'«»“”"


class AskEmail(Ask):
    """Asks for an e-mail address and checks that it is well formed."""

    type: ClassVar[str] = "ask.email"
    label: ClassVar[str] = "E-mail"
    icon: ClassVar[str] = "at-sign"

    def input(self, ctx: Context) -> Input:
        return Input("email")

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        words = said(event)[:LOOKED_AT].removeprefix("mailto:").split()
        candidates = {word.strip(AROUND) for word in words if "@" in word}
        if len(candidates) == 1:
            address = normalised(candidates.pop())
            if address:
                return Answer(address)
        return Unfit("retry_email")

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        address = normalised(value) if isinstance(value, str) else None
        return Answer(address) if address else None


def normalised(address: str) -> str | None:
    """The address in its usual spelling, or None. Asks no name server and takes ``.test``."""
    if len(address) <= 64 and _USUAL.fullmatch(address):  # the full check takes a turn's time
        local, _, domain = address.partition("@")
        if domain.rpartition(".")[2].lower() not in RESERVED:
            return f"{local}@{domain.lower()}"
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return checked.normalized if "." in checked.domain else None
