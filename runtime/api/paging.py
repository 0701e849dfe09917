"""Lists in pages: `?limit=&cursor=` → `{items, next}`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")

LARGEST = 2**63 - 1  # what a bigint column holds

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
CURSOR = "The `next` of the page before."
AfterId = Annotated[UUID | None, Query(alias="cursor", description=CURSOR)]
AfterNumber = Annotated[int | None, Query(alias="cursor", ge=0, le=LARGEST, description=CURSOR)]


class Page(BaseModel, Generic[Item]):
    model_config = ConfigDict(from_attributes=True)

    items: list[Item]
    next: str | None = Field(description="The `cursor` of the following page; null on the last.")


def page(found: Sequence[Any], limit: int, key: Callable[[Any], object]) -> dict[str, Any]:
    """A page of what was asked for with ``limit + 1``; ``key`` is what the list is ordered by."""
    items = found[:limit]
    return {"items": items, "next": str(key(items[-1])) if len(found) > limit else None}


def page_of(
    everything: Sequence[Any],
    limit: int,
    cursor: Any,
    key: Callable[[Any], Any],
    *,
    newest_first: bool = False,
) -> dict[str, Any]:
    """A page of a short list that is at hand as a whole, in the order of ``key``."""
    after = [
        one
        for one in everything
        if cursor is None or (key(one) < cursor if newest_first else key(one) > cursor)
    ]
    return page(after, limit, key)
