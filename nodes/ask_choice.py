from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import Field, PrivateAttr

from runtime.core.ask import Answer, Ask, Unfit, said
from runtime.core.choices import Match, matched, matched_all
from runtime.core.contract import (
    AnyOutcome,
    Called,
    Choosing,
    Chosen,
    Context,
    Input,
    Next,
    OneOf,
    Option,
    Uploaded,
    UserSaid,
    Way,
)
from runtime.core.expressions import names_in, values
from runtime.core.fields import ByModel, Choices, Source, Ui, own_ids
from runtime.core.options import drawn, known_as, pinned, with_names

SHOWN = 100  # options of a list variable


class AskChoice(Ask):
    """Asks with buttons and stores what was picked. Typed answers are understood too."""

    type: ClassVar[str] = "ask.choice"
    label: ClassVar[str] = "Choice"
    icon: ClassVar[str] = "list-checks"
    example: ClassVar[dict[str, Any]] = {
        "text": "Which size would you like?",
        "variable": "size",
        "options": [
            {"id": "small", "label": "Small"},
            {"id": "large", "label": "Large", "synonyms": ["big"]},
        ],
    }
    one_of: ClassVar[tuple[OneOf, ...]] = (
        OneOf("Options come from", {"options": "This list", "options_from": "A variable"}),
    )
    ways: ClassVar[tuple[Way, ...]] = (
        Way(each="options", label="label", kind="branch", unless="multiple"),
        *Ask.ways,
    )

    options: Annotated[
        Choices, own_ids(*(way.id for way in Ask.ways if way.id)), Ui(after="text")
    ] = ()
    options_from: Annotated[
        Source | None,
        Field(title="List", description="Texts, or objects with label, value, id and image."),
        Ui(after="text"),
    ] = None
    multiple: Annotated[bool, Field(title="Several may be picked")] = False
    model_chooses: ByModel = True

    _elsewhere: dict[str, tuple[str, ...]] = PrivateAttr(default_factory=dict)  # by option

    # Asking ---------------------------------------------------------------------------------

    def run(self, ctx: Context) -> AnyOutcome:
        if self.options_from and not self._options(ctx):
            return Next(port="invalid")  # there is nothing to choose from
        return super().run(ctx)

    def input(self, ctx: Context) -> Input:
        return Input("choice", options=self._options(ctx), multiple=self.multiple)

    def with_texts(self, texts: Mapping[str, str]) -> Self:
        """Stored values stay those of the bot's own language, whatever the buttons say."""
        kept = self.model_copy(update={"options": tuple(map(pinned, self.options))})
        translated = super(AskChoice, kept).with_texts(texts)
        own = {option.id: (str(option.label), *option.synonyms) for option in self.options}
        return translated.also_called(self._elsewhere).also_called(own)

    def also_called(self, names: Mapping[str, Sequence[str]]) -> Self:
        """Knows the buttons in other languages too, as far as nothing is put into them there."""
        known = self.model_copy()
        known._elsewhere = with_names(self._elsewhere, names)
        return known

    def _options(self, ctx: Context) -> tuple[Option, ...]:
        if self.options_from:
            return _listed(values.at(ctx, self.options_from))
        return self._fixed or tuple(drawn(o, ctx, o.image) for o in self.options)

    @cached_property
    def _fixed(self) -> tuple[Option, ...]:
        """The buttons where they look the same to everybody; else none."""
        if any(names_in(option.label) | names_in(option.value) for option in self.options):
            return ()
        return tuple(
            Option(o.id, str(o.label), str(o.label) if o.value is None else o.value, o.image)
            for o in self.options
        )

    # Understanding --------------------------------------------------------------------------

    def read(self, ctx: Context, event: UserSaid | Chosen | Uploaded) -> Answer | Unfit:
        options = self._options(ctx)
        picks = _pressed(event, options) if isinstance(event, Chosen) else self._meant(ctx, event)
        if not picks or (len(picks) > 1 and not self.multiple):
            return Unfit("retry_choices" if self.multiple else "retry_choice")
        places = sorted({pick.place for pick in picks})
        sure = all(pick.sure for pick in picks)
        if self.multiple:
            return Answer([options[place].value for place in places], sure=sure)
        return self._answer(options[places[0]], sure)

    def recall(self, ctx: Context, value: Any) -> Answer | None:
        options = self._options(ctx)
        if self.multiple:
            chosen = cast("list[Any]", value) if isinstance(value, list) else []
            known = all(any(option.value == one for option in options) for one in chosen)
            return Answer(value) if chosen and known else None
        return next((self._answer(o, True) for o in options if o.value == value), None)

    def chooses(self) -> bool:
        return self.model_chooses

    def choosing(self, ctx: Context, event: UserSaid) -> Choosing | None:
        if isinstance(self.read(ctx, event), Answer):
            return None
        options = zip(self._options(ctx), self._names(ctx), strict=True)
        called = tuple(
            Called(o.id, known_as(o.label, *(names[1:] if _is_whole(o.value) else names)))
            for o, names in options
        )
        return Choosing(self.text.render(ctx), called, self.multiple)

    def _answer(self, option: Option, sure: bool) -> Answer:
        return Answer(option.value, port=option.id if self.options else "next", sure=sure)

    def _meant(self, ctx: Context, event: UserSaid | Uploaded) -> list[Match]:
        names = self._names(ctx)
        if self.multiple:
            return matched_all(said(event), names)
        match = matched(said(event), names)
        return [match] if match else []

    def _names(self, ctx: Context) -> list[list[str]]:
        """What each option may be called: its value, its label, its synonyms, then the others'."""
        names = [[values.text(o.value), o.label] for o in self._options(ctx)]
        for place, option in enumerate(self.options):
            names[place] += option.synonyms
        longest = max(map(len, names), default=0) if self._elsewhere else 0
        for place, option in enumerate(self.options if longest else ()):
            gap = [""] * (longest - len(names[place]))
            names[place] += (*gap, *self._elsewhere.get(option.id, ()))
        return names


def _pressed(event: Chosen, options: Sequence[Option]) -> list[Match]:
    """The options whose buttons were pressed; none if one of the ids is unknown."""
    places = {option.id: place for place, option in enumerate(options)}
    known = all(id_ in places for id_ in event.ids)
    return [Match(places[id_]) for id_ in event.ids] if known else []


def _is_whole(value: Any) -> bool:
    """Whether a stored value is more than a word: what only the flow is meant to see."""
    return isinstance(value, dict | list)


def _listed(items: Any) -> tuple[Option, ...]:
    """Options from a list of texts, or of objects with ``label``, ``value``, ``id``, ``image``."""
    found = cast("Sequence[Any]", items) if isinstance(items, list | tuple) else ()
    return tuple(_option(item, str(n)) for n, item in enumerate(found[:SHOWN], start=1))


def _option(item: Any, number: str) -> Option:
    if not isinstance(item, Mapping):
        return Option(number, values.text(item), item)
    given = cast("Mapping[str, Any]", item)
    label = values.text(given.get("label", given.get("value")))
    image = given.get("image")
    id_ = values.text(given.get("id")) or number
    return Option(id_, label, given.get("value", label), values.text(image) if image else None)
