"""What is said, as a channel can show it: whatever it lacks becomes words, nothing vanishes. Pure.

A card becomes its title, text and links, a picture its caption and address, buttons a numbered
list, sources are lines under the text. A number typed as the answer picks the option of that
number, see `runtime/core/choices.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from connectors.channels import citing
from connectors.channels.plain_text import plain
from runtime.core.contract import FormField, Input, Message, Option
from runtime.core.expressions import escape, values

MEDIA: Final = frozenset({"image", "video", "audio", "file"})


class Capabilities(Struct, frozen=True, kw_only=True):
    """What a channel can show. ``media`` are the types of messages it can carry."""

    markdown: bool = False  # or what its connector makes of it
    buttons: int = 0  # so many at once
    cards: bool = False
    controls: bool = False  # fields of forms, stars, calendars
    media: frozenset[str] = frozenset()
    sources: Literal["marks", "lines", "short"] = "lines"  # marks open what was quoted


PLAIN: Final = Capabilities()
EVERYTHING: Final = Capabilities(
    markdown=True,
    buttons=1_000,
    cards=True,
    controls=True,
    media=MEDIA | {"embed"},
    sources="marks",
)
CAPABILITIES: Final[Mapping[str, Capabilities]] = {
    "web": EVERYTHING,
    "telegram": Capabilities(markdown=True, buttons=100, media=MEDIA),
    "whatsapp": Capabilities(buttons=10, media=MEDIA),
    "messenger": Capabilities(buttons=13, cards=True, media=MEDIA),
    "instagram": Capabilities(buttons=13, cards=True, media=MEDIA - {"file"}),
    "slack": Capabilities(markdown=True, buttons=25, media=frozenset({"image"})),
    "email": Capabilities(markdown=True, media=frozenset({"image"})),
    "sms": Capabilities(sources="short"),
    "voice": Capabilities(sources="short"),
    "text": PLAIN,
}


def capabilities(kind: str) -> Capabilities:
    """Those of a kind of channel; of one we do not know, none."""
    return CAPABILITIES.get(kind, PLAIN)


def rendered(
    message: Message, wanted: Input | None, can: Capabilities
) -> tuple[Message, Input | None]:
    """The message as the channel can show it, and what is left for the channel to draw.

    ``wanted`` is what the bot waits for after this message; where that was put into words, words
    are all that is left of it.
    """
    listed = wanted is not None and len(wanted.options) > can.buttons
    drawn = can.cards and not listed
    parts = [message.text if can.markdown else plain(message.text)]
    shown = message
    if message.cards and not drawn:
        options = wanted.options if wanted else ()
        parts += (_card(card, options, can) for card in message.cards)
        shown = replace(shown, cards=(), type="text")
    if message.url and message.type not in can.media:
        parts.append(message.url)
        shown = replace(shown, url=None, type="text")
    if message.files and "file" not in can.media:
        parts.append("\n".join(_words(file.name, can) for file in message.files))
        shown = replace(shown, files=(), type="text")
    if message.citations and can.sources != "marks":
        parts.append(_sources(message, can))
        shown = replace(shown, citations=())
    asked = "" if wanted is None else _asked(wanted, can, listed=listed)
    if not message.cards or drawn:
        parts.append(asked)
    text = "\n\n".join(part for part in parts if part)
    left = Input("text", token=wanted.token) if wanted and asked else wanted
    return (shown if text == shown.text else replace(shown, text=text)), left


def _sources(message: Message, can: Capabilities) -> str:
    if can.sources == "short":
        return citing.short(message.citations, message.text)
    return citing.lines(message.citations, message.text, lambda text: _words(text, can))


def _asked(wanted: Input, can: Capabilities, *, listed: bool) -> str:
    """The options, fields or ends of the scale, where the channel cannot draw them."""
    if listed and wanted.type == "confirm":
        return " / ".join(_words(option.label, can) for option in wanted.options)
    if listed:
        return "\n".join(
            _numbered(number, option, can) for number, option in enumerate(wanted.options, 1)
        )
    if wanted.type == "rating" and not can.controls:
        return f"{values.text(wanted.minimum)}–{values.text(wanted.maximum)}"
    if wanted.fields and not can.controls:
        return "\n".join(_field(field, can) for field in wanted.fields)
    return ""


def _numbered(number: int, option: Option, can: Capabilities) -> str:
    picture = f": {option.image}" if option.image and option.image.startswith("http") else ""
    return f"{number}. {_words(option.label, can)}{picture}"


def _field(field: FormField, can: Capabilities) -> str:
    choices = ", ".join(_words(option.label, can) for option in field.options)
    return f"- {_words(field.label, can)}{f' ({choices})' if choices else ''}"


def _card(card: Mapping[str, Any], options: tuple[Option, ...], can: Capabilities) -> str:
    """A card in lines; its buttons bear the numbers of the options they are."""
    places = {option.id: number for number, option in enumerate(options, 1)}
    lines = [_words(str(card.get("title", "")), can)]
    text = str(card.get("text", ""))
    lines.append(text if can.markdown else plain(text))
    lines.append(str(card.get("image", "")))
    lines += _buttons(card.get("buttons", ()), places, can)
    return "\n".join(line for line in lines if line)


def _buttons(
    buttons: list[Mapping[str, Any]], places: Mapping[str, int], can: Capabilities
) -> Iterator[str]:
    for button in buttons:
        label = _words(str(button.get("label", "")), can)
        if url := button.get("url"):
            yield f"{label}: {str(url).removeprefix('mailto:').removeprefix('tel:')}"
        elif place := places.get(str(button.get("id"))):
            yield f"{place}. {label}"
        else:
            yield f"- {label}"


def _words(text: str, can: Capabilities) -> str:
    """Text that is no Markdown, for a channel that may read it as such."""
    return escape(text) if can.markdown else text
