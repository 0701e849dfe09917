"""What can go wrong with one call of a model, in words for people and for the journal."""

from __future__ import annotations

from typing import Literal

FailureKind = Literal[
    "key",  # refused: wrong, expired, without the right
    "no_such_model",
    "limit",  # too many calls or tokens a minute
    "quota",  # nothing left to pay with
    "overloaded",  # 5xx
    "network",
    "timeout",
    "cut",  # ended in the middle
    "malformed",  # not what was asked for, also after a second try
    "refused",  # the request is not to its taste
    "too_long",
    "filtered",  # the provider's own rules forbid an answer
    "address",  # leads where it must not
    "cancelled",
]

# Worth another try with the same model, at once or a little later.
_AGAIN: frozenset[str] = frozenset({"limit", "overloaded", "network", "cut", "malformed"})

_LONGEST = 500  # characters of a provider's own words


class Failed(Exception):
    """One call failed. ``wait`` is how many seconds the provider asks to stay away."""

    def __init__(
        self, kind: FailureKind, message: str, *, wait: float | None = None, parameter: str = ""
    ) -> None:
        super().__init__(message)
        self.kind: FailureKind = kind
        self.message = message
        self.wait = wait
        self.parameter = parameter  # that was not to its taste

    @property
    def again(self) -> bool:
        return self.kind in _AGAIN


def shown(words: str, *secrets: str) -> str:
    """A provider's own words without our keys in them, and not too many of them."""
    for secret in secrets:
        if secret:
            words = words.replace(secret, "•••")
    words = " ".join(storable(words).split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def storable(text: str) -> str:
    """The text without what no database holds: the character NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def of_status(
    status: int, words: str, *, code: str = "", wait: float | None = None, parameter: str = ""
) -> Failed:
    """The failure that an HTTP status stands for; ``words`` and ``code`` are the provider's."""
    kind = _kind(status, words.lower(), code)
    sentence = _SENTENCES[kind]
    return Failed(
        kind, f"{sentence}: {words}" if words else sentence, wait=wait, parameter=parameter
    )


_SENTENCES: dict[FailureKind, str] = {
    "key": "the provider refuses the key",
    "no_such_model": "the provider has no such model for this key",
    "limit": "the provider takes no more calls for the moment",
    "quota": "the account with the provider has nothing left to spend",
    "overloaded": "the provider has trouble of its own",
    "refused": "the provider refuses the request",
    "too_long": "the text is longer than this model reads",
    "filtered": "the provider's own rules forbid an answer",
    "address": "the address answers something else",
}


def _kind(status: int, words: str, code: str) -> FailureKind:
    if status in (401, 403, 407):
        return "key"
    if status == 402 or code in ("insufficient_quota", "billing_error"):
        return "quota"
    if status == 429:
        return "limit"
    if status == 404:
        return "no_such_model"
    if status >= 500 or status in (408, 409, 425):
        return "overloaded"
    if 300 <= status < 400:
        return "address"
    if status == 413 or code in ("context_length_exceeded", "request_too_large"):
        return "too_long"
    if "context length" in words or "prompt is too long" in words:
        return "too_long"
    return "filtered" if code in ("content_filter", "content_policy_violation") else "refused"
