"""What the editor needs to know of the node types, as one document that browsers keep."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Header, Path, Response
from pydantic import BaseModel, Field

from runtime.api.access import Access, may
from runtime.api.body import StrictRoute
from runtime.api.kept import etag_of, kept
from runtime.core.contract import Group
from runtime.core.document.catalogue import catalogue

router = APIRouter(tags=["bots"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Locale = Annotated[
    str,
    Path(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", examples=["en"]),
]


class GroupView(BaseModel):
    id: Group
    label: str


class WayView(BaseModel):
    """One way out (``id``), or one for each item of the list ``each``, called by its ``label``."""

    id: str | None = None
    label: str
    kind: Literal["usual", "branch", "no_reply", "invalid", "cancelled", "error"]
    each: str | None = None
    unless: str | None = None
    when: str | None = None


class OneOfView(BaseModel):
    title: str
    fields: dict[str, str]
    also: dict[str, dict[str, str]]


class NodeTypeView(BaseModel):
    type: str = Field(examples=["ask.choice"])
    label: str
    help: str
    icon: str = Field(description="A Lucide icon.")
    group: Group
    summary: str | None = Field(description="The field a card shows.")
    ways: list[WayView]
    one_of: list[OneOfView] = Field(alias="oneOf", description="Exactly one of these is filled in.")
    schema_: dict[str, Any] = Field(alias="schema", description="JSON Schema of its `config`.")
    fresh: dict[str, Any] = Field(description="The `config` of a new node.")


class CatalogueView(BaseModel):
    groups: list[GroupView]
    types: list[NodeTypeView]
    texts: dict[str, str]


@router.get(
    "/catalogue/{locale}",
    summary="Read the node types",
    response_model=CatalogueView,
    responses={304: {"description": "Nothing changed since `If-None-Match`."}},
)
def get_catalogue(
    access: Reader,
    locale: Locale,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """In the language asked for; in English where there is no translation into it.

    Its ETag changes only with Flyt itself: keep the answer and ask with `If-None-Match`.
    """
    body, etag = _encoded()
    return kept(body, etag, if_none_match, **{"content-language": "en"})


@cache
def _encoded() -> tuple[bytes, str]:
    """The document, made once a process, and its ETag."""
    body = orjson.dumps(catalogue())
    return body, etag_of(body)
