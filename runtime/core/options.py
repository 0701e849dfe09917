"""What a visitor can pick: as it is drawn now, and with a stored value that no language changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self, TypeVar

from runtime.core.contract import Context, Option
from runtime.core.expressions import Template, names_in, worked_out
from runtime.core.phrases import phrase


class Pick(Protocol):
    """A button as its author wrote it; without a value its label is stored."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> Template: ...
    @property
    def value(self) -> Any: ...
    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self: ...


AnyPick = TypeVar("AnyPick", bound=Pick)


def drawn(pick: Pick, ctx: Context, image: str | None = None) -> Option:
    label = pick.label.render(ctx, markdown=False)
    value = label if pick.value is None else worked_out(pick.value, ctx)
    return Option(pick.id, label, value, image)


def pinned(pick: AnyPick) -> AnyPick:
    """With the value it has in its bot's own language, before its label is translated."""
    if pick.value is not None:
        return pick
    value = pick.label if names_in(pick.label) else str(pick.label)
    return pick.model_copy(update={"value": value})


def with_names(
    known: Mapping[str, tuple[str, ...]], more: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """What buttons are called in other languages, by their ids, and more such names.

    Names that are put together as the bot runs are left out.
    """
    fixed = {id_: tuple(name for name in names if "{{" not in name) for id_, names in more.items()}
    return {id_: (*known.get(id_, ()), *fixed.get(id_, ())) for id_ in sorted({*known, *fixed})}


def known_as(label: str, *names: str) -> tuple[str, ...]:
    """What an option is called, its label first and nothing twice."""
    return label, *(name for name in dict.fromkeys(names) if name and name != label)


def yes_and_no(language: str) -> tuple[Option, Option]:
    yes, no = (phrase(word, language) for word in ("yes", "no"))
    return Option("yes", yes, value=True), Option("no", no, value=False)
