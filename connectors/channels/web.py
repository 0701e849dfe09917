"""The web channel: what a browser or any other HTTP client sends. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from runtime.core.contract import Chosen, File, Message, Uploaded, UserSaid
from runtime.core.depth import DEEPEST, may_be_deep, too_deep

MAX_TEXT = 16 * 1024  # bytes of UTF-8

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # escaped; a bare one is no JSON

Parsed = TypeVar("Parsed")

ClientId = Annotated[str, Meta(min_length=1, max_length=128)]
Short = Annotated[str, Meta(max_length=200)]
Link = Annotated[str, Meta(max_length=2048)]
OptionId = Annotated[str, Meta(max_length=256)]
FileId = Annotated[str, Meta(max_length=64)]


class Unreadable(ValueError):
    """The body is not JSON at all."""


class Misfit(ValueError):
    """The body is JSON of another shape than asked for; ``path`` names the field."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path, self.message = path, message


class Identity(Struct, frozen=True, forbid_unknown_fields=True):
    """Who the host page says the visitor is; believed only with ``proof``.

    ``proof`` is the hex HMAC-SHA256 of ``id`` under the channel's identity secret.
    """

    id: Short
    proof: Short = ""
    name: Short | None = None
    email: Short | None = None
    phone: Short | None = None


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a call that starts or resumes a conversation."""

    client_id: ClientId
    visitor_id: Short | None = None
    variables: dict[str, Any] = {}
    locale: Annotated[str, Meta(max_length=35, pattern=r"^[A-Za-z0-9_-]*$")] | None = None
    timezone: Short | None = None
    page: Link | dict[str, Any] | None = None
    identity: Identity | None = None


class Said(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a visitor's message: exactly one kind of content, ``text`` also with files."""

    client_id: ClientId
    text: str | None = None
    choice: OptionId | None = None
    choices: Annotated[list[OptionId], Meta(min_length=1, max_length=100)] | None = None
    value: str | int | float | bool | dict[str, Any] | list[Any] | None = None
    files: Annotated[list[FileId], Meta(min_length=1, max_length=10)] | None = None
    input_token: Short | None = None


_decode_opening = msgspec.json.Decoder(Opening).decode
_decode_said = msgspec.json.Decoder(Said).decode


def parse_opening(body: bytes) -> Opening:
    """Raises `Unreadable` or `Misfit`."""
    opening = _parse(_decode_opening, body)
    if opening.timezone is not None and not _is_timezone(opening.timezone):
        raise Misfit("timezone", "is not an IANA time zone such as `Europe/Oslo`")
    return opening


def parse_said(body: bytes) -> Said:
    """Raises `Unreadable` or `Misfit`."""
    said = _parse(_decode_said, body)
    if said.text is not None and len(said.text.encode()) > MAX_TEXT:
        raise Misfit("text", f"is longer than {MAX_TEXT // 1024} kB")
    given = [
        name for name in ("choice", "choices", "value", "files") if getattr(said, name) is not None
    ]
    if said.text is not None and given != ["files"]:
        given.insert(0, "text")
    if not given:
        raise Misfit("text", "is missing: send `text`, `choice`, `choices`, `value` or `files`")
    if len(given) > 1:
        raise Misfit(given[1], f"cannot be sent together with `{given[0]}`")
    return said


def event(said: Said, files: tuple[File, ...]) -> UserSaid | Chosen | Uploaded:
    """What happened to the conversation; ``files`` are the stored files that `said` names."""
    token = said.input_token
    if files:
        return Uploaded(files, text=said.text or "", token=token)
    if said.choice is not None:
        return Chosen((said.choice,), token=token)
    if said.choices is not None:
        return Chosen(tuple(said.choices), token=token)
    if said.value is not None:
        return UserSaid(_as_text(said.value), value=said.value, token=token)
    return UserSaid(said.text or "", token=token)


def body(message: Message) -> dict[str, Any]:
    """A message as it is stored and shown, without its place in the conversation."""
    shown: dict[str, Any] = {"type": message.type, "text": message.text}
    if message.url is not None:
        shown["url"] = message.url
    if message.files:
        shown["files"] = [msgspec.to_builtins(file) for file in message.files]
    if message.cards:
        shown["cards"] = list(message.cards)
    if message.citations:
        shown["citations"] = [msgspec.to_builtins(each) for each in message.citations]
    if message.name is not None:
        shown["name"] = message.name
    return shown


def event_json(
    conversation: object, seq: int, sender: str, at: datetime, body: Mapping[str, Any]
) -> dict[str, Any]:
    """A visible event as a client sees it."""
    return {"seq": seq, "id": f"{conversation}:{seq}", "at": at, "from": sender, **body}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, absolute or a folder
        return False
    return True


def _parse(decode: Callable[[bytes], Parsed], body: bytes) -> Parsed:
    try:
        parsed = decode(body)
    except msgspec.ValidationError as error:
        raise _misfit(str(error)) from error
    except RecursionError as error:
        raise Misfit("value", "is nested too deeply") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise Unreadable(str(error)) from error
    if _NUL.search(body):
        raise Misfit("", "must not contain the character NUL")
    if may_be_deep(body) and too_deep(msgspec.json.decode(body)):
        raise Misfit("", f"must not be nested deeper than {DEEPEST} levels")
    return parsed


def _misfit(sentence: str) -> Misfit:
    """``Expected `str`, got `int` - at `$.text` `` as a path and a sentence."""
    message, _, place = sentence.partition(" - at `$")
    path = place.rstrip("`").lstrip(".")
    return Misfit(path, message[:1].lower() + message[1:])
