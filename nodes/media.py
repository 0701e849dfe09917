from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from runtime.core import expressions
from runtime.core.contract import AnyOutcome, Context, Group, Message, Next, Node
from runtime.core.fields import Line, Selector, Template

Kind = Literal["image", "video", "audio", "file", "embed"]
KINDS = {
    "image": "Picture",
    "video": "Video",
    "audio": "Sound",
    "file": "File to download",
    "embed": "Page or player",
}

_STORED = re.compile(r"/files/[A-Za-z0-9-]+(?:\?\S*)?")  # in our own store
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{6,20}")
_YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"})
_VIMEO = frozenset({"vimeo.com", "www.vimeo.com"})


class Media(Node):
    """Shows a picture, a video, a sound, a file or a page, with a caption if you like."""

    type: ClassVar[str] = "media"
    label: ClassVar[str] = "Media"
    icon: ClassVar[str] = "image"
    example: ClassVar[dict[str, Any]] = {
        "kind": "image",
        "url": "https://example.com/opening-hours.png",
        "caption": "Here we are",
    }
    group: ClassVar[Group] = "talk"
    summary: ClassVar[str | None] = "url"

    kind: Annotated[Kind, Selector("select", labels=KINDS)]
    url: Annotated[
        Line,
        Field(
            title="Address",
            description="Begins with https://. A file of the conversation is shown by its id: "
            "/files/{{ photo.id }}. For a page, the address of a YouTube or Vimeo video is fine; "
            "other pages must allow to be shown within yours.",
        ),
    ]
    caption: Annotated[Template, Field(title="Caption")] = expressions.Template("")

    @model_validator(mode="after")
    def _can_be_shown(self) -> Self:
        """What is put together as the bot runs is looked at then."""
        if "{{" not in self.url and address(str(self.url), self.kind) is None:
            begins = "https://" if self.kind == "embed" else "https:// or http://"
            error = PydanticCustomError(
                "address", "write an address that begins with {begins}", {"begins": begins}
            )
            raise ValidationError.from_exception_data(
                "media", [InitErrorDetails(type=error, loc=("url",), input=str(self.url))]
            )
        return self

    def run(self, ctx: Context) -> AnyOutcome:
        """Where the address turns out to be none, the caption is said and the visit goes on."""
        shown = address(self.url.render(ctx, markdown=False), self.kind)
        caption = self.caption.render(ctx)
        if shown:
            return Next(say=(Message(caption, self.kind, url=shown),))
        return Next(say=(Message(caption),) if caption.strip() else ())


def address(url: str, kind: Kind) -> str | None:
    """The address a client may ask for, or None.

    Nothing but http and https, or a file of our own store. An embedded page runs programs, so it
    comes by https only, and a video's page becomes its player.
    """
    url = url.strip()
    if re.search(r"[\s\\<>\"]", url):
        return None
    if kind != "embed" and _STORED.fullmatch(url):
        return url
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    schemes = ("https",) if kind == "embed" else ("https", "http")
    if parts.scheme.lower() not in schemes or not host or parts.username is not None:
        return None
    return _player(url, host) if kind == "embed" else url


def _player(url: str, host: str) -> str:
    """A video's page as the player that may stand in other pages; others as they are."""
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/") if step]
    last = steps[-1] if steps else ""
    if host in _YOUTUBE:
        id_ = parse_qs(parts.query).get("v", [last])[0]
        known = host == "youtu.be" or steps[:1] in (["watch"], ["shorts"], ["embed"], ["live"])
        if known and _VIDEO_ID.fullmatch(id_):
            return f"https://www.youtube-nocookie.com/embed/{id_}"
    if host in _VIMEO and last.isdecimal():
        return f"https://player.vimeo.com/video/{last}?dnt=1"
    return url
