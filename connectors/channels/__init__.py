"""What every channel but the web speaks: words in, messages out, and how sending may fail. Pure.

A channel is a pure function from a vendor's payload to `Incoming`, and a `Sender`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from runtime.core.contract import Chosen, File, Input, Message, Uploaded, UserSaid


class Incoming(Struct, frozen=True, kw_only=True):
    """What a visitor did, as a vendor tells it.

    ``sender`` is the visitor's address on the channel. The same ``message_id`` is the same
    message, however often it comes. ``choice`` is the id of a button's option and ``token`` that of
    the question it was drawn for. ``files`` are in our store already. What is said of the person
    is believed once: of a contact we did not know.
    """

    sender: str
    message_id: str
    text: str = ""
    choice: str | None = None
    token: str | None = None
    files: tuple[File, ...] = ()
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str | None = None  # BCP 47


class Outgoing(Struct, frozen=True, kw_only=True):
    """A message on its way. A vendor that is given the same ``key`` twice should send it once.

    The message holds only what the channel can show, see `rendering`. ``input`` is what the bot
    waits for after it, for the channel to draw: its options may become buttons, which give back
    ``input.token``.
    """

    conversation: str
    recipient: str  # the visitor's address on the channel
    key: str  # <conversation>:<seq>
    message: Message
    input: Input | None = None


class TryAgain(Exception):
    """The vendor does not take the message now; not before ``after`` seconds, where it says so."""

    def __init__(self, after: float | None = None, reason: str = "it was not taken") -> None:
        super().__init__(reason)
        self.after = after


class Refused(Exception):
    """The vendor will never take this message: the number is blocked, the text too long."""


class Sender(Protocol):
    """Sends by one kind of channel; a module with such a function is one.

    It may have ``can``, the `rendering.Capabilities` of its channel, where those known by the
    channel's kind are not its own.
    """

    async def send(self, settings: Mapping[str, Any], outgoing: Outgoing) -> str | None:
        """Answers what the vendor calls the message, if it does. ``settings`` are the channel's.

        Raises `TryAgain` and `Refused`; any other error is taken for `TryAgain`.
        """
        ...


def event(incoming: Incoming) -> UserSaid | Chosen | Uploaded:
    """What happened to the conversation."""
    token = incoming.token
    if incoming.files:
        return Uploaded(incoming.files, text=incoming.text, token=token)
    if incoming.choice is not None:
        return Chosen((incoming.choice,), token=token)
    return UserSaid(incoming.text, token=token)


def storable(incoming: Incoming) -> Incoming:
    """The same without what no database keeps: the character NUL, and half characters."""
    words = {
        name: kept_text(value)
        for name in incoming.__struct_fields__
        if isinstance(value := getattr(incoming, name), str)
    }
    return replace(incoming, **words)


def kept_text(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()
