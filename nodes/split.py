from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from math import inf, log
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runtime.core.contract import AnyOutcome, Context, Group, Next, Node, Way
from runtime.core.fields import Id, Label, Part, Selector, own_ids

_HASHES = 1 << 64


class Variant(Part):
    """A way out; ``weight`` is its share of the sum of all weights."""

    id: Id
    label: Annotated[Label | None, Field(title="Name of the way out")] = None
    weight: Annotated[
        int,
        Field(title="Share", description="Beside the others': 3 and 1 are 75 and 25 %.", ge=0),
    ] = 1


class Splitting(Node):
    """Sends visitors different ways, to see what works best. Each always goes the same way."""

    type: ClassVar[str] = "split"
    label: ClassVar[str] = "A/B split"
    icon: ClassVar[str] = "shuffle"
    example: ClassVar[dict[str, Any]] = {
        "variants": [
            {"id": "short", "label": "Short greeting", "weight": 50},
            {"id": "long", "label": "Long greeting", "weight": 50},
        ]
    }
    group: ClassVar[Group] = "logic"
    summary: ClassVar[str | None] = "variants"
    ways: ClassVar[tuple[Way, ...]] = (Way(each="variants", label="label", kind="branch"),)

    variants: Annotated[
        tuple[Variant, ...],
        Field(min_length=2, max_length=20),
        own_ids(),
        Selector("list", item="Variant", title="label", add="Add a variant"),
    ]

    @model_validator(mode="after")
    def _somebody_goes_somewhere(self) -> Self:
        if not any(variant.weight for variant in self.variants):
            raise PydanticCustomError("no_share", "give at least one variant a share above 0")
        return self

    def run(self, ctx: Context) -> AnyOutcome:
        who = str(ctx.facts.contact.get("id") or ctx.facts.conversation)
        return Next(port=drawn(self.variants, (*ctx.place, who)))


def drawn(variants: Iterable[Variant], key: tuple[str, ...]) -> str:
    """The id of the variant that falls to ``key``, with a chance as its weight.

    Each variant draws a lot of its own for the key, so a changed weight moves visitors only towards
    the variant that gained, and a new or removed variant moves nobody between the others.
    """
    return max(variants, key=lambda variant: _lot(variant, key)).id


def _lot(variant: Variant, key: tuple[str, ...]) -> float:
    name = "\0".join((*key, variant.id)).encode("utf-8", "surrogatepass")
    number = int.from_bytes(blake2b(name, digest_size=8).digest())
    return variant.weight / -log((number + 1) / (_HASHES + 1)) if variant.weight else -inf
