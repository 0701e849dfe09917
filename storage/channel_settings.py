"""What may stand in a channel's ``settings``: its look, its texts, the sites it may be used on."""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

import idna
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from storage.errors import Refused
from storage.files.sniff import sniff

LARGEST_AVATAR = 32_000
"""Characters of a `data:` address. It travels with every read of the look, so it stays small."""

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_AVATAR = re.compile(r"data:(image/(?:png|jpeg|webp));base64,([A-Za-z0-9+/]+={0,2})")
_PORTS = {"http": 80, "https": 443}


def colour(text: str) -> str:
    """`#RRGGBB` in small letters. Raises `ValueError`."""
    text = text.strip().lower()
    if not _COLOUR.fullmatch(text):
        raise ValueError("write the colour as # and six digits or letters a to f, such as #3e63dd")
    return text


def origin(text: str) -> str:
    """The origin as browsers send it: no default port, the name in ASCII. Raises `ValueError`."""
    text = text.strip()
    if "*" in text:
        raise ValueError("name each site by itself; an empty list allows every site, * does not")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("this is no address; write it like https://shop.example") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("begin with https:// and the site's name, such as https://shop.example")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"leave out all but the site itself: {parts.scheme}://{parts.hostname}")
    given = f":{port}" if port not in (None, _PORTS[parts.scheme]) else ""
    return f"{parts.scheme}://{_host(parts)}{given}"


def _host(parts: SplitResult) -> str:
    name = parts.hostname or ""
    if ":" in name and re.fullmatch(r"[0-9a-f:.]{2,45}", name):
        return f"[{name}]"
    try:
        return idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise ValueError(f'"{name}" is not the name of a site') from None


def avatar(text: str) -> str:
    """A small picture as a `data:` address, or an empty text for none. Raises `ValueError`."""
    if not text:
        return ""
    found = _AVATAR.fullmatch(text) if len(text) <= LARGEST_AVATAR else None
    if found is None:
        raise ValueError(
            "send a PNG, JPEG or WebP picture as `data:image/png;base64,…`"
            f" of at most {LARGEST_AVATAR} characters"
        )
    try:
        content = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        raise ValueError("the picture is not valid base64") from None
    if sniff(io.BytesIO(content), "avatar") != found[1]:
        raise ValueError(f"this is no picture of the type {found[1]}")
    return text


def _once(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


Colour = Annotated[
    str, AfterValidator(colour), Field(examples=["#3e63dd"], json_schema_extra={"format": "color"})
]
Origin = Annotated[str, AfterValidator(origin), Field(examples=["https://shop.example.org"])]
Picture = Annotated[
    str,
    AfterValidator(avatar),
    Field(
        description="PNG, JPEG or WebP as a `data:` address; empty for none.",
        examples=["data:image/png;base64,iVBORw0KGgo="],
    ),
]
TextKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]


def _words(longest: int) -> Any:
    return StringConstraints(strip_whitespace=True, max_length=longest)


Text = Annotated[str, _words(300)]


class Launcher(BaseModel):
    """The button that opens the chat."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, _words(30), Field(description="Beside its icon; empty for none.")] = ""


class Look(BaseModel):
    """How the chat looks on a page."""

    model_config = ConfigDict(extra="forbid")

    accent: Colour = "#3e63dd"
    title: Annotated[str, _words(60), Field(description="Empty: the channel's name.")] = ""
    subtitle: Annotated[str, _words(100), Field(description="Below the title.")] = ""
    avatar: Annotated[Picture, BeforeValidator(lambda value: value or "")] = ""
    mode: Annotated[
        Literal["auto", "light", "dark"], Field(description="`auto` follows the visitor's device.")
    ] = "auto"
    position: Annotated[Literal["right", "left"], Field(description="Its corner of the page.")] = (
        "right"
    )
    launcher: Launcher = Launcher()
    greeting: Annotated[
        str, _words(160), Field(description="In a bubble above the closed chat; empty for none.")
    ] = ""
    radius: Annotated[int, Field(ge=0, le=28, description="Of its corners, in pixels.")] = 16


class ChannelSettings(BaseModel):
    """How a channel looks and behaves; keys of other parts are kept as they are."""

    model_config = ConfigDict(extra="allow")

    look: Look = Look()
    texts: Annotated[
        dict[TextKey, Text | dict[TextKey, Text]],
        Field(
            max_length=100,
            description="The widget's own words in place of the usual ones: by key for every"
            " language, or by language and key for one.",
            examples=[{"write": "Ask us anything", "nb": {"write": "Spør oss om hva som helst"}}],
        ),
    ] = {}
    allowed_origins: Annotated[
        list[Origin],
        AfterValidator(_once),
        Field(max_length=100, description="Where the widget may run; none listed: everywhere."),
    ] = []
    debounce_ms: Annotated[
        int,
        Field(ge=0, le=10_000, description="How long to wait for more of what a visitor writes."),
    ] = 0


class SettingsRefused(Refused):
    """Settings that can't be kept; ``errors`` has a message for each place, as `look.accent`."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        place, message = next(iter(errors.items()))
        super().__init__(f"{place}: {message}")
        self.errors = dict(errors)


def checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they are kept: what was given, normalised. Raises `SettingsRefused`."""
    try:
        found = ChannelSettings.model_validate(dict(settings))
    except ValidationError as refusal:
        raise SettingsRefused(
            {
                ".".join(map(str, error["loc"])): error["msg"].removeprefix("Value error, ")
                for error in refusal.errors()
            }
        ) from None
    return found.model_dump(mode="json", exclude_unset=True)


def whole_look(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The look with the usual value for whatever is not set."""
    return Look.model_validate(settings.get("look") or {}).model_dump(mode="json")
