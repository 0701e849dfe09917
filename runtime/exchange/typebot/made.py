"""What a block has become, and what the makers of steps share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.exchange import Status
from runtime.exchange.typebot.names import Ids, Variables
from runtime.exchange.typebot.reading import Block, Json
from runtime.exchange.typebot.values import Value, template

CHECK = "It holds code, which is never run: write it anew as an expression."


@dataclass(frozen=True)
class Made:
    """A step without its id. Where ``type`` is None the flow goes on without one."""

    type: str | None
    config: Json = field(default_factory=dict[str, Any])
    ports: Mapping[str, str] = field(default_factory=dict[str, str])
    """By item or path of the block: the way out it has become."""
    status: Status = "kept"
    note: str = ""
    leads_to: tuple[str, str | None] | None = None
    """The group and block that a jump goes to."""

    @property
    def asks(self) -> bool:
        return bool(self.type and self.type.startswith("ask."))


Maker = Callable[[Block, "Desk"], Made]


@dataclass(frozen=True)
class Desk:
    """What one import knows while it makes steps."""

    variables: Variables

    def text(self, text: str, notes: list[str], *, markdown: bool = True) -> str:
        """A template; what only code would tell goes to the ``notes``."""
        made: Value = template(text, self.variables, markdown=markdown)
        if not made.sure:
            notes.append(CHECK)
        return made.value

    def ids(self) -> Ids:
        """For the ways out of one step, whose usual ones are taken."""
        return Ids(("next", "invalid", "no_reply", "cancelled", "else", "error"))


def made(
    type_: str, config: Json, notes: list[str], ports: Mapping[str, str] | None = None
) -> Made:
    """A step, kept as it was or nearly so, as the ``notes`` say."""
    said = " ".join(dict.fromkeys(notes))
    status: Status = "review" if CHECK in notes else "approximated" if notes else "kept"
    return Made(type_, config, ports or {}, status, said)


def review(note: str) -> Made:
    """Nothing stands for it: the flow goes on with what comes after."""
    return Made(None, status="review", note=note)
