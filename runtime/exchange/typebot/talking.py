"""Bubbles: what a bot says and shows."""

from __future__ import annotations

from runtime.exchange.typebot.made import CHECK, Desk, Made, Maker, made, review
from runtime.exchange.typebot.reading import Block, object_of, text_of
from runtime.exchange.typebot.texts import markdown

_MEDIA = {"image": "image", "video": "video", "audio": "audio", "embed": "embed"}
_PLAYERS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "tiktok": "https://www.tiktok.com/embed/v2/{}",
    "gumlet": "https://play.gumlet.io/embed/{}",
}


def text(block: Block, desk: Desk) -> Made:
    said = markdown(block.content, desk.variables)
    if not said.value:
        return Made(None, note="It says nothing.", status="approximated")
    return made("message", {"text": said.value}, [] if said.sure else [CHECK])


def media(block: Block, desk: Desk) -> Made:
    notes = list[str]()
    content = block.content
    url = text_of(content.get("url")).strip()
    player, id_ = text_of(content.get("type")), text_of(content.get("id"))
    if player in _PLAYERS and id_:
        url = _PLAYERS[player].format(id_)
    if url.startswith("http://"):
        url = f"https://{url.removeprefix('http://')}"
        notes.append("Its address begins with https:// now.")
    if not url.startswith(("https://", "{{")):
        return review("It has no address on the web: upload it and show it with a Media step.")
    if object_of(content.get("waitForEvent")).get("isEnabled") is True:
        notes.append("It no longer waits for an event of the page.")
    link = object_of(content.get("clickLink"))
    if text_of(link.get("url")):
        notes.append("A press on it opens nothing.")
    config = {
        "kind": _MEDIA[block.kind],
        "url": desk.text(url, notes, markdown=False),
        "caption": desk.text(text_of(link.get("alt")), notes),
    }
    return made("media", {name: value for name, value in config.items() if value}, notes)


MAKERS: dict[str, Maker] = {"text": text, **dict.fromkeys(_MEDIA, media)}
