"""The shops of one workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from runtime.api.access import Access, may
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import AfterId, Limit, Page, page
from storage import brands

router = APIRouter(tags=["brands"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Editor = Annotated[Access, may("channel.edit")]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=brands.MAX_NAME)
]
Zone = Annotated[str | None, Field(max_length=64, description="IANA; null: the workspace's.")]


class BrandBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    timezone: Zone = None


class BrandChange(BaseModel):
    """Only the fields sent are changed."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    timezone: Zone = None

    @field_validator("name")
    @classmethod
    def _something(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("leave it out, or give a value")
        return value


class BrandView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    timezone: str | None
    created_at: datetime


@router.post("/brands", status_code=201, summary="Add a brand", responses=problems(409))
def create_brand(access: Editor, body: BrandBody) -> BrandView:
    with access.transaction() as session:
        made = brands.create(session, body.name, timezone=body.timezone, actor=access.actor)
        return BrandView.model_validate(made)


@router.get("/brands", summary="List brands, oldest first")
def list_brands(access: Reader, limit: Limit = 50, cursor: AfterId = None) -> Page[BrandView]:
    with access.transaction() as session:
        found = brands.listed(session, after=cursor, limit=limit + 1)
        views = [BrandView.model_validate(one) for one in found]
    return Page[BrandView].model_validate(page(views, limit, lambda brand: brand.id))


@router.get("/brands/{brand_id}", summary="One brand", responses=problems(404))
def get_brand(access: Reader, brand_id: UUID) -> BrandView:
    with access.transaction() as session:
        return BrandView.model_validate(brands.get(session, brand_id))


@router.patch("/brands/{brand_id}", summary="Change a brand", responses=problems(404, 409))
def change_brand(access: Editor, brand_id: UUID, body: BrandChange) -> BrandView:
    fields = body.model_dump(exclude_unset=True)
    with access.transaction() as session:
        changed = brands.change(session, brand_id, actor=access.actor, **fields)
        return BrandView.model_validate(changed)


@router.delete(
    "/brands/{brand_id}", status_code=204, summary="Delete a brand", responses=problems(404)
)
def delete_brand(access: Editor, brand_id: UUID) -> None:
    """Its channels and collections stay, and are of no brand then."""
    with access.transaction() as session:
        brands.delete(session, brand_id, actor=access.actor)
