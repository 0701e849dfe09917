"""Passwords, e-mail addresses and random tokens: how they are checked and what is kept of them."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from email_validator import EmailNotValidError, validate_email

from storage.errors import Refused

SHORTEST, LONGEST = 10, 200

hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106 for little memory


def hashed(password: str) -> str:
    """The hash to keep. Raises `Refused` for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(f"a password needs {SHORTEST} to {LONGEST} characters")
    return hasher.hash(_bytes(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one kept; takes as long where none is kept."""
    try:
        return hasher.verify(kept or _nobodys(), _bytes(password[:LONGEST])) and kept is not None
    except VerificationError:
        return False


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return hasher.check_needs_rehash(kept)


def address(email: str) -> str:
    """The address in the one form it is kept in. Raises `Refused`."""
    try:
        checked = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise Refused(f"{email[:200]!r} is no e-mail address: {error}") from error
    return checked.normalized.lower()


def token(prefix: str = "") -> str:
    """256 random bits as text."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is kept of a random token: it needs no salt, for it can't be guessed."""
    return hashlib.sha256(token.encode()).digest()


def _bytes(password: str) -> bytes:
    return password.encode(errors="surrogatepass")


@cache
def _nobodys() -> str:
    return hasher.hash(secrets.token_urlsafe(32))
