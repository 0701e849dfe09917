"""E-mail addresses. No name server is asked."""

from __future__ import annotations

import re

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from runtime.core.readers import Found

LOOKED_AT = 1_000  # characters of a reply in which an address may stand
RESERVED = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
AROUND = "<>()[]{},;:.!?\"'«»“”"

_USUAL = re.compile(
    r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]{2,24}"
)
_WORD = re.compile(r"\S*@\S*")


def addresses_in(text: str) -> list[Found]:
    """The words with an @ in a text; the value of one that is no address is None."""
    found: list[Found] = []
    for word in _WORD.finditer(text[:LOOKED_AT]):
        whole = word[0].removeprefix("mailto:")
        bare = whole.strip(AROUND)
        start = word.end() - len(whole.lstrip(AROUND))
        if bare:
            found.append(Found(normalised(bare), start, start + len(bare)))
    return found


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
