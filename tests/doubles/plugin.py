"""A plugin (`FLYT_PLUGINS=tests.doubles.plugin`) with effects on `tests.doubles.outside`.

One effect of each kind of care: `outside.quote` is looked up while the visitor waits,
`outside.book` runs in the background under a key that the service honours, and `outside.letter`
must not be repeated, because nobody can ask whether it was sent. The node `test.outside` performs
one of them. The service's address is the setting `FLYT_TEST_OUTSIDE`.
"""

from __future__ import annotations

import os
from typing import Any, ClassVar, Literal

import httpx
from msgspec import Struct

from runtime.core.contract import (
    AnyEvent,
    AnyOutcome,
    Context,
    EffectDone,
    EffectFailed,
    Facts,
    Next,
    Node,
    Perform,
    Way,
)
from runtime.core.effects import Effect, EffectError
from runtime.core.fields import Variable


class Receipt(Struct, frozen=True):
    reference: str


class Outside(Effect, frozen=True):
    """A call of the outside service about the conversation's own ``number``."""

    path: ClassVar[str]
    result: ClassVar[Any] = Receipt

    number: int

    def fake(self, facts: Facts) -> Receipt:
        return Receipt(f"{self.path[1].upper()}-{self.number}")


class Quote(Outside, frozen=True):
    kind: ClassVar[str] = "outside.quote"
    path: ClassVar[str] = "/quotes"
    lane: ClassVar[Literal["interactive"]] = "interactive"


class Book(Outside, frozen=True):
    kind: ClassVar[str] = "outside.book"
    path: ClassVar[str] = "/bookings"


class Letter(Outside, frozen=True):
    kind: ClassVar[str] = "outside.letter"
    path: ClassVar[str] = "/letters"
    retry: ClassVar[Literal["once"]] = "once"


EFFECTS: dict[str, type[Outside]] = {"quote": Quote, "book": Book, "letter": Letter}


class AskOutside(Node):
    """Asks the outside service and stores the reference it gives."""

    type: ClassVar[str] = "test.outside"
    label: ClassVar[str] = "Outside service"
    icon: ClassVar[str] = "plug"
    group: ClassVar[Literal["do"]] = "do"
    ways: ClassVar[tuple[Way, ...]] = (
        Way(id="next", label="Next"),
        Way(id="error", label="Error", kind="error"),
    )

    call: Literal["quote", "book", "letter"]
    variable: Variable

    def run(self, ctx: Context) -> AnyOutcome:
        return Perform(EFFECTS[self.call](number=ctx.get("number")))

    def resume(self, ctx: Context, event: AnyEvent) -> AnyOutcome:
        match event:
            case EffectDone(result=result):
                reference = result["reference"] if isinstance(result, dict) else result.reference
                return Next(set={self.variable: reference})
            case EffectFailed(error=error):
                return Next("error", set={"problem": error})
            case _:
                raise TypeError(f"an outside call does not end with {event!r}")


async def perform(key: str, effect: Effect, call: Any) -> Receipt:
    """Calls the service with the effect's key. Raises `EffectError` where it refuses."""
    if not isinstance(effect, Outside):
        raise TypeError(f"{effect!r} is not an effect on the outside service")
    url = os.environ["FLYT_TEST_OUTSIDE"] + effect.path
    headers = {"Idempotency-Key": key}
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        try:
            answer = await client.post(url, json={"number": effect.number}, headers=headers)
        except httpx.TransportError as error:
            raise EffectError("timeout", str(error), again=True) from error
    if answer.status_code != 201:
        raise EffectError("server_error", answer.text, again=True)
    return Receipt(answer.json()["reference"])


def register(abilities: Any) -> None:
    """Called once by each process that performs effects."""
    abilities.effects.update({effect.kind: perform for effect in EFFECTS.values()})
