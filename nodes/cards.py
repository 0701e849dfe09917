from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, ClassVar, NamedTuple, Self
from urllib.parse import urlsplit

from msgspec.structs import replace
from pydantic import AfterValidator, Field, PrivateAttr
from pydantic_core import PydanticCustomError

from runtime.core.choices import Match, matched
from runtime.core.contract import (
    NEXT,
    VISITOR_EVENTS,
    AnyEvent,
    AnyOutcome,
    Chosen,
    Context,
    Group,
    Input,
    Message,
    Next,
    Node,
    Option,
    Says,
    Uploaded,
    UserSaid,
    Wait,
    Way,
)
from runtime.core.expressions import Template, values
from runtime.core.fields import Anything, Id, Line, Part, Selector, Text, Ui, Variable, own_ids
from runtime.core.options import drawn, pinned, with_names
from runtime.core.phrases import phrase

MOST = 10  # cards in a row
ATTEMPTS = 3  # replies that fit no button, before the bot says that it does not understand

_PICTURES = ("https://", "http://", "/files/")
_LINKS = ("http", "https", "mailto", "tel")


def _followable(url: str) -> str | None:
    """The address of a link that a client may follow, or None."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    known = parts.scheme.lower() in _LINKS and (parts.netloc or parts.scheme.lower()[0] in "mt")
    return url if known and not any(sign.isspace() for sign in url) else None


def _checked(url: Template) -> Template:
    """What is put together as the bot runs is looked at then."""
    if "{{" not in url and _followable(str(url)) is None:
        raise PydanticCustomError("address", "write an address that begins with https://")
    return url


class Button(Part):
    """Pressed, it is a way out; with an address it is a link and none."""

    id: Id
    label: Line
    url: Annotated[
        Annotated[Line, AfterValidator(_checked)] | None,
        Field(title="Opens the page", description="With an address the button is a link."),
    ] = None
    value: Annotated[
        Anything,
        Field(title="Stored value", description="With none, the label is stored."),
        Ui(more=True),
    ] = None


class Card(Part):
    id: Id
    title: Line
    text: Annotated[Text | None, Field(title="Text")] = None
    image: Annotated[Line | None, Field(title="Address of a picture")] = None
    buttons: Annotated[
        tuple[Button, ...], Selector("list", item="Button", title="label", add="Add a button")
    ] = ()


class Pressable(NamedTuple):
    card: Card
    button: Button


class Cards(Node):
    """Shows cards side by side. It waits for a press if a button is no link, else it goes on."""

    type: ClassVar[str] = "cards"
    label: ClassVar[str] = "Cards"
    icon: ClassVar[str] = "layout-panel-top"
    example: ClassVar[dict[str, Any]] = {
        "cards": [
            {
                "id": "cake",
                "title": "Lemon cake",
                "text": "For eight people",
                "buttons": [{"id": "order_cake", "label": "Order it"}],
            }
        ],
        "variable": "order",
    }
    group: ClassVar[Group] = "talk"
    summary: ClassVar[str | None] = "cards"
    ways: ClassVar[tuple[Way, ...]] = (
        Way(each="cards.buttons", label="label", kind="branch", lacking="url"),
        NEXT,
    )

    cards: Annotated[
        tuple[Card, ...],
        Field(min_length=1, max_length=MOST),
        own_ids(),
        own_ids("next", within="buttons"),
        Selector("list", item="Card", title="title", add="Add a card"),
    ]
    variable: Annotated[
        Variable | None,
        Field(
            title="Store the button in",
            description="Its stored value, or its label in the bot's own language.",
        ),
    ] = None

    _elsewhere: dict[str, tuple[str, ...]] = PrivateAttr(default_factory=dict)  # by button

    def waits(self) -> bool:
        return bool(self._pressable)

    # Showing --------------------------------------------------------------------------------

    def run(self, ctx: Context) -> AnyOutcome:
        says = self.ask_again(ctx)
        return Wait(on="reply", say=says) if self._pressable else Next(say=says)

    def ask_again(self, ctx: Context) -> Says:
        return (Message(type="cards", cards=tuple(_shown(card, ctx) for card in self.cards)),)

    def input(self, ctx: Context) -> Input:
        """The cards draw their buttons themselves; a channel without cards needs the options."""
        return Input("text", options=tuple(self._option(each, ctx) for each in self._pressable))

    @cached_property
    def _pressable(self) -> tuple[Pressable, ...]:
        return tuple(Pressable(c, b) for c in self.cards for b in c.buttons if b.url is None)

    def _option(self, each: Pressable, ctx: Context) -> Option:
        """With the card's title, where other cards have a button of the same name."""
        option = drawn(each.button, ctx)
        if sum(other.button.label == each.button.label for other in self._pressable) == 1:
            return option
        title = each.card.title.render(ctx, markdown=False)
        return replace(option, label=f"{option.label} – {title}")

    def with_texts(self, texts: Mapping[str, str]) -> Self:
        """Stored values stay those of the bot's own language, whatever the buttons say."""
        kept = [
            card.model_copy(update={"buttons": tuple(map(pinned, card.buttons))})
            for card in self.cards
        ]
        pins = self.model_copy(update={"cards": tuple(kept)})
        own = {each.button.id: (str(each.button.label),) for each in self._pressable}
        translated = super(Cards, pins).with_texts(texts)
        return translated.also_called(self._elsewhere).also_called(own)

    def also_called(self, names: Mapping[str, Sequence[str]]) -> Self:
        """Knows the buttons in other languages too, as far as nothing is put into them there."""
        known = self.model_copy()
        known._elsewhere = with_names(self._elsewhere, names)
        return known

    # Understanding --------------------------------------------------------------------------

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        if not isinstance(event, VISITOR_EVENTS):
            return Wait(on="reply", say=self.ask_again(ctx))
        if match := self._meant(ctx, event):
            option = self._option(self._pressable[match.place], ctx)
            return Next(port=option.id, set={self.variable: option.value} if self.variable else {})
        if ctx.attempt >= ATTEMPTS:
            return Next(port="invalid")  # has no edge: the bot's own "not understood" goes on
        return Wait(on="reply", say=(Message(phrase("retry_choice", ctx.language)),))

    def claims(self, ctx: Context, event: AnyEvent) -> bool:
        match = self._meant(ctx, event) if isinstance(event, VISITOR_EVENTS) else None
        return match is not None and match.sure

    def _meant(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Match | None:
        if isinstance(event, Chosen):
            ids = [each.button.id for each in self._pressable]
            known = len(event.ids) == 1 and event.ids[0] in ids
            return Match(ids.index(event.ids[0])) if known else None
        return matched(event.text.strip(), self._names(ctx))

    def _names(self, ctx: Context) -> list[list[str]]:
        """What each button may be called; what several could be called names none of them."""
        names = [list(self._called(each, ctx)) for each in self._pressable]
        folded = [{name.casefold() for name in of_one} for of_one in names]
        return [
            [name for name in of_one if sum(name.casefold() in other for other in folded) == 1]
            for of_one in names
        ]

    def _called(self, each: Pressable, ctx: Context) -> Iterator[str]:
        """Its value and label, both with the card's title, the title, its label elsewhere."""
        option = self._option(each, ctx)
        label = each.button.label.render(ctx, markdown=False)
        title = each.card.title.render(ctx, markdown=False)
        yield from (values.text(option.value), label)
        yield from (f"{label} {title}", f"{title} {label}", title)
        yield from self._elsewhere.get(each.button.id, ())


def _shown(card: Card, ctx: Context) -> dict[str, Any]:
    """A card as a client draws it; what is not there is left out, and so are unsafe links."""
    shown: dict[str, Any] = {"id": card.id, "title": card.title.render(ctx, markdown=False)}
    if card.text is not None:
        shown["text"] = card.text.render(ctx)
    picture = card.image.render(ctx, markdown=False).strip() if card.image else ""
    if picture.startswith(_PICTURES):
        shown["image"] = picture
    if card.buttons:
        shown["buttons"] = list(_buttons(card, ctx))
    return shown


def _buttons(card: Card, ctx: Context) -> Iterator[dict[str, Any]]:
    for button in card.buttons:
        face = {"id": button.id, "label": button.label.render(ctx, markdown=False)}
        if button.url is None:
            yield face
        elif url := _followable(button.url.render(ctx, markdown=False)):
            yield {**face, "url": url}
